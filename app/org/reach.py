"""How far an act about somebody's home reaches: to all homes of a compound, or to those of a steward's places."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, true

from app.org.errors import OutsideOwnPlace
from app.org.places import Place


@dataclass(frozen=True)
class Reach:
    """The homes for which somebody may do an act: those of the `places`; None: all of the compound."""

    places: Sequence[Place] | None

    def covers(self, building_id: UUID | None, stairwell: str | None) -> bool:
        """Whether a home there is one of them."""
        return self.places is None or any(
            one.building_id == building_id and one.stairwell in ("", stairwell) for one in self.places
        )

    def among(self, building_id: Any, stairwell: Any) -> ColumnElement[bool]:
        """The same as a condition on two columns."""
        if self.places is None:
            return true()
        return or_(*(_there(one, building_id, stairwell) for one in self.places))

    def refusal(self) -> OutsideOwnPlace:
        """Why the act is refused for another home."""
        return OutsideOwnPlace(places="、".join(one.name for one in self.places or ()))


EVERYWHERE: Final = Reach(None)


def _there(place: Place, building_id: Any, stairwell: Any) -> ColumnElement[bool]:
    of_building: ColumnElement[bool] = building_id == place.building_id
    return and_(of_building, stairwell == place.stairwell) if place.stairwell else of_building
