"""Buildings and stairwells of the roll as places that somebody looks after, and who lives in them."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import Select, func, select

from app.compounds.errors import PlaceNotFound
from app.compounds.models import Binding, BindingState, Building, Capacity, Unit, UnitUse
from app.core.db import db
from app.org.places import Place

_LIVED_IN = Unit.use.not_in((UnitUse.PARKING, UnitUse.STORAGE))
_OF_UNIT = (Building.compound_id == Unit.compound_id) & (Building.id == Unit.building_id)


def place_at(compound_id: UUID, building_id: UUID, stairwell: str) -> Place:
    """The building, or its stairwell where one is named. Raises PlaceNotFound."""
    building = db.session.get(Building, (compound_id, building_id))
    if building is None:
        raise PlaceNotFound
    if stairwell and not db.session.scalar(select(_units(compound_id, building_id, stairwell).exists())):
        raise PlaceNotFound
    return Place(building_id, stairwell, building.name + stairwell)


def places_in(compound_id: UUID) -> Sequence[Place]:
    """Every building of the compound, each followed by its stairwells, as people sort them."""
    order = (func.length(Building.name), Building.name, func.length(Unit.stairwell), Unit.stairwell)
    rows = db.session.execute(
        select(Building.id, Building.name, Unit.stairwell)
        .join(Unit, _OF_UNIT & _LIVED_IN)
        .where(Building.compound_id == compound_id)
        .group_by(Building.id, Building.name, Unit.stairwell)
        .order_by(*order)
    )
    found: dict[tuple[UUID, str], Place] = {}
    for building_id, name, stairwell in rows:
        found.setdefault((building_id, ""), Place(building_id, "", name))
        found.setdefault((building_id, stairwell), Place(building_id, stairwell, name + stairwell))
    return list(found.values())


def households_of(compound_id: UUID, places: Collection[Place]) -> Mapping[Place, int]:
    """How many homes each of the places has."""

    def count(place: Place) -> int:
        homes = _units(compound_id, place.building_id, place.stairwell).subquery()
        return db.session.scalar(select(func.count()).select_from(homes)) or 0

    return {place: count(place) for place in set(places)}


def homes_by_place(account_id: UUID, compound_id: UUID) -> Mapping[tuple[UUID, str], UUID]:
    """The first home that the account owns in each building and stairwell; under "" that in the building."""
    rows = db.session.execute(
        select(Unit.building_id, Unit.stairwell, Unit.id)
        .join(Binding, (Binding.compound_id == Unit.compound_id) & (Binding.unit_id == Unit.id))
        .where(
            Binding.compound_id == compound_id,
            Binding.account_id == account_id,
            Binding.state == BindingState.ACCEPTED,
            Binding.capacity == Capacity.OWNER,
            _LIVED_IN,
        )
        .order_by(Binding.id)
    )
    homes: dict[tuple[UUID, str], UUID] = {}
    for building_id, stairwell, unit_id in rows:
        homes.setdefault((building_id, ""), unit_id)
        homes.setdefault((building_id, stairwell), unit_id)
    return homes


def _units(compound_id: UUID, building_id: UUID, stairwell: str) -> Select[UUID]:
    found = select(Unit.id).where(Unit.compound_id == compound_id, Unit.building_id == building_id, _LIVED_IN)
    return found.where(Unit.stairwell == stairwell) if stairwell else found
