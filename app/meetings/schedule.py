"""Whether a meeting's dates keep the law and the compound's rule set. Pure: moments in, defects out.

Days are counted as Civil Code 201 counts them, between calendar days in China: the day on which a period begins is not
counted. A notice of 1 May for a meeting on 16 May is in time (15 days), one of 2 May is not.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from app.core.periods import end_of_period as end_of_period
from app.meetings.rules.rule_set import NOTICE_DAYS, PMR_14, PMR_18, RuleSet

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Defect:
    """A defect of procedure (程序瑕疵): a stable code, a Chinese sentence that quotes the rule, and the article."""

    code: str
    text: str
    article: str


def days_between(earlier: datetime, later: datetime) -> int:
    """Calendar days in China from one aware moment to another, the first day not counted: Civil Code 201."""
    for moment in (earlier, later):
        if moment.tzinfo is None:
            raise ValueError("a moment without a time zone has no day")
    return (later.astimezone(SHANGHAI).date() - earlier.astimezone(SHANGHAI).date()).days


def months_after(moment: datetime, months: int) -> datetime:
    """The same hour of the corresponding day in China, so many months later (or earlier); without such a day, of the
    month's last: Civil Code 202."""
    local = moment.astimezone(SHANGHAI)
    year, month = divmod(local.year * 12 + local.month - 1 + months, 12)
    day = min(local.day, monthrange(year, month + 1)[1])
    return local.replace(year=year, month=month + 1, day=day)


def check_schedule(announced_at: datetime, opens_at: datetime, closes_at: datetime, rules: RuleSet) -> list[Defect]:
    """All defects of the dates (aware moments) of a meeting; an empty list when there are none."""
    defects = []
    notice, voting = days_between(announced_at, opens_at), days_between(opens_at, closes_at)
    if notice < rules.notice_days:
        defects.append(_short_notice(notice, rules))
    if closes_at <= opens_at:
        defects.append(Defect("closes_before_opening", "表决截止时间应当晚于开始时间。", PMR_18))
    elif voting < rules.min_voting_days:
        text = f"表决期只有 {voting} 日，议事规则要求不少于 {rules.min_voting_days} 日（{PMR_18}）。"
        defects.append(Defect("voting_too_short", text, PMR_18))
    elif voting > rules.max_voting_days:
        text = f"表决期长达 {voting} 日，议事规则要求不超过 {rules.max_voting_days} 日（{PMR_18}）。"
        defects.append(Defect("voting_too_long", text, PMR_18))
    return defects


def _short_notice(days: int, rules: RuleSet) -> Defect:
    quotation = f"{PMR_14}规定“应当于会议召开15日以前通知全体业主”"
    own = f"，本小区议事规则要求 {rules.notice_days} 日" if rules.notice_days > NOTICE_DAYS else ""
    return Defect("notice_too_short", f"通知距表决开始只有 {max(days, 0)} 日；{quotation}{own}。", PMR_14)
