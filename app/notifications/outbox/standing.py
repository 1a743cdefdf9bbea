"""How the outbox stands: what waits, what is on its way, what is in doubt.

Read from partial indexes, so that it is cheap however many messages were sent.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Row, text

from app.core import clock
from app.core.db import db
from app.core.queueing import Urgency
from app.notifications.catalogue import NOT_AT_NIGHT
from app.notifications.quiet import is_night

IN_DOUBT_AFTER = timedelta(minutes=10)
"""A message that has been `sending` for so long has lost its worker or WeChat's answer: it may have arrived."""


FAN_OUT_LATE_S = 120
"""After so long somebody must look why a fan-out is not written: a page takes some 30 ms."""


class Waiting(NamedTuple):
    """Unsent messages of one urgency. `later`: parked, to be retried, or held for the morning."""

    due: int
    later: int
    oldest_s: float


class OnTheWay(NamedTuple):
    """Messages that are `sending`. `in_doubt`: for so long that they may have arrived."""

    sending: int
    in_doubt: int


class FanOuts(NamedTuple):
    """Messages to many that are still to be written, and for how many seconds the oldest have waited for that."""

    left: int
    oldest_s: float


_WAITING = text("""
SELECT urgency, count(*) FILTER (WHERE due), count(*) FILTER (WHERE NOT due), min(due_at) FILTER (WHERE due)
FROM (SELECT urgency, due_at, due_at <= :now AND kind <> ALL(:held) AS due FROM outbox WHERE state = 'created') unsent
GROUP BY urgency
""")
_ON_THE_WAY = text("""
SELECT urgency, count(*) FILTER (WHERE claimed_at >= :since), count(*) FILTER (WHERE claimed_at < :since)
FROM outbox WHERE state = 'sending' GROUP BY urgency
""")


_FAN_OUTS = text("SELECT coalesce(sum(cardinality(recipients) - written), 0), min(created_at) FROM fan_out")
_WRITTEN = text("""
SELECT kind, urgency, state, outcome, count(*) FROM outbox WHERE created_at >= :since
GROUP BY kind, urgency, state, outcome ORDER BY kind, state, outcome
""")
_IN_DOUBT = text("""
SELECT id, kind, claimed_at, outcome FROM outbox WHERE state = 'sending' AND claimed_at < :since
ORDER BY claimed_at LIMIT :most
""")


def waiting() -> dict[Urgency, Waiting]:
    """Unsent messages by urgency, and for how many seconds the oldest that is due has waited."""
    now = clock.now()
    held = sorted(NOT_AT_NIGHT) if is_night(now) else []
    found = dict.fromkeys(Urgency, Waiting(0, 0, 0.0))
    for urgency, due, later, oldest in db.session.execute(_WAITING, {"now": now, "held": held}):
        found[Urgency(urgency)] = Waiting(due, later, (now - oldest).total_seconds() if oldest else 0.0)
    return found


def on_the_way() -> dict[Urgency, OnTheWay]:
    """Messages that are `sending`, by urgency."""
    rows = db.session.execute(_ON_THE_WAY, {"since": in_doubt_since()})
    return dict.fromkeys(Urgency, OnTheWay(0, 0)) | {Urgency(row[0]): OnTheWay(row[1], row[2]) for row in rows}


def fan_outs() -> FanOuts:
    """What the causes of messages to many have recorded, and the job has not written yet."""
    left, since = db.session.execute(_FAN_OUTS).one()
    return FanOuts(int(left), (clock.now() - since).total_seconds() if since else 0.0)


def written_since(moment: datetime) -> Sequence[Row[Any]]:
    """Rows of kind, urgency, state, outcome and how many: the messages written since then."""
    return db.session.execute(_WRITTEN, {"since": moment}).all()


def oldest_in_doubt(most: int) -> Sequence[Row[Any]]:
    """Rows of id, kind, when it was claimed, outcome: messages in doubt, the oldest first."""
    return db.session.execute(_IN_DOUBT, {"since": in_doubt_since(), "most": most}).all()


def in_doubt_since() -> datetime:
    """What was claimed before this moment and is still `sending` is in doubt."""
    return clock.now() - IN_DOUBT_AFTER
