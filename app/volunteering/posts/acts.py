"""Posts: set up, claimed, confirmed or declined, given up, closed.

Every claim locks its post: a place is one person's.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.core import audit, clock
from app.core.db import db
from app.identity.actor import Actor
from app.identity.consents import acts as consents
from app.volunteering import policy, telling
from app.volunteering.posts.errors import (
    ClaimNotFound,
    OwnClaim,
    PlacesTaken,
    PostAlreadyClaimed,
    PostClosed,
    PostFull,
    PostNotClaimed,
    PostNotFound,
    WrongClaimState,
)
from app.volunteering.posts.models import LIVE_CLAIMS, ClaimState, PostClaim, VolunteerPost
from app.volunteering.texts import checking as texts
from app.volunteering.volunteers import registration


def create_post(actor: Actor, compound_id: UUID, title: str, duties: str, places: int) -> VolunteerPost:
    """Set up a post with so many places; it is shown once its words were checked. Raises Forbidden."""
    policy.require_manage(actor, compound_id)
    post = VolunteerPost(
        compound_id=compound_id,
        title=title,
        duties=duties,
        places=places,
        created_by=actor.account_id,
        created_at=clock.now(),
    )
    db.session.add(post)
    db.session.flush()
    audit.record(compound_id, actor.account_id, "create_post", post.id, after={"places": places})
    texts.submit(actor, post)
    return post


def change_post(actor: Actor, compound_id: UUID, post_id: UUID, **changes: Any) -> VolunteerPost:
    """Change title, duties or the number of places; other words are checked before residents see them.

    Raises Forbidden, PostNotFound, PostClosed, PlacesTaken.
    """
    policy.require_manage(actor, compound_id)
    post = _open(compound_id, post_id)
    if changes.get("places", post.places) < post.taken:
        raise PlacesTaken(taken=post.taken)
    before = {name: getattr(post, name) for name in changes}
    for name, value in changes.items():
        setattr(post, name, value)
    db.session.flush()
    audit.record(compound_id, actor.account_id, "change_post", post_id, before=before, after=changes)
    if any(name != "places" and value != before[name] for name, value in changes.items()):
        texts.submit(actor, post)
    return post


def close_post(actor: Actor, compound_id: UUID, post_id: UUID) -> VolunteerPost:
    """Take no more claims; whoever serves goes on. Raises Forbidden, PostNotFound, PostClosed."""
    policy.require_manage(actor, compound_id)
    post = _open(compound_id, post_id)
    post.closed_at = clock.now()
    db.session.flush()
    texts.withdraw(actor, post)
    audit.record(compound_id, actor.account_id, "close_post", post_id)
    return post


def claim_post(actor: Actor, compound_id: UUID, post_id: UUID) -> VolunteerPost:
    """Take a place of a post; it waits for the secretary's word.

    Raises NotAVolunteer, ConsentWithdrawn, GuardianNeeded, PostNotFound, PostAlreadyClaimed, PostClosed, TextNotShown,
    PostFull.
    """
    volunteer = registration.current(actor, compound_id, lock=True)
    consents.require(actor.account_id)
    post = _locked(compound_id, post_id)
    held = _live_claim(post, volunteer.id)
    if held:
        raise PostAlreadyClaimed(state=held.state, state_text=ClaimState(held.state).chinese)
    if post.closed_at:
        raise PostClosed
    texts.require_shown(post)
    if post.taken >= post.places:
        raise PostFull(places=post.places)
    post.taken += 1
    claim = PostClaim(
        compound_id=compound_id,
        post_id=post_id,
        volunteer_id=volunteer.id,
        account_id=actor.account_id,
        state=ClaimState.CLAIMED,
        claimed_at=clock.now(),
    )
    db.session.add(claim)
    db.session.flush()
    _note(actor, claim, "claim_post")
    return post


def give_up_post(actor: Actor, compound_id: UUID, post_id: UUID) -> VolunteerPost:
    """Give the actor's own place back. Raises NotAVolunteer, PostNotFound, PostNotClaimed."""
    volunteer = registration.current(actor, compound_id)
    post = _locked(compound_id, post_id)
    claim = _live_claim(post, volunteer.id)
    if claim is None:
        raise PostNotClaimed
    _end(actor, post, claim, ClaimState.GIVEN_UP, None, "give_up_post")
    return post


def confirm_claim(actor: Actor, compound_id: UUID, post_id: UUID, claim_id: UUID) -> PostClaim:
    """Confirm a volunteer in the post, and tell. Raises Forbidden, PostNotFound, ClaimNotFound, OwnClaim,
    WrongClaimState."""
    policy.require_manage(actor, compound_id)
    post, claim = _post_and_claim(compound_id, post_id, claim_id)
    if claim.account_id == actor.account_id:
        raise OwnClaim
    _require(claim, ClaimState.CLAIMED)
    claim.state, claim.decided_by, claim.decided_at = ClaimState.CONFIRMED, actor.account_id, clock.now()
    db.session.flush()
    _note(actor, claim, "confirm_claim")
    telling.tell_claim_decided(post, claim)
    return claim


def decline_claim(actor: Actor, compound_id: UUID, post_id: UUID, claim_id: UUID, reason: str) -> PostClaim:
    """Decline a claim, or relieve a confirmed volunteer, with a reason; the place is free, the person told.

    Raises Forbidden, PostNotFound, ClaimNotFound, WrongClaimState.
    """
    policy.require_manage(actor, compound_id)
    post, claim = _post_and_claim(compound_id, post_id, claim_id)
    _require(claim, *LIVE_CLAIMS)
    _end(actor, post, claim, ClaimState.DECLINED, reason, "decline_claim")
    telling.tell_claim_decided(post, claim)
    return claim


def _end(actor: Actor, post: VolunteerPost, claim: PostClaim, state: ClaimState, reason: str | None, act: str) -> None:
    claim.state, claim.reason, claim.decided_by, claim.decided_at = state, reason, actor.account_id, clock.now()
    post.taken -= 1
    db.session.flush()
    _note(actor, claim, act)


def _require(claim: PostClaim, *allowed: ClaimState) -> None:
    if claim.state not in allowed:
        raise WrongClaimState(state=claim.state, state_text=ClaimState(claim.state).chinese)


def _locked(compound_id: UUID, post_id: UUID) -> VolunteerPost:
    post = db.session.get(VolunteerPost, (compound_id, post_id), with_for_update=True, populate_existing=True)
    if post is None:
        raise PostNotFound
    return post


def _open(compound_id: UUID, post_id: UUID) -> VolunteerPost:
    post = _locked(compound_id, post_id)
    if post.closed_at:
        raise PostClosed
    return post


def _post_and_claim(compound_id: UUID, post_id: UUID, claim_id: UUID) -> tuple[VolunteerPost, PostClaim]:
    """Both, locked in this order."""
    post = _locked(compound_id, post_id)
    claim = db.session.get(PostClaim, (compound_id, claim_id), populate_existing=True)
    if claim is None or claim.post_id != post_id:
        raise ClaimNotFound
    return post, claim


def _live_claim(post: VolunteerPost, volunteer_id: UUID) -> PostClaim | None:
    found: PostClaim | None = db.session.scalar(
        select(PostClaim)
        .where(
            PostClaim.compound_id == post.compound_id,
            PostClaim.post_id == post.id,
            PostClaim.volunteer_id == volunteer_id,
            PostClaim.state.in_(LIVE_CLAIMS),
        )
        .execution_options(populate_existing=True)
    )
    return found


def _note(actor: Actor, claim: PostClaim, act: str) -> None:
    after = {"claim_id": str(claim.id), "state": str(claim.state)}
    audit.record(claim.compound_id, actor.account_id, act, claim.post_id, after=after)
