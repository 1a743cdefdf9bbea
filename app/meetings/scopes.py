"""What part of a compound a motion concerns: the whole, a building or a stairwell (楼栋、单元).

A building's or stairwell's own matters, as the repair of its lift, are decided by its own owners (Civil Code 278, 283):
quorum and majority are taken of the part's electorate. A person counts with a unit in the part, and with the area of
those units only. Everything is derived from the frozen electorate, so it can be derived again at any time.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from app.compounds.models import Building, Unit
from app.core.db import db
from app.meetings.ballots import CHOICES
from app.meetings.errors import ScopeNotAllowed, ScopeUnknown
from app.meetings.models import Ballot, BallotState, Meeting, Motion, VotingPartyUnit
from app.meetings.rules.rule_set import Matter
from app.meetings.tally import Electorate, MotionCount

WHOLE_COMPOUND_ONLY = frozenset(
    {
        Matter.RULES_OF_PROCEDURE,
        Matter.MANAGEMENT_COVENANT,
        Matter.COMMITTEE,
        Matter.PROPERTY_COMPANY,
    }
)


WHOLE: Mapping[str, None] = {"scope_building_id": None, "scope_stairwell": None, "scope_name": None}
"""The columns of a motion that concerns the whole compound."""


@dataclass(frozen=True)
class Scope:
    """A building, or one of its stairwells; `name` is for people and is frozen with the motion."""

    building_id: UUID
    stairwell: str | None
    name: str

    def covers(self, building_id: UUID, stairwell: str) -> bool:
        """Whether a unit there belongs to the part."""
        return building_id == self.building_id and self.stairwell in (None, stairwell)

    def columns(self) -> dict[str, Any]:
        """The scope as columns of a motion."""
        return {
            "scope_building_id": self.building_id,
            "scope_stairwell": self.stairwell,
            "scope_name": self.name,
        }


def checked(compound_id: UUID, matter: Matter, building_id: UUID | None, stairwell: str | None) -> Scope | None:
    """The scope that a motion is to have; None: the whole compound.

    Raises ScopeNotAllowed for a matter of the whole, and ScopeUnknown where the roll has no unit in the part.
    """
    if building_id is None:
        if stairwell is not None:
            raise ScopeUnknown
        return None
    if matter in WHOLE_COMPOUND_ONLY:
        raise ScopeNotAllowed(matter=matter.chinese, article=matter.article)
    building = db.session.get(Building, (compound_id, building_id))
    part = [Unit.compound_id == compound_id, Unit.building_id == building_id]
    if stairwell is not None:
        part.append(Unit.stairwell == stairwell)
    if building is None or db.session.scalar(select(Unit.id).where(*part).limit(1)) is None:
        raise ScopeUnknown
    return Scope(building_id, stairwell, building.name + (stairwell or ""))


def parts_of(compound_id: UUID) -> list[Scope]:
    """Every part that a motion may concern: each building of the roll, followed by its stairwells."""
    rows = db.session.execute(
        select(Unit.building_id, Building.name, Unit.stairwell)
        .join(Building, (Building.compound_id == Unit.compound_id) & (Building.id == Unit.building_id))
        .where(Unit.compound_id == compound_id)
        .distinct()
    )
    found: dict[tuple[str, UUID], set[str]] = {}
    for building_id, name, stairwell in rows:
        found.setdefault((name, building_id), set()).add(stairwell)
    parts = []
    for (name, building_id), stairwells in sorted(found.items(), key=lambda one: in_order(one[0][0])):
        parts.append(Scope(building_id, None, name))
        parts += [Scope(building_id, one, name + one) for one in sorted(stairwells, key=in_order) if one]
    return parts


def in_order(name: str) -> list[tuple[int, str]]:
    """A key by which 2栋 comes before 10栋."""
    return [(int(part), "") if part.isdecimal() else (0, part) for part in re.split(r"(\d+)", name) if part]


def of(motion: Motion) -> Scope | None:
    """A motion's scope; None: the whole compound."""
    if motion.scope_building_id is None:
        return None
    return Scope(motion.scope_building_id, motion.scope_stairwell, motion.scope_name or "")


def outside(scopes: Iterable[tuple[UUID, Scope]], places: Iterable[tuple[UUID, str]]) -> list[UUID]:
    """The motions, of (motion id, scope), in whose scope none of the places, (building, stairwell), is."""
    homes = list(places)
    return [motion_id for motion_id, scope in scopes if not any(scope.covers(*home) for home in homes)]


def areas(meeting: Meeting, scope: Scope) -> dict[UUID, int]:
    """The part's electorate: party -> area of its units in the part, in 0.01 m²."""
    rows = db.session.execute(
        select(VotingPartyUnit.party_id, func.sum(VotingPartyUnit.area_centi))
        .where(*_units_in(meeting, scope))
        .group_by(VotingPartyUnit.party_id)
    )
    return {party_id: int(area_centi) for party_id, area_centi in rows}


def electorate(meeting: Meeting, scope: Scope) -> Electorate:
    """Persons and area of the part. Raises TallyError where there is nobody or no area."""
    persons, area_centi = db.session.execute(
        select(
            func.count(VotingPartyUnit.party_id.distinct()),
            func.coalesce(func.sum(VotingPartyUnit.area_centi), 0),
        ).where(*_units_in(meeting, scope))
    ).one()
    return Electorate(persons, int(area_centi))


def count(meeting: Meeting, scope: Scope, place: int) -> MotionCount:
    """The part's ballots on the motion whose choices stand at `place` (from 1): persons, and area in the part."""
    part = (
        select(VotingPartyUnit.party_id, func.sum(VotingPartyUnit.area_centi).label("area_centi"))
        .where(*_units_in(meeting, scope))
        .group_by(VotingPartyUnit.party_id)
        .subquery()
    )
    choice = Ballot.choices[place].label("choice")
    rows = db.session.execute(
        select(choice, func.count(), func.sum(part.c.area_centi))
        .join(part, part.c.party_id == Ballot.party_id)
        .where(
            Ballot.compound_id == meeting.compound_id,
            Ballot.meeting_id == meeting.id,
            Ballot.state == BallotState.EFFECTIVE,
        )
        .group_by(choice)
    )
    fields: dict[str, int] = {}
    for code, persons, area_centi in rows:
        name = CHOICES[code].value
        fields |= {f"{name}_persons": persons, f"{name}_area": int(area_centi)}
    return MotionCount(**fields)


def _units_in(meeting: Meeting, scope: Scope) -> list[ColumnElement[bool]]:
    part = [
        VotingPartyUnit.compound_id == meeting.compound_id,
        VotingPartyUnit.meeting_id == meeting.id,
        VotingPartyUnit.building_id == scope.building_id,
    ]
    if scope.stairwell is not None:
        part.append(VotingPartyUnit.stairwell == scope.stairwell)
    return part
