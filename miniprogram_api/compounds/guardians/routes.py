"""Guardians (监护人) of owners who are minors or were found incapable."""

from typing import Any
from uuid import UUID

from app.compounds import errors, guardians, service
from app.core.errors import Forbidden
from app.core.paging import Page
from app.identity.actor import Actor
from miniprogram_api.auth import authenticated
from miniprogram_api.compounds.guardians.schemas import (
    GuardianshipEndSchema,
    GuardianshipListSchema,
    GuardianshipSchema,
    NewGuardianshipSchema,
)
from miniprogram_api.http import Blueprint, fails_with
from miniprogram_api.paging import AfterSchema

bp = Blueprint("guardians", __name__, url_prefix="/compounds/<uuid:compound_id>", description="未成年等业主的监护人")


@bp.put("/owners/<uuid:owner_id>/guardianship")
@authenticated
@bp.arguments(NewGuardianshipSchema)
@bp.response(200, GuardianshipSchema)
@fails_with(Forbidden, errors.OwnerNotFound, errors.GuardianInvalid, errors.WardOfAge)
def record_guardian(
    actor: Actor, body: dict[str, Any], compound_id: UUID, owner_id: UUID
) -> guardians.GuardianshipView:
    """Record that an owner is a minor or incapable, and who acts as guardian: the secretary's."""
    return service.record_guardian(actor, compound_id, owner_id, **body)


@bp.post("/owners/<uuid:owner_id>/guardianship/end")
@authenticated
@bp.arguments(GuardianshipEndSchema)
@bp.response(204)
@fails_with(Forbidden, errors.OwnerNotFound, errors.GuardianshipNotFound)
def end_guardianship(actor: Actor, body: dict[str, Any], compound_id: UUID, owner_id: UUID) -> None:
    """End a guardianship: the owner acts alone again."""
    service.end_guardianship(actor, compound_id, owner_id, **body)


@bp.get("/guardianships")
@authenticated
@bp.arguments(AfterSchema, location="query")
@bp.response(200, GuardianshipListSchema)
@fails_with(Forbidden)
def list_guardianships(actor: Actor, query: dict[str, Page], compound_id: UUID) -> dict[str, Any]:
    """List the owners for whom a guardian acts, masked."""
    return {"items": guardians.list_guardianships(actor, compound_id, **query)}
