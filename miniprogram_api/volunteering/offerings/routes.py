"""Activities (活动) with dated shifts."""

from typing import Any
from uuid import UUID

from app.core.errors import Forbidden
from app.identity.actor import Actor
from app.org.groups import GroupNotFound, NotYourGroup
from app.volunteering.brands.acts import BrandNotFound
from app.volunteering.offerings import activities, errors, queries
from app.volunteering.offerings.models import OfferingKind
from miniprogram_api.auth import authenticated
from miniprogram_api.http import Blueprint, fails_with
from miniprogram_api.volunteering.offerings.schemas import (
    NewActivitySchema,
    NewShiftsSchema,
    OfferingListSchema,
    OfferingSchema,
)
from miniprogram_api.volunteering.slots.schemas import SlotCancellationSchema

bp = Blueprint("activities", __name__, url_prefix="/compounds/<uuid:compound_id>/activities", description="志愿活动")


@bp.get("")
@authenticated
@bp.response(200, OfferingListSchema)
@fails_with(Forbidden)
def list_activities(actor: Actor, compound_id: UUID) -> dict[str, Any]:
    """List the activities with shifts still to come, the newest first."""
    return {"items": queries.list_offerings(actor, compound_id, OfferingKind.ACTIVITY)}


@bp.post("")
@authenticated
@bp.arguments(NewActivitySchema)
@bp.response(201, OfferingSchema)
@fails_with(Forbidden, errors.TimesWrong, GroupNotFound, NotYourGroup, BrandNotFound)
def create_activity(actor: Actor, body: dict[str, Any], compound_id: UUID) -> queries.OfferingView:
    """Set up an activity with its shifts: for secretary, stewards and officers; the actor organises it."""
    return queries.get_offering(actor, compound_id, activities.create_activity(actor, compound_id, **body).id)


@bp.get("/<uuid:activity_id>")
@authenticated
@bp.response(200, OfferingSchema)
@fails_with(Forbidden, errors.OfferingNotFound)
def get_activity(actor: Actor, compound_id: UUID, activity_id: UUID) -> queries.OfferingView:
    """Show an activity."""
    return queries.get_offering(actor, compound_id, activity_id)


@bp.post("/<uuid:activity_id>/shifts")
@authenticated
@bp.arguments(NewShiftsSchema)
@bp.response(201, OfferingSchema)
@fails_with(Forbidden, errors.OfferingNotFound, errors.OfferingCancelled, errors.TimesWrong)
def add_shifts(actor: Actor, body: dict[str, Any], compound_id: UUID, activity_id: UUID) -> queries.OfferingView:
    """Add shifts to an activity."""
    return queries.get_offering(actor, compound_id, activities.add_shifts(actor, compound_id, activity_id, **body).id)


@bp.post("/<uuid:activity_id>/cancellation")
@authenticated
@bp.arguments(SlotCancellationSchema)
@bp.response(200, OfferingSchema)
@fails_with(Forbidden, errors.OfferingNotFound, errors.OfferingCancelled)
def cancel_activity(actor: Actor, body: dict[str, Any], compound_id: UUID, activity_id: UUID) -> queries.OfferingView:
    """Call an activity off with all shifts to come; whoever signed up is told."""
    return queries.get_offering(actor, compound_id, activities.cancel(actor, compound_id, activity_id, **body).id)
