"""Nominations for steward (楼栋长、单元长人选), their backing by neighbours, and their appointment."""

from typing import Any
from uuid import UUID

from app.compounds import errors as of_places
from app.compounds import stewards
from app.core.errors import Forbidden, NotFound
from app.identity.actor import Actor
from app.identity.consents.errors import CONSENT_REFUSALS
from app.org import errors
from miniprogram_api.auth import authenticated
from miniprogram_api.http import Blueprint, fails_with
from miniprogram_api.stewards.schemas import (
    DeclineStewardSchema,
    NewStewardNominationSchema,
    StandingForStewardSchema,
    StewardNominationListSchema,
    StewardNominationSchema,
    StewardTermSchema,
)

bp = Blueprint(
    "stewards", __name__, url_prefix="/compounds/<uuid:compound_id>/steward-nominations", description="楼栋长人选"
)
_OPEN = (Forbidden, errors.StewardNominationNotFound, errors.NominationDecided)
_PUT_FORWARD = (Forbidden, NotFound, of_places.PlaceNotFound, of_places.NotOfThisPlace, errors.NominatedAlready)


@bp.get("")
@authenticated
@bp.response(200, StewardNominationListSchema)
@fails_with(Forbidden)
def list_steward_nominations(actor: Actor, compound_id: UUID) -> dict[str, Any]:
    """List nominations: all for the offices; else the own, those about oneself, and those open at home."""
    return {"items": stewards.nominations(actor, compound_id)}


@bp.post("")
@authenticated
@bp.arguments(NewStewardNominationSchema)
@bp.response(201, StewardNominationSchema)
@fails_with(*_PUT_FORWARD)
def nominate_steward(actor: Actor, body: dict[str, Any], compound_id: UUID) -> stewards.StewardView:
    """Put somebody forward, as a neighbour or by an office."""
    return stewards.nominate(actor, compound_id, **body)


@bp.post("/mine")
@authenticated
@bp.arguments(StandingForStewardSchema)
@bp.response(201, StewardNominationSchema)
@fails_with(*_PUT_FORWARD, *CONSENT_REFUSALS, errors.PhoneNotProven)
def stand_for_steward(actor: Actor, body: dict[str, Any], compound_id: UUID) -> stewards.StewardView:
    """Put oneself forward where one has a home, with a proven phone number."""
    return stewards.nominate_oneself(actor, compound_id, **body)


@bp.delete("/<uuid:steward_nomination_id>")
@authenticated
@bp.response(204)
@fails_with(errors.StewardNominationNotFound, errors.NominationDecided)
def withdraw_steward_nomination(actor: Actor, compound_id: UUID, steward_nomination_id: UUID) -> None:
    """Take an own nomination back before it is decided."""
    stewards.withdraw(actor, compound_id, steward_nomination_id)


@bp.put("/<uuid:steward_nomination_id>/backing")
@authenticated
@bp.response(200, StewardNominationSchema)
@fails_with(*_OPEN, of_places.NotOfThisPlace, of_places.BackingOneself)
def back_steward_nomination(actor: Actor, compound_id: UUID, steward_nomination_id: UUID) -> stewards.StewardView:
    """Back it as a household of the building; once more changes nothing."""
    return stewards.back(actor, compound_id, steward_nomination_id)


@bp.delete("/<uuid:steward_nomination_id>/backing")
@authenticated
@bp.response(204)
@fails_with(*_OPEN)
def unback_steward_nomination(actor: Actor, compound_id: UUID, steward_nomination_id: UUID) -> None:
    """Take the own backing back."""
    stewards.unback(actor, compound_id, steward_nomination_id)


@bp.post("/<uuid:steward_nomination_id>/own-refusal")
@authenticated
@bp.response(204)
@fails_with(errors.StewardNominationNotFound, errors.NominationDecided)
def turn_steward_nomination_down(actor: Actor, compound_id: UUID, steward_nomination_id: UUID) -> None:
    """Turn down that one was put forward; who nominated is told, and nobody else sees it any more."""
    stewards.turn_down(actor, compound_id, steward_nomination_id)


@bp.post("/<uuid:steward_nomination_id>/appointment")
@authenticated
@bp.arguments(StewardTermSchema)
@bp.response(200, StewardNominationSchema)
@fails_with(
    *_OPEN,
    of_places.NobodyBacks,
    of_places.ChoiceNoteNeeded,
    errors.TermWrong,
    errors.OwnRole,
    errors.PropertyStaffServes,
    errors.AlreadyAppointed,
    errors.PlaceTaken,
)
def appoint_steward(
    actor: Actor, body: dict[str, Any], compound_id: UUID, steward_nomination_id: UUID
) -> stewards.StewardView:
    """Appoint who was chosen, for a term; how it was chosen is noted."""
    return stewards.appoint(actor, compound_id, steward_nomination_id, **body)


@bp.post("/<uuid:steward_nomination_id>/refusal")
@authenticated
@bp.arguments(DeclineStewardSchema)
@bp.response(200, StewardNominationSchema)
@fails_with(*_OPEN)
def decline_steward_nomination(
    actor: Actor, body: dict[str, Any], compound_id: UUID, steward_nomination_id: UUID
) -> stewards.StewardView:
    """Decline a nomination with a reason."""
    return stewards.decline(actor, compound_id, steward_nomination_id, **body)
