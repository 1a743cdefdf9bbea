"""The program's clock. Everything that asks for the time asks here.

In embedded mode the clock can be moved forward, so that a demonstration need not wait fifteen days for a meeting:
DATA_DIR/clock then holds the seconds by which every process runs ahead. Settings refuse this anywhere else.
"""

import os
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

_file: Path | None = None
_cached: tuple[int, timedelta] = (0, timedelta())


def configure(clock_file: Path | None) -> None:
    """Follow the given file; None: the machine's clock as it is."""
    global _file, _cached
    _file, _cached = clock_file, (0, timedelta())


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC) + offset()


def end_of_day(day: date) -> datetime:
    """The last second of a day in China."""
    return datetime.combine(day, time(23, 59, 59), SHANGHAI)


def today() -> date:
    """The present day in China."""
    return now().astimezone(SHANGHAI).date()


def moment_of(text: str | None) -> datetime | None:
    """The moment that stands in PostgreSQL's JSON, if one does."""
    return datetime.fromisoformat(text) if text else None


def offset() -> timedelta:
    """How far the clock runs ahead of the machine's."""
    global _cached
    if _file is None:
        return timedelta()
    try:
        stamp = os.stat(_file).st_mtime_ns
    except FileNotFoundError:
        return timedelta()
    if stamp != _cached[0]:
        _cached = (stamp, timedelta(seconds=float(_file.read_text())))
    return _cached[1]


def move_to(moment: datetime) -> datetime:
    """Move the clock of every process forward to the given moment.

    Raises ValueError where the clock is not movable or the moment lies in the past: time never runs backwards.
    """
    if _file is None:
        raise ValueError("the clock is not movable")
    ahead = moment - datetime.now(UTC)
    if ahead < offset():
        raise ValueError("the clock moves forward only")
    draft = _file.with_suffix(f".{os.getpid()}")
    draft.write_text(str(ahead.total_seconds()))
    draft.replace(_file)
    return now()
