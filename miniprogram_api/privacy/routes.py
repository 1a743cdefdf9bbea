"""One's own data: agreeing and taking that back, a child's guardian, taking the data away, closing the account."""

from typing import Any
from uuid import UUID

from flask import Response

from app.identity.actor import Actor
from app.identity.consents import acts as consents
from app.identity.consents import errors
from app.identity.consents.notices import Purpose
from app.privacy import closing
from app.privacy.errors import NotClosing, StillNeeded
from app.privacy.export import export
from miniprogram_api.auth import authenticated
from miniprogram_api.http import Blueprint, fails_with
from miniprogram_api.meetings.files.download import BINARY, download
from miniprogram_api.privacy.schemas import (
    AgreeSchema,
    ClosingSchema,
    ConfirmClosingSchema,
    GuardianCodeSchema,
    NewWardSchema,
    NoticeAnswerListSchema,
    NoticeAnswerSchema,
    WardListSchema,
    WardSchema,
)
from miniprogram_api.rate_limits import guessing_limited, limited

CODES_A_MINUTE = 10
FILES_A_MINUTE = 3

bp = Blueprint("privacy", __name__, url_prefix="/me", description="One's own data (我的个人信息)")


@bp.get("/consents")
@authenticated
@bp.response(200, NoticeAnswerListSchema)
def list_consents(actor: Actor) -> dict[str, Any]:
    """List the notices and the actor's answers to them."""
    return {"items": consents.consents_of(actor)}


@bp.put("/consents/privacy")
@authenticated
@bp.arguments(AgreeSchema)
@bp.response(200, NoticeAnswerSchema)
@fails_with(errors.NoticeOutdated)
def agree(actor: Actor, body: dict[str, Any]) -> consents.ConsentView:
    """Agree to the notice on personal information; once more is as good."""
    return consents.give(actor, Purpose.PRIVACY, **body)


@bp.delete("/consents/privacy")
@authenticated
@bp.response(200, NoticeAnswerSchema)
@fails_with(errors.ConsentNotGiven)
def withdraw_consent(actor: Actor) -> consents.ConsentView:
    """Take that consent back."""
    return consents.withdraw(actor, Purpose.PRIVACY)


@bp.post("/guardian-code")
@authenticated
@bp.response(201, GuardianCodeSchema)
@fails_with(errors.NotAChild)
def make_guardian_code(actor: Actor) -> consents.GuardianCode:
    """Make a code that a child shows to the guardian."""
    return consents.guardian_code(actor)


@bp.get("/wards")
@authenticated
@bp.response(200, WardListSchema)
def list_wards(actor: Actor) -> dict[str, Any]:
    """List the children whose guardian the actor is."""
    return {"items": consents.wards_of(actor)}


@bp.post("/wards")
@guessing_limited(CODES_A_MINUTE, errors.GuardianCodeWrong)
@authenticated
@bp.arguments(NewWardSchema)
@bp.response(201, WardSchema)
@fails_with(errors.NoticeOutdated, errors.NotAGuardian, errors.GuardianCodeWrong)
def add_ward(actor: Actor, body: dict[str, Any]) -> consents.Ward:
    """Agree for the child who shows this code, as the guardian."""
    return consents.guard(actor, **body)


@bp.delete("/wards/<uuid:account_id>")
@authenticated
@bp.response(204)
@fails_with(errors.WardNotFound)
def release_ward(actor: Actor, account_id: UUID) -> None:
    """Take back what was agreed for a child."""
    consents.release(actor, account_id)


@bp.get("/export")
@limited(FILES_A_MINUTE)
@authenticated
@bp.response(200, BINARY, content_type="application/zip")
def export_own_data(actor: Actor) -> Response:
    """Take away everything that is kept of the actor, as a ZIP of JSON and pictures."""
    made = export(actor)
    return download(made.file, "我的个人信息.zip", "application/zip", made.size)


@bp.get("/closing")
@authenticated
@bp.response(200, ClosingSchema)
def look_at_closing(actor: Actor) -> closing.ClosingView:
    """Show what closing the account erases, what stays and why, and whether it was asked for."""
    return closing.look(actor)


@bp.post("/closing")
@authenticated
@bp.arguments(ConfirmClosingSchema)
@bp.response(201, ClosingSchema)
@fails_with(StillNeeded)
def close_account(actor: Actor, body: dict[str, bool]) -> closing.ClosingView:
    """Ask for the account to be closed, in seven days."""
    return closing.ask(actor)


@bp.delete("/closing")
@authenticated
@bp.response(204)
@fails_with(NotClosing)
def keep_account(actor: Actor) -> None:
    """Take that back."""
    closing.take_back(actor)
