"""The count record against the ballots: totals, every comparison and every verdict, worked out anew."""

import hashlib
from typing import Any

from verifier.arithmetic import CHOICES, Comparison, Votes, category, decide, needed, quorum
from verifier.bundle import canonical
from verifier.elections import outcome
from verifier.electorate import Electorate
from verifier.log import Log
from verifier.report import Report

VERDICTS = {"passes": "通过", "fails": "未通过", "no_quorum": "参与表决不足法定比例，表决不成立"}


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


def check_record(
    record: dict[str, Any], log: Log, heads: dict[int, str], electorate: Electorate, report: Report
) -> None:
    """The count record is the one that ends the log, and every figure in it is right."""
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
    plain = [
        (motion, votes)
        for motion, votes in zip(log.meeting["motions"], log.tally(electorate), strict=True)
        if "election" not in motion
    ]
    right &= _same(len(plain), len(record["motions"]), "the number of motions", "表决事项数", report)
    right &= _check_turnout(record["turnout"], log.turnout(electorate), whole, report)
    right &= _check_elections(record, log, electorate, abstains, report)
    right &= _check_paper(record.get("paper"), log, report)
    for (motion, votes), counted in zip(plain, record["motions"], strict=False):
        part = electorate.scoped.get(motion["id"], {})
        voters = Votes(len(part), sum(part.values())) if "scope" in motion else whole
        right &= _check_motion(f"motion {motion['position']}", motion, counted, votes, voters, abstains, report)
    if right:
        report.holds(
            f"Counted anew, {len(log.marks)} ballots give every total, comparison and verdict of the record.",
            f"重新计票：{len(log.marks)} 张表决票得出记录中的全部票数、算式和结论。",
        )
        for counted in record["motions"]:
            report.note(
                f"{counted['title']}: {counted['verdict']}.", f"{counted['title']}：{counted['verdict_text']}。"
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


def _check_motion(
    name: str,
    motion: dict[str, Any],
    counted: dict[str, Any],
    votes: dict[str, Votes],
    whole: Votes,
    abstains: bool,
    report: Report,
) -> bool:
    verdict, steps = decide(motion["matter"], votes, whole, abstains)
    otherwise, _ = decide(motion["matter"], votes, whole, not abstains)
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
        "verdict_if_blank_counted_otherwise": otherwise,
        "differs_if_blank_counted_otherwise": otherwise != verdict,
    }
    right = True
    for field, value in expected.items():
        right &= _same(value, counted.get(field), f"{name}: {field}", f"{name} {field}", report)
    return right & _check_steps(name, steps, counted["comparisons"], report)


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
