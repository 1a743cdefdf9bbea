"""Services (便民服务) with slots that residents book."""

from typing import Any
from uuid import UUID

from app.core.errors import Forbidden
from app.identity.actor import Actor
from app.identity.consents.errors import CONSENT_REFUSALS
from app.org.groups import GroupNotFound, NotYourGroup
from app.volunteering.brands.acts import BrandNotFound
from app.volunteering.offerings import activities, errors, queries, services
from app.volunteering.offerings.models import OfferingKind
from app.volunteering.texts.errors import TextNotShown
from app.volunteering.volunteers.errors import NotAVolunteer
from miniprogram_api.auth import authenticated
from miniprogram_api.http import Blueprint, fails_with
from miniprogram_api.volunteering.offerings.schemas import NewServiceSchema, OfferingListSchema, OfferingSchema
from miniprogram_api.volunteering.slots.schemas import SlotCancellationSchema

bp = Blueprint("services", __name__, url_prefix="/compounds/<uuid:compound_id>/services", description="便民服务")

REVIEW = (Forbidden, errors.OfferingNotFound, errors.OwnOffering, errors.OfferingCancelled, errors.OfferingReviewed)


@bp.get("")
@authenticated
@bp.response(200, OfferingListSchema)
@fails_with(Forbidden)
def list_services(actor: Actor, compound_id: UUID) -> dict[str, Any]:
    """List the services, the newest first; those that wait for review to whoever offers them and to the secretary."""
    return {"items": queries.list_offerings(actor, compound_id, OfferingKind.SERVICE)}


@bp.post("")
@authenticated
@bp.arguments(NewServiceSchema)
@bp.response(201, OfferingSchema)
@fails_with(Forbidden, *CONSENT_REFUSALS, NotAVolunteer, errors.RuleWrong, GroupNotFound, NotYourGroup, BrandNotFound)
def offer_service(actor: Actor, body: dict[str, Any], compound_id: UUID) -> queries.OfferingView:
    """Offer a service that repeats; a volunteer's waits for the secretary."""
    return queries.get_offering(actor, compound_id, services.offer_service(actor, compound_id, **body).id)


@bp.get("/<uuid:service_id>")
@authenticated
@bp.response(200, OfferingSchema)
@fails_with(Forbidden, errors.OfferingNotFound)
def get_service(actor: Actor, compound_id: UUID, service_id: UUID) -> queries.OfferingView:
    """Show a service with its slots."""
    return queries.get_offering(actor, compound_id, service_id)


@bp.post("/<uuid:service_id>/approval")
@authenticated
@bp.response(200, OfferingSchema)
@fails_with(*REVIEW, TextNotShown)
def approve_service(actor: Actor, compound_id: UUID, service_id: UUID) -> queries.OfferingView:
    """Open a service for booking: its slots are made four weeks ahead, and every day further."""
    return queries.get_offering(actor, compound_id, services.approve_service(actor, compound_id, service_id).id)


@bp.post("/<uuid:service_id>/refusal")
@authenticated
@bp.arguments(SlotCancellationSchema)
@bp.response(200, OfferingSchema)
@fails_with(*REVIEW)
def decline_service(actor: Actor, body: dict[str, Any], compound_id: UUID, service_id: UUID) -> queries.OfferingView:
    """Decline a service with a reason."""
    return queries.get_offering(actor, compound_id, services.decline_service(actor, compound_id, service_id, **body).id)


@bp.post("/<uuid:service_id>/cancellation")
@authenticated
@bp.arguments(SlotCancellationSchema)
@bp.response(200, OfferingSchema)
@fails_with(Forbidden, errors.OfferingNotFound, errors.OfferingCancelled)
def cancel_service(actor: Actor, body: dict[str, Any], compound_id: UUID, service_id: UUID) -> queries.OfferingView:
    """Call a service off with all slots to come; whoever booked is told."""
    return queries.get_offering(actor, compound_id, activities.cancel(actor, compound_id, service_id, **body).id)
