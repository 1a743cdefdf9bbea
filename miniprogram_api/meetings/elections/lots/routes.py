"""Lots among tied candidates (抽签), and the outcome of an election."""

from typing import Any
from uuid import UUID

from marshmallow import Schema, fields, validate

from app.core.errors import Forbidden
from app.identity.actor import Actor
from app.meetings import errors
from app.meetings.elections import lots
from miniprogram_api.auth import authenticated
from miniprogram_api.http import Blueprint, fails_with
from miniprogram_api.schemas import identifier

bp = Blueprint(
    "lots",
    __name__,
    url_prefix="/compounds/<uuid:compound_id>/meetings/<uuid:meeting_id>/motions/<uuid:motion_id>",
    description="业主委员会选举",
)


class LotSchema(Schema):
    """The order in which the tied candidates were drawn."""

    order = fields.List(
        identifier(), required=True, validate=validate.Length(2, 200), metadata={"description": "The first goes first"}
    )


class OutcomeSchema(Schema):
    """The outcome of an election."""

    outcome = fields.Dict(metadata={"description": "As in the count record, with the lots", "example": {}})


@bp.post("/lot")
@authenticated
@bp.arguments(LotSchema)
@bp.response(201, OutcomeSchema)
@fails_with(
    Forbidden,
    errors.MeetingNotFound,
    errors.MotionNotFound,
    errors.NotAnElection,
    errors.WrongMeetingState,
    errors.NoLotNeeded,
)
def draw_lot(actor: Actor, body: dict[str, Any], compound_id: UUID, meeting_id: UUID, motion_id: UUID) -> Any:
    """Record the lot, as the secretary; it counts once a supervisor has confirmed it."""
    return {"outcome": lots.draw(actor, compound_id, meeting_id, motion_id, **body)}


@bp.post("/lot/confirmation")
@authenticated
@bp.response(200, OutcomeSchema)
@fails_with(
    Forbidden,
    errors.MeetingNotFound,
    errors.MotionNotFound,
    errors.NotAnElection,
    errors.WrongMeetingState,
    errors.NoLotNeeded,
)
def confirm_lot(actor: Actor, compound_id: UUID, meeting_id: UUID, motion_id: UUID) -> Any:
    """Confirm the recorded lot, as a supervisor."""
    return {"outcome": lots.confirm(actor, compound_id, meeting_id, motion_id)}


@bp.get("/outcome")
@authenticated
@bp.response(200, OutcomeSchema)
@fails_with(Forbidden, errors.MotionNotFound, errors.NotAnElection)
def get_outcome(actor: Actor, compound_id: UUID, meeting_id: UUID, motion_id: UUID) -> Any:
    """Show the outcome of an election with its lot: to staff once counted, to owners once published."""
    return {"outcome": lots.outcome(actor, compound_id, meeting_id, motion_id)}
