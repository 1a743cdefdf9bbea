"""Reads of posts and claims."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select

from app.core import audit
from app.core.db import db
from app.core.masking import mask_name
from app.core.paging import WHOLE, Page, paged
from app.identity.actor import Actor
from app.moderation.queries import OwnReview
from app.volunteering import policy
from app.volunteering.posts.errors import PostNotFound
from app.volunteering.posts.models import LIVE_CLAIMS, ClaimState, PostClaim, VolunteerPost
from app.volunteering.texts import queries as texts
from app.volunteering.texts.states import TextState
from app.volunteering.volunteers.models import Volunteer

LISTED = 200


@dataclass(frozen=True)
class PostView:
    """A post as everybody here sees it; `my_state` is the actor's own claim's.

    `text_review`: the check of its words, for whoever wrote it.
    """

    id: UUID
    title: str
    duties: str
    places: int
    free: int
    closed: bool
    created_at: datetime
    my_state: str | None
    my_reason: str | None
    text_state: str
    text_state_text: str
    text_review: OwnReview | None


@dataclass(frozen=True)
class ClaimView:
    """A claim as the secretary sees it, with the volunteer's name."""

    id: UUID
    volunteer_id: UUID
    volunteer_number: str
    name: str
    state: str
    state_text: str
    reason: str | None
    claimed_at: datetime
    decided_at: datetime | None


def list_posts(actor: Actor, compound_id: UUID) -> Sequence[PostView]:
    """The compound's posts, the newest first. What is not shown, to those who manage it, and to who serves in it.

    Raises Forbidden.
    """
    policy.require_see(actor, compound_id)
    mine = _mine(actor, compound_id)
    found = select(VolunteerPost).where(VolunteerPost.compound_id == compound_id)
    if not policy.can_manage(actor, compound_id):
        found = found.where(or_(VolunteerPost.text_state == TextState.SHOWN, VolunteerPost.id.in_(_served(mine))))
    posts = db.session.scalars(found.order_by(VolunteerPost.id.desc()).limit(LISTED)).all()
    return _views(actor, compound_id, posts, mine)


def get_post(actor: Actor, compound_id: UUID, post_id: UUID) -> PostView:
    """A post. Raises Forbidden, PostNotFound."""
    policy.require_see(actor, compound_id)
    post = db.session.get(VolunteerPost, (compound_id, post_id))
    mine = _mine(actor, compound_id)
    if post is None or not (
        post.text_state == TextState.SHOWN or post_id in _served(mine) or policy.can_manage(actor, compound_id)
    ):
        raise PostNotFound
    return _views(actor, compound_id, [post], mine)[0]


def list_claims(
    actor: Actor, compound_id: UUID, post_id: UUID, masked: bool = False, page: Page = WHOLE
) -> Sequence[ClaimView]:
    """Who claimed a post, as they came: the secretary's. A look at names that are not `masked` is on the audit log.

    Raises Forbidden, PostNotFound.
    """
    policy.require_manage(actor, compound_id)
    get_post(actor, compound_id, post_id)
    claims = (PostClaim.compound_id == compound_id) & (PostClaim.post_id == post_id)
    found = select(PostClaim, Volunteer).join(
        Volunteer, (Volunteer.compound_id == PostClaim.compound_id) & (Volunteer.id == PostClaim.volunteer_id)
    )
    rows = db.session.execute(paged(found.where(claims), page, (PostClaim.id,), claims))
    views = [claim_view(claim, volunteer) for claim, volunteer in rows]
    if masked:
        return [replace(view, name=mask_name(view.name)) for view in views]
    audit.record(compound_id, actor.account_id, "read_claims", post_id)
    return views


def view_of_claim(claim: PostClaim) -> ClaimView:
    """A claim that was just decided, for whoever decided it."""
    return claim_view(claim, db.session.get_one(Volunteer, (claim.compound_id, claim.volunteer_id)))


def claim_view(claim: PostClaim, volunteer: Volunteer) -> ClaimView:
    """A claim beside its volunteer."""
    return ClaimView(
        claim.id,
        volunteer.id,
        volunteer.number,
        volunteer.name,
        claim.state,
        ClaimState(claim.state).chinese,
        claim.reason,
        claim.claimed_at,
        claim.decided_at,
    )


def _mine(actor: Actor, compound_id: UUID) -> dict[UUID, PostClaim]:
    """By post, the actor's live claim, or else the last one."""
    found = db.session.scalars(
        select(PostClaim)
        .where(PostClaim.compound_id == compound_id, PostClaim.account_id == actor.account_id)
        .order_by(PostClaim.state.in_(LIVE_CLAIMS), PostClaim.id)
    )
    return {claim.post_id: claim for claim in found}


def _served(mine: dict[UUID, PostClaim]) -> list[UUID]:
    """The posts in which the actor holds a place."""
    return [post_id for post_id, claim in mine.items() if claim.state in LIVE_CLAIMS]


def _views(
    actor: Actor, compound_id: UUID, posts: Sequence[VolunteerPost], mine: dict[UUID, PostClaim]
) -> list[PostView]:
    reviews = texts.own_reviews(actor, compound_id, texts.POST, {post.id: post.created_by for post in posts})
    return [_view(post, mine.get(post.id), reviews.get(post.id)) for post in posts]


def _view(post: VolunteerPost, mine: PostClaim | None, review: OwnReview | None) -> PostView:
    return PostView(
        post.id,
        post.title,
        post.duties,
        post.places,
        post.places - post.taken,
        post.closed_at is not None,
        post.created_at,
        mine.state if mine else None,
        mine.reason if mine else None,
        post.text_state,
        TextState(post.text_state).chinese,
        review,
    )
