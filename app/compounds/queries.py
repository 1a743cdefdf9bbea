"""Reads of the roll and of bindings. Names and phones leave masked."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Uuid,
    and_,
    cast,
    exists,
    func,
    null,
    or_,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.sql.selectable import CTE, ScalarSelect

from app.compounds.doors import building_key, room_name, split_door, tidy
from app.compounds.errors import BindingNotFound, RollImportNotFound
from app.compounds.guardians import in_force
from app.compounds.models import (
    Binding,
    BindingState,
    Building,
    Capacity,
    Guardianship,
    Owner,
    Ownership,
    Roll,
    RollImport,
    Unit,
)
from app.compounds.persons import clean_name
from app.compounds.types import Home, OwnerShown, RollTotals, UnitOnRoll, UnitShown, WaitingBinding
from app.core import clock
from app.core.asked_once import once
from app.core.crypto import lookup_hash
from app.core.db import db, sql_text, statement
from app.core.masking import mask_name, mask_phone
from app.identity.actor import Actor
from app.org.models import OrgUnit
from app.org.permissions import Act
from app.org.policy import require

BOUND_OWNERS = sql_text(Path(__file__).parent / "bound_owners.sql")
REPRESENTED = sql_text(Path(__file__).parent / "represented.sql", bound_owners=BOUND_OWNERS)
"""The owners that an account stands for in a compound now, to be part of a statement. Where nobody of the compound has
a guardian, they are BOUND_OWNERS, but each of these once a home."""
GUARDIANSHIPS = sql_text(Path(__file__).parent / "guardianships.sql")
"""Those of a compound that are in force, to be part of a statement."""
_REPRESENTED = statement(REPRESENTED)
_LIVES_IN = statement(sql_text(Path(__file__).parent / "lives_in.sql"))
_BUILDING_OF_UNIT = (Building.compound_id == Unit.compound_id) & (Building.id == Unit.building_id)
_UNIT_OF_BINDING = (Unit.compound_id == Binding.compound_id) & (Unit.id == Binding.unit_id)
# Doors as people sort them: 2栋 before 10栋, room 201 before 1001.
_DOOR_ORDER = (
    func.length(Building.name),
    Building.name,
    func.length(Unit.stairwell),
    Unit.stairwell,
    func.length(Unit.room),
    Unit.room,
    Unit.id,
)


def get_roll_import(actor: Actor, compound_id: UUID, import_id: UUID) -> RollImport:
    """A dry run and its findings. Raises Forbidden, RollImportNotFound."""
    require(actor, Act.MANAGE_ROLL, compound_id)
    found = db.session.get(RollImport, (compound_id, import_id))
    if found is None:
        raise RollImportNotFound
    return found


def roll_version(compound_id: UUID) -> int:
    """Number of the roll's last change; 0: there is no roll yet."""
    return db.session.scalar(select(Roll.version).where(Roll.compound_id == compound_id)) or 0


def roll_totals(compound_id: UUID) -> RollTotals:
    """Size of the compound's roll today."""
    current = (Ownership.compound_id == compound_id) & Ownership.valid_to.is_(None)
    units, area = db.session.execute(
        select(func.count(), func.coalesce(func.sum(Unit.area_centi), 0)).where(Unit.compound_id == compound_id)
    ).one()
    owners, owned = db.session.execute(
        select(func.count(Ownership.owner_id.distinct()), func.count(Ownership.unit_id.distinct())).where(current)
    ).one()
    return RollTotals(roll_version(compound_id), units, owners, units - owned, int(area))


def units_with_owners(compound_id: UUID, *unit_ids: UUID) -> Sequence[UnitOnRoll]:
    """These units, or all, with today's owners, one row a unit, in order of id."""
    wanted = [Unit.id.in_(unit_ids)] if unit_ids else []
    rows = db.session.execute(
        select(
            Unit.id,
            Unit.building_id,
            Building.name,
            Unit.stairwell,
            Unit.room,
            Unit.use,
            Unit.area_register_centi,
            Unit.area_survey_centi,
            Unit.area_contract_centi,
            Unit.area_centi,
            Unit.held_by_developer,
            _owner_ids(),
        )
        .join(Building, _BUILDING_OF_UNIT)
        .where(Unit.compound_id == compound_id, *wanted)
        .order_by(Unit.id)
    )
    return [UnitOnRoll._make(row) for row in rows]


def units_of_owners(compound_id: UUID, owner_ids: Collection[UUID]) -> Sequence[UnitOnRoll]:
    """The units that belong to one of these owners today, alone or with others, with all their owners of today."""
    held = select(Ownership.unit_id).where(
        Ownership.compound_id == compound_id, Ownership.owner_id.in_(owner_ids), Ownership.valid_to.is_(None)
    )
    unit_ids = set(db.session.scalars(held)) if owner_ids else set()
    return units_with_owners(compound_id, *unit_ids) if unit_ids else []


def held_roll_version(compound_id: UUID) -> int:
    """The version of the compound's roll, which no other transaction raises until this one has ended."""
    return db.session.scalar(select(held_roll(compound_id).c.version)) or 0


def held_roll(compound_id: UUID) -> CTE:
    """The same as a part of a statement, whose other rows are then of this version; no row where there is no roll."""
    return select(Roll.version).where(Roll.compound_id == compound_id).with_for_update(read=True).cte("held_roll")


def _owner_ids() -> ScalarSelect[Any]:
    sorted_ids = func.array_agg(Ownership.owner_id).aggregate_order_by(Ownership.owner_id)
    return (
        select(func.coalesce(sorted_ids, cast([], ARRAY(Uuid()))))
        .where(Ownership.compound_id == Unit.compound_id, Ownership.unit_id == Unit.id, Ownership.valid_to.is_(None))
        .scalar_subquery()
    )


def search_units(actor: Actor, compound_id: UUID, text: str, cursor: UUID | None, limit: int) -> Sequence[UnitShown]:
    """Units by a door or a part of it, or by an owner's exact name, phone or ID number; all where text is empty.

    In the order of doors, after the unit `cursor`. Raises Forbidden.
    """
    require(actor, Act.MANAGE_ROLL, compound_id)
    return units_where(compound_id, or_(*_matches(compound_id, text)) if tidy(text) else true(), cursor, limit)


def units_where(compound_id: UUID, wanted: ColumnElement[bool], cursor: UUID | None, limit: int) -> Sequence[UnitShown]:
    """The units for which the condition (on Unit and Building) holds, in the order of doors, after the unit `cursor`.

    The caller checks that the actor may see the roll.
    """
    page = (
        select(Unit, Building.name)
        .join(Building, _BUILDING_OF_UNIT)
        .where(Unit.compound_id == compound_id, wanted)
        .order_by(*_DOOR_ORDER)
        .limit(limit)
    )
    if cursor is not None:
        here = select(*_DOOR_ORDER).join(Building, _BUILDING_OF_UNIT)
        last = here.where(Unit.compound_id == compound_id, Unit.id == cursor).subquery()
        page = page.join(last, tuple_(*_DOOR_ORDER) > tuple_(*last.c))
    rows = db.session.execute(page).all()
    owners = owners_of(compound_id, [unit.id for unit, _ in rows])
    return [
        UnitShown(
            unit.id,
            building,
            unit.stairwell,
            unit.room,
            unit.use,
            unit.area_centi,
            unit.held_by_developer,
            [_shown(*row) for row in owners[unit.id]],
        )
        for unit, building in rows
    ]


def _matches(compound_id: UUID, text: str) -> list[ColumnElement[bool]]:
    """Each way in which a unit may be meant."""
    plain, door = tidy(text), split_door(text)
    whole_door = Building.name + Unit.stairwell + Unit.room
    owned = (
        select(Ownership.unit_id)
        .join(Owner, (Owner.compound_id == Ownership.compound_id) & (Owner.id == Ownership.owner_id))
        .where(
            Ownership.compound_id == compound_id,
            Ownership.valid_to.is_(None),
            or_(
                Owner.name_hash == lookup_hash("name", clean_name(text)),
                Owner.phone_hash == lookup_hash("phone", plain),
                Owner.id_number_hash == lookup_hash("id_number", plain),
            ),
        )
    )
    matches = [whole_door.contains(plain, autoescape=True), Unit.room == room_name(text), Unit.id.in_(owned)]
    if door:
        names = db.session.execute(select(Building.id, Building.name).where(Building.compound_id == compound_id))
        buildings = [one for one, name in names if building_key(name) == building_key(door.building)]
        parts = [Unit.building_id.in_(buildings), Unit.room == door.room]
        matches.append(and_(*parts, Unit.stairwell == door.stairwell) if door.stairwell else and_(*parts))
    return matches


def owners_of(compound_id: UUID, unit_ids: Collection[UUID]) -> dict[UUID, list[tuple[Ownership, Owner]]]:
    """Today's owners by unit."""
    rows = db.session.execute(
        select(Ownership, Owner)
        .join(Owner, (Owner.compound_id == Ownership.compound_id) & (Owner.id == Ownership.owner_id))
        .where(Ownership.compound_id == compound_id, Ownership.unit_id.in_(unit_ids), Ownership.valid_to.is_(None))
        .order_by(Ownership.unit_id, Ownership.id)
    )
    owners: dict[UUID, list[tuple[Ownership, Owner]]] = defaultdict(list)
    for ownership, owner in rows:
        owners[ownership.unit_id].append((ownership, owner))
    return owners


def _shown(ownership: Ownership, owner: Owner, claimed_name: str | None = None) -> OwnerShown:
    return OwnerShown(
        owner.id,
        mask_name(owner.name),
        mask_phone(owner.phone) if owner.phone else None,
        Fraction(ownership.share_numerator, ownership.share_denominator),
        same_name=claimed_name is not None and clean_name(claimed_name) == clean_name(owner.name),
    )


def waiting_bindings(
    actor: Actor, compound_id: UUID, after: UUID | None, limit: int, capacity: Capacity | None = None
) -> Sequence[WaitingBinding]:
    """Applications that wait for a decision, the oldest first, after the binding `after`; those as `capacity`, or all.

    Raises Forbidden.
    """
    wanted = Binding.capacity == capacity if capacity else true()
    return _waiting(actor, compound_id, wanted & (Binding.id > after if after else true()), limit)


def waiting_binding(actor: Actor, compound_id: UUID, binding_id: UUID) -> WaitingBinding:
    """One of them. Raises Forbidden, BindingNotFound where there is none that waits."""
    found = _waiting(actor, compound_id, Binding.id == binding_id, 1)
    if not found:
        raise BindingNotFound
    return found[0]


def _waiting(actor: Actor, compound_id: UUID, wanted: ColumnElement[bool], limit: int) -> Sequence[WaitingBinding]:
    require(actor, Act.DECIDE_BINDING, compound_id)
    page = (
        select(Binding, Unit, Building.name)
        .join(Unit, _UNIT_OF_BINDING)
        .join(Building, _BUILDING_OF_UNIT)
        .where(Binding.compound_id == compound_id, Binding.state == BindingState.APPLIED, wanted)
        .order_by(Binding.id)
        .limit(limit)
    )
    rows = db.session.execute(page).all()
    owners = owners_of(compound_id, {unit.id for _, unit, _ in rows})
    return [
        WaitingBinding(
            binding_id=binding.id,
            building=building,
            stairwell=unit.stairwell,
            room=unit.room,
            unit_id=unit.id,
            capacity=Capacity(binding.capacity),
            lease_ends=binding.lease_ends,
            claimed_name_masked=mask_name(binding.claimed_name or ""),
            note=binding.note,
            created_at=binding.created_at,
            owners=[_shown(*row, binding.claimed_name) for row in owners[unit.id]],
        )
        for binding, unit, building in rows
    ]


def bindings_of(actor: Actor) -> Sequence[Home]:
    """The actor's own bindings that are not revoked, the newest first."""
    rows = db.session.execute(
        select(Binding, OrgUnit.name, Unit, Building.name)
        .join(Unit, _UNIT_OF_BINDING)
        .join(Building, _BUILDING_OF_UNIT)
        .join(OrgUnit, OrgUnit.id == Binding.compound_id)
        .where(Binding.account_id == actor.account_id, Binding.state != BindingState.REVOKED)
        .order_by(Binding.id.desc())
        .execution_options(populate_existing=True)
    )
    return [
        Home(
            binding_id=binding.id,
            compound_id=binding.compound_id,
            compound=compound,
            unit_id=unit.id,
            owner_id=binding.owner_id,
            building_id=unit.building_id,
            building=building,
            stairwell=unit.stairwell,
            room=unit.room,
            use=unit.use,
            area_centi=unit.area_centi,
            capacity=Capacity(binding.capacity),
            lease_ends=binding.lease_ends,
            state=binding.state,
            method=binding.method,
            reason=binding.reason,
            created_at=binding.created_at,
        )
        for binding, compound, unit, building in rows
    ]


def owns_today(compound_id: UUID, owner_id: UUID) -> bool:
    """Whether the owner holds a unit of the compound today."""
    held = select(Ownership.id).where(
        Ownership.compound_id == compound_id, Ownership.owner_id == owner_id, Ownership.valid_to.is_(None)
    )
    return db.session.scalar(held.limit(1)) is not None


def only_owner_named(compound_id: UUID, name: str) -> UUID | None:
    """The owner of this name, if exactly one person or body on the roll bears it."""
    named = select(Owner.id).where(
        Owner.compound_id == compound_id, Owner.name_hash == lookup_hash("name", clean_name(name))
    )
    found = db.session.scalars(named.limit(2)).all()
    return found[0] if len(found) == 1 else None


def owners_represented(account_id: UUID, compound_id: UUID) -> Sequence[UUID]:
    """The owners that the account stands for in the compound, through accepted bindings or as their guardian."""
    values = {"account_id": account_id, "compound_id": compound_id, "now": clock.now()}
    return once((owners_represented, account_id, compound_id), lambda: db.session.scalars(_REPRESENTED, values).all())


def is_owner(account_id: UUID, compound_id: UUID) -> bool:
    """Whether the account stands for an owner of the compound."""
    return bool(owners_represented(account_id, compound_id))


def lives_in(account_id: UUID, compound_id: UUID) -> bool:
    """Whether the account is a resident of the compound: has a home there as owner, tenant or family, or guards one."""
    values = {"account_id": account_id, "compound_id": compound_id, "now": clock.now()}
    return bool(db.session.scalar(_LIVES_IN, values))


def voices(account_id: UUID, compound_id: UUID) -> tuple[set[tuple[UUID, UUID]], set[UUID]]:
    """For whom the account speaks: (unit, owner) of its accepted bindings, without wards; owners it is guardian of."""
    bound = select(Binding.unit_id, Binding.owner_id).where(
        Binding.compound_id == compound_id,
        Binding.account_id == account_id,
        Binding.state == BindingState.ACCEPTED,
        Binding.owner_id.is_not(None),
        ~exists().where(
            Guardianship.compound_id == compound_id,
            Guardianship.owner_id == Binding.owner_id,
            in_force(clock.now()),
        ),
    )
    guarded = select(null(), Guardianship.owner_id).where(
        Guardianship.compound_id == compound_id, Guardianship.account_id == account_id, in_force(clock.now())
    )
    found: Sequence[Any] = db.session.execute(union_all(bound, guarded)).all()
    homes = {(unit_id, owner_id) for unit_id, owner_id in found if unit_id}
    return homes, {owner_id for unit_id, owner_id in found if unit_id is None}
