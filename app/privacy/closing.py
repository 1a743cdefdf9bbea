"""Closing an account (注销, PIPL 47): asked for, due some days later, taken back until then, and done by itself.

What others count on must be settled first: looked at when it is asked for and again when it is due. The account's row
is locked meanwhile, as a sign-in locks it, so that nobody is signed in to an account that is being erased.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import delete, or_, select
from sqlalchemy.dialects.postgresql import insert

from app.core import audit, clock
from app.core.db import db
from app.identity.actor import Actor
from app.identity.models import Account
from app.privacy import erasing, obligations
from app.privacy.erasing import Fate
from app.privacy.errors import NotClosing, StillNeeded
from app.privacy.models import Closing

COOLING: Final = timedelta(days=7)
"""How long it can be taken back."""
TRIED_EVERY: Final = timedelta(days=1)


@dataclass(frozen=True)
class ClosingView:
    """What closing would do or will do. `due_at`: when, if it was asked for; `first`: what must be settled before."""

    asked_at: datetime | None
    due_at: datetime | None
    first: Sequence[str]
    erased: Sequence[Fate]
    kept: Sequence[Fate]


def look(actor: Actor) -> ClosingView:
    """What closing the actor's account means, and whether it was asked for."""
    closing = db.session.get(Closing, actor.account_id, populate_existing=True)
    erased, kept = erasing.fates()
    return ClosingView(
        closing.asked_at if closing else None,
        closing.due_at if closing else None,
        list(obligations.left(actor.account_id).values()),
        erased,
        kept,
    )


def ask(actor: Actor) -> ClosingView:
    """Ask for it; once more changes nothing. Raises StillNeeded."""
    _require_nothing_left(actor.account_id)
    now = clock.now()
    asked = {"account_id": actor.account_id, "asked_at": now, "due_at": now + COOLING}
    if db.session.execute(insert(Closing).values(**asked).on_conflict_do_nothing()).rowcount:  # type: ignore[attr-defined]
        audit.record(audit.PLATFORM, actor.account_id, "ask_to_close_account", actor.account_id)
    return look(actor)


def take_back(actor: Actor) -> None:
    """Keep the account. Raises NotClosing."""
    gone = db.session.execute(
        delete(Closing).where(Closing.account_id == actor.account_id, Closing.closed_at.is_(None))
    )
    if not gone.rowcount:  # type: ignore[attr-defined]
        raise NotClosing
    audit.record(audit.PLATFORM, actor.account_id, "keep_account", actor.account_id)


def due() -> Sequence[UUID]:
    """The accounts whose closing is due; one that something was in the way of is tried again after a day."""
    now = clock.now()
    again = or_(Closing.last_tried_at.is_(None), Closing.last_tried_at <= now - TRIED_EVERY)
    found = select(Closing.account_id).where(Closing.closed_at.is_(None), Closing.due_at <= now, again)
    return db.session.scalars(found.order_by(Closing.due_at).limit(500)).all()


def close(account_id: UUID) -> bool:
    """Erase an account whose closing is due, unless that was taken back or something is left to settle; whether."""
    account = db.session.get(Account, account_id, with_for_update=True, populate_existing=True)
    closing = db.session.get(Closing, account_id, with_for_update=True, populate_existing=True)
    if account is None or closing is None or closing.closed_at or closing.due_at > clock.now():
        return False
    if obligations.left(account_id):
        closing.last_tried_at = clock.now()
        return False
    erasing.erase(account_id)
    closing.closed_at = clock.now()
    audit.record(audit.PLATFORM, None, "close_account", account_id)
    return True


def _require_nothing_left(account_id: UUID) -> None:
    left = obligations.left(account_id)
    if left:
        raise StillNeeded(first="；".join(left.values()), codes=list(left))
