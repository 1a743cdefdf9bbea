"""What residents say to the red/black list: answers, appeals, consents to being named, nominations."""

from typing import Any
from uuid import UUID

from app.core.errors import Forbidden
from app.identity.actor import Actor
from app.identity.consents.errors import CONSENT_REFUSALS
from app.noticeboard import consents, errors, nominations, service, statements
from app.org.errors import OutsideOwnPlace
from miniprogram_api.auth import authenticated
from miniprogram_api.http import Blueprint, fails_with
from miniprogram_api.noticeboard.schemas import (
    AppealDecisionSchema,
    AppealPageSchema,
    ConsentAnswerSchema,
    ConsentListSchema,
    ConsentSchema,
    DeclineSchema,
    NewNominationSchema,
    NewStatementSchema,
    NominationListSchema,
    NominationPageSchema,
    NominationSchema,
    StatementListSchema,
    StatementSchema,
)

bp = Blueprint("notice_voices", __name__, url_prefix="/compounds/<uuid:compound_id>/notices", description="红黑榜意见")


@bp.get("/<uuid:entry_id>/statements")
@authenticated
@bp.response(200, StatementListSchema)
@fails_with(Forbidden, errors.EntryNotFound)
def list_statements(actor: Actor, compound_id: UUID, entry_id: UUID) -> dict[str, Any]:
    """List what was said to an entry: all to reviewers, which goes on record, the own to others."""
    return {"items": statements.of_entry(actor, compound_id, entry_id)}


@bp.post("/<uuid:entry_id>/answers")
@authenticated
@bp.arguments(NewStatementSchema)
@bp.response(201, StatementSchema)
@fails_with(Forbidden, OutsideOwnPlace, errors.EntryNotFound, errors.NotConcerned, errors.WrongEntryState)
def answer_notice(actor: Actor, body: dict[str, Any], compound_id: UUID, entry_id: UUID) -> Any:
    """Answer to an entry as the person concerned, or enter such an answer from paper."""
    return statements.view_of(actor, service.answer(actor, compound_id, entry_id, **body))


@bp.post("/<uuid:entry_id>/appeals")
@authenticated
@bp.arguments(NewStatementSchema)
@bp.response(201, StatementSchema)
@fails_with(
    Forbidden,
    OutsideOwnPlace,
    errors.EntryNotFound,
    errors.NoHomeHere,
    errors.PersonNotOnRoll,
    errors.WrongEntryState,
    errors.AlreadyAppealed,
)
def appeal_notice(actor: Actor, body: dict[str, Any], compound_id: UUID, entry_id: UUID) -> Any:
    """Appeal against an entry that is proposed or published, or enter such an appeal from paper."""
    return statements.view_of(actor, service.appeal(actor, compound_id, entry_id, **body))


@bp.get("/appeals")
@authenticated
@bp.arguments(AppealPageSchema, location="query")
@bp.response(200, StatementListSchema)
@fails_with(Forbidden)
def list_notice_appeals(actor: Actor, page: dict[str, Any], compound_id: UUID) -> dict[str, Any]:
    """List the own appeals, or all for reviewers, the oldest first."""
    return {"items": statements.appeals(actor, compound_id, **page)}


@bp.post("/appeals/<uuid:appeal_id>/decision")
@authenticated
@bp.arguments(AppealDecisionSchema)
@bp.response(200, StatementSchema)
@fails_with(
    Forbidden,
    errors.AppealNotFound,
    errors.DraftedByYou,
    errors.DecidedByYouBefore,
    errors.YourOwnCase,
    errors.AppealDecided,
    errors.TellsWhoIsMeant,
)
def decide_notice_appeal(actor: Actor, body: dict[str, Any], compound_id: UUID, appeal_id: UUID) -> Any:
    """Decide an appeal as somebody who neither drafted nor reviewed; upheld, the entry is taken down at once."""
    return statements.view_of(actor, service.decide_appeal(actor, compound_id, appeal_id, **body))


@bp.get("/consents")
@authenticated
@bp.response(200, ConsentListSchema)
def list_consents(actor: Actor, compound_id: UUID) -> dict[str, Any]:
    """List where the actor was asked for consent to being named."""
    return {"items": consents.mine(actor, compound_id)}


@bp.put("/<uuid:entry_id>/consent")
@authenticated
@bp.arguments(ConsentAnswerSchema)
@bp.response(200, ConsentSchema)
@fails_with(*CONSENT_REFUSALS, errors.NotAsked, errors.WrongEntryState, errors.ConsentTextChanged)
def answer_consent(actor: Actor, body: dict[str, Any], compound_id: UUID, entry_id: UUID) -> Any:
    """Agree to being named in a red entry, or refuse."""
    return service.decide_consent(actor, compound_id, entry_id, **body)


@bp.delete("/<uuid:entry_id>/consent")
@authenticated
@bp.response(200, ConsentSchema)
@fails_with(errors.NotAsked, errors.ConsentNotGiven)
def withdraw_consent(actor: Actor, compound_id: UUID, entry_id: UUID) -> Any:
    """Take the consent back: nobody sees the name from now on."""
    return service.withdraw_consent(actor, compound_id, entry_id)


@bp.post("/nominations")
@authenticated
@bp.arguments(NewNominationSchema)
@bp.response(201, NominationSchema)
@fails_with(Forbidden, *CONSENT_REFUSALS, errors.NoHomeHere, errors.TooManyNominations)
def nominate(actor: Actor, body: dict[str, Any], compound_id: UUID) -> Any:
    """Nominate somebody for the red list."""
    return nominations.view_of(actor, service.nominate(actor, compound_id, **body))


@bp.get("/nominations")
@authenticated
@bp.arguments(NominationPageSchema, location="query")
@bp.response(200, NominationListSchema)
@fails_with(Forbidden)
def list_nominations(actor: Actor, page: dict[str, Any], compound_id: UUID) -> dict[str, Any]:
    """List the own nominations, or all for those who draft and review, the newest first."""
    return {"items": nominations.list_nominations(actor, compound_id, **page)}


@bp.delete("/nominations/<uuid:nomination_id>")
@authenticated
@bp.response(200, NominationSchema)
@fails_with(errors.NominationNotFound, errors.NominationDecided)
def withdraw_nomination(actor: Actor, compound_id: UUID, nomination_id: UUID) -> Any:
    """Take the own nomination back."""
    return nominations.view_of(actor, service.withdraw_nomination(actor, compound_id, nomination_id))


@bp.post("/nominations/<uuid:nomination_id>/refusal")
@authenticated
@bp.arguments(DeclineSchema)
@bp.response(200, NominationSchema)
@fails_with(Forbidden, errors.NominationNotFound, errors.NominationDecided, errors.YourOwnCase)
def decline_nomination(actor: Actor, body: dict[str, Any], compound_id: UUID, nomination_id: UUID) -> Any:
    """Decline a nomination, with a reason."""
    return nominations.view_of(actor, service.decline(actor, compound_id, nomination_id, **body))
