"""Lots (抽签): each decides a tie that the count left open, among exactly the tied candidates, once."""

from collections.abc import Sequence
from typing import Any

from verifier.log import Log
from verifier.report import Report


def check_lots(record: dict[str, Any], log: Log, report: Report) -> None:
    """Every lot is of a tie in the record; who has the seats is said for each election."""
    drawn: dict[str, Sequence[str]] = {}
    ties = {counted["motion_id"]: counted["needs_lot"] for counted in record.get("elections", [])}
    for lot in log.lots:
        tied = ties.get(lot["motion"]) or []
        report.expect(
            bool(tied) and sorted(tied) == sorted(lot["order"]) and lot["motion"] not in drawn,
            "lot_wrong",
            f"A lot for motion {lot['motion']} is not of the candidates who are tied there, or is a second one.",
            f"事项 {lot['motion']} 的抽签不是在并列的候选人之间进行，或者重复抽签。",
        )
        drawn.setdefault(lot["motion"], lot["order"])
    for counted in record.get("elections", []):
        _say_who_is_elected(counted, drawn.get(counted["motion_id"]), log, report)


def _say_who_is_elected(counted: dict[str, Any], order: Sequence[str] | None, log: Log, report: Report) -> None:
    sheet = log.elections[counted["motion_id"]]
    names = dict(zip(sheet["candidates"], sheet.get("names", sheet["candidates"]), strict=True))
    elected = [*counted["elected"], *(order or ())[: counted["seats_by_lot"]]]
    listed = "、".join(names[one] for one in elected) or "—"
    if counted["needs_lot"] and order is None:
        report.note(
            f"{counted['title']}: {counted['seats_by_lot']} seats are tied and not drawn; elected so far: {listed}.",
            f"{counted['title']}：{counted['seats_by_lot']} 个席位并列，尚未抽签；已当选：{listed}。",
        )
    else:
        by_lot = f", {counted['seats_by_lot']} of them by lot" if order else ""
        report.note(f"{counted['title']}: elected {listed}{by_lot}.", f"{counted['title']}：当选 {listed}。")
