"""What time has done to wishes, written down and told: claims that lapsed, wishes that expired."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import or_, select

from app.core import clock
from app.core.db import db
from app.wishes import states, trail
from app.wishes.models import Wish, WishState

AT_ONCE = 500


def wishes_to_settle() -> Sequence[tuple[UUID, UUID]]:
    """The wishes, by compound and id, whose claim has lapsed or which have expired since the last run."""
    now = clock.now()
    due = select(Wish.compound_id, Wish.id).where(
        or_(
            (Wish.state == WishState.CLAIMED) & (Wish.claim_lapses_at <= now),
            (Wish.state == WishState.PUBLISHED) & (Wish.expires_at <= now),
        )
    )
    return [(compound_id, wish_id) for compound_id, wish_id in db.session.execute(due.limit(AT_ONCE))]


def settle_wish(compound_id: UUID, wish_id: UUID) -> bool:
    """Settle one wish; whether there was anything to do still."""
    wish = states.lock(compound_id, wish_id)
    before = wish.state
    done = states.settle(wish, clock.now())
    if done:
        trail.note(None, wish, "settle_wish", before)
    return done
