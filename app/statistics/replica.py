"""Reading from a replica what may be some seconds old: STATISTICS_DATABASE_URL, a streaming standby of the database.

Without one, and where it is away or has fallen behind, the same is read from the database itself: never wrong, only
slower for others. A replica that failed is left alone for a while, so that nobody waits for it again and again.
"""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final, TypeVar

import structlog
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, scoped_session

from app.core import clock
from app.core.db import REPLICA, db
from app.statistics.models import RefreshedMonth

log = structlog.get_logger(__name__)

Found = TypeVar("Found")
Reader = Session | scoped_session[Any]

MOST_BEHIND: Final = timedelta(seconds=60)
"""What is older than this in the database must be on the replica."""
LEFT_ALONE_S: Final = 30
_left_alone_until = 0.0


def read(query: Callable[[Reader], Found]) -> Found:
    """What a query finds: rows of columns, no objects, since the session ends with it. Changes nothing."""
    engine = db.engines.get(REPLICA)
    if engine is None or time.monotonic() < _left_alone_until:
        return query(db.session)
    try:
        with Session(engine) as session:
            if _has_what_is_known(session):
                return query(session)
        _leave_alone("behind")
    except DBAPIError as error:  # away, or what was read was vacuumed there meanwhile
        engine.dispose()
        _leave_alone(type(error.orig).__name__)
    return query(db.session)


def try_again() -> None:
    """Forget that the replica failed."""
    global _left_alone_until
    _left_alone_until = 0.0


def _has_what_is_known(session: Session) -> bool:
    """Whether the replica has the newest figures that are older than MOST_BEHIND."""
    newest = select(func.max(RefreshedMonth.refreshed_at))
    known = db.session.scalar(newest.where(RefreshedMonth.refreshed_at < clock.now() - MOST_BEHIND))
    there = session.scalar(newest)
    return known is None or (there is not None and there >= known)


def _leave_alone(why: str) -> None:
    global _left_alone_until
    _left_alone_until = time.monotonic() + LEFT_ALONE_S
    log.warning("statistics_replica_left_alone", why=why, seconds=LEFT_ALONE_S)
