"""Writing down what became of claimed messages, a batch with one statement."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

import orjson
import structlog

from app.core import clock
from app.core.db import HotStatement, fetch_all
from app.core.metrics import Counter
from app.notifications import alerts, channels
from app.notifications.delivery import Delivery, Outcome
from app.notifications.models import OutboxState
from app.notifications.outbox import pacing, parking

log = structlog.get_logger(__name__)

MESSAGES = Counter(
    "community_messages", "Attempts to send, by what became of the message", ("kind", "channel", "outcome")
)

_FINAL = {
    Delivery.SENT: OutboxState.SENT,
    Delivery.REFUSED: OutboxState.REFUSED,
    Delivery.FAILED: OutboxState.FAILED,
    Delivery.EXPIRED: OutboxState.EXPIRED,
}
# Only what is `sending` under the same claim is changed: an outcome that is written twice, after a commit whose answer
# was lost, counts once.
_RECORD = HotStatement.of("""
UPDATE outbox SET state = entry.state, outcome = entry.code, due_at = coalesce(entry.due_at, outbox.due_at),
    channel = coalesce(entry.channel, outbox.channel), msgid = coalesce(entry.msgid, outbox.msgid),
    trail = outbox.trail || entry.trail, attempts = entry.attempts,
    claimed_at = CASE WHEN entry.state = 'created' THEN NULL ELSE outbox.claimed_at END,
    finished_at = CASE WHEN entry.state IN ('created', 'sending') THEN NULL ELSE %(now)s::timestamptz END
FROM json_to_recordset(%(entries)s::json) AS entry (
    compound_id uuid, id uuid, state text, code text, due_at timestamptz, attempts bigint, claimed_at timestamptz,
    channel text, msgid text, trail jsonb
)
WHERE outbox.compound_id = entry.compound_id AND outbox.id = entry.id AND outbox.state = 'sending'
    AND outbox.claimed_at = entry.claimed_at
RETURNING outbox.id
""")


def record(outcomes: Collection[Outcome]) -> None:
    """Write the outcomes of claimed messages and let the channels settle them, in the caller's transaction."""
    if not outcomes:
        return
    parking.park([attempt for outcome in outcomes for attempt in outcome.attempts])
    final = [_given_up(outcome) for outcome in outcomes]
    entries = orjson.dumps([_entry(outcome) for outcome in final]).decode()
    written = {row[0] for row in fetch_all(_RECORD, {"entries": entries, "now": clock.now()})}
    channels.settle([outcome for outcome in final if outcome.message.id in written])
    alerts.observe([attempt for outcome in final for attempt in outcome.attempts])
    for outcome in final:
        _say(outcome)


def _given_up(outcome: Outcome) -> Outcome:
    """The outcome itself, or a failure where it was the last attempt."""
    last = outcome.delivery is Delivery.RETRY and outcome.message.attempts >= pacing.MAX_ATTEMPTS
    return replace(outcome, delivery=Delivery.FAILED) if last else outcome


def _entry(outcome: Outcome) -> dict[str, Any]:
    """What the message's row will say."""
    message, delivery = outcome.message, outcome.delivery
    if delivery in _FINAL:
        state, due_at, attempts = _FINAL[delivery], None, message.attempts
    elif delivery is Delivery.UNKNOWN:
        state, due_at, attempts = OutboxState.SENDING, None, message.attempts
    else:
        counts = delivery is Delivery.RETRY
        state, due_at = OutboxState.CREATED, outcome.due_at or pacing.next_attempt(outcome)
        attempts = message.attempts if counts else message.attempts - 1
    taken = delivery in (Delivery.SENT, Delivery.UNKNOWN)
    return {
        "compound_id": message.compound_id,
        "id": message.id,
        "state": str(state),
        "code": outcome.code,
        "due_at": due_at,
        "attempts": attempts,
        "claimed_at": message.claimed_at,
        "channel": str(outcome.channel) if taken and outcome.channel else None,
        "msgid": outcome.msgid,
        "trail": _trail(outcome),
    }


def _trail(outcome: Outcome) -> list[dict[str, str]]:
    """What each channel said; of a message that was only given back, nothing."""
    tried = [one for one in outcome.attempts if one.delivery is not Delivery.RELEASED]
    if not tried:
        return []
    at = clock.now().isoformat()
    answers = [(one.channel, one.code) for one in tried if one.channel]
    return [{"channel": str(channel), "outcome": code, "at": at} for channel, code in (*outcome.closed, *answers)]


def _say(outcome: Outcome) -> None:
    message_id, code = str(outcome.message.id), outcome.code
    tried = outcome.attempts if outcome.delivery is not Delivery.RELEASED else ()
    for attempt in tried:
        MESSAGES.add(attempt.message.kind, attempt.channel or "none", attempt.delivery)
    if outcome.delivery is Delivery.FAILED:
        log.error("message_failed", message_id=message_id, outcome=code)
    elif outcome.delivery is Delivery.UNKNOWN:
        log.error("message_in_doubt", message_id=message_id, outcome=code)
