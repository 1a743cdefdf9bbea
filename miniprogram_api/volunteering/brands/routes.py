"""Service brands (服务品牌)."""

from typing import Any
from uuid import UUID

from marshmallow import Schema, fields

from app.core.errors import Forbidden
from app.identity.actor import Actor
from app.org.groups import GroupNotFound
from app.volunteering.brands import acts
from miniprogram_api.auth import authenticated
from miniprogram_api.http import Blueprint, fails_with
from miniprogram_api.schemas import identifier, words

bp = Blueprint(
    "service_brands", __name__, url_prefix="/compounds/<uuid:compound_id>/service-brands", description="服务品牌"
)


class BrandSchema(Schema):
    """A service brand."""

    id = identifier(dump_only=True)
    name = words("红马甲便民集市", longest=40, required=True)
    about = words("每月一次，理发、磨刀、量血压。", longest=500, required=True)
    group_id = identifier("The group that stands for it", load_default=None, allow_none=True)


class BrandListSchema(Schema):
    """Brands by name."""

    items = fields.List(fields.Nested(BrandSchema), metadata={"description": "All"})


@bp.get("")
@authenticated
@bp.response(200, BrandListSchema)
@fails_with(Forbidden)
def list_brands(actor: Actor, compound_id: UUID) -> dict[str, Any]:
    """List the service brands."""
    return {"items": acts.list_brands(actor, compound_id)}


@bp.post("")
@authenticated
@bp.arguments(BrandSchema)
@bp.response(201, BrandSchema)
@fails_with(Forbidden, GroupNotFound, acts.BrandExists)
def add_brand(actor: Actor, body: dict[str, Any], compound_id: UUID) -> Any:
    """Set up a service brand."""
    return acts.add_brand(actor, compound_id, **body)


@bp.delete("/<uuid:brand_id>")
@authenticated
@bp.response(204)
@fails_with(Forbidden, acts.BrandNotFound)
def end_brand(actor: Actor, compound_id: UUID, brand_id: UUID) -> None:
    """End a brand; what was offered under it keeps its name."""
    acts.end_brand(actor, compound_id, brand_id)
