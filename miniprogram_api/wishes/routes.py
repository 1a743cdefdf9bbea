"""Small wishes (微心愿)."""

from typing import Any
from uuid import UUID

from app.core.errors import Forbidden
from app.identity.actor import Actor
from app.identity.consents.errors import CONSENT_REFUSALS
from app.moderation.errors import OwnEntry
from app.org.errors import OutsideOwnPlace
from app.org.groups import NotYourGroup
from app.wishes import errors, queries, service
from miniprogram_api.auth import authenticated
from miniprogram_api.http import Blueprint, fails_with
from miniprogram_api.wishes.schemas import (
    DuplicateListSchema,
    FulfilmentSchema,
    MergeSchema,
    NewClaimSchema,
    NewWishSchema,
    RatingSchema,
    ReleaseSchema,
    WholeWishSchema,
    WishChangesSchema,
    WishListSchema,
    WishPageSchema,
    WishTakeDownSchema,
)

bp = Blueprint("wishes", __name__, url_prefix="/compounds/<uuid:compound_id>/wishes", description="微心愿")


@bp.post("")
@authenticated
@bp.arguments(NewWishSchema)
@bp.response(201, WholeWishSchema)
@fails_with(
    Forbidden,
    *CONSENT_REFUSALS,
    errors.NoHome,
    errors.HomeNotFound,
    errors.StewardOnly,
    OutsideOwnPlace,
    errors.ConsentRequired,
    errors.TooManyWishes,
)
def create_wish(actor: Actor, body: dict[str, Any], compound_id: UUID) -> queries.WishView:
    """Write a wish for the own home, or as a steward for a neighbour who consented: a draft."""
    wish = service.create_wish(actor, compound_id, **body)
    return queries.get_wish(actor, compound_id, wish.id)


@bp.get("")
@authenticated
@bp.arguments(WishPageSchema, location="query")
@bp.response(200, WishListSchema)
@fails_with(Forbidden)
def list_wishes(actor: Actor, page: dict[str, Any], compound_id: UUID) -> dict[str, Any]:
    """List the compound's wishes, or the own ones, the newest first."""
    return {"items": queries.list_wishes(actor, compound_id, **page)}


@bp.get("/<uuid:wish_id>")
@authenticated
@bp.response(200, WholeWishSchema)
@fails_with(Forbidden, errors.WishNotFound)
def get_wish(actor: Actor, compound_id: UUID, wish_id: UUID) -> queries.WishView:
    """Show a wish; to its claimant and to reviewers with the beneficiary, and that look goes on record."""
    return queries.get_wish(actor, compound_id, wish_id)


@bp.patch("/<uuid:wish_id>")
@authenticated
@bp.arguments(WishChangesSchema)
@bp.response(200, WholeWishSchema)
@fails_with(Forbidden, errors.WishNotFound, errors.NotYourWish, errors.WrongWishState, errors.TooManyWishes)
def change_wish(actor: Actor, body: dict[str, Any], compound_id: UUID, wish_id: UUID) -> queries.WishView:
    """Change a draft, or what came back or expired."""
    service.change_wish(actor, compound_id, wish_id, **body)
    return queries.get_wish(actor, compound_id, wish_id)


@bp.post("/<uuid:wish_id>/submission")
@authenticated
@bp.response(200, WholeWishSchema)
@fails_with(Forbidden, errors.WishNotFound, errors.NotYourWish, errors.WrongWishState, errors.TooManyWishes)
def submit_wish(actor: Actor, compound_id: UUID, wish_id: UUID) -> queries.WishView:
    """Put a wish before the reviewers, also one that came back or expired."""
    service.submit_wish(actor, compound_id, wish_id)
    return queries.get_wish(actor, compound_id, wish_id)


@bp.post("/<uuid:wish_id>/withdrawal")
@authenticated
@bp.response(200, WholeWishSchema)
@fails_with(Forbidden, errors.WishNotFound, errors.NotYourWish, errors.WrongWishState)
def withdraw_wish(actor: Actor, compound_id: UUID, wish_id: UUID) -> queries.WishView:
    """Take the own wish back before it is fulfilled; whoever claimed it is told."""
    service.withdraw_wish(actor, compound_id, wish_id)
    return queries.get_wish(actor, compound_id, wish_id)


@bp.post("/<uuid:wish_id>/claim")
@authenticated
@bp.arguments(NewClaimSchema, required=False)
@bp.response(201, WholeWishSchema)
@fails_with(
    Forbidden,
    *CONSENT_REFUSALS,
    errors.OwnWish,
    errors.WishNotFound,
    errors.WishTaken,
    errors.WrongWishState,
    NotYourGroup,
)
def claim_wish(actor: Actor, body: dict[str, Any], compound_id: UUID, wish_id: UUID) -> queries.WishView:
    """Undertake a wish, also in the name of a group: the first to come has it, and is shown whom it is for."""
    service.claim_wish(actor, compound_id, wish_id, **body)
    return queries.get_wish(actor, compound_id, wish_id)


@bp.delete("/<uuid:wish_id>/claim")
@authenticated
@bp.response(200, WholeWishSchema)
@fails_with(Forbidden, errors.NotYourClaim, errors.WishNotFound, errors.WrongWishState)
def give_up_wish(actor: Actor, compound_id: UUID, wish_id: UUID) -> queries.WishView:
    """Give the own claim up: the wish is free again."""
    service.give_up_wish(actor, compound_id, wish_id)
    return queries.get_wish(actor, compound_id, wish_id)


@bp.post("/<uuid:wish_id>/claim/start")
@authenticated
@bp.response(200, WholeWishSchema)
@fails_with(Forbidden, errors.NotYourClaim, errors.WishNotFound, errors.WrongWishState)
def start_wish(actor: Actor, compound_id: UUID, wish_id: UUID) -> queries.WishView:
    """Say that the work has begun: the claim does not lapse any more."""
    service.start_wish(actor, compound_id, wish_id)
    return queries.get_wish(actor, compound_id, wish_id)


@bp.post("/<uuid:wish_id>/claim/release")
@authenticated
@bp.arguments(ReleaseSchema)
@bp.response(200, WholeWishSchema)
@fails_with(Forbidden, errors.WishNotFound, errors.WrongWishState)
def release_wish(actor: Actor, body: dict[str, Any], compound_id: UUID, wish_id: UUID) -> queries.WishView:
    """Take a claim away from somebody who does not come, as the poster or a reviewer."""
    service.release_wish(actor, compound_id, wish_id, **body)
    return queries.get_wish(actor, compound_id, wish_id)


@bp.post("/<uuid:wish_id>/fulfilment")
@authenticated
@bp.arguments(FulfilmentSchema)
@bp.response(200, WholeWishSchema)
@fails_with(Forbidden, errors.NotYourClaim, errors.WishNotFound, errors.WrongWishState)
def fulfil_wish(actor: Actor, body: dict[str, Any], compound_id: UUID, wish_id: UUID) -> queries.WishView:
    """Report the wish done, as its claimant."""
    service.fulfil_wish(actor, compound_id, wish_id, **body)
    return queries.get_wish(actor, compound_id, wish_id)


@bp.post("/<uuid:wish_id>/rating")
@authenticated
@bp.arguments(RatingSchema)
@bp.response(200, WholeWishSchema)
@fails_with(Forbidden, errors.NotYourWish, errors.WishNotFound, errors.WrongWishState, errors.AlreadyRated)
def rate_wish(actor: Actor, body: dict[str, Any], compound_id: UUID, wish_id: UUID) -> queries.WishView:
    """Rate what was done, once, as the poster."""
    service.rate_wish(actor, compound_id, wish_id, **body)
    return queries.get_wish(actor, compound_id, wish_id)


@bp.get("/<uuid:wish_id>/duplicates")
@authenticated
@bp.response(200, DuplicateListSchema)
@fails_with(Forbidden, errors.WishNotFound)
def list_duplicates(actor: Actor, compound_id: UUID, wish_id: UUID) -> dict[str, Any]:
    """List open wishes that may ask for the same, for reviewers."""
    return {"items": service.likely_duplicates(actor, compound_id, wish_id)}


@bp.post("/<uuid:wish_id>/merge")
@authenticated
@bp.arguments(MergeSchema)
@bp.response(200, WholeWishSchema)
@fails_with(Forbidden, OwnEntry, errors.WishNotFound, errors.WrongWishState, errors.MergeRefused)
def merge_wish(actor: Actor, body: dict[str, Any], compound_id: UUID, wish_id: UUID) -> queries.WishView:
    """Let a wish go on as part of another, which is shown; its backers come along."""
    other = service.merge_wish(actor, compound_id, wish_id, **body)
    return queries.get_wish(actor, compound_id, other.id)


@bp.post("/<uuid:wish_id>/taking-down")
@authenticated
@bp.arguments(WishTakeDownSchema)
@bp.response(200, WholeWishSchema)
@fails_with(Forbidden, OwnEntry, errors.WishNotFound, errors.WrongWishState)
def take_down_wish(actor: Actor, body: dict[str, Any], compound_id: UUID, wish_id: UUID) -> queries.WishView:
    """Take a public wish down, as a reviewer: it comes back to its poster, who may change it or appeal."""
    service.take_down_wish(actor, compound_id, wish_id, **body)
    return queries.get_wish(actor, compound_id, wish_id)


@bp.put("/<uuid:wish_id>/backing")
@authenticated
@bp.response(200, WholeWishSchema)
@fails_with(Forbidden, errors.OwnWish, errors.WishNotFound, errors.WrongWishState)
def back_wish(actor: Actor, compound_id: UUID, wish_id: UUID) -> queries.WishView:
    """Back a neighbour's wish, once."""
    service.back_wish(actor, compound_id, wish_id)
    return queries.get_wish(actor, compound_id, wish_id)


@bp.delete("/<uuid:wish_id>/backing")
@authenticated
@bp.response(200, WholeWishSchema)
@fails_with(Forbidden, errors.WishNotFound, errors.WrongWishState)
def unback_wish(actor: Actor, compound_id: UUID, wish_id: UUID) -> queries.WishView:
    """Take the own backing back."""
    service.unback_wish(actor, compound_id, wish_id)
    return queries.get_wish(actor, compound_id, wish_id)
