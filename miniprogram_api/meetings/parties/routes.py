"""Voting parties: co-owners, their delegate, and what to do when they contradict each other."""

from typing import Any
from uuid import UUID

from app.core import files as uploads
from app.core.errors import Forbidden
from app.core.paging import Page
from app.identity.actor import Actor
from app.meetings import errors, parties, party_errors, service
from app.meetings.paper.errors import PaperHandedIn
from miniprogram_api.auth import authenticated
from miniprogram_api.http import Blueprint, accepts_upload, fails_with
from miniprogram_api.meetings.parties.schemas import (
    DelegateSchema,
    DisputeListSchema,
    PartyStandingSchema,
    SignedPaperSchema,
)
from miniprogram_api.paging import AfterSchema

UPLOAD_LIMIT = 21 * 1024 * 1024
FILE_REFUSALS = (
    uploads.FileEmpty,
    uploads.FileTooLarge,
    uploads.FileTypeRefused,
    uploads.FileDamaged,
    uploads.FileLocked,
    uploads.PictureTooLarge,
)

bp = Blueprint(
    "voting_parties",
    __name__,
    url_prefix="/compounds/<uuid:compound_id>/meetings/<uuid:meeting_id>",
    description="表决权人：共有人、代表与争议",
)


@bp.get("/parties/<uuid:party_id>")
@authenticated
@bp.response(200, PartyStandingSchema)
@fails_with(errors.MeetingNotFound, errors.NotYourVote)
def get_party(actor: Actor, compound_id: UUID, meeting_id: UUID, party_id: UUID) -> parties.PartyStanding:
    """Show one of the actor's voting parties: co-owners, delegate, ballots."""
    return parties.get_party(actor, compound_id, meeting_id, party_id)


@bp.put("/parties/<uuid:party_id>/delegate")
@authenticated
@bp.arguments(DelegateSchema)
@bp.response(200, PartyStandingSchema)
@fails_with(
    errors.MeetingNotFound,
    errors.WrongMeetingState,
    errors.NotYourVote,
    party_errors.DelegateNotCoOwner,
    party_errors.PartyHasVoted,
    PaperHandedIn,
)
def name_delegate(
    actor: Actor, body: dict[str, Any], compound_id: UUID, meeting_id: UUID, party_id: UUID
) -> parties.PartyStanding:
    """Name the co-owner who shall vote; in force once all other co-owners have named the same."""
    return service.name_delegate(actor, compound_id, meeting_id, party_id, **body)


@bp.post("/parties/<uuid:party_id>/owners/<uuid:owner_id>/delegation")
@accepts_upload(UPLOAD_LIMIT)
@authenticated
@bp.arguments(SignedPaperSchema, location="files")
@bp.response(204)
@fails_with(
    Forbidden,
    errors.MeetingNotFound,
    errors.WrongMeetingState,
    errors.NotYourVote,
    party_errors.DelegateNotCoOwner,
    party_errors.PartyHasVoted,
    PaperHandedIn,
    *FILE_REFUSALS,
)
def enter_delegate(
    actor: Actor, files: dict[str, Any], compound_id: UUID, meeting_id: UUID, party_id: UUID, owner_id: UUID
) -> None:
    """Enter the delegate from a paper that all co-owners have signed, with its scan: the secretary's."""
    upload = files["file"]
    service.enter_delegate(actor, compound_id, meeting_id, party_id, owner_id, upload.filename or "", upload.read())


@bp.delete("/ballots/<uuid:ballot_id>")
@authenticated
@bp.response(204)
@fails_with(
    errors.MeetingNotFound,
    errors.WrongMeetingState,
    errors.NotYourVote,
    party_errors.BallotNotFound,
    party_errors.BallotNotDisputed,
    PaperHandedIn,
)
def withdraw_ballot(actor: Actor, compound_id: UUID, meeting_id: UUID, ballot_id: UUID) -> None:
    """Take back one's own ballot that contradicts a co-owner's."""
    service.withdraw_ballot(actor, compound_id, meeting_id, ballot_id)


@bp.get("/disputes")
@authenticated
@bp.arguments(AfterSchema, location="query")
@bp.response(200, DisputeListSchema)
@fails_with(Forbidden, errors.MeetingNotFound)
def list_disputes(actor: Actor, query: dict[str, Page], compound_id: UUID, meeting_id: UUID) -> dict[str, Any]:
    """List the parties whose co-owners contradict each other, without choices: for staff."""
    return {"items": parties.list_disputes(actor, compound_id, meeting_id, **query)}
