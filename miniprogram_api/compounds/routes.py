"""The roll (业主名册) and bindings to units (房屋绑定)."""

from typing import Any
from uuid import UUID

from flask import g

from app.compounds import errors, queries, residents, service
from app.compounds.models import Binding, RollImport
from app.compounds.types import NewOwner
from app.core import progress
from app.core.errors import Forbidden
from app.identity.actor import Actor
from app.identity.consents.errors import CONSENT_REFUSALS
from miniprogram_api.auth import authenticated
from miniprogram_api.compounds.schemas import (
    ApplicationSchema,
    BindingSchema,
    DecisionSchema,
    MovedOutSchema,
    ProgressSchema,
    ResidentListSchema,
    RollFileSchema,
    RollImportSchema,
    TransferSchema,
    UnitListSchema,
    UnitSearchSchema,
    WaitingBindingListSchema,
    WaitingQuerySchema,
)
from miniprogram_api.http import Blueprint, accepts_upload, fails_with

ROLL_LIMIT = 31 * 1024 * 1024

bp = Blueprint("compounds", __name__, url_prefix="/compounds/<uuid:compound_id>", description="小区名册与房屋绑定")


@bp.post("/roll-imports")
@accepts_upload(ROLL_LIMIT)
@authenticated
@bp.arguments(RollFileSchema, location="files")
@bp.response(201, RollImportSchema)
@fails_with(Forbidden, errors.NotARollFile)
def check_roll(actor: Actor, files: dict[str, Any], compound_id: UUID) -> RollImport:
    """Check an uploaded roll without changing anything: findings row by row, and the difference."""
    upload = files["file"]
    report = progress.reporter(actor.account_id, g.request_id)
    return service.check_roll(actor, compound_id, upload.filename or "", upload.read(), report)


@bp.get("/roll-imports/progress/<request_id>")
@authenticated
@bp.response(200, ProgressSchema)
@fails_with(progress.ProgressUnknown)
def get_roll_progress(actor: Actor, compound_id: UUID, request_id: str) -> progress.Reached:
    """Show how far the actor's own check or import has come, by the X-Request-ID that it was sent with."""
    return progress.reached(actor.account_id, request_id)


@bp.get("/roll-imports/<uuid:import_id>")
@authenticated
@bp.response(200, RollImportSchema)
@fails_with(Forbidden, errors.RollImportNotFound)
def get_roll_import(actor: Actor, compound_id: UUID, import_id: UUID) -> RollImport:
    """Show a checked roll."""
    return queries.get_roll_import(actor, compound_id, import_id)


@bp.post("/roll-imports/<uuid:import_id>/application")
@authenticated
@bp.response(200, RollImportSchema)
@fails_with(Forbidden, errors.RollImportNotFound, errors.RollHasErrors, errors.RollChanged, errors.RollTooBusy)
def apply_roll(actor: Actor, compound_id: UUID, import_id: UUID) -> RollImport:
    """Import a checked roll, all of it or nothing; repeating it changes nothing."""
    return service.apply_roll(actor, compound_id, import_id, progress.reporter(actor.account_id, g.request_id))


@bp.post("/units/search")
@authenticated
@bp.arguments(UnitSearchSchema)
@bp.response(200, UnitListSchema)
@fails_with(Forbidden)
def search_units(actor: Actor, body: dict[str, Any], compound_id: UUID) -> dict[str, Any]:
    """Search the roll by door, or by an owner's exact name or phone: in the body, since addresses are logged."""
    return {"items": queries.search_units(actor, compound_id, body["text"] or "", body["after"], body["limit"])}


@bp.post("/units/<uuid:unit_id>/transfers")
@authenticated
@bp.arguments(TransferSchema)
@bp.response(204)
@fails_with(
    Forbidden,
    errors.UnitNotFound,
    errors.NoNewOwners,
    errors.NewOwnerInvalid,
    errors.TransferTooEarly,
    errors.RollTooBusy,
)
def transfer_unit(actor: Actor, body: dict[str, Any], compound_id: UUID, unit_id: UUID) -> None:
    """Record a sale: the sellers' bindings end, the buyers are matched by phone."""
    new_owners = [NewOwner(**owner) for owner in body["new_owners"]]
    service.transfer_unit(actor, compound_id, unit_id, new_owners, body["at"])


@bp.post("/bindings")
@authenticated
@bp.arguments(ApplicationSchema)
@bp.response(201, BindingSchema)
@fails_with(
    *CONSENT_REFUSALS,
    errors.UnitNotFound,
    errors.NotAHome,
    errors.LeaseEndInvalid,
    errors.AlreadyBound,
    errors.BoundAsOther,
    errors.TooManyApplications,
)
def apply_for_binding(actor: Actor, body: dict[str, Any], compound_id: UUID) -> Binding:
    """Ask the secretary to bind the actor to a unit; its owners are told of an accepted tenant or family member."""
    return service.apply_for_binding(actor, compound_id, **body)


@bp.get("/bindings/waiting")
@authenticated
@bp.arguments(WaitingQuerySchema, location="query")
@bp.response(200, WaitingBindingListSchema)
@fails_with(Forbidden)
def waiting_bindings(actor: Actor, query: dict[str, Any], compound_id: UUID) -> dict[str, Any]:
    """List the applications that wait for a decision, the oldest first."""
    return {"items": queries.waiting_bindings(actor, compound_id, **query)}


@bp.post("/bindings/<uuid:binding_id>/decision")
@authenticated
@bp.arguments(DecisionSchema)
@bp.response(200, BindingSchema)
@fails_with(
    Forbidden,
    errors.OwnApplication,
    errors.BindingNotFound,
    errors.BindingNotWaiting,
    errors.OwnerNotOfUnit,
    errors.ResidentNamesNoOwner,
    errors.LeaseEndInvalid,
    errors.ReasonRequired,
)
def decide_binding(actor: Actor, body: dict[str, Any], compound_id: UUID, binding_id: UUID) -> Binding:
    """Accept an application, an owner's for one of the unit's owners, or reject it with a reason."""
    return service.decide_binding(actor, compound_id, binding_id, **body)


@bp.delete("/bindings/<uuid:binding_id>")
@authenticated
@bp.response(204)
@fails_with(errors.BindingNotFound, errors.BindingNotLive)
def withdraw_binding(actor: Actor, compound_id: UUID, binding_id: UUID) -> None:
    """Withdraw one's own application or end one's own binding."""
    service.withdraw_binding(actor, compound_id, binding_id)


@bp.get("/units/<uuid:unit_id>/residents")
@authenticated
@bp.response(200, ResidentListSchema)
@fails_with(errors.UnitNotFound)
def list_residents(actor: Actor, compound_id: UUID, unit_id: UUID) -> dict[str, Any]:
    """List the tenants and family members who are registered in a home, to its owners and the keeper of the roll."""
    return {"items": residents.residents_of(actor, compound_id, unit_id)}


@bp.post("/bindings/<uuid:binding_id>/moving-out")
@authenticated
@bp.arguments(MovedOutSchema)
@bp.response(204)
@fails_with(errors.BindingNotFound, errors.BindingNotLive, errors.ReasonRequired)
def record_moved_out(actor: Actor, body: dict[str, Any], compound_id: UUID, binding_id: UUID) -> None:
    """Say, as an owner of the home, that a tenant or family member moved out; the person is told, with the reason."""
    service.record_moved_out(actor, compound_id, binding_id, body["reason"])
