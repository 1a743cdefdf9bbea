"""From a rule to slots: iCalendar's RRULE (RFC 5545, 3.3.10) read in China's time. Pure: no database.

Understood are daily, weekly and monthly rules with INTERVAL, BYDAY or BYMONTHDAY, and UNTIL (a date, inclusive).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from dateutil.rrule import rrule, rrulestr

from app.core.clock import SHANGHAI

HORIZON: Final = timedelta(days=28)
"""How far ahead slots are made."""

MOST_SLOTS: Final = 500
"""How many slots a rule may make within the horizon."""

_DAY = r"(?:MO|TU|WE|TH|FR|SA|SU)"
_PLACED = rf"-?[1-5]{_DAY}"
_DATE = r"-?(?:[1-9]|[12]\d|3[01])"
_UNTIL = {"UNTIL": r"\d{8}"}
_PARTS: Final = {
    "DAILY": {"INTERVAL": r"[1-9]\d?", **_UNTIL},
    "WEEKLY": {"INTERVAL": r"[1-9]", "BYDAY": rf"{_DAY}(?:,{_DAY})*", **_UNTIL},
    "MONTHLY": {"INTERVAL": r"[1-6]", "BYDAY": rf"{_PLACED}(?:,{_PLACED})*", "BYMONTHDAY": _DATE, **_UNTIL},
}
"""By frequency, the parts that are understood. Each such rule has days: dateutil would search for those of one that has
none until the year 9999."""


class RuleUnreadable(ValueError):
    """The rule, or what it would make, is not one that is understood. The message is Chinese."""


@dataclass(frozen=True)
class Pattern:
    """A window that repeats, cut into slots.

    rule            RRULE without its name, as `FREQ=WEEKLY;BYDAY=SA`
    first_day       the first day that the rule counts from
    opens, minutes  when the window opens in China's time, and for how long
    slot_minutes    how long a slot is: the window is cut into as many as fit whole
    """

    rule: str
    first_day: date
    opens: time
    minutes: int
    slot_minutes: int

    def __post_init__(self) -> None:
        _parts(self.rule)
        if not 0 < self.slot_minutes <= self.minutes <= 1440:
            raise RuleUnreadable("每次服务的时长要在 1 到 1440 分钟之间，每个时段不能比它长")


def slots_between(pattern: Pattern, after: datetime, until: datetime) -> list[tuple[datetime, datetime]]:
    """Start and end of every slot that starts after the one moment and not after the other, in order.

    Raises RuleUnreadable where they are more than MOST_SLOTS.
    """
    found: list[tuple[datetime, datetime]] = []
    for start in _windows(pattern, until):
        for place in range(pattern.minutes // pattern.slot_minutes):
            begins = start + timedelta(minutes=place * pattern.slot_minutes)
            if after < begins <= until:
                found.append((begins, begins + timedelta(minutes=pattern.slot_minutes)))
        if len(found) > MOST_SLOTS:
            raise RuleUnreadable(f"四周内的时段超过 {MOST_SLOTS} 个，请把时段设长一些，或者减少次数")
    return found


def _windows(pattern: Pattern, until: datetime) -> Iterator[datetime]:
    """The moments at which the window opens."""
    parts = _parts(pattern.rule)
    last = until.astimezone(SHANGHAI).replace(tzinfo=None)
    if "UNTIL" in parts:
        last_day = datetime.strptime(parts.pop("UNTIL"), "%Y%m%d")  # noqa: DTZ007 (a day, as the rule names it)
        last = min(last, last_day + timedelta(days=1, microseconds=-1))
    rule = rrulestr(
        ";".join(f"{name}={value}" for name, value in parts.items()),
        dtstart=datetime.combine(pattern.first_day, pattern.opens),
    )
    assert isinstance(rule, rrule)
    for local in rule.replace(until=last):
        yield local.replace(tzinfo=SHANGHAI)


def _parts(rule: str) -> dict[str, str]:
    pairs = [part.partition("=")[::2] for part in rule.upper().split(";")]
    parts = dict(pairs)
    understood = {"FREQ": r"\w+", **_PARTS.get(parts.get("FREQ", ""), {})}
    if (
        len(parts) < len(pairs)
        or parts.get("FREQ") not in _PARTS
        or {"BYDAY", "BYMONTHDAY"} <= set(parts)
        or not all(name in understood and re.fullmatch(understood[name], value) for name, value in pairs)
    ):
        raise RuleUnreadable("重复规则看不懂，请用每天、每周或者每月的规则")
    if "UNTIL" in parts:
        _check_day(parts["UNTIL"])
    return parts


def _check_day(digits: str) -> None:
    try:
        datetime.strptime(digits, "%Y%m%d")  # noqa: DTZ007
    except ValueError:
        raise RuleUnreadable("截止日期有误") from None
