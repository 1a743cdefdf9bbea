"""How a service repeats, in the words of people: 每周三 上午9点到11点. The rule itself (RFC 5545) is never shown."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import Final, Protocol

from console.filters import day

DAYS: Final = {"MO": "周一", "TU": "周二", "WE": "周三", "TH": "周四", "FR": "周五", "SA": "周六", "SU": "周日"}
PLACES: Final = {"1": "第一个", "2": "第二个", "3": "第三个", "4": "第四个", "-1": "最后一个"}
OFTEN: Final = {"weekly": "每周", "fortnightly": "每两周", "monthly": "每月", "daily": "每天"}
_NUMERALS = "零一二三四五六七八九"


class Repeating(Protocol):
    """What is said about a service that repeats."""

    @property
    def rule(self) -> str: ...
    @property
    def first_day(self) -> date: ...
    @property
    def opens(self) -> time: ...
    @property
    def window_minutes(self) -> int: ...
    @property
    def slot_minutes(self) -> int: ...
    @property
    def capacity(self) -> int: ...


def rule_of(often: str, weekdays: Collection[str], place: str, last_day: date | None) -> str:
    """The rule of a choice in OFTEN; monthly, `place` of PLACES and the weekdays say which."""
    days = [name for name in DAYS if name in weekdays]
    parts = {
        "daily": ["FREQ=DAILY"],
        "weekly": ["FREQ=WEEKLY", f"BYDAY={','.join(days)}"],
        "fortnightly": ["FREQ=WEEKLY", "INTERVAL=2", f"BYDAY={','.join(days)}"],
        "monthly": ["FREQ=MONTHLY", f"BYDAY={','.join(place + name for name in days)}"],
    }[often]
    if last_day:
        parts.append(f"UNTIL={last_day:%Y%m%d}")
    return ";".join(parts)


def in_words(one: Repeating) -> str:
    """When it is, how long a slot, how many at a time."""
    ends = datetime.combine(one.first_day, one.opens) + timedelta(minutes=one.window_minutes)
    people = f"每个时段 {one.capacity} 人"
    opens, closes = clock(one.opens), clock(ends.time())
    hours = f"{opens}到{closes.removeprefix(opens[:2])}"  # 上午9点到11点
    return f"{_days(one)} {hours}，每 {one.slot_minutes} 分钟一个时段，{people}{_until(one)}"


def clock(moment: time) -> str:
    """A time of day: 上午9点, 下午2点半, 晚上7点05分."""
    part = next(
        name
        for hour, name in ((6, "凌晨"), (12, "上午"), (13, "中午"), (18, "下午"), (24, "晚上"))
        if moment.hour < hour
    )
    hour = moment.hour - 12 if moment.hour > 12 else moment.hour
    minutes = {0: "", 30: "半"}.get(moment.minute, f"{moment.minute:02}分")
    return f"{part}{hour}点{minutes}"


def _parts(rule: str) -> dict[str, str]:
    return dict(part.partition("=")[::2] for part in rule.upper().split(";"))


def _days(one: Repeating) -> str:
    parts = _parts(one.rule)
    every = int(parts.get("INTERVAL", "1"))
    if parts["FREQ"] == "DAILY":
        return "每天" if every == 1 else f"每 {every} 天"
    if parts["FREQ"] == "WEEKLY":
        named = parts.get("BYDAY", list(DAYS)[one.first_day.weekday()]).split(",")
        days = "、".join(DAYS[name] for name in DAYS if name in named)
        return f"每{days}" if every == 1 else f"每 {every} 周的{days}"
    return ("每月" if every == 1 else f"每 {every} 个月的") + _in_month(parts, one.first_day)


def _in_month(parts: dict[str, str], first_day: date) -> str:
    if "BYDAY" in parts:
        return "、".join(_placed(name) for name in parts["BYDAY"].split(","))
    number = int(parts.get("BYMONTHDAY", first_day.day))
    if number > 0:
        return f"{number}号"
    return "最后一天" if number == -1 else f"倒数第 {-number} 天"


def _placed(name: str) -> str:
    place, weekday = name[:-2], DAYS[name[-2:]]
    if place in PLACES:
        return PLACES[place] + weekday
    number = int(place)
    return f"倒数第{_NUMERALS[-number]}个{weekday}" if number < 0 else f"第{_NUMERALS[number]}个{weekday}"


def _until(one: Repeating) -> str:
    digits = _parts(one.rule).get("UNTIL")
    return f"，到{day(datetime.strptime(digits, '%Y%m%d').date())}为止" if digits else ""  # noqa: DTZ007 (a day)
