"""Taking down what turned out wrong after it was published."""

from uuid import UUID

from app.compounds import homes
from app.core import clock
from app.core.db import db
from app.identity.actor import Actor
from app.moderation import service as moderation
from app.moderation.models import Ground
from app.wishes import policy, states, telling, trail
from app.wishes.models import ClaimEnding, Wish, WishState
from app.wishes.reviewing import KIND


def take_down_wish(actor: Actor, compound_id: UUID, wish_id: UUID, ground: Ground, reason: str) -> Wish:
    """Return a public wish to its poster, as a reviewer; a claim on it ends, and the claimant is told.

    The poster may change and submit it, or appeal. Raises Forbidden, WishNotFound, WrongWishState, OwnEntry.
    """
    policy.require_review(actor, compound_id)
    now = clock.now()
    wish = states.lock_visible(actor.account_id, compound_id, wish_id, now)
    states.require_state(wish, WishState.PUBLISHED, WishState.CLAIMED)
    involved = homes.accounts_of_unit(compound_id, wish.unit_id)
    case = moderation.take_down(actor, compound_id, KIND, wish.id, wish.posted_by, involved, ground, reason)
    before = wish.state
    claim = states.end_claim(wish, ClaimEnding.WITHDRAWN, now)
    wish.state = WishState.RETURNED
    db.session.flush()
    trail.note(actor, wish, "take_down_wish", before, case_id=str(case.id))
    telling.tell_returned(wish, case.id, reason)
    if claim:
        telling.tell_withdrawn(wish, claim, "已被下架")
    return wish
