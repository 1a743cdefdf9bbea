"""The notes beside a verdict, worked out anew: what it had been under another reading. They bind nobody."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from verifier.arithmetic import CHOICES, SPECIAL, VERDICTS, Comparison, Votes, decide, majority
from verifier.electorate import Electorate
from verifier.excluded import Excluded
from verifier.log import Log
from verifier.report import Report

CHINESE = {"blank items": "空白项", "parking and storage": "车位、储藏室", "silent parties": "未参与表决的业主"}


@dataclass(frozen=True)
class Case:
    """A motion to be counted anew, at its `place` on the agenda (from 0): its ballots, and who else counts.

    `whole`: its electorate. `silent`: who joins the majority, with their area in it; None where nobody may.
    """

    place: int
    motion: Mapping[str, Any]
    votes: Mapping[str, Votes]
    whole: Votes
    abstains: bool
    silent: Mapping[str, int] | None

    @property
    def joining(self) -> Votes:
        """The silent, as persons and area."""
        silent = self.silent or {}
        return Votes(len(silent), sum(silent.values()))

    def decided(self, takes_part: bool = False) -> tuple[str, list[Comparison]]:
        """Verdict and comparisons by the meeting's own rules; `takes_part`: with silence taking part, for the note."""
        return decide(self.motion["matter"], self.votes, self.whole, self.abstains, self.joining, takes_part)

    def strictly(self) -> tuple[str, list[Comparison]]:
        """Verdict and comparisons of the ballots alone."""
        return decide(self.motion["matter"], self.votes, self.whole, self.abstains)


def check_notes(
    case: Case, said: dict[str, Any], log: Log, electorate: Electorate, excluded: Excluded | None, report: Report
) -> None:
    """Every note of a motion in plain words: which hold, which do not, and which this bundle cannot show."""
    name, notes = f"motion {case.motion['position']}", said.get("what_if") or {}
    verdict, told = case.decided()[0], {"blank items": _check_blank(case, said, name, report)}
    parking = _parking(case, verdict, log, electorate, excluded)
    if parking is None and notes.get("parking") and "excluded" not in log.meeting:
        _cannot_say(case, "parking and storage", report)
    else:
        told["parking and storage"] = _check(parking, notes.get("parking"), f"{name}, parking and storage", report)
    silence = _silence(case, verdict)
    if silence is None and notes.get("deemed") and case.motion["matter"] not in SPECIAL:
        _cannot_say(case, "silent parties", report)
    else:
        told["silent parties"] = _check(silence, notes.get("deemed"), f"{name}, silent parties taking part", report)
    if "" not in told.values():
        shown = {what: found for what, found in told.items() if found != "none"}
        words = "; ".join(f"{what}: {found}" for what, found in shown.items())
        chinese = "，".join(f"{CHINESE[what]}“{VERDICTS[found]}”" for what, found in shown.items())
        report.holds(
            f"The notes beside {name} hold. Its verdict with these counted otherwise: {words}.",
            f"第 {case.motion['position']} 项的附注相符。如另作计算，结论为：{chinese}。",
        )


def _check_blank(case: Case, said: dict[str, Any], name: str, report: Report) -> str:
    """The verdict with blanks taken the other way; empty where the record says something else."""
    verdict, otherwise = case.decided()[0], replace(case, abstains=not case.abstains).decided()[0]
    right = {
        "verdict_if_blank_counted_otherwise": otherwise,
        "differs_if_blank_counted_otherwise": otherwise != verdict,
    }
    return otherwise if _same(right, {key: said.get(key) for key in right}, f"{name}, blank items", report) else ""


def _parking(
    case: Case, verdict: str, log: Log, electorate: Electorate, excluded: Excluded | None
) -> dict[str, Any] | None:
    """The note on parking and storage; None where the motion's part has none."""
    owners = list(excluded.inside(case.motion)) if excluded else []
    if not owners:
        return None
    voters = electorate.inside(case.motion)
    added = {party: area for party, area in owners if party is not None and party in voters}
    whole = Votes(case.whole.persons + len(owners) - len(added), case.whole.area + sum(area for _, area in owners))
    more = log.count(case.place, added)
    votes = {one: Votes(case.votes[one].persons, case.votes[one].area + more[one].area) for one in CHOICES}
    silent = case.silent and {party: area + added.get(party, 0) for party, area in case.silent.items()}
    found = replace(case, votes=votes, whole=whole, silent=silent).decided()[0]
    about = {"electorate": {"persons": whole.persons, "area_centi": whole.area}}
    return about | {"verdict": found, "turns": found != verdict}


def _silence(case: Case, verdict: str) -> dict[str, Any] | None:
    """The note on silence that also takes part; None where silence joins nothing."""
    if case.silent is None:
        return None
    found = case.decided(takes_part=True)[0]
    return {
        "persons": case.joining.persons,
        "area_centi": case.joining.area,
        "majority": majority(case.votes),
        "verdict": found,
        "turns": found != verdict,
        "quorum_only_with_deemed": case.strictly()[0] == "no_quorum" and found != "no_quorum",
    }


def _check(right: dict[str, Any] | None, said: dict[str, Any] | None, name: str, report: Report) -> str:
    """The note's verdict, or that there is none; empty where the record says something else."""
    if right is None or said is None:
        return "none" if _same(right, said, name, report) else ""
    words = said.get("text", "")
    told = f"“{VERDICTS[right['verdict']]}”" in words and ("与公布的结果不同" in words) == right["turns"]
    without_words = {key: value for key, value in said.items() if key != "text"}
    holds = _same(right, without_words, name, report) & _same(True, told, f"{name}: its words", report)
    return right["verdict"] if holds else ""


def _cannot_say(case: Case, what: str, report: Report) -> None:
    position = case.motion["position"]
    report.note(
        f"The note beside motion {position} on {what} cannot be checked: an older program froze nothing it rests on.",
        f"第 {position} 项关于{CHINESE[what]}的附注无法核验：旧版程序没有冻结其依据。",
    )


def _same(right: Any, said: Any, name: str, report: Report) -> bool:
    return report.expect(
        right == said,
        "note_wrong",
        f"The note beside {name}, is wrong: the record says {said}, and it is {right}.",
        f"附注有误（{name}）：记录为 {said}，应当是 {right}。",
    )
