"""Handing the events that were taken in to their handlers, and what becomes of those that cannot be handled.

A handler that fails is tried again, after pauses that double from five seconds to an hour, for some twelve hours: a
deadlock or a database that restarts has passed by then, and a mistake of ours has been seen (`standing`, the alert
EventsFail). After that the event has failed: it is kept, for as long as it takes, until an operator has it tried again
or drops it.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

import structlog
from sqlalchemy import func, select, update

from app.core import audit, clock
from app.core.db import db
from app.wechat_events.bodies import Event
from app.wechat_events.models import WeChatEvent

log = structlog.get_logger(__name__)

Handler = Callable[[Event], str]
"""Does what an event asks for, in the sweep's transaction, and returns a short word for the record."""

BATCH: Final = 100
FIRST_RETRY: Final = timedelta(seconds=5)
LONGEST_RETRY: Final = timedelta(hours=1)
MAX_ATTEMPTS: Final = 20
FAILING_FROM: Final = 5
"""Attempts after which it is no passing matter any more: some events come seconds before what they speak of."""
DROPPED: Final = "dropped_by_operator"
LISTED: Final = 100
"""Events that a decision on the audit log names; of more it tells the number."""


class Standing(NamedTuple):
    """Events that are not handled: new or to be tried soon, tried often in vain, given up."""

    waiting: int
    failing: int
    failed: int


class Failures(NamedTuple):
    """Events of one name that failed with one kind of error, and when first and last."""

    name: str
    error: str
    events: int
    first_at: datetime
    last_at: datetime


def handle_some(handlers: Mapping[str, Handler]) -> int:
    """Hand the events that are due to their handlers, in the caller's transaction; how many there were.

    An event whose handler fails leaves no trace of it and is tried again later.
    """
    waiting = (
        select(WeChatEvent)
        .where(
            WeChatEvent.handled_at.is_(None),
            WeChatEvent.failed_at.is_(None),
            WeChatEvent.due_at <= clock.now(),
            WeChatEvent.name.in_(list(handlers)),
        )
        .order_by(WeChatEvent.due_at, WeChatEvent.pushed_at)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    rows = db.session.scalars(waiting).all()
    for row in rows:
        _handle(row, handlers[row.name])
    return len(rows)


def standing() -> Standing:
    """How many events are not handled, and how they stand."""
    often = WeChatEvent.attempts >= FAILING_FROM
    given_up = WeChatEvent.failed_at.is_not(None)
    counts = (
        func.count().filter(~given_up, ~often),
        func.count().filter(~given_up, often),
        func.count().filter(given_up),
    )
    row = db.session.execute(select(*counts).where(WeChatEvent.handled_at.is_(None))).one()
    return Standing(*row)


def lag_s() -> float:
    """For how long the oldest event that is due, and not given up, has been waiting for its handler, in seconds."""
    now = clock.now()
    oldest = select(func.min(WeChatEvent.due_at)).where(
        WeChatEvent.handled_at.is_(None), WeChatEvent.failed_at.is_(None), WeChatEvent.due_at <= now
    )
    due_at = db.session.scalar(oldest)
    return (now - due_at).total_seconds() if due_at else 0.0


def failures() -> list[Failures]:
    """What failed or keeps failing, by name and kind of error; never whom an event is about."""
    columns: tuple[Any, ...] = (
        WeChatEvent.name,
        func.coalesce(WeChatEvent.outcome, ""),
        func.count(),
        func.min(WeChatEvent.received_at),
        func.max(WeChatEvent.received_at),
    )
    found = (
        select(*columns)
        .where(WeChatEvent.handled_at.is_(None), WeChatEvent.attempts >= FAILING_FROM)
        .group_by(columns[0], columns[1])
        .order_by(columns[0], columns[1])
    )
    return [Failures(*row) for row in db.session.execute(found)]


def retry_failed(operator: str, name: str | None = None) -> int:
    """Have what failed or keeps failing tried again at once, as if for the first time; how many."""
    return _changed("retry_events", operator, name, {"due_at": clock.now(), "attempts": 0, "failed_at": None})


def drop_failed(operator: str, name: str | None = None) -> int:
    """Count what failed or keeps failing as handled; how many. Its rows go with the others after some days."""
    return _changed("drop_events", operator, name, {"handled_at": clock.now(), "failed_at": None, "outcome": DROPPED})


def next_attempt(attempts: int) -> datetime:
    """When an event is tried again that was tried so often in vain."""
    pause: timedelta = min(FIRST_RETRY * 2 ** (attempts - 1), LONGEST_RETRY)
    return clock.now() + pause


def _handle(row: WeChatEvent, handler: Handler) -> None:
    row.attempts += 1
    try:
        with db.session.begin_nested():
            row.outcome = handler(Event(row.name, row.openid, row.pushed_at, row.data))
        row.handled_at = clock.now()
    except Exception as error:
        row.outcome = type(error).__name__
        _postpone(row)
    db.session.flush()


def _postpone(row: WeChatEvent) -> None:
    if row.attempts < MAX_ATTEMPTS:
        row.due_at = next_attempt(row.attempts)
        log.warning("wechat_event_not_handled", name=row.name, attempts=row.attempts, error=row.outcome)
    else:
        row.failed_at = clock.now()
        log.exception("wechat_event_failed", name=row.name, attempts=row.attempts)


def _changed(act: str, operator: str, name: str | None, change: dict[str, Any]) -> int:
    """Change what failed, with a row on the audit log for each name of an event: which it was, and who decided."""
    conditions = [WeChatEvent.handled_at.is_(None), WeChatEvent.attempts >= FAILING_FROM]
    if name is not None:
        conditions.append(WeChatEvent.name == name)
    changed = db.session.execute(
        update(WeChatEvent).where(*conditions).values(**change).returning(WeChatEvent.name, WeChatEvent.key)
    ).all()
    keys: dict[str, list[str]] = defaultdict(list)
    for row in changed:
        keys[row.name].append(bytes(row.key).hex())
    for event, decided in sorted(keys.items()):
        about = {"operator": operator, "event": event, "number": len(decided), "keys": sorted(decided)[:LISTED]}
        audit.record(audit.PLATFORM, None, act, audit.PLATFORM, after=about)
    return len(changed)
