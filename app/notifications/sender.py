"""Sending what waits in the outbox."""

import threading
from collections.abc import Sequence
from datetime import timedelta

import redis
import structlog
from sqlalchemy import func, select

from app.core import clock, queueing
from app.core.db import db
from app.core.queueing import Urgency
from app.core.settings import Settings
from app.notifications.models import OutboxMessage, OutboxState
from app.notifications.outbox.engine import Engine
from app.notifications.outbox.journal import Journal

log = structlog.get_logger(__name__)

IN_DOUBT_AFTER = timedelta(minutes=10)


def run(settings: Settings, urgencies: Sequence[Urgency], stop: threading.Event) -> int:
    """Send whatever of these urgencies comes into the outbox until told to stop; how many messages were attempted."""
    engine = Engine(settings, urgencies, Journal(settings.data_dir / "sender"))
    threading.Thread(target=_listen, args=(engine, urgencies, stop), name="bell", daemon=True).start()
    engine.run(stop)
    queueing.farewell(queueing.sender_kind(urgencies))
    return engine.attempted


def drain(settings: Settings, urgency: Urgency) -> int:
    """Send what is due now with this urgency; how many messages were attempted."""
    return Engine(settings, [urgency]).drain()


def report_in_doubt() -> int:
    """Log how many messages have been `sending` for ten minutes: a worker died, or WeChat's answer was lost."""
    since = clock.now() - IN_DOUBT_AFTER
    doubtful = db.session.scalar(
        select(func.count()).where(OutboxMessage.state == OutboxState.SENDING, OutboxMessage.claimed_at < since)
    )
    if doubtful:
        log.error("messages_in_doubt", messages=doubtful)
    return doubtful or 0


def _listen(engine: Engine, urgencies: Sequence[Urgency], stop: threading.Event) -> None:
    """Wake the engine when a message is written. Without Redis it finds them by itself, a second later."""
    while not stop.is_set():
        try:
            for rung in queueing.listening(urgencies):
                if stop.is_set():
                    return
                if rung:
                    engine.wake(rung)
        except redis.RedisError:
            stop.wait(1)
