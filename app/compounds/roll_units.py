"""What a roll file says: units and owners, as plain values. Areas are integers of 0.01 m²."""

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, NamedTuple

from app.compounds.models import UnitUse


class RollOwner(NamedTuple):
    """An owner as the file has them; numbers are cleaned and right, or None. `share` None: not said."""

    name: str
    id_number: str | None = None
    phone: str | None = None
    share: Fraction | None = None


@dataclass(slots=True)
class RollUnit:
    """A unit as the file has it. None: the file does not say, and an import leaves it as it is.

    `row` counts from 1. No owners and not held by the developer: the owner is unknown, and stays as on the roll.
    """

    sheet: str
    row: int
    building: str
    stairwell: str
    room: str
    use: UnitUse | None = None
    area_register_centi: int | None = None
    area_survey_centi: int | None = None
    area_contract_centi: int | None = None
    held_by_developer: bool | None = None
    owners: list[RollOwner] = field(default_factory=list)

    def fingerprint(self) -> int:
        """Equal for units of the same areas and owners, in whatever order these stand."""
        areas = (self.area_register_centi, self.area_survey_centi, self.area_contract_centi)
        if len(self.owners) == 1:
            return hash((areas, self.held_by_developer, *self.owners[0][:2]))
        owners = sorted((owner.name, owner.id_number or "") for owner in self.owners)
        return hash((areas, self.held_by_developer, *owners))

    def to_json(self) -> list[Any]:
        """The unit as a short JSON array, its owners last."""
        return [
            self.sheet,
            self.row,
            self.building,
            self.stairwell,
            self.room,
            self.use,
            self.area_register_centi,
            self.area_survey_centi,
            self.area_contract_centi,
            self.held_by_developer,
            [
                [owner.name, owner.id_number, owner.phone, *(owner.share.as_integer_ratio() if owner.share else ())]
                for owner in self.owners
            ],
        ]
