"""Units that a meeting's rules leave out (车位、储藏室, GR 25): frozen with the electorate, committed to by leaf 0.

Each person's stand in one statement: a voting party's, or those of somebody who owns nothing that counts.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select

from app.core.canonical import canonical
from app.core.db import db
from app.meetings import reading, scopes
from app.meetings.electorate import Id, Roll
from app.meetings.excluded_models import ExcludedUnit
from app.meetings.log import leaves
from app.meetings.models import Meeting
from app.meetings.scopes import Scope

Person = tuple[UUID | None, int | None]


def keep(
    meeting: Meeting, with_parking: Roll, party_of: Mapping[Id, UUID], places: Mapping[Id, tuple[UUID, str]]
) -> None:
    """Freeze the units that are left out: those of the roll `with_parking` that `party_of` gives no party.

    `places`: building and stairwell of every unit.
    """
    rows = []
    for number, owners in enumerate(with_parking.parties, start=1):
        party_id = next((party_of[one] for one in owners.unit_ids if one in party_of), None)
        for unit in owners.units:
            if unit.unit_id in party_of:
                continue
            building_id, stairwell = places[unit.unit_id]
            rows.append(
                {
                    "compound_id": meeting.compound_id,
                    "meeting_id": meeting.id,
                    "unit_id": unit.unit_id,
                    "party_id": party_id,
                    "joining": None if party_id else number,
                    "building_id": building_id,
                    "stairwell": stairwell,
                    "area_centi": unit.area_centi,
                }
            )
    if rows:
        db.session.execute(insert(ExcludedUnit), rows)


def owners(meeting: Meeting, scope: Scope | None) -> list[tuple[UUID | None, int | None, int]]:
    """(party, or number of the person who would join; area in 0.01 m²) of the excluded units in the scope."""
    units = list(_of(meeting))
    if scope:
        units.append(ExcludedUnit.building_id == scope.building_id)
    if scope and scope.stairwell is not None:
        units.append(ExcludedUnit.stairwell == scope.stairwell)
    person = (ExcludedUnit.party_id, ExcludedUnit.joining)
    rows = db.session.execute(select(*person, func.sum(ExcludedUnit.area_centi)).where(*units).group_by(*person))
    return [(party_id, joining, int(area_centi)) for party_id, joining, area_centi in rows]


def statements(meeting: Meeting) -> list[dict[str, Any]]:
    """What each person has of the excluded units, as leaves of a tree of their own, in the order of their text.

    That order tells nothing: those who own nothing that counts have no name, and not even a number.
    """
    scoped = [(motion.id, scope) for motion in reading.motions_of(meeting) if (scope := scopes.of(motion))]
    units: dict[Person, list[int]] = defaultdict(list)
    parts: dict[Person, dict[UUID, int]] = defaultdict(dict)
    rows = db.session.execute(
        select(
            ExcludedUnit.party_id,
            ExcludedUnit.joining,
            ExcludedUnit.building_id,
            ExcludedUnit.stairwell,
            ExcludedUnit.area_centi,
        ).where(*_of(meeting))
    )
    for party_id, joining, building_id, stairwell, area in rows:
        person = (party_id, joining)
        units[person].append(area)
        for motion_id, scope in scoped:
            if scope.covers(building_id, stairwell):
                parts[person][motion_id] = parts[person].get(motion_id, 0) + area
    found = (leaves.excluded(meeting.id, person[0], areas, parts.get(person)) for person, areas in units.items())
    return sorted(found, key=canonical)


def committed(meeting: Meeting) -> dict[str, Any]:
    """For leaf 0: persons, area and root of the excluded units. Empty where there are none."""
    found = statements(meeting)
    if not found:
        return {}
    area_centi = sum(one["area_centi"] for one in found)
    root = leaves.root_of(found).hex()
    return {"excluded": {"persons": len(found), "area_centi": area_centi, "root_hash": root}}


def _of(meeting: Meeting) -> tuple[Any, ...]:
    return ExcludedUnit.compound_id == meeting.compound_id, ExcludedUnit.meeting_id == meeting.id
