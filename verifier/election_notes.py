"""The note beside an election, worked out anew: who had been elected with parking and storage counted in (GR 25)."""

from typing import Any

from verifier.arithmetic import Votes
from verifier.elections import outcome
from verifier.electorate import Electorate
from verifier.excluded import Excluded
from verifier.log import Log
from verifier.report import Report


def check_election_note(
    motion: dict[str, Any],
    said: dict[str, Any],
    log: Log,
    electorate: Electorate,
    excluded: Excluded | None,
    abstains: bool,
    report: Report,
) -> None:
    """The note of one election; a record without notes is an older program's."""
    owners = list(excluded.inside(motion)) if excluded else []
    if "what_if" not in said:
        if owners:
            report.note(
                f"The record has no note on parking beside the election {motion['position']}: an older program's.",
                f"第 {motion['position']} 项选举没有关于车位的附注：由旧版程序计票。",
            )
        return
    if said["what_if"]["parking"] and "excluded" not in log.meeting:
        report.note(
            f"The note on parking beside the election {motion['position']} cannot be checked: nothing was frozen.",
            f"第 {motion['position']} 项选举关于车位的附注无法核验：表决前没有冻结其依据。",
        )
        return
    right = _worked_out(motion, said, owners, log, electorate, abstains) if owners else None
    _compare(motion["position"], right, said["what_if"]["parking"], report)


def _compare(position: int, right: dict[str, Any] | None, note: dict[str, Any] | None, report: Report) -> None:
    found = {key: value for key, value in note.items() if key != "text"} if note else None
    words = not (right and note) or ("与公布的结果不同" in note["text"]) == right["turns"]
    holds = report.expect(
        found == right and words,
        "note_wrong",
        f"The note beside the election {position}, parking and storage, is wrong: it says {note}, and it is {right}.",
        f"第 {position} 项选举的附注有误（车位、储藏室）：记录为 {note}，应当是 {right}。",
    )
    if holds and right:
        same = ("others had been elected", "当选人不同") if right["turns"] else ("the same are elected", "当选人相同")
        report.holds(
            f"The note beside the election {position} holds: with parking and storage {same[0]}.",
            f"第 {position} 项选举的附注相符：计入车位、储藏室后{same[1]}。",
        )


def _worked_out(
    motion: dict[str, Any],
    said: dict[str, Any],
    owners: list[tuple[str | None, int]],
    log: Log,
    electorate: Electorate,
    abstains: bool,
) -> dict[str, Any]:
    added = {party: area for party, area in owners if party is not None}
    marks, sheet = log.elected.get(motion["id"], {}), motion["election"]
    ballots = ((electorate.areas.get(one, 0) + added.get(one, 0), marks.get(one, ())) for one in log.marks)
    persons, area = electorate.persons + len(owners) - len(added), sum(area for _, area in owners)
    whole = Votes(persons, electorate.area_centi + area)
    found = outcome(sheet["seats"], sheet["candidates"], ballots, whole, abstains)
    turns = any(_set(found[key]) != _set(said[key]) for key in ("quorum", "elected", "needs_lot"))
    return {
        "electorate": {"persons": whole.persons, "area_centi": whole.area},
        **{key: found[key] for key in ("quorum", "elected", "needs_lot")},
        "turns": turns,
    }


def _set(value: Any) -> Any:
    return set(value) if isinstance(value, list) else value
