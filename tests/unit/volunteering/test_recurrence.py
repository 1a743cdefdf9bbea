"""Rules that repeat, read in China's time."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.clock import SHANGHAI
from app.volunteering.offerings.recurrence import MOST_SLOTS, Pattern, RuleUnreadable, slots_between

FROM = datetime(2026, 5, 1, tzinfo=SHANGHAI)
UNTIL = FROM + timedelta(days=28)


def starts(rule: str, minutes: int = 60, slot: int = 60, first: date = date(2026, 5, 1)) -> list[str]:
    pattern = Pattern(rule, first, time(9), minutes, slot)
    return [f"{start.astimezone(SHANGHAI):%m-%d %H:%M}" for start, _ in slots_between(pattern, FROM, UNTIL)]


WORKED = {
    "every Saturday": ("FREQ=WEEKLY;BYDAY=SA", ["05-02", "05-09", "05-16", "05-23"]),
    "every second Saturday": ("FREQ=WEEKLY;INTERVAL=2;BYDAY=SA", ["05-02", "05-16"]),
    "until a day, which is included": ("FREQ=WEEKLY;BYDAY=SA;UNTIL=20260509", ["05-02", "05-09"]),
    "the last Friday of the month": ("FREQ=MONTHLY;BYDAY=-1FR", []),
    "the first Friday of the month": ("FREQ=MONTHLY;BYDAY=1FR", ["05-01"]),
    "the 15th of the month": ("FREQ=MONTHLY;BYMONTHDAY=15", ["05-15"]),
    "the 31st of some months": ("FREQ=MONTHLY;INTERVAL=6;BYMONTHDAY=31", []),
    "in small letters": ("freq=weekly;byday=sa", ["05-02", "05-09", "05-16", "05-23"]),
}


@pytest.mark.parametrize("case", WORKED)
def test_a_rule_makes_its_days(case: str):
    rule, days = WORKED[case]
    assert starts(rule) == [f"{day} 09:00" for day in days]


def test_a_window_is_cut_into_as_many_slots_as_fit_whole():
    assert starts("FREQ=MONTHLY;BYMONTHDAY=15", 100, 30) == ["05-15 09:00", "05-15 09:30", "05-15 10:00"]


def test_a_rule_may_have_begun_long_ago():
    assert starts("FREQ=WEEKLY;BYDAY=SA", first=date(2020, 1, 4))[0] == "05-02 09:00"


REFUSED = [
    "",
    "FREQ=YEARLY",
    "FREQ=HOURLY",
    "FREQ=WEEKLY;COUNT=3",
    "FREQ=WEEKLY;BYSECOND=1",
    "FREQ=WEEKLY;FREQ=DAILY",
    "FREQ=WEEKLY;INTERVAL=0",
    "FREQ=WEEKLY;INTERVAL=999",
    "FREQ=WEEKLY;BYDAY=1SA",
    "FREQ=DAILY;INTERVAL=7;BYDAY=SA",
    "FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=31",
    "FREQ=MONTHLY;BYDAY=1FR;BYMONTHDAY=20",
    "FREQ=MONTHLY;BYMONTHDAY=32",
    "FREQ=WEEKLY;UNTIL=20261301",
    "DTSTART:20260501T000000\nRRULE:FREQ=DAILY",
    "BYDAY=SA",
]


@pytest.mark.parametrize("rule", REFUSED)
def test_a_rule_that_is_not_understood_is_refused(rule: str):
    with pytest.raises(RuleUnreadable):
        Pattern(rule, date(2026, 5, 1), time(9), 60, 60)


@pytest.mark.parametrize(("minutes", "slot"), [(0, 1), (60, 0), (60, 61), (1441, 60)])
def test_lengths_that_do_not_fit_are_refused(minutes: int, slot: int):
    with pytest.raises(RuleUnreadable):
        Pattern("FREQ=DAILY", date(2026, 5, 1), time(9), minutes, slot)


def test_too_many_slots_are_refused():
    with pytest.raises(RuleUnreadable, match=str(MOST_SLOTS)):
        starts("FREQ=DAILY", 1440, 10)


@settings(max_examples=40)
@given(
    st.sampled_from([rule for rule, _ in WORKED.values()]),
    st.integers(1, 600),
    st.integers(10, 120),
    st.integers(0, 27),
)
def test_two_halves_make_what_the_whole_makes(rule: str, minutes: int, slot: int, days: int):
    pattern = Pattern(rule, date(2026, 5, 1), time(9), minutes + slot, slot)
    middle = FROM + timedelta(days=days, hours=9)
    halves = slots_between(pattern, FROM, middle) + slots_between(pattern, middle, UNTIL)
    assert sorted(halves) == slots_between(pattern, FROM, UNTIL)
    assert all(end - start == timedelta(minutes=slot) for start, end in halves)
