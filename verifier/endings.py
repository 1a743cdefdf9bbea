"""How the result ended: announced as final after its objection period, or annulled because the count was wrong."""

from collections import Counter
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from verifier.bundle import shaped
from verifier.log import Log
from verifier.report import Report

DECISIONS = {"rejected": "不成立", "upheld": "成立", "count_wrong": "计票有误"}
_OBJECTION = {"objection": str, "decision": tuple(DECISIONS), "decided_at": "moment"}
_CHINA = timezone(timedelta(hours=8))


def check_ending(record: dict[str, Any], log: Log, report: Report) -> None:
    """The last leaf, where the result has ended: it fits the objections that it names, and the rules' period."""
    if log.ending is None:
        report.note(
            "The log says neither that the result is final nor that it was annulled: it is preliminary, or an older "
            "program ended it, or the log was cut off after the count. Ask for the newest head; give it with --head.",
            "日志中没有正式公告，也没有撤销：结果仍是初步结果，或者由旧版程序结束，或者计票之后的日志被截去。"
            "请索取最新的存证摘要，用 --head 核对。",
        )
        return
    answers = [_answer(one, log) for one in log.ending["objections"]]
    decisions = Counter(one["decision"] for one in answers)
    ended_at = log.ending.get("final_at") or log.ending["annulled_at"]
    _check_order(record, log.ending["published_at"], [*(one["decided_at"] for one in answers), ended_at], report)
    told = "、".join(f"{DECISIONS[one]} {decisions[one]} 件" for one in DECISIONS if decisions[one]) or "无"
    counted = ", ".join(f"{decisions[one]} {one}" for one in DECISIONS if decisions[one]) or "none"
    if log.ending["kind"] == "final":
        _check_final(log, decisions, ended_at, counted, told, report)
    else:
        _check_annulled(log, answers, ended_at, report)


def _answer(said: Any, log: Log) -> dict[str, Any]:
    """An objection with its decision; without a motion it was to the whole result."""
    return shaped(said, _OBJECTION | {"motion": (None, *log.motion_ids)}, "an objection of the last leaf")


def _check_order(record: dict[str, Any], published_at: str, later: list[str], report: Report) -> None:
    counted_at = datetime.fromisoformat(record["counted_at"]).astimezone(UTC)
    report.expect(
        counted_at <= _moment(published_at) and all(published_at <= one <= later[-1] for one in later),
        "ending_wrong",
        "The times of count, publication, answers and end of the result are not in their order.",
        "计票、公示、异议答复和结果终结的时间先后不符。",
    )


def _check_final(log: Log, decisions: Counter[str], ended_at: str, counted: str, told: str, report: Report) -> None:
    assert log.ending is not None
    until = _period_end(log.ending["published_at"], log.meeting["rule_set"]["result_objection_days"])
    right = report.expect(
        _moment(ended_at) >= until,
        "ending_wrong",
        f"The result was announced as final at {ended_at}, before its objection period was over ({until.isoformat()}).",
        f"正式公告时间为 {ended_at}，早于异议期届满（{until.isoformat()}）。",
    )
    right &= report.expect(
        not decisions["count_wrong"],
        "ending_wrong",
        "The result was announced as final, though an objection found the count wrong.",
        "有异议认定计票有误，结果却作了正式公告。",
    )
    if right:
        report.holds(
            f"The result is FINAL: announced at {ended_at}, after its objection period. Objections: {counted}.",
            f"结果已正式公告（{ended_at}），异议期已届满。异议：{told}。",
        )


def _check_annulled(log: Log, answers: list[dict[str, Any]], ended_at: str, report: Report) -> None:
    assert log.ending is not None
    wrong = [one for one in answers if one["decision"] == "count_wrong"]
    if report.expect(
        bool(wrong),
        "ending_wrong",
        "The result was annulled, though no objection that it names found the count wrong.",
        "结果被撤销，但没有任何异议认定计票有误。",
    ):
        names = ", ".join(f"{one['objection']} (decided {one['decided_at']})" for one in wrong)
        reason = log.ending["reason"]
        report.note(
            f"The result is ANNULLED since {ended_at} and binds nobody, whatever the count says. The count was found "
            f"wrong on the objection {names}. Reason given: {reason}",
            f"结果已于 {ended_at} 撤销，不具约束力。依据认定计票有误的异议：{names}。撤销理由：{reason}",
        )


def _period_end(published_at: str, days: int) -> datetime:
    """The first moment after so many whole days in China, the day of publication not counted: Civil Code 201."""
    day = _moment(published_at).astimezone(_CHINA).replace(hour=0, minute=0, second=0, microsecond=0)
    return day + timedelta(days=days + 1)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
