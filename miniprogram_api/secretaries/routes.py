"""Nominations for secretary (书记人选), and their appointment by the street."""

from typing import Any
from uuid import UUID

from app.core.errors import Forbidden, NotFound
from app.identity.actor import Actor
from app.identity.consents.errors import CONSENT_REFUSALS
from app.org import errors, secretaries
from app.org.nominations import NominationView
from miniprogram_api.auth import authenticated
from miniprogram_api.http import Blueprint, fails_with
from miniprogram_api.secretaries.schemas import (
    DeclineSecretarySchema,
    NewSecretaryNominationSchema,
    SecretaryNominationListSchema,
    SecretaryNominationSchema,
    SecretaryTermSchema,
    StandingForSecretarySchema,
)

bp = Blueprint(
    "secretaries", __name__, url_prefix="/compounds/<uuid:compound_id>/secretary-nominations", description="书记人选"
)
_DECIDED = (Forbidden, errors.SecretaryNominationNotFound, errors.NominationDecided)


@bp.get("")
@authenticated
@bp.response(200, SecretaryNominationListSchema)
def list_secretary_nominations(actor: Actor, compound_id: UUID) -> dict[str, Any]:
    """List the compound's nominations: all for the community and the street, else the own and those about oneself."""
    return {"items": secretaries.nominations(actor, compound_id)}


@bp.post("")
@authenticated
@bp.arguments(NewSecretaryNominationSchema)
@bp.response(201, SecretaryNominationSchema)
@fails_with(Forbidden, NotFound, errors.NominatedAlready)
def nominate_secretary(actor: Actor, body: dict[str, Any], compound_id: UUID) -> NominationView:
    """Put somebody forward, as the community or the street."""
    return secretaries.nominate(actor, compound_id, **body)


@bp.post("/mine")
@authenticated
@bp.arguments(StandingForSecretarySchema)
@bp.response(201, SecretaryNominationSchema)
@fails_with(Forbidden, *CONSENT_REFUSALS, NotFound, errors.NominatedAlready, errors.PhoneNotProven)
def stand_for_secretary(actor: Actor, body: dict[str, Any], compound_id: UUID) -> NominationView:
    """Put oneself forward, as an owner with a proven phone number."""
    return secretaries.nominate_oneself(actor, compound_id, **body)


@bp.delete("/<uuid:secretary_nomination_id>")
@authenticated
@bp.response(204)
@fails_with(errors.SecretaryNominationNotFound, errors.NominationDecided)
def withdraw_secretary_nomination(actor: Actor, compound_id: UUID, secretary_nomination_id: UUID) -> None:
    """Take an own nomination back before it is decided."""
    secretaries.withdraw(actor, compound_id, secretary_nomination_id)


@bp.post("/<uuid:secretary_nomination_id>/own-refusal")
@authenticated
@bp.response(204)
@fails_with(errors.SecretaryNominationNotFound, errors.NominationDecided)
def turn_secretary_nomination_down(actor: Actor, compound_id: UUID, secretary_nomination_id: UUID) -> None:
    """Turn down that one was put forward; who nominated is told, and nobody else sees it any more."""
    secretaries.turn_down(actor, compound_id, secretary_nomination_id)


@bp.post("/<uuid:secretary_nomination_id>/appointment")
@authenticated
@bp.arguments(SecretaryTermSchema)
@bp.response(200, SecretaryNominationSchema)
@fails_with(*_DECIDED, errors.TermWrong, errors.OwnRole, errors.PropertyStaffServes, errors.AlreadyAppointed)
def appoint_secretary(
    actor: Actor, body: dict[str, Any], compound_id: UUID, secretary_nomination_id: UUID
) -> NominationView:
    """Appoint who was nominated, as the street, for a term."""
    return secretaries.appoint(actor, compound_id, secretary_nomination_id, **body)


@bp.post("/<uuid:secretary_nomination_id>/refusal")
@authenticated
@bp.arguments(DeclineSecretarySchema)
@bp.response(200, SecretaryNominationSchema)
@fails_with(*_DECIDED)
def decline_secretary_nomination(
    actor: Actor, body: dict[str, Any], compound_id: UUID, secretary_nomination_id: UUID
) -> NominationView:
    """Decline a nomination with a reason, as the street."""
    return secretaries.decline(actor, compound_id, secretary_nomination_id, **body)
