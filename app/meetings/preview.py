"""The electorate as it would be frozen now: for those who prepare a meeting, with the gaps of the roll."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sqlalchemy import exists, select, text

from app.compounds.models import Building, Ownership, Unit
from app.core.db import db, sql_text
from app.identity.actor import Actor
from app.meetings import policy
from app.meetings.announcing import NOT_COUNTED_BY_DEFAULT, door
from app.meetings.electorate import Finding, FindingCode
from app.meetings.rules import adoption as rule_sets
from app.meetings.scopes import Scope

_TODAY = text(sql_text(Path(__file__).parent / "today.sql"))


@dataclass(frozen=True)
class Gap:
    """A unit of which the roll lacks the owner; it counts all the same."""

    unit_id: UUID
    door: str
    text: str


@dataclass(frozen=True)
class ElectoratePreview:
    """Who would vote if the meeting were announced now: persons (SPC 9) and their area in 0.01 m² (SPC 8).

    `excluded`: parking and storage that the rules leave out (GR 25). `offline`: persons of whom nobody uses the app, to
    whom the notice has to be brought. `developer_area_centi`: of what the developer holds, 0 where it holds nothing.
    """

    persons: int
    area_centi: int
    units: int
    excluded: int
    offline: int
    developer_units: int
    developer_area_centi: int
    gaps: Sequence[Gap]


def preview_electorate(actor: Actor, compound_id: UUID) -> ElectoratePreview:
    """The electorate by today's roll and rules, for those who may see drafts. Raises Forbidden.

    One statement counts it, without reading a unit: it comes to what `electorate.build_roll` would gather.
    """
    policy.require_see_drafts(actor, compound_id)
    row = db.session.execute(_TODAY, {"compound_id": compound_id, "left_out": _left_out(compound_id)}).one()
    return ElectoratePreview(**row._mapping, gaps=_gaps(compound_id))


def counts_anybody(compound_id: UUID, scope: Scope | None = None) -> bool:
    """Whether any unit counts by today's roll and rules, in the compound or in a part of it: each has an area."""
    found = select(Unit.id).where(Unit.compound_id == compound_id, Unit.use.not_in(_left_out(compound_id)))
    if scope:
        found = found.where(Unit.building_id == scope.building_id)
    if scope and scope.stairwell is not None:
        found = found.where(Unit.stairwell == scope.stairwell)
    return db.session.scalar(found.limit(1)) is not None


def _left_out(compound_id: UUID) -> list[str]:
    """The uses that do not count."""
    return [] if rule_sets.current(compound_id)[1].include_parking else sorted(NOT_COUNTED_BY_DEFAULT)


def _gaps(compound_id: UUID) -> list[Gap]:
    owned = exists().where(
        Ownership.compound_id == Unit.compound_id, Ownership.unit_id == Unit.id, Ownership.valid_to.is_(None)
    )
    rows = db.session.execute(
        select(Unit.id, Building.name, Unit.stairwell, Unit.room)
        .join(Building, (Building.compound_id == Unit.compound_id) & (Building.id == Unit.building_id))
        .where(
            Unit.compound_id == compound_id,
            Unit.held_by_developer.is_(False),
            Unit.use.not_in(_left_out(compound_id)),
            ~owned,
        )
    )
    found = [Gap(one, door(*where), Finding(one, FindingCode.NO_OWNER).text) for one, *where in rows]
    return sorted(found, key=lambda gap: gap.door)
