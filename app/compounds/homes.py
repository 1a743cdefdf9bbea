"""Homes: which units an account is bound to, and what a door is called."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, func, select, union

from app.compounds.guardians import in_force
from app.compounds.models import Binding, BindingState, Building, Guardianship, Owner, Unit, UnitUse
from app.core import clock
from app.core.db import db

_OWNER_OF_BINDING = (Owner.compound_id == Binding.compound_id) & (Owner.id == Binding.owner_id)


@dataclass(frozen=True)
class BoundHome:
    """A unit that an account is bound to, and its name there: the roll's, or what a resident who owns nothing gave.

    The name is whole: mask it before it is shown.
    """

    unit_id: UUID
    building_id: UUID
    name: str


def homes_of(account_id: UUID, compound_id: UUID) -> Sequence[BoundHome]:
    """The account's homes in the compound, the first bound first."""
    rows = db.session.execute(
        select(Unit.id, Unit.building_id, Owner.name, Binding.claimed_name)
        .select_from(Binding)
        .join(Unit, (Unit.compound_id == Binding.compound_id) & (Unit.id == Binding.unit_id))
        .outerjoin(Owner, _OWNER_OF_BINDING)
        .where(
            Binding.compound_id == compound_id,
            Binding.account_id == account_id,
            Binding.state == BindingState.ACCEPTED,
            Unit.use.not_in((UnitUse.PARKING, UnitUse.STORAGE)),
        )
        .order_by(Binding.id)
    )
    return [BoundHome(unit_id, building_id, owner or claimed or "") for unit_id, building_id, owner, claimed in rows]


def names_of(compound_id: UUID, account_ids: Collection[UUID]) -> Mapping[UUID, str]:
    """The whole name of each of these accounts that is bound to a home: the roll's before what a resident gave."""
    rows = db.session.execute(
        select(Binding.account_id, Owner.name, Binding.claimed_name)
        .outerjoin(Owner, _OWNER_OF_BINDING)
        .where(
            Binding.compound_id == compound_id,
            Binding.account_id.in_(account_ids),
            Binding.state == BindingState.ACCEPTED,
        )
        .order_by(Binding.owner_id.is_not(None), Binding.id.desc())
    )
    return {account_id: name for account_id, owner, claimed in rows if (name := owner or claimed)}


def doors_of(compound_id: UUID, unit_ids: Collection[UUID]) -> Mapping[UUID, str]:
    """The doors of these units as people write them: 3栋2单元501."""
    rows = db.session.execute(
        select(Unit.id, Building.name, Unit.stairwell, Unit.room)
        .join(Building, (Building.compound_id == Unit.compound_id) & (Building.id == Unit.building_id))
        .where(Unit.compound_id == compound_id, Unit.id.in_(unit_ids))
    )
    return {unit_id: f"{building}{stairwell}{room}" for unit_id, building, stairwell, room in rows}


def accounts_of_unit(compound_id: UUID, unit_id: UUID) -> Sequence[UUID]:
    """The accounts that are bound to a unit, as its owners or because they live there."""
    bound = select(Binding.account_id).where(
        Binding.compound_id == compound_id, Binding.unit_id == unit_id, Binding.state == BindingState.ACCEPTED
    )
    return db.session.scalars(bound).all()


def building_names(compound_id: UUID, building_ids: Collection[UUID]) -> Mapping[UUID, str]:
    """The names of these buildings."""
    rows = db.session.execute(
        select(Building.id, Building.name).where(Building.compound_id == compound_id, Building.id.in_(building_ids))
    )
    return dict(rows.all())


def building_of(compound_id: UUID, unit_id: UUID) -> UUID | None:
    """The building of a unit; None: there is no such unit."""
    return db.session.scalar(select(Unit.building_id).where(Unit.compound_id == compound_id, Unit.id == unit_id))


def units_in(compound_id: UUID, building_id: UUID) -> int:
    """How many units a building has."""
    return (
        db.session.scalar(select(func.count()).where(Unit.compound_id == compound_id, Unit.building_id == building_id))
        or 0
    )


def accounts_of_owners(compound_id: UUID, owner_ids: Collection[UUID]) -> Select[UUID]:
    """The accounts of the owners, and of their guardians."""
    bound = select(Binding.account_id).where(
        Binding.compound_id == compound_id,
        Binding.state == BindingState.ACCEPTED,
        Binding.owner_id.in_(owner_ids),
    )
    guardians = select(Guardianship.account_id.label("account_id")).where(
        Guardianship.compound_id == compound_id,
        Guardianship.owner_id.in_(owner_ids),
        Guardianship.account_id.is_not(None),
        in_force(clock.now()),
    )
    both = union(bound, guardians).subquery()
    return select(both.c.account_id)
