"""Periods of days as Civil Code 200-203 counts them, on the calendar of China."""

from datetime import datetime, time, timedelta

from app.core.clock import SHANGHAI


def end_of_period(start: datetime, days: int) -> datetime:
    """The first moment after so many whole days, the day of `start` not counted: Civil Code 201."""
    last = start.astimezone(SHANGHAI).date() + timedelta(days=days)
    return datetime.combine(last + timedelta(days=1), time(), SHANGHAI)
