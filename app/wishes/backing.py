"""Neighbours back a wish, once each."""

from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from app.core import clock
from app.core.db import db
from app.identity.actor import Actor
from app.wishes import policy, states
from app.wishes.models import Wish, WishBacking, WishState


def back_wish(actor: Actor, compound_id: UUID, wish_id: UUID) -> Wish:
    """Back a wish that is still to be fulfilled; once more changes nothing.

    Raises Forbidden, WishNotFound, WrongWishState, OwnWish.
    """
    wish = _open(actor, compound_id, wish_id)
    policy.require_anothers(actor, wish)
    backing = {"compound_id": compound_id, "wish_id": wish.id, "account_id": actor.account_id}
    db.session.execute(insert(WishBacking).values(**backing, backed_at=clock.now()).on_conflict_do_nothing())
    return wish


def unback_wish(actor: Actor, compound_id: UUID, wish_id: UUID) -> Wish:
    """Take the own backing back; none is no error. Raises Forbidden, WishNotFound, WrongWishState."""
    wish = _open(actor, compound_id, wish_id)
    mine = (
        WishBacking.compound_id == compound_id,
        WishBacking.wish_id == wish.id,
        WishBacking.account_id == actor.account_id,
    )
    db.session.execute(delete(WishBacking).where(*mine))
    return wish


def _open(actor: Actor, compound_id: UUID, wish_id: UUID) -> Wish:
    policy.require_see(actor, compound_id)
    wish = states.lock_visible(actor.account_id, compound_id, wish_id, clock.now())
    states.require_state(wish, WishState.PUBLISHED, WishState.CLAIMED)
    return wish
