"""When parties that have not voted are reminded. Pure: moments in, moments out.

The rule set says how many days before the close, a setting at which hour of the day (Asia/Shanghai). Between two
reminders lie twelve hours at least, and none is sent at night.
"""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Final

from app.core.clock import SHANGHAI
from app.notifications.quiet import is_night, not_at_night

GAP: Final = timedelta(hours=12)


def planned(opens_at: datetime, closes_at: datetime, days_before_close: Sequence[int], hour: int) -> list[datetime]:
    """The moments of a voting period at which owners are reminded, the earliest first."""
    last_day = closes_at.astimezone(SHANGHAI).date()
    moments = [datetime.combine(last_day - timedelta(days=days), time(hour), SHANGHAI) for days in days_before_close]
    return sorted(moment for moment in moments if opens_at < moment < closes_at)


def due(now: datetime, closes_at: datetime, moments: Sequence[datetime], last: datetime | None) -> datetime | None:
    """The planned moment that a reminder is owed for now, if any; `last`: when one was sent.

    What was missed while nothing ran is made up for by one reminder, whatever their number, and not where the next
    one is near. After the close nothing is owed.
    """
    past = [moment for moment in moments if moment <= now]
    if not past or now >= closes_at or is_night(now):
        return None
    if last is not None and last > past[-1] - GAP:
        return None
    near = any(now < moment < now + GAP for moment in moments)
    return None if near else past[-1]


def next_allowed(last: datetime | None, now: datetime) -> datetime:
    """The first moment, from now on, at which another reminder may be sent."""
    return not_at_night(max(now, last + GAP) if last else now)
