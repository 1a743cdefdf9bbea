"""Brands: set up and ended by those who manage volunteering, shown to everybody here."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.core import audit, clock
from app.core.db import db
from app.core.errors import Conflict, NotFound
from app.core.ids import new_id
from app.identity.actor import Actor
from app.org import groups
from app.volunteering import policy
from app.volunteering.brands.models import ServiceBrand


class BrandNotFound(NotFound):
    code = "brand_not_found"
    message = "没有找到这个服务品牌，请刷新列表后再看。"


class BrandExists(Conflict):
    code = "brand_exists"
    message = "已经有同名的服务品牌，请换一个名称，或者使用已有的。"


def add_brand(actor: Actor, compound_id: UUID, name: str, about: str, group_id: UUID | None = None) -> ServiceBrand:
    """Set up a brand. Raises Forbidden, GroupNotFound, BrandExists."""
    policy.require_manage(actor, compound_id)
    _require_group(compound_id, group_id)
    made = (
        insert(ServiceBrand)
        .values(
            compound_id=compound_id,
            id=new_id(),
            name=name.strip(),
            about=about,
            group_id=group_id,
            created_by=actor.account_id,
            created_at=clock.now(),
        )
        .on_conflict_do_nothing()
        .returning(ServiceBrand)
    )
    brand = db.session.scalars(made).one_or_none()
    if brand is None:
        raise BrandExists
    audit.record(compound_id, actor.account_id, "add_brand", brand.id)
    return brand


def end_brand(actor: Actor, compound_id: UUID, brand_id: UUID) -> None:
    """End a brand; what was offered under it keeps its name. Raises Forbidden, BrandNotFound."""
    policy.require_manage(actor, compound_id)
    _locked(compound_id, brand_id).ended_at = clock.now()
    audit.record(compound_id, actor.account_id, "end_brand", brand_id)


def list_brands(actor: Actor, compound_id: UUID) -> Sequence[ServiceBrand]:
    """The compound's brands by name. Raises Forbidden."""
    policy.require_see(actor, compound_id)
    return db.session.scalars(
        select(ServiceBrand)
        .where(ServiceBrand.compound_id == compound_id, ServiceBrand.ended_at.is_(None))
        .order_by(ServiceBrand.name, ServiceBrand.id)
    ).all()


def check(actor: Actor, compound_id: UUID, group_id: UUID | None, brand_id: UUID | None) -> None:
    """Whether the actor may offer under these names: a group's its members may, and those who manage volunteering.

    Raises GroupNotFound, NotYourGroup, BrandNotFound.
    """
    _require_group(compound_id, group_id)
    if group_id and not policy.can_manage(actor, compound_id):
        groups.require_member(actor.account_id, compound_id, group_id)
    if brand_id:
        _locked(compound_id, brand_id)


def _require_group(compound_id: UUID, group_id: UUID | None) -> None:
    if group_id and not groups.exists(compound_id, group_id):
        raise groups.GroupNotFound


def _locked(compound_id: UUID, brand_id: UUID) -> ServiceBrand:
    brand = db.session.get(ServiceBrand, (compound_id, brand_id), with_for_update=True, populate_existing=True)
    if brand is None or brand.ended_at:
        raise BrandNotFound
    return brand
