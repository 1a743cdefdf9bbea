"""How a service repeats, in words and as a rule."""

from dataclasses import dataclass
from datetime import date, time

import pytest

from app.volunteering.offerings.recurrence import Pattern
from console.volunteering.repeating import clock, in_words, rule_of


@dataclass(frozen=True)
class Repeats:
    rule: str
    first_day: date = date(2026, 5, 6)
    opens: time = time(9)
    window_minutes: int = 120
    slot_minutes: int = 30
    capacity: int = 1


WORDS = {
    "FREQ=DAILY": "每天",
    "FREQ=DAILY;INTERVAL=3": "每 3 天",
    "FREQ=WEEKLY;BYDAY=WE": "每周三",
    "FREQ=WEEKLY;BYDAY=SU,MO": "每周一、周日",
    "FREQ=WEEKLY": "每周三",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE": "每 2 周的周三",
    "FREQ=MONTHLY;BYDAY=1SA,3SA": "每月第一个周六、第三个周六",
    "FREQ=MONTHLY;BYDAY=-1SU": "每月最后一个周日",
    "FREQ=MONTHLY;BYDAY=-2FR": "每月倒数第二个周五",
    "FREQ=MONTHLY;BYDAY=5MO": "每月第五个周一",
    "FREQ=MONTHLY;BYMONTHDAY=15": "每月15号",
    "FREQ=MONTHLY;BYMONTHDAY=-1": "每月最后一天",
    "FREQ=MONTHLY;BYMONTHDAY=-2": "每月倒数第 2 天",
    "FREQ=MONTHLY;INTERVAL=2": "每 2 个月的6号",
}


@pytest.mark.parametrize("rule", WORDS)
def test_a_rule_is_said_in_words(rule: str):
    Pattern(rule, date(2026, 5, 6), time(9), 120, 30)
    assert in_words(Repeats(rule)) == f"{WORDS[rule]} 上午9点到11点，每 30 分钟一个时段，每个时段 1 人"


def test_the_last_day_is_said():
    said = in_words(Repeats("FREQ=DAILY;UNTIL=20261231"))
    assert said.endswith("，到2026年12月31日（周四）为止")


def test_a_time_of_day_is_said_as_people_say_it():
    moments = (time(0, 30), time(9), time(11, 59), time(12), time(14, 30), time(19, 5))
    said = [clock(moment) for moment in moments]
    assert said == ["凌晨0点半", "上午9点", "上午11点59分", "中午12点", "下午2点半", "晚上7点05分"]


@pytest.mark.parametrize(
    ("often", "rule"),
    [
        ("daily", "FREQ=DAILY"),
        ("weekly", "FREQ=WEEKLY;BYDAY=MO,WE"),
        ("fortnightly", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE"),
        ("monthly", "FREQ=MONTHLY;BYDAY=-1MO,-1WE"),
    ],
)
def test_what_is_chosen_becomes_a_rule_that_is_understood(often: str, rule: str):
    made = rule_of(often, ["WE", "MO"], "-1", None)
    assert made == rule
    ending = rule_of(often, ["WE", "MO"], "-1", date(2026, 12, 31))
    assert ending == f"{rule};UNTIL=20261231"
    Pattern(ending, date(2026, 5, 6), time(9), 120, 30)
