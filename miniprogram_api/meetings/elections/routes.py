"""Candidates of an election (候选人)."""

from typing import Any
from uuid import UUID

from app.core.errors import Forbidden
from app.identity.actor import Actor
from app.meetings import errors
from app.meetings.elections import candidates
from miniprogram_api.auth import authenticated
from miniprogram_api.http import Blueprint, fails_with
from miniprogram_api.meetings.schemas import CandidateSchema, NewCandidateSchema

bp = Blueprint(
    "candidates",
    __name__,
    url_prefix="/compounds/<uuid:compound_id>/meetings/<uuid:meeting_id>/motions/<uuid:motion_id>/candidates",
    description="业主委员会选举",
)


@bp.post("")
@authenticated
@bp.arguments(NewCandidateSchema)
@bp.response(201, CandidateSchema)
@fails_with(Forbidden, errors.MeetingNotFound, errors.WrongMeetingState, errors.MotionNotFound, errors.NotAnElection)
def add_candidate(actor: Actor, body: dict[str, Any], compound_id: UUID, meeting_id: UUID, motion_id: UUID) -> Any:
    """Put somebody on the ballot sheet of a draft's election."""
    return candidates.add_candidate(actor, compound_id, meeting_id, motion_id, **body)


@bp.delete("/<uuid:candidate_id>")
@authenticated
@bp.response(204)
@fails_with(
    Forbidden,
    errors.MeetingNotFound,
    errors.WrongMeetingState,
    errors.MotionNotFound,
    errors.NotAnElection,
    errors.CandidateNotFound,
)
def remove_candidate(actor: Actor, compound_id: UUID, meeting_id: UUID, motion_id: UUID, candidate_id: UUID) -> None:
    """Take somebody off the ballot sheet of a draft's election."""
    candidates.remove_candidate(actor, compound_id, meeting_id, motion_id, candidate_id)
