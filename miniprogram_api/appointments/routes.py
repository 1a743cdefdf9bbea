"""Roles held in a compound (任职): who holds which, and ending one."""

from typing import Any
from uuid import UUID

from app.compounds import people
from app.core.errors import Forbidden
from app.identity.actor import Actor
from app.org import appointments, errors
from miniprogram_api.appointments.schemas import EndOfRoleSchema, RoleHolderListSchema
from miniprogram_api.auth import authenticated
from miniprogram_api.http import Blueprint, fails_with

bp = Blueprint("appointments", __name__, url_prefix="/compounds/<uuid:compound_id>/appointments", description="任职")


@bp.get("")
@authenticated
@bp.response(200, RoleHolderListSchema)
@fails_with(Forbidden)
def list_appointments(actor: Actor, compound_id: UUID) -> dict[str, Any]:
    """List who holds a role that reaches the compound, masked, for those who serve there."""
    return {"items": people.role_holders(actor, compound_id)}


@bp.post("/<uuid:appointment_id>/end")
@authenticated
@bp.arguments(EndOfRoleSchema)
@bp.response(204)
@fails_with(Forbidden, errors.AppointmentNotFound, errors.OwnRole)
def end_appointment(actor: Actor, body: dict[str, Any], compound_id: UUID, appointment_id: UUID) -> None:
    """End a role that was given in the compound, with a reason; it is gone with the holder's next request."""
    appointments.end(actor, compound_id, appointment_id, **body)
