"""Service records (志愿服务记录): confirmed, refused, corrected."""

from typing import Any
from uuid import UUID

from app.core.errors import Forbidden
from app.identity.actor import Actor
from app.volunteering.hours import confirming, errors, queries
from miniprogram_api.auth import authenticated
from miniprogram_api.http import Blueprint, fails_with
from miniprogram_api.volunteering.hours.schemas import (
    HoursCorrectionDecisionSchema,
    HoursCorrectionSchema,
    HoursRefusalSchema,
    MyHoursSchema,
    NewHoursCorrectionSchema,
    RecordChangeListSchema,
    ServiceRecordListSchema,
    ServiceRecordSchema,
)

bp = Blueprint(
    "service_records", __name__, url_prefix="/compounds/<uuid:compound_id>/service-records", description="志愿服务记录"
)


@bp.get("/mine")
@authenticated
@bp.response(200, MyHoursSchema)
def get_my_hours(actor: Actor, compound_id: UUID) -> queries.MyHours:
    """List the actor's own records with the sum of what is confirmed."""
    return queries.my_hours(actor, compound_id)


@bp.get("/to-decide")
@authenticated
@bp.response(200, ServiceRecordListSchema)
@fails_with(Forbidden)
def list_records_to_decide(actor: Actor, compound_id: UUID) -> dict[str, Any]:
    """List what waits for the actor's word, with names; every look is on the audit log."""
    return {"items": queries.to_decide(actor, compound_id)}


@bp.post("/<uuid:record_id>/confirmation")
@authenticated
@bp.response(200, ServiceRecordSchema)
@fails_with(Forbidden, errors.RecordNotFound, errors.OwnHours, errors.WrongRecordState)
def confirm_hours(actor: Actor, compound_id: UUID, record_id: UUID) -> queries.RecordView:
    """Confirm the recorded minutes, never the own."""
    return queries.view_of(confirming.confirm(actor, compound_id, record_id))


@bp.post("/<uuid:record_id>/refusal")
@authenticated
@bp.arguments(HoursRefusalSchema)
@bp.response(200, ServiceRecordSchema)
@fails_with(Forbidden, errors.RecordNotFound, errors.OwnHours, errors.WrongRecordState)
def refuse_hours(actor: Actor, body: dict[str, Any], compound_id: UUID, record_id: UUID) -> queries.RecordView:
    """Refuse a record with a reason."""
    return queries.view_of(confirming.refuse(actor, compound_id, record_id, **body))


@bp.post("/<uuid:record_id>/corrections")
@authenticated
@bp.arguments(NewHoursCorrectionSchema)
@bp.response(201, HoursCorrectionSchema)
@fails_with(errors.RecordNotFound, errors.WrongRecordState, errors.CorrectionWaiting)
def request_correction(actor: Actor, body: dict[str, Any], compound_id: UUID, record_id: UUID) -> Any:
    """Ask for other minutes on an own record that was decided."""
    return confirming.request_correction(actor, compound_id, record_id, **body)


@bp.post("/<uuid:record_id>/corrections/<uuid:request_id>/decision")
@authenticated
@bp.arguments(HoursCorrectionDecisionSchema)
@bp.response(200, ServiceRecordSchema)
@fails_with(Forbidden, errors.RecordNotFound, errors.OwnHours, errors.WrongRecordState, errors.CorrectionNotFound)
def decide_correction(
    actor: Actor, body: dict[str, Any], compound_id: UUID, record_id: UUID, request_id: UUID
) -> queries.RecordView:
    """Accept or refuse a correction with a reason; what was before stays on the trail."""
    return queries.view_of(confirming.decide_correction(actor, compound_id, record_id, request_id, **body))


@bp.get("/<uuid:record_id>/changes")
@authenticated
@bp.response(200, RecordChangeListSchema)
@fails_with(errors.RecordNotFound)
def list_record_changes(actor: Actor, compound_id: UUID, record_id: UUID) -> dict[str, Any]:
    """List every change of a record, for its volunteer and for whoever may decide it."""
    return {"items": queries.changes(actor, compound_id, record_id)}
