"""Days, moments and numerals as documents write them."""

from datetime import UTC, date, datetime

import pytest

from app.meetings.documents.data import day_text, moment_text, numeral


def test_a_day_has_no_leading_zeros():
    assert day_text(date(2026, 5, 1)) == "2026年5月1日"


def test_a_moment_is_in_china_s_time():
    assert moment_text(datetime(2026, 5, 1, 16, 5, tzinfo=UTC)) == "2026年5月2日0时05分"


@pytest.mark.parametrize(
    ("number", "text"),
    [(1, "一"), (9, "九"), (10, "十"), (11, "十一"), (20, "二十"), (99, "九十九"), (100, "100"), (0, "0")],
)
def test_a_number_in_chinese(number: int, text: str):
    assert numeral(number) == text
