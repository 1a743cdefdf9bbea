"""Entering accepts into the ledger (subscription_credit), which two witnesses tell of: the client and WeChat.

Neither says which tap it means, so the same tap would be counted twice if both were added up. They are counted side by
side instead, and the accepts are **the larger of the two counts**: a tap that only one of them saw counts, and a tap
that both saw counts once, in whatever order the news comes. If each misses another tap, one message too few is sent
outside; that is the careful side. One too many would only cost a call: WeChat answers 43101, and all starts from zero.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from app.core import clock
from app.core.db import db

_ENTER = """
INSERT INTO subscription_credit AS credit (account_id, template_id, credits, {witness}, updated_at)
VALUES (:account_id, :template_id, 1, 1, :now)
ON CONFLICT (account_id, template_id) DO UPDATE SET
    credits = credit.credits + CASE WHEN credit.{witness} >= credit.{other} THEN 1 ELSE 0 END,
    {witness} = credit.{witness} + 1,
    updated_at = :now
WHERE credit.cleared_at IS NULL OR credit.cleared_at < :tapped_at
"""
_REPORTED = text(_ENTER.format(witness="reported", other="pushed"))
_PUSHED = text(_ENTER.format(witness="pushed", other="reported"))


def report(account_id: UUID, template_ids: Collection[str]) -> None:
    """The client tells of one tap on these templates."""
    now = clock.now()
    for template_id in sorted(set(template_ids)):
        values = {"account_id": account_id, "template_id": template_id, "now": now, "tapped_at": now}
        db.session.execute(_REPORTED, values)


def push(account_id: UUID, template_id: str, tapped_at: datetime) -> None:
    """WeChat tells of one accept. One from before the last refusal is no news."""
    values = {"account_id": account_id, "template_id": template_id, "now": clock.now(), "tapped_at": tapped_at}
    db.session.execute(_PUSHED, values)
