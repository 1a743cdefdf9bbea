"""Checking in and out of slots (签到、签退)."""

from typing import Any
from uuid import UUID

from app.core.errors import Forbidden
from app.identity.actor import Actor
from app.volunteering.hours import attendance, errors, queries
from app.volunteering.posts.errors import ClaimNotFound
from app.volunteering.slots.errors import BookingNotFound, SlotCancelled, SlotNotFound
from app.volunteering.volunteers.errors import NotAVolunteer
from miniprogram_api.auth import authenticated
from miniprogram_api.http import Blueprint, fails_with
from miniprogram_api.volunteering.hours.schemas import (
    AttendanceSchema,
    CheckInCodeSchema,
    PostHoursSchema,
    ScannedCodeSchema,
    ServiceRecordSchema,
)

bp = Blueprint("attendance", __name__, url_prefix="/compounds/<uuid:compound_id>", description="签到与签退")


@bp.get("/slots/<uuid:slot_id>/code")
@authenticated
@bp.response(200, CheckInCodeSchema)
@fails_with(Forbidden, SlotNotFound)
def show_check_in_code(actor: Actor, compound_id: UUID, slot_id: UUID) -> dict[str, Any]:
    """Show the code of this half-minute: to whoever runs an activity; of a service, to whom it is for."""
    code, valid_until = attendance.show_code(actor, compound_id, slot_id)
    return {"code": code, "valid_until": valid_until}


@bp.post("/slots/<uuid:slot_id>/check-in")
@authenticated
@bp.arguments(ScannedCodeSchema)
@bp.response(200, ServiceRecordSchema)
@fails_with(
    NotAVolunteer,
    SlotNotFound,
    SlotCancelled,
    errors.CodeWrong,
    errors.CodeExpired,
    errors.NotOnTheList,
    errors.NotTimeToCheckIn,
)
def check_in(actor: Actor, body: dict[str, Any], compound_id: UUID, slot_id: UUID) -> queries.RecordView:
    """Check in with the code on the spot; a second time changes nothing."""
    return queries.view_of(attendance.check_in(actor, compound_id, slot_id, **body))


@bp.post("/slots/<uuid:slot_id>/check-out")
@authenticated
@bp.arguments(ScannedCodeSchema)
@bp.response(200, ServiceRecordSchema)
@fails_with(SlotNotFound, errors.CodeWrong, errors.CodeExpired, errors.NotCheckedIn, errors.TooLateToCheckOut)
def check_out(actor: Actor, body: dict[str, Any], compound_id: UUID, slot_id: UUID) -> queries.RecordView:
    """Check out with the code on the spot; a second time changes nothing."""
    return queries.view_of(attendance.check_out(actor, compound_id, slot_id, **body))


@bp.put("/slots/<uuid:slot_id>/bookings/<uuid:booking_id>/attendance")
@authenticated
@bp.arguments(AttendanceSchema)
@bp.response(200, ServiceRecordSchema)
@fails_with(Forbidden, SlotNotFound, BookingNotFound, errors.NotOnTheList, errors.HoursWrong, errors.WrongRecordState)
def enter_attendance(
    actor: Actor, body: dict[str, Any], compound_id: UUID, slot_id: UUID, booking_id: UUID
) -> queries.RecordView:
    """Enter when somebody served, as the organiser, until it is confirmed."""
    return queries.view_of(attendance.enter_attendance(actor, compound_id, slot_id, booking_id, **body))


@bp.post("/volunteer-posts/<uuid:post_id>/claims/<uuid:claim_id>/hours")
@authenticated
@bp.arguments(PostHoursSchema)
@bp.response(201, ServiceRecordSchema)
@fails_with(Forbidden, ClaimNotFound, errors.NotServing, errors.HoursWrong)
def enter_post_hours(
    actor: Actor, body: dict[str, Any], compound_id: UUID, post_id: UUID, claim_id: UUID
) -> queries.RecordView:
    """Enter what a volunteer served in a post."""
    return queries.view_of(attendance.enter_post_hours(actor, compound_id, post_id, claim_id, **body))
