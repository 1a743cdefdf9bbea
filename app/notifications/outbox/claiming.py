"""Taking messages out of the outbox to send: `created` -> `sending`, each by one worker only."""

from datetime import timedelta

from sqlalchemy import text

from app.core import clock
from app.core.db import db
from app.core.queueing import Urgency
from app.notifications.catalogue import NOT_AT_NIGHT
from app.notifications.delivery import Claimed
from app.notifications.quiet import is_night, not_at_night

BUSY_FOR = timedelta(seconds=60)
"""For how long a message that is `sending` keeps others of its account back: longer than any call takes."""

ONE_AT_A_TIME = 0x6F7574626F78
"""Advisory lock of whoever claims: of two claims, the second sees what the first took."""

# WeChat refuses two calls for one openid at a time (43108): one message an account, and none while one is under way.
_CLAIM = text("""
WITH due AS (
    SELECT compound_id, id, account_id, due_at FROM outbox waiting
    WHERE state = 'created' AND urgency = :urgency AND due_at <= :now AND kind <> ALL(:held)
      AND NOT EXISTS (
        SELECT FROM outbox busy
        WHERE busy.account_id = waiting.account_id AND busy.state = 'sending' AND busy.claimed_at > :busy_since)
    ORDER BY due_at LIMIT :most
), first AS (
    SELECT DISTINCT ON (account_id) compound_id, id FROM due ORDER BY account_id, due_at, id
)
UPDATE outbox SET state = 'sending', claimed_at = :now, attempts = attempts + 1, outcome = NULL FROM first
WHERE outbox.compound_id = first.compound_id AND outbox.id = first.id AND outbox.state = 'created'
RETURNING outbox.compound_id, outbox.id, outbox.account_id, outbox.kind, outbox.page, outbox.data, outbox.attempts,
    outbox.expires_at, outbox.claimed_at, outbox.undelivered_by
""")

_HOLD = text("""
UPDATE outbox SET due_at = :morning WHERE state = 'created' AND kind = ANY(:held) AND due_at <= :now
""")


def claim(urgency: Urgency, most: int) -> list[Claimed]:
    """At most so many messages that are due, no two of one account, those that waited longest first."""
    now = clock.now()
    held = sorted(NOT_AT_NIGHT) if is_night(now) else []
    db.session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_AT_A_TIME})
    parameters = {"urgency": str(urgency), "now": now, "held": held, "busy_since": now - BUSY_FOR, "most": most}
    rows = db.session.execute(_CLAIM, parameters).mappings()
    return [Claimed(**row, urgency=urgency) for row in rows]


def hold_until_morning() -> None:
    """At night, put off what must not go out then; otherwise every claim would look at it again."""
    now = clock.now()
    if is_night(now):
        db.session.execute(_HOLD, {"now": now, "held": sorted(NOT_AT_NIGHT), "morning": not_at_night(now)})
