"""Inspections (业主查阅): the records of a published meeting, opened to one owner on site, masked and logged."""

from typing import Any
from uuid import UUID

from app.compounds.errors import OwnerNotFound
from app.core.errors import Forbidden
from app.identity.actor import Actor
from app.meetings import errors
from app.meetings.inspections import acts as inspections
from app.meetings.inspections import errors as inspection_errors
from app.meetings.inspections import inspecting
from miniprogram_api.auth import authenticated
from miniprogram_api.http import Blueprint, fails_with
from miniprogram_api.meetings.inspections.schemas import (
    BallotPageSchema,
    BallotSeenListSchema,
    InspectionListSchema,
    InspectionSchema,
    NewInspectionSchema,
    PartyPageSchema,
    PartySeenListSchema,
)

bp = Blueprint(
    "inspections",
    __name__,
    url_prefix="/compounds/<uuid:compound_id>/meetings/<uuid:meeting_id>/inspections",
    description="业主查阅",
)


@bp.post("")
@authenticated
@bp.arguments(NewInspectionSchema)
@bp.response(201, InspectionSchema)
@fails_with(Forbidden, errors.MeetingNotFound, OwnerNotFound, errors.WrongMeetingState)
def open_inspection(actor: Actor, body: dict[str, Any], compound_id: UUID, meeting_id: UUID) -> Any:
    """Open the records of a published meeting to one owner for a short time, with a reason."""
    return inspections.open_for(actor, compound_id, meeting_id, **body)


@bp.get("")
@authenticated
@bp.response(200, InspectionListSchema)
@fails_with(Forbidden, errors.MeetingNotFound)
def list_inspections(actor: Actor, compound_id: UUID, meeting_id: UUID) -> dict[str, Any]:
    """List the meeting's inspections: all to staff, to an owner the own."""
    return {"items": inspections.of_meeting(actor, compound_id, meeting_id)}


@bp.delete("/<uuid:inspection_id>")
@authenticated
@bp.response(204)
@fails_with(inspection_errors.InspectionNotFound, inspection_errors.InspectionOver)
def end_inspection(actor: Actor, compound_id: UUID, meeting_id: UUID, inspection_id: UUID) -> None:
    """End an inspection before its time."""
    inspections.end(actor, compound_id, meeting_id, inspection_id)


@bp.get("/<uuid:inspection_id>/parties")
@authenticated
@bp.arguments(PartyPageSchema, location="query")
@bp.response(200, PartySeenListSchema)
@fails_with(inspection_errors.InspectionNotFound, inspection_errors.InspectionOver)
def inspect_parties(
    actor: Actor, query: dict[str, Any], compound_id: UUID, meeting_id: UUID, inspection_id: UUID
) -> dict[str, Any]:
    """Show a page of the parties, masked: who took part and in which way, never how. The look is on record."""
    return {"items": inspecting.parties(actor, compound_id, meeting_id, inspection_id, **query)}


@bp.get("/<uuid:inspection_id>/ballots")
@authenticated
@bp.arguments(BallotPageSchema, location="query")
@bp.response(200, BallotSeenListSchema)
@fails_with(inspection_errors.InspectionNotFound, inspection_errors.InspectionOver)
def inspect_ballots(
    actor: Actor, query: dict[str, Any], compound_id: UUID, meeting_id: UUID, inspection_id: UUID
) -> dict[str, Any]:
    """Show a page of the counted ballots under pseudonyms: what each says, never whose it is. The look is on record."""
    return {"items": inspecting.ballots(actor, compound_id, meeting_id, inspection_id, **query)}
