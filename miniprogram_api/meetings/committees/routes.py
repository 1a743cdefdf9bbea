"""Committees (业主委员会、自行管理委员会): current and past, members, substitutes."""

from typing import Any
from uuid import UUID

from app.core.errors import Forbidden
from app.identity.actor import Actor
from app.meetings import errors
from app.meetings.committees import acts as committees
from app.meetings.committees import errors as committee_errors
from app.meetings.committees import queries as committee_queries
from miniprogram_api.auth import authenticated
from miniprogram_api.http import Blueprint, fails_with
from miniprogram_api.meetings.committees.schemas import (
    CommitteeListSchema,
    CommitteeSchema,
    LeaveSchema,
    SelfManagementSchema,
)

bp = Blueprint("committees", __name__, url_prefix="/compounds/<uuid:compound_id>/committees", description="业主委员会")


@bp.get("")
@authenticated
@bp.response(200, CommitteeListSchema)
@fails_with(Forbidden)
def list_committees(actor: Actor, compound_id: UUID) -> dict[str, Any]:
    """List all committees of the compound, the newest first."""
    return {"items": committee_queries.list_committees(actor, compound_id)}


@bp.get("/current")
@authenticated
@bp.response(200, CommitteeListSchema)
@fails_with(Forbidden)
def current_committees(actor: Actor, compound_id: UUID) -> dict[str, Any]:
    """List the committees of today, at most one of each kind; one whose term is over is shown as expired."""
    return {"items": committee_queries.list_committees(actor, compound_id, current=True)}


@bp.post("/self-management")
@authenticated
@bp.arguments(SelfManagementSchema)
@bp.response(201, CommitteeSchema)
@fails_with(
    Forbidden,
    errors.MeetingNotFound,
    errors.MotionNotFound,
    committee_errors.MotionNotDecided,
    committee_errors.CommitteeRecorded,
    committee_errors.CommitteeElectedTwice,
    committee_errors.PropertyCompanyServes,
    committee_errors.TermUnlawful,
)
def record_self_management(actor: Actor, body: dict[str, Any], compound_id: UUID) -> Any:
    """Enter the self-management committee that an ordinary motion formed."""
    return committee_queries.view_of(actor, committees.record_self_management(actor, compound_id, **body))


@bp.post("/<uuid:committee_id>/members/<uuid:member_id>/leave")
@authenticated
@bp.arguments(LeaveSchema)
@bp.response(200, CommitteeSchema)
@fails_with(
    Forbidden,
    committee_errors.CommitteeNotFound,
    committee_errors.CommitteeMemberNotFound,
    committee_errors.CommitteeEnded,
    committee_errors.MemberHasLeft,
    committee_errors.RemovalNeedsMotion,
)
def leave_committee(actor: Actor, body: dict[str, Any], compound_id: UUID, committee_id: UUID, member_id: UUID) -> Any:
    """Record that a member or substitute leaves; the first substitute moves up to an empty seat."""
    return committee_queries.view_of(actor, committees.leave(actor, compound_id, committee_id, member_id, **body))
