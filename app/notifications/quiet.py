"""Hours in which no resident is reminded of anything (夜间免打扰): 21:00 to 8:00 in China."""

from datetime import datetime, time, timedelta
from typing import Final

from app.core.clock import SHANGHAI

EVENING: Final = 21
MORNING: Final = 8


def is_night(moment: datetime) -> bool:
    """Whether an aware moment lies in the quiet hours."""
    hour = moment.astimezone(SHANGHAI).hour
    return hour >= EVENING or hour < MORNING


def not_at_night(moment: datetime) -> datetime:
    """The moment itself, or the end of the night that it lies in."""
    if not is_night(moment):
        return moment
    local = moment.astimezone(SHANGHAI)
    day = local.date() + timedelta(days=1 if local.hour >= EVENING else 0)
    return datetime.combine(day, time(MORNING), SHANGHAI)
