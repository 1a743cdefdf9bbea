"""Volunteers of a compound (志愿者)."""

from typing import Any
from uuid import UUID

from app.core.errors import Forbidden
from app.identity.actor import Actor
from app.identity.consents.errors import CONSENT_REFUSALS
from app.volunteering.volunteers import errors, registration
from miniprogram_api.auth import authenticated
from miniprogram_api.compounds.schemas import PageSchema
from miniprogram_api.http import Blueprint, fails_with
from miniprogram_api.volunteering.volunteers.schemas import (
    RegistrationSchema,
    VolunteerListSchema,
    VolunteerSchema,
)

bp = Blueprint("volunteers", __name__, url_prefix="/compounds/<uuid:compound_id>/volunteers", description="志愿者登记")


@bp.get("")
@authenticated
@bp.arguments(PageSchema, location="query")
@bp.response(200, VolunteerListSchema)
@fails_with(Forbidden)
def list_volunteers(actor: Actor, query: dict[str, Any], compound_id: UUID) -> dict[str, Any]:
    """List the compound's volunteers, masked, for staff."""
    return {"items": registration.list_volunteers(actor, compound_id, **query)}


@bp.put("/me")
@authenticated
@bp.arguments(RegistrationSchema)
@bp.response(200, VolunteerSchema)
@fails_with(Forbidden, *CONSENT_REFUSALS, errors.ConsentNeeded, errors.IdNumberWrong, errors.TooYoung)
def register_volunteer(actor: Actor, body: dict[str, Any], compound_id: UUID) -> registration.VolunteerView:
    """Register the actor as a volunteer, or set right what was registered."""
    return registration.register(actor, compound_id, **body)


@bp.get("/me")
@authenticated
@bp.response(200, VolunteerSchema)
@fails_with(errors.NotAVolunteer)
def get_my_registration(actor: Actor, compound_id: UUID) -> registration.VolunteerView:
    """Show the actor's own registration."""
    return registration.get_mine(actor, compound_id)


@bp.delete("/me")
@authenticated
@bp.response(204)
@fails_with(errors.NotAVolunteer, errors.StillEngaged)
def leave_volunteers(actor: Actor, compound_id: UUID) -> None:
    """End the actor's registration; what was served stays on record."""
    registration.leave(actor, compound_id)
