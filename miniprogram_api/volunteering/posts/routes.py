"""Posts (岗位) and claims of them (认领)."""

from typing import Any
from uuid import UUID

from app.core.errors import Forbidden
from app.core.paging import Page
from app.identity.actor import Actor
from app.identity.consents.errors import CONSENT_REFUSALS
from app.volunteering.posts import acts, errors, queries
from app.volunteering.texts.errors import TextNotShown
from app.volunteering.volunteers.errors import NotAVolunteer
from miniprogram_api.auth import authenticated
from miniprogram_api.http import Blueprint, fails_with
from miniprogram_api.paging import AfterSchema
from miniprogram_api.volunteering.posts.schemas import (
    NewPostSchema,
    PostChangeSchema,
    PostClaimListSchema,
    PostClaimSchema,
    PostListSchema,
    PostRefusalSchema,
    PostSchema,
)

bp = Blueprint("posts", __name__, url_prefix="/compounds/<uuid:compound_id>/volunteer-posts", description="志愿岗位")


@bp.get("")
@authenticated
@bp.response(200, PostListSchema)
@fails_with(Forbidden)
def list_posts(actor: Actor, compound_id: UUID) -> dict[str, Any]:
    """List the compound's posts, the newest first."""
    return {"items": queries.list_posts(actor, compound_id)}


@bp.post("")
@authenticated
@bp.arguments(NewPostSchema)
@bp.response(201, PostSchema)
@fails_with(Forbidden)
def create_post(actor: Actor, body: dict[str, Any], compound_id: UUID) -> queries.PostView:
    """Set up a post."""
    return queries.get_post(actor, compound_id, acts.create_post(actor, compound_id, **body).id)


@bp.get("/<uuid:post_id>")
@authenticated
@bp.response(200, PostSchema)
@fails_with(Forbidden, errors.PostNotFound)
def get_post(actor: Actor, compound_id: UUID, post_id: UUID) -> queries.PostView:
    """Show a post."""
    return queries.get_post(actor, compound_id, post_id)


@bp.patch("/<uuid:post_id>")
@authenticated
@bp.arguments(PostChangeSchema)
@bp.response(200, PostSchema)
@fails_with(Forbidden, errors.PostNotFound, errors.PostClosed, errors.PlacesTaken)
def change_post(actor: Actor, body: dict[str, Any], compound_id: UUID, post_id: UUID) -> queries.PostView:
    """Change title, duties or the number of places."""
    return queries.get_post(actor, compound_id, acts.change_post(actor, compound_id, post_id, **body).id)


@bp.post("/<uuid:post_id>/closing")
@authenticated
@bp.response(200, PostSchema)
@fails_with(Forbidden, errors.PostNotFound, errors.PostClosed)
def close_post(actor: Actor, compound_id: UUID, post_id: UUID) -> queries.PostView:
    """Take no more claims; whoever serves goes on."""
    return queries.get_post(actor, compound_id, acts.close_post(actor, compound_id, post_id).id)


@bp.post("/<uuid:post_id>/claim")
@authenticated
@bp.response(201, PostSchema)
@fails_with(
    *CONSENT_REFUSALS,
    NotAVolunteer,
    errors.PostNotFound,
    errors.PostAlreadyClaimed,
    errors.PostClosed,
    TextNotShown,
    errors.PostFull,
)
def claim_post(actor: Actor, compound_id: UUID, post_id: UUID) -> queries.PostView:
    """Take a place of a post; it waits for the secretary's word."""
    return queries.get_post(actor, compound_id, acts.claim_post(actor, compound_id, post_id).id)


@bp.delete("/<uuid:post_id>/claim")
@authenticated
@bp.response(200, PostSchema)
@fails_with(NotAVolunteer, errors.PostNotFound, errors.PostNotClaimed)
def give_up_post(actor: Actor, compound_id: UUID, post_id: UUID) -> queries.PostView:
    """Give the own place back."""
    return queries.get_post(actor, compound_id, acts.give_up_post(actor, compound_id, post_id).id)


@bp.get("/<uuid:post_id>/claims")
@authenticated
@bp.arguments(AfterSchema, location="query")
@bp.response(200, PostClaimListSchema)
@fails_with(Forbidden, errors.PostNotFound)
def list_claims(actor: Actor, query: dict[str, Page], compound_id: UUID, post_id: UUID) -> dict[str, Any]:
    """List who claimed a post, with names, for the secretary; every look is on the audit log."""
    return {"items": queries.list_claims(actor, compound_id, post_id, page=query["page"])}


@bp.post("/<uuid:post_id>/claims/<uuid:claim_id>/confirmation")
@authenticated
@bp.response(200, PostClaimSchema)
@fails_with(Forbidden, errors.PostNotFound, errors.ClaimNotFound, errors.OwnClaim, errors.WrongClaimState)
def confirm_claim(actor: Actor, compound_id: UUID, post_id: UUID, claim_id: UUID) -> queries.ClaimView:
    """Confirm a volunteer in the post."""
    return queries.view_of_claim(acts.confirm_claim(actor, compound_id, post_id, claim_id))


@bp.post("/<uuid:post_id>/claims/<uuid:claim_id>/refusal")
@authenticated
@bp.arguments(PostRefusalSchema)
@bp.response(200, PostClaimSchema)
@fails_with(Forbidden, errors.PostNotFound, errors.ClaimNotFound, errors.WrongClaimState)
def decline_claim(
    actor: Actor, body: dict[str, Any], compound_id: UUID, post_id: UUID, claim_id: UUID
) -> queries.ClaimView:
    """Decline a claim, or relieve a confirmed volunteer, with a reason; the place is free again."""
    return queries.view_of_claim(acts.decline_claim(actor, compound_id, post_id, claim_id, **body))
