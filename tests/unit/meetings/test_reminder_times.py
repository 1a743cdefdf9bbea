"""When owners who have not voted are reminded: the days of the rule set (PMR 18), never at night, once each."""

from datetime import UTC, datetime, timedelta

import pytest

from app.core.clock import SHANGHAI
from app.meetings.reminders.times import due, next_allowed, planned
from app.notifications.quiet import is_night, not_at_night


def china(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 5, day, hour, minute, tzinfo=SHANGHAI)


OPENS, CLOSES = china(17, 9), china(27, 9)
PLAN = planned(OPENS, CLOSES, (3, 1), 10)


@pytest.mark.parametrize(
    ("opens", "closes", "days", "expected"),
    [
        (OPENS, CLOSES, (3, 1), [china(24, 10), china(26, 10)]),
        (OPENS, CLOSES, (), []),
        (china(25, 9), CLOSES, (3, 1), [china(26, 10)]),
        (OPENS, china(27, 23), (1,), [china(26, 10)]),
    ],
    ids=["three and one day before", "none", "not before the opening", "by the calendar day of the close"],
)
def test_pmr_18_reminders_are_planned_by_the_days_before_the_close(opens, closes, days, expected):
    assert planned(opens, closes, days, 10) == expected


@pytest.mark.parametrize(
    ("now", "last", "expected"),
    [
        (china(24, 9, 59), None, None),
        (china(24, 10), None, china(24, 10)),
        (china(24, 20, 59), None, china(24, 10)),
        (china(24, 21), None, None),
        (china(25, 7, 59), None, None),
        (china(25, 8), None, china(24, 10)),
        (china(24, 10, 5), china(24, 10), None),
        (china(24, 10), china(24, 8), None),
        (china(24, 10), china(23, 20), china(24, 10)),
        (china(26, 9), None, None),
        (china(26, 12), None, china(26, 10)),
        (china(26, 12), china(24, 10), china(26, 10)),
        (china(27, 8, 59), None, china(26, 10)),
        (china(27, 9), None, None),
    ],
    ids=[
        "not yet",
        "on the hour",
        "late in the evening",
        "night begins at 21",
        "night lasts until 8",
        "made up for in the morning",
        "once",
        "somebody has just asked for one",
        "one of the day before is another",
        "the next one is near",
        "one for both that were missed",
        "each of them",
        "shortly before the close",
        "after the close nothing is owed",
    ],
)
def test_pmr_18_a_reminder_is_owed_once_by_day_and_until_the_close(now, last, expected):
    assert due(now, CLOSES, PLAN, last) == expected


@pytest.mark.parametrize(
    ("moment", "night", "sent"),
    [
        (china(24, 20, 59), False, china(24, 20, 59)),
        (china(24, 21), True, china(25, 8)),
        (china(25, 0), True, china(25, 8)),
        (china(25, 7, 59), True, china(25, 8)),
        (china(25, 8), False, china(25, 8)),
        (datetime(2026, 5, 24, 13, 0, tzinfo=UTC), True, china(25, 8)),
    ],
)
def test_the_night_is_from_21_to_8_in_china(moment, night, sent):
    assert (is_night(moment), not_at_night(moment)) == (night, sent)


def test_the_next_reminder_is_allowed_twelve_hours_after_the_last_and_by_day():
    assert next_allowed(None, china(24, 12)) == china(24, 12)
    assert next_allowed(china(24, 8), china(24, 12)) == china(24, 20)
    assert next_allowed(china(24, 12), china(24, 13)) == china(25, 8)
    assert next_allowed(china(24, 12) - timedelta(days=3), china(24, 12)) == china(24, 12)
