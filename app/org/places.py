"""The part of a compound that a steward looks after: a building (楼栋), or one stairwell of it (单元)."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column


class Place(NamedTuple):
    """A building, or its stairwell where one is named. `name`: as people write it, 3栋2单元."""

    building_id: UUID
    stairwell: str
    name: str


class Placed:
    """Columns of what is about a place; without a building it is about the whole compound.

    `place` keeps the name, since whoever reads roles does not read the roll.
    """

    building_id: Mapped[UUID | None]
    stairwell: Mapped[str] = mapped_column(Text, default="", server_default="")
    place: Mapped[str | None] = mapped_column(Text)


def columns(place: Place | None) -> dict[str, UUID | str | None]:
    """The values of these columns."""
    if place is None:
        return {"building_id": None, "stairwell": "", "place": None}
    return {"building_id": place.building_id, "stairwell": place.stairwell, "place": place.name}


def of(one: Placed) -> Place | None:
    """What these columns say."""
    return Place(one.building_id, one.stairwell, one.place) if one.building_id and one.place else None
