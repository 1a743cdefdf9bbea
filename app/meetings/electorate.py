"""From units and their owners to voting parties (投票权人): SPC 8–9, GR 23–25. Pure.

SPC is the Supreme People's Court interpretation on ownership of building units, 2020 (建筑物区分所有权司法解释).
- Area of a unit (专有部分面积): the register's figure, else the survey's, else the contract's (SPC 8).
- Persons (业主人数): one unit is one person, but all unsold or undelivered units of the developer are one person
  together, and all units of the same set of owners are one person (SPC 9). Areas add up all the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from app.meetings.tally import Electorate

Id = UUID | str


class AreaSource(StrEnum):
    """Where a unit's area was read, in the order of SPC 8."""

    REGISTER = "register"
    SURVEY = "survey"
    CONTRACT = "contract"

    @property
    def chinese(self) -> str:
        """The source for people."""
        return {"register": "不动产登记簿", "survey": "实测面积", "contract": "买卖合同"}[self.value]


class FindingCode(StrEnum):
    """What is missing from the roll of a unit."""

    NO_OWNER = "no_owner"
    NO_AREA = "no_area"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitShare:
    """One exclusive part (专有部分) as the roll has it. Areas are integers of 0.01 m², None where there is no figure.

    is_parking         parking or storage (车位、储藏室): counts only where the rule set says so, GR 25
    held_by_developer  unsold, or sold and not yet delivered (SPC 9): the developer votes, whoever bought
    """

    unit_id: Id
    owner_ids: frozenset[Id] = frozenset()
    register_area: int | None = None
    survey_area: int | None = None
    contract_area: int | None = None
    is_parking: bool = False
    held_by_developer: bool = False

    def __post_init__(self) -> None:
        for figure in (self.register_area, self.survey_area, self.contract_area):
            if figure is not None and figure <= 0:
                raise ValueError(f"an area is positive or not known, not {figure}")

    @property
    def area(self) -> tuple[int, AreaSource] | None:
        """The area that counts and its source: SPC 8. None without any figure."""
        figures = (
            (self.register_area, AreaSource.REGISTER),
            (self.survey_area, AreaSource.SURVEY),
            (self.contract_area, AreaSource.CONTRACT),
        )
        return next(((figure, source) for figure, source in figures if figure is not None), None)


@dataclass(frozen=True, slots=True)
class CountedUnit:
    """A unit in a voting party, with the area that counts (0.01 m²) and its source; 0 and None without a figure."""

    unit_id: Id
    area_centi: int
    source: AreaSource | None


@dataclass(frozen=True, slots=True)
class VotingParty:
    """One person in the count: a set of owners, or the developer, with all its units.

    `owner_ids` is empty for the developer, and for a unit whose owner is unknown (see Finding).
    """

    owner_ids: frozenset[Id]
    is_developer: bool
    units: tuple[CountedUnit, ...]

    @property
    def unit_ids(self) -> tuple[Id, ...]:
        """The party's units, in order."""
        return tuple(unit.unit_id for unit in self.units)

    @property
    def area_centi(self) -> int:
        """The party's area in 0.01 m²."""
        return sum(unit.area_centi for unit in self.units)


@dataclass(frozen=True, slots=True)
class Finding:
    """A gap in the roll that someone must close before the electorate is frozen. The unit counts meanwhile."""

    unit_id: Id
    code: FindingCode

    @property
    def text(self) -> str:
        """The finding for people."""
        return {
            FindingCode.NO_OWNER: "该专有部分没有登记业主，请核对不动产登记簿。",
            FindingCode.NO_AREA: "该专有部分没有任何面积数据，请补录登记、实测或者合同面积。",
        }[self.code]


@dataclass(frozen=True, slots=True)
class Roll:
    """The electorate as a list (业主名册): voting parties, gaps, and the units that the rule set leaves out."""

    parties: tuple[VotingParty, ...]
    findings: tuple[Finding, ...]
    excluded_unit_ids: tuple[Id, ...]

    @property
    def electorate(self) -> Electorate:
        """Persons and area of the whole. Raises TallyError when there is nobody or no area at all."""
        return Electorate(len(self.parties), sum(party.area_centi for party in self.parties))


def build_roll(units: Iterable[UnitShare], include_parking: bool) -> Roll:
    """Gather the units of a meeting's scope into voting parties, in the order of their first unit's id.

    No unit is dropped: one without an owner is a person of its own whom nobody can vote for, one without an area counts
    with 0, and both are findings. Leaving either out would lower the quorum. Raises ValueError for a unit given twice.
    """
    ordered = sorted(units, key=lambda unit: str(unit.unit_id))
    _refuse_doubles(ordered)
    groups: dict[tuple[str, frozenset[Id]], list[UnitShare]] = {}
    excluded, findings = [], []
    for unit in ordered:
        if unit.is_parking and not include_parking:
            excluded.append(unit.unit_id)
            continue
        groups.setdefault(_party_key(unit), []).append(unit)
        findings += _findings(unit)
    parties = tuple(_party(members) for members in groups.values())
    return Roll(parties, tuple(findings), tuple(excluded))


def _refuse_doubles(ordered: list[UnitShare]) -> None:
    if len({unit.unit_id for unit in ordered}) != len(ordered):
        raise ValueError("a unit stands twice on the roll")


def _party_key(unit: UnitShare) -> tuple[str, frozenset[Id]]:
    if unit.held_by_developer:
        return "developer", frozenset()
    if unit.owner_ids:
        return "owners", unit.owner_ids
    return "unknown", frozenset({unit.unit_id})


def _findings(unit: UnitShare) -> list[Finding]:
    missing = []
    if not unit.owner_ids and not unit.held_by_developer:
        missing.append(Finding(unit.unit_id, FindingCode.NO_OWNER))
    if unit.area is None:
        missing.append(Finding(unit.unit_id, FindingCode.NO_AREA))
    return missing


def _party(members: list[UnitShare]) -> VotingParty:
    developer = members[0].held_by_developer
    return VotingParty(
        owner_ids=frozenset() if developer else members[0].owner_ids,
        is_developer=developer,
        units=tuple(CountedUnit(unit.unit_id, *(unit.area or (0, None))) for unit in members),
    )
