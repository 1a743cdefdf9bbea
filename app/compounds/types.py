"""Values that this package hands out and takes in. Areas are integers of 0.01 m²; times are aware."""

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import NamedTuple
from uuid import UUID

from app.compounds.models import Capacity


class UnitOnRoll(NamedTuple):
    """A unit as an electorate's snapshot takes it. `owner_ids` are today's owners, sorted; empty: nobody is known."""

    unit_id: UUID
    building_id: UUID
    building: str
    stairwell: str
    room: str
    use: str
    area_register_centi: int | None
    area_survey_centi: int | None
    area_contract_centi: int | None
    area_centi: int
    held_by_developer: bool
    owner_ids: list[UUID]


@dataclass(frozen=True)
class RollTotals:
    """Size of a compound's roll. `owners` counts the persons and bodies that own something today."""

    version: int
    units: int
    owners: int
    units_without_owner: int
    area_centi: int


@dataclass(frozen=True)
class OwnerShown:
    """An owner as others see them. `same_name`: whether the name is the one that an applicant claims."""

    owner_id: UUID
    name_masked: str
    phone_masked: str | None
    share: Fraction
    same_name: bool = False


@dataclass(frozen=True)
class UnitShown:
    """A unit with its owners masked."""

    unit_id: UUID
    building: str
    stairwell: str
    room: str
    use: str
    area_centi: int
    held_by_developer: bool
    owners: list[OwnerShown]


@dataclass(frozen=True)
class WaitingBinding:
    """An application that waits for the secretary, with the home's owners: an owner's is accepted for one of them.

    `lease_ends`: a tenant's last day, as applied for.
    """

    binding_id: UUID
    building: str
    stairwell: str
    room: str
    unit_id: UUID
    capacity: Capacity
    lease_ends: date | None
    claimed_name_masked: str
    note: str | None
    created_at: datetime
    owners: list[OwnerShown]


@dataclass(frozen=True)
class Home:
    """One of the actor's own bindings (我的房屋). `lease_ends`: a tenant's last day."""

    binding_id: UUID
    compound_id: UUID
    compound: str
    unit_id: UUID
    owner_id: UUID | None
    building_id: UUID
    building: str
    stairwell: str
    room: str
    use: str
    area_centi: int
    capacity: Capacity
    lease_ends: date | None
    state: str
    method: str
    reason: str | None
    created_at: datetime


@dataclass(frozen=True)
class NewOwner:
    """A buyer. `share` empty: co-owners hold equal shares (Civil Code 309)."""

    name: str
    id_number: str | None = None
    phone: str | None = None
    share: Fraction | None = None


@dataclass(frozen=True)
class UnitFacts:
    """What a unit is: its use, its area as each source has it, and whether the developer holds it."""

    use: str
    area_register_centi: int | None
    area_survey_centi: int | None
    area_contract_centi: int | None
    held_by_developer: bool


@dataclass(frozen=True)
class PersonFacts:
    """What is to be set right of an owner; None stays as it is. `no_phone`: the number on the roll is nobody's."""

    name: str | None = None
    id_number: str | None = None
    phone: str | None = None
    no_phone: bool = False
