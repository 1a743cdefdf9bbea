"""One unit of the roll, and one owner, with all that hangs on them.

Names and numbers leave masked, but where the keeper of the roll asks for those of a unit's owners: that goes on record.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from uuid import UUID

from sqlalchemy import select

from app.compounds import stamps
from app.compounds.errors import OwnerNotFound, UnitNotFound
from app.compounds.guardians import GuardianshipView, guardianships_of
from app.compounds.homes import doors_of
from app.compounds.models import Binding, BindingState, Building, Capacity, Owner, Ownership, Unit
from app.compounds.queries import owners_of
from app.compounds.residents import LEASE_WARNED_AT, ends_soon
from app.compounds.types import UnitFacts
from app.core import audit
from app.core.db import db
from app.core.masking import mask_id_number, mask_name, mask_phone
from app.identity.actor import Actor
from app.org.permissions import Act
from app.org.policy import require

BINDINGS_SHOWN = 20


@dataclass(frozen=True)
class PersonShown:
    """An owner's name and numbers. The ID number is masked always; name and phone, unless they were asked for."""

    owner_id: UUID
    name: str
    id_number: str | None
    phone: str | None
    guardianship: GuardianshipView | None


@dataclass(frozen=True)
class Held:
    """An owner's share of the unit, since when, and till when for a former one."""

    person: PersonShown
    share: Fraction
    since: datetime
    until: datetime | None


@dataclass(frozen=True)
class BindingShown:
    """An account's tie to the unit. `name` is the owner's, or what an applicant claims.

    `lease_ends`: a tenant's last day; `lease_warned_at`: when the tenant was told that it is near.
    """

    binding_id: UUID
    name: str
    capacity: Capacity
    lease_ends: date | None
    lease_warned_at: datetime | None
    state: str
    method: str
    reason: str | None
    created_at: datetime
    decided_at: datetime | None

    @property
    def lives_there(self) -> bool:
        """Whether it is registered that a tenant or family member lives there."""
        return self.state == BindingState.ACCEPTED and self.capacity is not Capacity.OWNER

    @property
    def lease_ends_soon(self) -> bool:
        """Whether the last day is near."""
        return ends_soon(self.lease_ends)


@dataclass(frozen=True)
class UnitPage:
    """A unit: what it is, whose it is and was, and who is bound to it. The stamps are for changing it."""

    unit_id: UUID
    building_id: UUID
    building: str
    stairwell: str
    room: str
    facts: UnitFacts
    area_centi: int
    stamp: str
    owners_stamp: str
    owners: Sequence[Held]
    former: Sequence[Held]
    bindings: Sequence[BindingShown]

    @property
    def door(self) -> str:
        """The door as people write it."""
        return f"{self.building}{self.stairwell}{self.room}"


@dataclass(frozen=True)
class OwnerPage:
    """An owner, and the doors of what the owner holds today by unit."""

    person: PersonShown
    stamp: str
    doors: dict[UUID, str]


def unit_page(actor: Actor, compound_id: UUID, unit_id: UUID, masked: bool = True) -> UnitPage:
    """One unit, for the secretary. Not `masked`: with whole names and phones of today's owners, and that is noted.

    Raises Forbidden, UnitNotFound.
    """
    require(actor, Act.MANAGE_ROLL, compound_id)
    unit = db.session.get(Unit, (compound_id, unit_id))
    if unit is None:
        raise UnitNotFound(door="这套房屋")
    if not masked:
        audit.record(compound_id, actor.account_id, "reveal_owners", unit_id)
    building = db.session.get_one(Building, (compound_id, unit.building_id))
    current = owners_of(compound_id, [unit_id])[unit_id]
    guardians = guardianships_of(compound_id, [owner.id for _, owner in current])
    return UnitPage(
        unit_id=unit.id,
        building_id=building.id,
        building=building.name,
        stairwell=unit.stairwell,
        room=unit.room,
        facts=UnitFacts(
            unit.use,
            unit.area_register_centi,
            unit.area_survey_centi,
            unit.area_contract_centi,
            unit.held_by_developer,
        ),
        area_centi=unit.area_centi,
        stamp=stamps.of_unit(unit),
        owners_stamp=stamps.of_ownership(ownership.id for ownership, _ in current),
        owners=[_held(ownership, owner, guardians.get(owner.id), masked) for ownership, owner in current],
        former=_former(compound_id, unit_id),
        bindings=_bindings(compound_id, unit_id),
    )


def owner_page(actor: Actor, compound_id: UUID, owner_id: UUID) -> OwnerPage:
    """One owner, for the secretary. Raises Forbidden, OwnerNotFound."""
    require(actor, Act.MANAGE_ROLL, compound_id)
    owner = db.session.get(Owner, (compound_id, owner_id))
    if owner is None:
        raise OwnerNotFound
    held = select(Ownership.unit_id).where(
        Ownership.compound_id == compound_id, Ownership.owner_id == owner_id, Ownership.valid_to.is_(None)
    )
    doors = doors_of(compound_id, db.session.scalars(held.order_by(Ownership.id)).all())
    guardian = guardianships_of(compound_id, [owner_id]).get(owner_id)
    return OwnerPage(_person(owner, guardian), stamps.of_owner(owner), dict(doors))


def _former(compound_id: UUID, unit_id: UUID) -> Sequence[Held]:
    """Whose it was, the latest first."""
    rows = db.session.execute(
        select(Ownership, Owner)
        .join(Owner, (Owner.compound_id == Ownership.compound_id) & (Owner.id == Ownership.owner_id))
        .where(Ownership.compound_id == compound_id, Ownership.unit_id == unit_id, Ownership.valid_to.is_not(None))
        .order_by(Ownership.valid_to.desc(), Ownership.id)
    )
    return [_held(ownership, owner, None) for ownership, owner in rows]


def _held(ownership: Ownership, owner: Owner, guardian: GuardianshipView | None, masked: bool = True) -> Held:
    share = Fraction(ownership.share_numerator, ownership.share_denominator)
    return Held(_person(owner, guardian, masked), share, ownership.valid_from, ownership.valid_to)


def _person(owner: Owner, guardian: GuardianshipView | None, masked: bool = True) -> PersonShown:
    return PersonShown(
        owner.id,
        mask_name(owner.name) if masked else owner.name,
        mask_id_number(owner.id_number) if owner.id_number else None,
        mask_phone(owner.phone) if masked and owner.phone else owner.phone,
        guardian,
    )


def _bindings(compound_id: UUID, unit_id: UUID) -> Sequence[BindingShown]:
    """Those that stand before those that do not, the latest first."""
    rows = db.session.execute(
        select(Binding, Owner.name, LEASE_WARNED_AT)
        .outerjoin(Owner, (Owner.compound_id == Binding.compound_id) & (Owner.id == Binding.owner_id))
        .where(Binding.compound_id == compound_id, Binding.unit_id == unit_id)
        .order_by((Binding.state == BindingState.ACCEPTED).desc(), Binding.id.desc())
        .limit(BINDINGS_SHOWN)
    )
    return [
        BindingShown(
            one.id,
            mask_name(name or one.claimed_name or ""),
            Capacity(one.capacity),
            one.lease_ends,
            warned_at,
            one.state,
            one.method,
            one.reason,
            one.created_at,
            one.decided_at,
        )
        for one, name, warned_at in rows
    ]
