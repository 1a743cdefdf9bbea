"""Sending what waits in the outbox.

Rows are claimed in small batches (`created` -> `sending`, committed), sent on threads with no database connection in
hand, and then given their outcome. A worker that dies in between leaves at most one batch in `sending`: those may have
arrived, so they are shown to the operator and never sent again by themselves.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import structlog
from sqlalchemy import func, select

from app.core import clock, queueing
from app.core.db import db
from app.core.queueing import Urgency
from app.core.settings import Settings
from app.core.unit_of_work import unit_of_work
from app.notifications import channels
from app.notifications.channels import Prepared
from app.notifications.delivery import Delivery, Outcome
from app.notifications.models import OutboxMessage, OutboxState
from app.notifications.outbox.claiming import claim
from app.notifications.outbox.recording import record

log = structlog.get_logger(__name__)

DRAIN_JOB = "tasks.notifications.drain"
TURN_S = 20
HOPELESS_FOR_NOW = frozenset({Delivery.NEXT_DAY, Delivery.MISCONFIGURED})
IN_DOUBT_AFTER = timedelta(minutes=10)


def drain(settings: Settings, urgency: Urgency) -> int:
    """Send what is due with this urgency; how many messages were attempted. Opens its own transactions.

    Returns after some 20 seconds even if more is due, so that a worker turns to more urgent queues in between; and at
    once when WeChat says that nothing more will go through for now.
    """
    attempted, deadline = 0, time.monotonic() + TURN_S
    with ThreadPoolExecutor(settings.send_threads) as threads:
        while True:
            with unit_of_work():
                found, prepared = _next_batch(settings, urgency)
            if not found:
                return attempted
            outcomes = list(threads.map(partial(channels.deliver, settings), prepared))
            with unit_of_work():
                record(outcomes)
            attempted += len(outcomes)
            if any(outcome.delivery in HOPELESS_FOR_NOW for outcome in outcomes):
                return attempted
            if time.monotonic() > deadline:
                queueing.enqueue(DRAIN_JOB, str(urgency), urgency=urgency)
                queueing.flush()
                return attempted


def report_in_doubt() -> int:
    """Log how many messages have been `sending` for ten minutes: a worker died, or WeChat's answer was lost."""
    since = clock.now() - IN_DOUBT_AFTER
    doubtful = db.session.scalar(
        select(func.count()).where(OutboxMessage.state == OutboxState.SENDING, OutboxMessage.claimed_at < since)
    )
    if doubtful:
        log.error("messages_in_doubt", messages=doubtful)
    return doubtful or 0


def _next_batch(settings: Settings, urgency: Urgency) -> tuple[int, list[Prepared]]:
    """The next batch: how many rows were taken, and those of them that can be sent."""
    claimed, now = claim(urgency, settings.send_threads * 2), clock.now()
    timely = [message for message in claimed if message.expires_at > now]
    prepared, hopeless = channels.prepare(settings, timely)
    late = [Outcome(message, Delivery.EXPIRED, "expired") for message in claimed if message.expires_at <= now]
    record(late + hopeless)
    return len(claimed), prepared
