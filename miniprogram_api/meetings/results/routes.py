"""From the preliminary publication of a result to its final announcement: objections, answers, annulment."""

from typing import Any
from uuid import UUID

from app.compounds.errors import OwnerNotFound
from app.core.errors import Forbidden
from app.core.paging import Page
from app.identity.actor import Actor
from app.meetings import errors, queries
from app.meetings.models import Meeting
from app.meetings.results import errors as result_errors
from app.meetings.results import finality
from app.meetings.results import objections as result_objections
from app.org.errors import OutsideOwnPlace
from miniprogram_api.auth import authenticated
from miniprogram_api.http import Blueprint, fails_with
from miniprogram_api.meetings.results.schemas import (
    AnnulmentSchema,
    NewResultObjectionSchema,
    ObjectionDecisionSchema,
    PaperResultObjectionSchema,
    ResultObjectionListSchema,
    ResultObjectionSchema,
)
from miniprogram_api.meetings.schemas import MeetingSchema
from miniprogram_api.paging import AfterSchema

bp = Blueprint(
    "results",
    __name__,
    url_prefix="/compounds/<uuid:compound_id>/meetings/<uuid:meeting_id>",
    description="结果公示、异议与正式公告",
)


@bp.post("/result-objections")
@authenticated
@bp.arguments(NewResultObjectionSchema)
@bp.response(201, ResultObjectionSchema)
@fails_with(
    Forbidden,
    errors.MeetingNotFound,
    errors.MotionNotFound,
    errors.WrongMeetingState,
    result_errors.ObjectionPeriodOver,
    result_errors.ObjectionWaiting,
)
def object_to_result(actor: Actor, body: dict[str, Any], compound_id: UUID, meeting_id: UUID) -> Any:
    """Object to a published result, as an owner, before the objection period is over."""
    return result_objections.file(actor, compound_id, meeting_id, **body)


@bp.post("/result-objections/on-paper")
@authenticated
@bp.arguments(PaperResultObjectionSchema)
@bp.response(201, ResultObjectionSchema)
@fails_with(
    Forbidden,
    OutsideOwnPlace,
    errors.MeetingNotFound,
    errors.MotionNotFound,
    OwnerNotFound,
    errors.WrongMeetingState,
    result_errors.ReceivedOnWrong,
    result_errors.ResultIsFinal,
    result_errors.ObjectionPeriodOver,
    result_errors.ObjectionWaiting,
)
def enter_result_objection(actor: Actor, body: dict[str, Any], compound_id: UUID, meeting_id: UUID) -> Any:
    """Enter an objection that an owner handed in on paper: for secretary, supervisors and stewards."""
    return result_objections.file_on_paper(actor, compound_id, meeting_id, **body)


@bp.get("/result-objections")
@authenticated
@bp.arguments(AfterSchema, location="query")
@bp.response(200, ResultObjectionListSchema)
@fails_with(Forbidden, errors.MeetingNotFound)
def list_result_objections(actor: Actor, query: dict[str, Page], compound_id: UUID, meeting_id: UUID) -> dict[str, Any]:
    """List the objections to a result with their answers: to an owner the own, to those who decide them all."""
    return {"items": result_objections.of_meeting(actor, compound_id, meeting_id, **query)}


@bp.post("/result-objections/<uuid:objection_id>/decision")
@authenticated
@bp.arguments(ObjectionDecisionSchema)
@bp.response(200, ResultObjectionSchema)
@fails_with(
    Forbidden,
    result_errors.OwnObjection,
    errors.MeetingNotFound,
    result_errors.ResultObjectionNotFound,
    errors.WrongMeetingState,
    result_errors.ObjectionDecided,
)
def decide_result_objection(
    actor: Actor, body: dict[str, Any], compound_id: UUID, meeting_id: UUID, objection_id: UUID
) -> Any:
    """Answer an objection with a reason, which the objector is told."""
    return result_objections.decide(actor, compound_id, meeting_id, objection_id, **body)


@bp.post("/final-announcement")
@authenticated
@bp.response(200, MeetingSchema)
@fails_with(
    Forbidden,
    errors.MeetingNotFound,
    errors.WrongMeetingState,
    result_errors.ObjectionPeriodRunning,
    result_errors.ObjectionsOpen,
    result_errors.CountFoundWrong,
)
def announce_final_result(actor: Actor, compound_id: UUID, meeting_id: UUID) -> queries.MeetingView:
    """Announce the result as final when the objection period is over and every objection is answered."""
    return _shown(actor, finality.announce_final(actor, compound_id, meeting_id))


@bp.post("/annulment")
@authenticated
@bp.arguments(AnnulmentSchema)
@bp.response(200, MeetingSchema)
@fails_with(
    Forbidden,
    result_errors.AnnulledByAnother,
    errors.MeetingNotFound,
    errors.WrongMeetingState,
    result_errors.NothingToAnnul,
)
def annul_result(actor: Actor, body: dict[str, str], compound_id: UUID, meeting_id: UUID) -> queries.MeetingView:
    """Annul a result whose count was found wrong; the meeting is to be repeated."""
    return _shown(actor, finality.annul(actor, compound_id, meeting_id, body["reason"]))


def _shown(actor: Actor, meeting: Meeting) -> queries.MeetingView:
    return queries.get_meeting(actor, meeting.compound_id, meeting.id)
