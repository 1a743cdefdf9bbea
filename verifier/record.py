"""The count record against the ballots: totals, every comparison and every verdict, worked out anew."""

import hashlib
from dataclasses import dataclass
from typing import Any

from verifier.arithmetic import CHOICES, VERDICTS, Comparison, Votes, category, majority, needed, quorum
from verifier.bundle import canonical
from verifier.deliveries import Deliveries
from verifier.election_notes import check_election_note
from verifier.elections import outcome
from verifier.electorate import Electorate
from verifier.excluded import Excluded
from verifier.log import Log
from verifier.notes import Case, check_notes
from verifier.report import Report


def check_electorate(log: Log, electorate: Electorate, report: Report) -> None:
    """The electorate is the one that was frozen before voting, in leaf 0."""
    frozen = log.meeting["electorate"]
    persons, area = frozen["persons"], frozen["area_centi"]
    right = report.expect(
        electorate.persons == persons,
        "electorate_changed",
        f"The electorate was frozen with {persons} parties, and the bundle has {electorate.persons}.",
        f"名册冻结时有 {persons} 个表决权人，核验包中有 {electorate.persons} 个。",
    )
    right &= report.expect(
        electorate.area_centi == area,
        "area_changed",
        f"The areas add up to {electorate.area_centi}, and were frozen as {area} (0.01 m²): an area was changed.",
        f"面积合计 {electorate.area_centi}，冻结时为 {area}（0.01 平方米）：有面积被改动。",
    )
    right &= report.expect(
        electorate.root_hash == frozen["root_hash"],
        "electorate_changed",
        "The electorate is not the one that was frozen before voting: a party, a unit or an area was changed.",
        "名册与表决前冻结的不一致：表决权人、专有部分或者面积被改动。",
    )
    if right:
        report.holds(
            f"The electorate is the one frozen before voting: {persons} parties, {area} × 0.01 m².",
            f"名册与表决前冻结的一致：{persons} 个表决权人，面积 {area}（0.01 平方米）。",
        )


@dataclass(frozen=True)
class Frozen:
    """What a count starts from beside the ballots: who votes, what the rules leave out, which silence is proved."""

    electorate: Electorate
    excluded: Excluded | None
    deliveries: Deliveries | None


def check_record(record: dict[str, Any], log: Log, heads: dict[int, str], frozen: Frozen, report: Report) -> None:
    """The count record is the one that ends the log, and every figure in it is right."""
    electorate = frozen.electorate
    ended = report.expect(
        log.record_sha256 is not None,
        "log_not_ended",
        "The log does not end with the count: its last leaves were removed.",
        "日志没有以计票记录结尾：末尾的存证被删除。",
    )
    if ended and report.expect(
        hashlib.sha256(canonical(record)).hexdigest() == log.record_sha256,
        "record_changed",
        "The count record is not the one that the log ends with: it was changed after the count.",
        "计票记录与存证中的不一致：计票之后被改动。",
    ):
        report.holds("The count record is the one that the log ends with.", "计票记录与存证中的一致。")
    whole = Votes(electorate.persons, electorate.area_centi)
    right = _check_frame(record, log, heads, electorate, report)
    abstains = log.meeting["rule_set"].get("blank_motion") == "abstains"
    cases = _cases(log, frozen, whole, abstains)
    right &= _same(len(cases), len(record["motions"]), "the number of motions", "表决事项数", report)
    right &= _check_turnout(record["turnout"], log.turnout(electorate), whole, report)
    right &= _check_elections(record, log, electorate, abstains, report)
    right &= _check_paper(record.get("paper"), log, report)
    for case, counted in zip(cases, record["motions"], strict=False):
        right &= _check_motion(f"motion {case.motion['position']}", case, counted, report)
    if right:
        report.holds(
            f"Counted anew, {len(log.marks)} ballots give every total, comparison and verdict of the record.",
            f"重新计票：{len(log.marks)} 张表决票得出记录中的全部票数、算式和结论。",
        )
        for counted in record["motions"]:
            report.note(
                f"{counted['title']}: {counted['verdict']}.", f"{counted['title']}：{counted['verdict_text']}。"
            )
            _say_strict(counted, report)
    for case, counted in zip(cases, record["motions"], strict=False):
        check_notes(case, counted, log, electorate, frozen.excluded, report)
    elections = [motion for motion in log.meeting["motions"] if "election" in motion]
    for motion, counted in zip(elections, record.get("elections", []), strict=False):
        check_election_note(motion, counted, log, electorate, frozen.excluded, abstains, report)


def _cases(log: Log, frozen: Frozen, whole: Votes, abstains: bool) -> list[Case]:
    """The motions that are no elections, each with its ballots and whoever else counts."""
    cases = []
    for place, (motion, votes) in enumerate(zip(log.meeting["motions"], log.tally(frozen.electorate), strict=True)):
        if "election" in motion:
            continue
        part = frozen.electorate.inside(motion)
        voters = Votes(len(part), sum(part.values())) if "scope" in motion else whole
        silent = frozen.deliveries.silent(motion, frozen.electorate) if frozen.deliveries else None
        cases.append(Case(place, motion, votes, voters, abstains, silent))
    return cases


def _say_strict(counted: dict[str, Any], report: Report) -> None:
    """Beside a verdict that silence took part in: whose silence, and the strict count."""
    if deemed := counted.get("deemed"):
        strict = deemed["strict"]
        report.note(
            f"{deemed['persons']} silent parties are in the majority. The strict count beside it: {strict['verdict']}.",
            f"其中 {deemed['persons']} 个未参与表决的表决权人计入多数票；严格计票的结论：{strict['verdict_text']}。",
        )


def _check_frame(
    record: dict[str, Any], log: Log, heads: dict[int, str], electorate: Electorate, report: Report
) -> bool:
    """The record is of this meeting, electorate, rule set and log."""
    about = {"persons": electorate.persons, "area_centi": electorate.area_centi, "root_hash": electorate.root_hash}
    size = log.size_at_count
    right = _same(log.meeting["meeting"], record["meeting_id"], "the meeting", "会议", report)
    right &= _same(about, record["electorate"], "the electorate", "名册", report)
    right &= _same(log.meeting["rule_set"], record["rule_set"], "the rule set", "议事规则", report)
    return right & _same(
        {"size": size, "root_hash": heads.get(size)}, record["log"], "the last head", "存证摘要", report
    )


def _check_elections(record: dict[str, Any], log: Log, electorate: Electorate, abstains: bool, report: Report) -> bool:
    """Every election: who has the seats, and all that leads there."""
    elections = [motion for motion in log.meeting["motions"] if "election" in motion]
    said = record.get("elections", [])
    right = _same(len(elections), len(said), "the number of elections", "选举事项数", report)
    for motion, counted in zip(elections, said, strict=False):
        marks, sheet = log.elected.get(motion["id"], {}), motion["election"]
        ballots = ((electorate.areas.get(party, 0), marks.get(party, ())) for party in log.marks)
        whole = Votes(electorate.persons, electorate.area_centi)
        found = outcome(sheet["seats"], sheet["candidates"], ballots, whole, abstains)
        found |= {name: motion[name] for name in ("position", "title")} | {"motion_id": motion["id"]}
        without_words = [
            {name: value for name, value in one.items() if name != "comparisons"} for one in counted["candidates"]
        ]
        for name, value in found.items():
            shown = without_words if name == "candidates" else counted.get(name)
            right &= _same(value, shown, f"motion {motion['position']}: {name}", f"选举 {name}", report)
    return right


def _check_paper(said: dict[str, Any] | None, log: Log, report: Report) -> bool:
    """How many ballots came on paper, and how many items on them were spoiled. What did not count is in no log."""
    found = said or {"ballots": 0, "spoiled_items": 0}
    return all(
        [
            _same(log.paper.ballots, found.get("ballots"), "the paper ballots", "纸质票数", report),
            _same(log.paper.spoiled_items, found.get("spoiled_items"), "the spoiled items", "废票事项数", report),
        ]
    )


def _check_turnout(turnout: dict[str, Any], part: Votes, whole: Votes, report: Report) -> bool:
    right = {
        "persons": part.persons,
        "area_centi": part.area,
        "needed_persons": needed(whole.persons),
        "needed_area_centi": needed(whole.area),
        "quorum": all(step.holds for step in quorum(part, whole)),
    }
    return _same(right, turnout, "the turnout", "参与情况", report)


def _check_motion(name: str, case: Case, counted: dict[str, Any], report: Report) -> bool:
    motion, whole, votes = case.motion, case.whole, case.votes
    verdict, steps = case.decided()
    expected = {
        "motion_id": motion["id"],
        "position": motion["position"],
        "title": motion["title"],
        "matter": motion["matter"],
        "category": category(motion["matter"]),
        "scope": motion.get("scope"),
        "electorate": {"persons": whole.persons, "area_centi": whole.area},
        "votes": {one: {"persons": votes[one].persons, "area_centi": votes[one].area} for one in CHOICES},
        "verdict": verdict,
        "verdict_text": VERDICTS[verdict],
    }
    right = True
    for field, value in expected.items():
        right &= _same(value, counted.get(field), f"{name}: {field}", f"{name} {field}", report)
    right &= _check_steps(name, steps, counted["comparisons"], report)
    return right & _check_deemed(name, case, verdict, counted.get("deemed"), report)


def _check_deemed(name: str, case: Case, verdict: str, said: dict[str, Any] | None, report: Report) -> bool:
    """Who joined the majority, and the strict count beside; nothing where the rules let nobody."""
    if case.silent is None or said is None:
        wanted = None if case.silent is None else "silent parties who join the majority"
        return _same(wanted, said, f"{name}: the silent", f"{name} 计入多数票", report)
    strict, steps = case.strictly()
    beside = said["strict"]
    expected = {
        "persons": case.joining.persons,
        "area_centi": case.joining.area,
        "majority": majority(case.votes),
        "differs_from_strict": strict != verdict,
        "strict": {"verdict": strict, "verdict_text": VERDICTS[strict], "comparisons": beside["comparisons"]},
    }
    found = {field: value for field, value in said.items() if field != "text"}
    right = _same(expected, found, f"{name}: the strict count", f"{name} 严格计票", report)
    words = f"的结论是“{VERDICTS[strict]}”" in said["text"] and ("与本结论不同" in said["text"]) == (strict != verdict)
    right &= _same(True, words, f"{name}: the words of the strict count", f"{name} 严格计票文字", report)
    return right & _check_steps(f"{name}, strictly", steps, beside["comparisons"], report)


def _check_steps(name: str, steps: list[Comparison], counted: list[dict[str, Any]], report: Report) -> bool:
    right = _same(len(steps), len(counted), f"{name}: the number of comparisons", f"{name} 算式数", report)
    for step, said in zip(steps, counted, strict=False):
        found = {field: said.get(field) for field in Comparison._fields}
        right &= _same(step._asdict(), found, f"{name}: the comparison {step.name}", f"{name} 算式", report)
        words = "，成立（" if step.holds else "，不成立（"
        right &= _same(True, words in said["text"], f"{name}: the words of {step.name}", f"{name} 算式文字", report)
    return right


def _same(right: Any, said: Any, english: str, chinese: str, report: Report) -> bool:
    return report.expect(
        type(right) is type(said) and right == said,
        "count_wrong",
        f"The record is wrong on {english}: it says {said}, and it is {right}.",
        f"计票记录有误（{chinese}）：记录为 {said}，应当是 {right}。",
    )
