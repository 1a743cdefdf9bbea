"""Taking messages out of the outbox to send: `created` -> `sending`, each by one worker only."""

from datetime import timedelta

from sqlalchemy import text

from app.core import clock
from app.core.db import HotStatement, db, fetch_all
from app.core.queueing import Urgency
from app.notifications.catalogue import NOT_AT_NIGHT
from app.notifications.delivery import Claimed
from app.notifications.quiet import is_night, not_at_night

BUSY_FOR = timedelta(seconds=60)
"""For how long a message that is `sending` keeps others of its account back: longer than any call takes."""

ONE_AT_A_TIME = 0x6F7574626F78
"""Advisory lock of whoever claims: of two claims, the second sees what the first took."""

_TURN = HotStatement.of("SELECT pg_advisory_xact_lock(%(key)s)")

# WeChat refuses two calls for one openid at a time (43108): one message an account, and none while one is under way.
_CLAIM = HotStatement.of("""
WITH due AS (
    SELECT compound_id, id, account_id, due_at FROM outbox waiting
    WHERE state = 'created' AND urgency = %(urgency)s AND due_at <= %(now)s AND kind <> ALL(%(held)s)
      AND NOT EXISTS (
        SELECT FROM outbox busy
        WHERE busy.account_id = waiting.account_id AND busy.state = 'sending' AND busy.claimed_at > %(busy_since)s)
    ORDER BY due_at LIMIT %(most)s
), first AS (
    SELECT DISTINCT ON (account_id) compound_id, id FROM due ORDER BY account_id, due_at, id
)
UPDATE outbox SET state = 'sending', claimed_at = %(now)s, attempts = attempts + 1, outcome = NULL FROM first
WHERE outbox.compound_id = first.compound_id AND outbox.id = first.id AND outbox.state = 'created'
RETURNING outbox.compound_id, outbox.id, outbox.account_id, outbox.kind, outbox.page, outbox.data, outbox.attempts,
    outbox.expires_at, outbox.claimed_at, outbox.undelivered_by
""")

_HOLD = text("""
UPDATE outbox SET due_at = :morning WHERE state = 'created' AND kind = ANY(:held) AND due_at <= :now
""")


def take_turn() -> None:
    """Wait until nobody else claims; the turn ends with the transaction, in which nothing may be locked before."""
    fetch_all(_TURN, {"key": ONE_AT_A_TIME})


def claim(urgency: Urgency, most: int) -> list[Claimed]:
    """At most so many messages that are due, no two of one account, those that waited longest first. Needs the turn."""
    now = clock.now()
    held = sorted(NOT_AT_NIGHT) if is_night(now) else []
    parameters = {"urgency": str(urgency), "now": now, "held": held, "busy_since": now - BUSY_FOR, "most": most}
    return [Claimed._make((*row[:-1], urgency, row[-1])) for row in fetch_all(_CLAIM, parameters)]


def hold_until_morning() -> None:
    """At night, put off what must not go out then; otherwise every claim would look at it again."""
    now = clock.now()
    if is_night(now):
        db.session.execute(_HOLD, {"now": now, "held": sorted(NOT_AT_NIGHT), "morning": not_at_night(now)})
