"""Lists of the roll for its keeper: buildings, what is missing, uploads of late."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, select

from app.compounds.models import Binding, BindingState, Building, Owner, Ownership, RollImport, Unit
from app.compounds.queries import units_where
from app.compounds.types import UnitShown
from app.core.db import db
from app.core.errors import NotFound
from app.identity.actor import Actor
from app.org.permissions import Act
from app.org.policy import require

UPLOADS_SHOWN = 5


@dataclass(frozen=True)
class BuildingShown:
    """A building and its size."""

    id: UUID
    name: str
    units: int
    area_centi: int


@dataclass(frozen=True)
class Gaps:
    """What the roll lacks: units of nobody (the developer's aside), units of an owner without phone, undecided ties."""

    without_owner: int
    without_phone: int
    waiting: int


@dataclass(frozen=True)
class UploadShown:
    """An uploaded roll: what became of it, and how many errors were in it."""

    id: UUID
    state: str
    file_name: str
    created_at: datetime
    applied_at: datetime | None
    errors: int


def buildings(actor: Actor, compound_id: UUID) -> Sequence[BuildingShown]:
    """The buildings as people sort them: 2栋 before 10栋. Raises Forbidden."""
    require(actor, Act.MANAGE_ROLL, compound_id)
    rows = db.session.execute(
        select(Building.id, Building.name, func.count(Unit.id), func.coalesce(func.sum(Unit.area_centi), 0))
        .outerjoin(Unit, (Unit.compound_id == Building.compound_id) & (Unit.building_id == Building.id))
        .where(Building.compound_id == compound_id)
        .group_by(Building.id, Building.name)
        .order_by(func.length(Building.name), Building.name)
    )
    return [BuildingShown(one, name, units, int(area)) for one, name, units, area in rows]


def units_of_building(
    actor: Actor, compound_id: UUID, building_id: UUID, cursor: UUID | None, limit: int
) -> tuple[str, Sequence[UnitShown]]:
    """A building's name, and its units after the unit `cursor`. Raises Forbidden, NotFound."""
    require(actor, Act.MANAGE_ROLL, compound_id)
    building = db.session.get(Building, (compound_id, building_id))
    if building is None:
        raise NotFound
    return building.name, units_where(compound_id, Unit.building_id == building_id, cursor, limit)


def units_without_owner(actor: Actor, compound_id: UUID, cursor: UUID | None, limit: int) -> Sequence[UnitShown]:
    """Units of which no owner is known and that the developer does not hold. Raises Forbidden."""
    require(actor, Act.MANAGE_ROLL, compound_id)
    return units_where(compound_id, _without_owner(), cursor, limit)


def units_without_phone(actor: Actor, compound_id: UUID, cursor: UUID | None, limit: int) -> Sequence[UnitShown]:
    """Units with an owner of whom no phone is known. Raises Forbidden."""
    require(actor, Act.MANAGE_ROLL, compound_id)
    return units_where(compound_id, _without_phone(), cursor, limit)


def gaps(actor: Actor, compound_id: UUID) -> Gaps:
    """How much is missing. Raises Forbidden."""
    require(actor, Act.MANAGE_ROLL, compound_id)
    of_compound = Unit.compound_id == compound_id
    waiting = select(func.count()).where(Binding.compound_id == compound_id, Binding.state == BindingState.APPLIED)
    return Gaps(
        db.session.scalar(select(func.count(Unit.id)).where(of_compound, _without_owner())) or 0,
        db.session.scalar(select(func.count(Unit.id)).where(of_compound, _without_phone())) or 0,
        db.session.scalar(waiting) or 0,
    )


def uploads(actor: Actor, compound_id: UUID) -> Sequence[UploadShown]:
    """The latest uploaded rolls, the newest first. Raises Forbidden."""
    require(actor, Act.MANAGE_ROLL, compound_id)
    rows = db.session.execute(
        select(
            RollImport.id,
            RollImport.state,
            RollImport.file_name,
            RollImport.created_at,
            RollImport.applied_at,
            RollImport.difference["counts"]["errors"].as_integer(),
        )
        .where(RollImport.compound_id == compound_id)
        .order_by(RollImport.id.desc())
        .limit(UPLOADS_SHOWN)
    )
    return [UploadShown(*row) for row in rows]


def _owned() -> tuple[ColumnElement[bool], ...]:
    return (Ownership.compound_id == Unit.compound_id, Ownership.unit_id == Unit.id, Ownership.valid_to.is_(None))


def _without_owner() -> ColumnElement[bool]:
    return Unit.held_by_developer.is_(False) & ~exists().where(*_owned())


def _without_phone() -> ColumnElement[bool]:
    return exists().where(
        *_owned(),
        Owner.compound_id == Ownership.compound_id,
        Owner.id == Ownership.owner_id,
        Owner.phone_hash.is_(None),
    )
