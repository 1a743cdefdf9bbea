"""A wish from its claim to its rating."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.core.errors import Forbidden
from app.identity.actor import Actor
from app.identity.consents import acts as consents
from app.moderation import pictures
from app.moderation import service as moderation
from app.moderation.models import Picture
from app.org.groups import require_member
from app.wishes import policy, states, telling, terms, trail
from app.wishes.errors import AlreadyRated, NotYourClaim, WishTaken
from app.wishes.models import ClaimEnding, Wish, WishClaim, WishState
from app.wishes.reports import REPORT

LOW_RATING = 3
"""The secretary is told of a rating below it."""


def claim_wish(actor: Actor, compound_id: UUID, wish_id: UUID, group_id: UUID | None = None) -> Wish:
    """Undertake a wish, for oneself or in the name of an own group: one claimant at a time, the first to come.

    Once more by the same claimant changes nothing.
    Raises Forbidden, ConsentWithdrawn, GuardianNeeded, WishNotFound, WishTaken, WrongWishState, OwnWish, NotYourGroup.
    """
    policy.require_see(actor, compound_id)
    consents.require(actor.account_id)
    if group_id:
        require_member(actor.account_id, compound_id, group_id)
    now = clock.now()
    wish, claim = _locked(actor, compound_id, wish_id, now)
    if claim is not None:
        if claim.account_id == actor.account_id:
            return wish
        raise WishTaken
    policy.require_anothers(actor, wish)
    states.require_state(wish, WishState.PUBLISHED)
    made = _claimed(actor, wish, group_id, now)
    trail.note(actor, wish, "claim_wish", WishState.PUBLISHED, claim_id=str(made.id))
    telling.tell_claimed(wish, made)
    return wish


def _claimed(actor: Actor, wish: Wish, group_id: UUID | None, now: datetime) -> WishClaim:
    made = WishClaim(
        compound_id=wish.compound_id,
        wish_id=wish.id,
        account_id=actor.account_id,
        group_id=group_id,
        claimed_at=now,
        lapses_at=now + terms.claim_term(),
    )
    db.session.add(made)
    wish.state, wish.claim_lapses_at = WishState.CLAIMED, made.lapses_at
    wish.expires_at = max(wish.expires_at or now, made.lapses_at + terms.AFTER_A_CLAIM)
    db.session.flush()
    return made


def start_wish(actor: Actor, compound_id: UUID, wish_id: UUID) -> Wish:
    """Say that the work has begun: from now on the claim does not lapse.

    Raises Forbidden, WishNotFound, WrongWishState, NotYourClaim.
    """
    wish, claim = _own_claim(actor, compound_id, wish_id)
    if claim.started_at is None:
        claim.started_at, wish.claim_lapses_at = clock.now(), None
        db.session.flush()
        trail.note(actor, wish, "start_wish", None, claim_id=str(claim.id))
    return wish


def give_up_wish(actor: Actor, compound_id: UUID, wish_id: UUID) -> Wish:
    """Give the own claim up: the wish is free again. Raises Forbidden, WishNotFound, WrongWishState, NotYourClaim."""
    wish, claim = _own_claim(actor, compound_id, wish_id)
    states.end_claim(wish, ClaimEnding.GIVEN_UP, clock.now())
    trail.note(actor, wish, "give_up_wish", WishState.CLAIMED, claim_id=str(claim.id))
    return wish


def release_wish(actor: Actor, compound_id: UUID, wish_id: UUID, reason: str) -> Wish:
    """Take a claim away from somebody who does not come, as the poster or a reviewer; that person is told why.

    Raises Forbidden, WishNotFound, WrongWishState.
    """
    viewer = policy.require_see(actor, compound_id)
    wish, claim = _locked(actor, compound_id, wish_id, clock.now())
    if wish.posted_by != actor.account_id and not viewer.reviews:
        raise Forbidden
    states.require_state(wish, WishState.CLAIMED)
    assert claim is not None
    states.end_claim(wish, ClaimEnding.RELEASED, clock.now(), reason)
    trail.note(actor, wish, "release_wish", WishState.CLAIMED, claim_id=str(claim.id))
    return wish


def fulfil_wish(actor: Actor, compound_id: UUID, wish_id: UUID, note: str | None = None) -> Wish:
    """Report the wish done, as its claimant. Once more changes nothing.

    Raises Forbidden, WishNotFound, WrongWishState, NotYourClaim.
    """
    policy.require_see(actor, compound_id)
    now = clock.now()
    wish, claim = _locked(actor, compound_id, wish_id, now)
    if wish.state in (WishState.FULFILLED, WishState.RATED) and _fulfilled(wish).account_id == actor.account_id:
        return wish
    states.require_state(wish, WishState.CLAIMED)
    if claim is None or claim.account_id != actor.account_id:
        raise NotYourClaim
    claim.note, claim.started_at = note, claim.started_at or now
    states.end_claim(wish, ClaimEnding.FULFILLED, now)
    wish.state = WishState.FULFILLED
    db.session.flush()
    trail.note(actor, wish, "fulfil_wish", WishState.CLAIMED, claim_id=str(claim.id))
    telling.tell_fulfilled(wish, claim)
    moderation.open_case(actor, compound_id, REPORT, claim.id)
    return wish


def add_report_photo(actor: Actor, compound_id: UUID, wish_id: UUID, content: bytes) -> Picture:
    """Put a photograph to the report of what was done, before the wish is reported done; the same file twice is one.

    Raises Forbidden, WishNotFound, WrongWishState, NotYourClaim, TooManyPictures and what `core.pictures` raises.
    """
    _own_claim(actor, compound_id, wish_id)
    stored = pictures.store(compound_id, content)
    wish, claim = _own_claim(actor, compound_id, wish_id)
    picture = pictures.add(actor, compound_id, REPORT, claim.id, stored)
    trail.note(actor, wish, "add_report_photo", picture_id=str(picture.id))
    return picture


def remove_report_photo(actor: Actor, compound_id: UUID, wish_id: UUID, picture_id: UUID) -> None:
    """Take it off again. Raises Forbidden, WishNotFound, WrongWishState, NotYourClaim, PictureNotFound."""
    wish, claim = _own_claim(actor, compound_id, wish_id)
    pictures.remove(compound_id, REPORT, claim.id, picture_id)
    trail.note(actor, wish, "remove_report_photo", picture_id=str(picture_id))


def rate_wish(actor: Actor, compound_id: UUID, wish_id: UUID, rating: int, text: str | None = None) -> Wish:
    """Rate what was done, 1 to 5, as the poster, once; below 3 the secretary is told.

    Raises Forbidden, WishNotFound, NotYourWish, WrongWishState, AlreadyRated.
    """
    policy.require_see(actor, compound_id)
    wish, _ = _locked(actor, compound_id, wish_id, clock.now())
    policy.require_poster(actor, wish)
    states.require_state(wish, WishState.FULFILLED, WishState.RATED)
    claim = _fulfilled(wish)
    if wish.state == WishState.RATED:
        if claim.rating != rating:
            raise AlreadyRated
        return wish
    claim.rating, claim.rating_text, claim.rated_at = rating, text, clock.now()
    wish.state = WishState.RATED
    db.session.flush()
    trail.note(actor, wish, "rate_wish", WishState.FULFILLED, rating=rating)
    if rating < LOW_RATING:
        telling.tell_rated_low(wish, claim)
    return wish


def _own_claim(actor: Actor, compound_id: UUID, wish_id: UUID) -> tuple[Wish, WishClaim]:
    policy.require_see(actor, compound_id)
    wish, claim = _locked(actor, compound_id, wish_id, clock.now())
    states.require_state(wish, WishState.CLAIMED)
    if claim is None or claim.account_id != actor.account_id:
        raise NotYourClaim
    return wish, claim


def _locked(actor: Actor, compound_id: UUID, wish_id: UUID, now: datetime) -> tuple[Wish, WishClaim | None]:
    """The wish, locked and settled, and its live claim."""
    wish = states.lock_visible(actor.account_id, compound_id, wish_id, now)
    return wish, states.live_claim(wish)


def _fulfilled(wish: Wish) -> WishClaim:
    claims = select(WishClaim).where(
        WishClaim.compound_id == wish.compound_id,
        WishClaim.wish_id == wish.id,
        WishClaim.ending == ClaimEnding.FULFILLED,
    )
    return db.session.scalars(claims).one()
