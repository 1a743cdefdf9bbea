"""Petitions for an interim meeting (临时业主大会联名提议)."""

from typing import Any
from uuid import UUID

from app.compounds.errors import OwnerNotFound
from app.core.errors import Forbidden
from app.identity.actor import Actor
from app.meetings import errors, queries
from app.meetings.committees import errors as committee_errors
from app.meetings.petitions import acts as petitions
from app.meetings.petitions import delivery as petition_delivery
from app.meetings.petitions import errors as petition_errors
from app.meetings.petitions import queries as petition_queries
from app.org.errors import OutsideOwnPlace
from miniprogram_api.auth import authenticated
from miniprogram_api.http import Blueprint, fails_with
from miniprogram_api.meetings.petitions.schemas import (
    NewPetitionSchema,
    PaperSignatureSchema,
    PetitionListSchema,
    PetitionMeetingSchema,
    PetitionSchema,
    SignatureListSchema,
)
from miniprogram_api.meetings.schemas import MeetingSchema
from miniprogram_api.paging import PartSchema, part_of

bp = Blueprint("petitions", __name__, url_prefix="/compounds/<uuid:compound_id>/petitions", description="联名提议")


@bp.get("")
@authenticated
@bp.response(200, PetitionListSchema)
@fails_with(Forbidden)
def list_petitions(actor: Actor, compound_id: UUID) -> dict[str, Any]:
    """List the compound's petitions with their live counts, the newest first."""
    return {"items": petition_queries.list_petitions(actor, compound_id)}


@bp.post("")
@authenticated
@bp.arguments(NewPetitionSchema)
@bp.response(201, PetitionSchema)
@fails_with(
    Forbidden,
    petition_errors.NoVoice,
    petition_errors.PetitionRunning,
    errors.ScopeNotAllowed,
    errors.ScopeUnknown,
    errors.SeatsUnlawful,
    committee_errors.TermUnlawful,
    committee_errors.CommitteeElectedTwice,
    committee_errors.PropertyCompanyServes,
)
def start_petition(actor: Actor, body: dict[str, Any], compound_id: UUID) -> Any:
    """Begin a petition with the motions wished for, and sign it."""
    return petition_queries.view_of(actor, petitions.start(actor, compound_id, **body))


@bp.get("/<uuid:petition_id>")
@authenticated
@bp.response(200, PetitionSchema)
@fails_with(Forbidden, petition_errors.PetitionNotFound)
def get_petition(actor: Actor, compound_id: UUID, petition_id: UUID) -> Any:
    """Show a petition: what it wishes for, and how many signed, beside what it needs."""
    return petition_queries.get_petition(actor, compound_id, petition_id)


@bp.post("/<uuid:petition_id>/signature")
@authenticated
@bp.response(201, PetitionSchema)
@fails_with(
    Forbidden,
    petition_errors.NoVoice,
    petition_errors.PetitionNotFound,
    petition_errors.PetitionNotCollecting,
    petition_errors.AlreadySigned,
)
def sign_petition(actor: Actor, compound_id: UUID, petition_id: UUID) -> Any:
    """Sign for every voting party that the actor speaks for; with 20% the petition is delivered."""
    return petition_queries.view_of_signed(actor, petitions.sign(actor, compound_id, petition_id))


@bp.delete("/<uuid:petition_id>/signature")
@authenticated
@bp.response(200, PetitionSchema)
@fails_with(
    Forbidden,
    petition_errors.PetitionNotFound,
    petition_errors.PetitionNotCollecting,
    petition_errors.NotSigned,
)
def unsign_petition(actor: Actor, compound_id: UUID, petition_id: UUID) -> Any:
    """Take the own signature back, before the delivery."""
    return petition_queries.view_of(actor, petitions.unsign(actor, compound_id, petition_id))


@bp.post("/<uuid:petition_id>/paper-signatures")
@authenticated
@bp.arguments(PaperSignatureSchema)
@bp.response(201, PetitionSchema)
@fails_with(
    Forbidden,
    OutsideOwnPlace,
    petition_errors.PetitionNotFound,
    OwnerNotFound,
    petition_errors.PetitionNotCollecting,
    petition_errors.AlreadySigned,
)
def sign_petition_on_paper(actor: Actor, body: dict[str, Any], compound_id: UUID, petition_id: UUID) -> Any:
    """Enter the signature that an owner put on paper: for secretary, supervisors and stewards."""
    return petition_queries.view_of(actor, petitions.sign_on_paper(actor, compound_id, petition_id, **body))


@bp.delete("/<uuid:petition_id>/paper-signatures/<uuid:owner_id>")
@authenticated
@bp.response(200, PetitionSchema)
@fails_with(
    Forbidden,
    OutsideOwnPlace,
    petition_errors.PetitionNotFound,
    petition_errors.PetitionNotCollecting,
    petition_errors.NotSigned,
)
def unsign_petition_on_paper(actor: Actor, compound_id: UUID, petition_id: UUID, owner_id: UUID) -> Any:
    """Take an owner's signature out at that owner's written wish, before the delivery."""
    return petition_queries.view_of(actor, petitions.unsign_on_paper(actor, compound_id, petition_id, owner_id))


@bp.post("/<uuid:petition_id>/withdrawal")
@authenticated
@bp.response(200, PetitionSchema)
@fails_with(
    Forbidden,
    petition_errors.NotYourPetition,
    petition_errors.PetitionNotFound,
    petition_errors.PetitionNotCollecting,
)
def withdraw_petition(actor: Actor, compound_id: UUID, petition_id: UUID) -> Any:
    """Withdraw the own petition, before the delivery."""
    return petition_queries.view_of(actor, petitions.withdraw(actor, compound_id, petition_id))


@bp.get("/<uuid:petition_id>/signatures")
@authenticated
@bp.arguments(PartSchema, location="query")
@bp.response(200, SignatureListSchema)
@fails_with(Forbidden, petition_errors.PetitionNotFound, petition_errors.PetitionNotDelivered)
def list_signatures(actor: Actor, query: dict[str, int], compound_id: UUID, petition_id: UUID) -> dict[str, Any]:
    """List who signed a delivered petition, masked, for those who check it; every look is on the audit log."""
    return {"items": part_of(petition_queries.signatures(actor, compound_id, petition_id), **query)}


@bp.post("/<uuid:petition_id>/meeting")
@authenticated
@bp.arguments(PetitionMeetingSchema)
@bp.response(201, MeetingSchema)
@fails_with(
    Forbidden,
    petition_errors.PetitionNotFound,
    petition_errors.PetitionNotDelivered,
    petition_errors.MeetingAlreadyMade,
    errors.ScheduleDefective,
)
def make_meeting(actor: Actor, body: dict[str, Any], compound_id: UUID, petition_id: UUID) -> queries.MeetingView:
    """Make a draft meeting of a delivered petition: its title and motions."""
    draft = petition_delivery.make_meeting(actor, compound_id, petition_id, **body)
    return queries.get_meeting(actor, compound_id, draft.id)
