"""Owners' meetings (业主大会): preparing, announcing, casting, counting, publishing."""

from typing import Any
from uuid import UUID

from app.core.errors import Forbidden
from app.identity.actor import Actor
from app.meetings import errors, party_errors, queries, service
from app.meetings.committees import errors as committee_errors
from app.meetings.mandates import errors as mandate_errors
from app.meetings.models import Meeting
from app.meetings.paper.errors import PaperHandedIn, SheetsUnsettled
from app.meetings.petitions import errors as petition_errors
from app.meetings.turnout import Turnout
from miniprogram_api.auth import authenticated, authenticated_to_cast
from miniprogram_api.http import Blueprint, fails_with
from miniprogram_api.meetings.schemas import (
    CastBallotSchema,
    CountOutcomeSchema,
    MeetingChangesSchema,
    MeetingListSchema,
    MeetingSchema,
    MotionSchema,
    NewMeetingSchema,
    NewMotionSchema,
    ReceiptSchema,
    TurnoutSchema,
)

bp = Blueprint("meetings", __name__, url_prefix="/compounds/<uuid:compound_id>/meetings", description="业主大会")


@bp.get("")
@authenticated
@bp.response(200, MeetingListSchema)
@fails_with(Forbidden)
def list_meetings(actor: Actor, compound_id: UUID) -> dict[str, Any]:
    """List the compound's meetings, the newest first."""
    return {"items": queries.list_meetings(actor, compound_id)}


@bp.post("")
@authenticated
@bp.arguments(NewMeetingSchema)
@bp.response(201, MeetingSchema)
@fails_with(Forbidden, errors.ScheduleDefective)
def create_meeting(actor: Actor, body: dict[str, Any], compound_id: UUID) -> queries.MeetingView:
    """Prepare a meeting."""
    return _shown(actor, service.create_meeting(actor, compound_id, **body))


@bp.get("/<uuid:meeting_id>")
@authenticated
@bp.response(200, MeetingSchema)
@bp.alt_response(304, description="Nothing changed since the answer whose ETag the request names in If-None-Match")
@fails_with(Forbidden, errors.MeetingNotFound)
def get_meeting(actor: Actor, compound_id: UUID, meeting_id: UUID) -> queries.MeetingView:
    """Show a meeting: motions, turnout, the actor's own parties, and the result once published."""
    return queries.get_meeting(actor, compound_id, meeting_id)


@bp.patch("/<uuid:meeting_id>")
@authenticated
@bp.arguments(MeetingChangesSchema)
@bp.response(200, MeetingSchema)
@fails_with(Forbidden, errors.MeetingNotFound, errors.WrongMeetingState, errors.ScheduleDefective)
def change_meeting(actor: Actor, body: dict[str, Any], compound_id: UUID, meeting_id: UUID) -> queries.MeetingView:
    """Change a draft."""
    return _shown(actor, service.change_meeting(actor, compound_id, meeting_id, **body))


@bp.post("/<uuid:meeting_id>/motions")
@authenticated
@bp.arguments(NewMotionSchema)
@bp.response(201, MotionSchema)
@fails_with(
    Forbidden,
    errors.MeetingNotFound,
    errors.WrongMeetingState,
    errors.ScopeNotAllowed,
    errors.ScopeUnknown,
    errors.SeatsUnlawful,
    committee_errors.TermUnlawful,
    committee_errors.CommitteeElectedTwice,
    committee_errors.PropertyCompanyServes,
)
def add_motion(actor: Actor, body: dict[str, Any], compound_id: UUID, meeting_id: UUID) -> queries.MotionView:
    """Put a matter on a draft's agenda."""
    return queries.view_of(service.add_motion(actor, compound_id, meeting_id, **body))


@bp.delete("/<uuid:meeting_id>/motions/<uuid:motion_id>")
@authenticated
@bp.response(204)
@fails_with(Forbidden, errors.MeetingNotFound, errors.MotionNotFound, errors.WrongMeetingState)
def remove_motion(actor: Actor, compound_id: UUID, meeting_id: UUID, motion_id: UUID) -> None:
    """Take a matter off a draft's agenda."""
    service.remove_motion(actor, compound_id, meeting_id, motion_id)


@bp.post("/<uuid:meeting_id>/announcement")
@authenticated
@bp.response(200, MeetingSchema)
@fails_with(
    Forbidden,
    errors.MeetingNotFound,
    errors.WrongMeetingState,
    errors.NoMotions,
    errors.ScheduleDefective,
    petition_errors.PetitionMotionMissing,
    errors.ElectorateEmpty,
    errors.ScopeEmpty,
    errors.SeatsUnlawful,
    committee_errors.TermUnlawful,
    committee_errors.PropertyCompanyServes,
    committee_errors.CommitteeElectedTwice,
    errors.NoCandidates,
)
def announce(actor: Actor, compound_id: UUID, meeting_id: UUID) -> queries.MeetingView:
    """Announce a draft: motions, rules, times and electorate are frozen, every owner is told."""
    return _shown(actor, service.announce(actor, compound_id, meeting_id))


@bp.get("/<uuid:meeting_id>/turnout")
@authenticated
@bp.response(200, TurnoutSchema)
@fails_with(Forbidden, errors.MeetingNotFound)
def get_turnout(actor: Actor, compound_id: UUID, meeting_id: UUID) -> Turnout:
    """Show how many took part so far, beside what a quorum needs."""
    return queries.get_turnout(actor, compound_id, meeting_id)


@bp.post("/<uuid:meeting_id>/ballots")
@authenticated_to_cast
@bp.arguments(CastBallotSchema)
@bp.response(201, ReceiptSchema)
@fails_with(
    errors.MeetingNotFound,
    errors.MeetingCancelled,
    errors.NotYourVote,
    errors.BallotAlreadyCast,
    party_errors.DelegateVotes,
    party_errors.GuardianVotes,
    party_errors.SeatDivided,
    party_errors.SeatVoted,
    mandate_errors.MandateLapsed,
    PaperHandedIn,
    mandate_errors.ProxyIsPropertyStaff,
    mandate_errors.ProxyCapReached,
    mandate_errors.MandateFixesChoices,
    party_errors.BallotDisputed,
    party_errors.BallotChangeable,
    party_errors.BallotChangeUsed,
    party_errors.BallotOfAnother,
    party_errors.BallotNotFound,
    errors.VotingNotOpen,
    errors.VotingClosed,
    errors.UnknownMotion,
    errors.MotionOutOfScope,
    errors.MarksUnlawful,
    errors.BallotEmpty,
)
def cast_ballot(actor: Actor, body: dict[str, Any], compound_id: UUID, meeting_id: UUID) -> Any:
    """Cast the ballot of one of the actor's voting parties, for all motions at once, or change it (`replaces`)."""
    return service.cast_ballot(actor, compound_id, meeting_id, **body)


@bp.post("/<uuid:meeting_id>/count")
@authenticated
@bp.response(200, CountOutcomeSchema)
@fails_with(Forbidden, errors.MeetingNotFound, errors.WrongMeetingState, SheetsUnsettled, errors.AlreadyApproved)
def approve_count(actor: Actor, compound_id: UUID, meeting_id: UUID) -> Any:
    """Approve the count of a closed meeting; secretary and supervisor both do, the second approval counts."""
    return service.approve_count(actor, compound_id, meeting_id)


@bp.post("/<uuid:meeting_id>/publication")
@authenticated
@bp.response(200, MeetingSchema)
@fails_with(Forbidden, errors.MeetingNotFound, errors.WrongMeetingState, errors.LotNeeded)
def publish_result(actor: Actor, compound_id: UUID, meeting_id: UUID) -> queries.MeetingView:
    """Publish the counted result and tell the owners."""
    return _shown(actor, service.publish_result(actor, compound_id, meeting_id))


def _shown(actor: Actor, meeting: Meeting) -> queries.MeetingView:
    return queries.get_meeting(actor, meeting.compound_id, meeting.id)
