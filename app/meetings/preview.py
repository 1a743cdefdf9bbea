"""The electorate as it would be frozen now: for those who prepare a meeting, with the gaps of the roll."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from app.compounds import queries as compounds
from app.compounds.models import Binding, BindingState
from app.compounds.types import UnitOnRoll
from app.core.db import db
from app.identity.actor import Actor
from app.meetings import policy
from app.meetings.announcing import door, share_of
from app.meetings.electorate import Roll, build_roll
from app.meetings.rules import adoption as rule_sets


@dataclass(frozen=True)
class Gap:
    """A unit of which the roll lacks the owner or the area; it counts all the same."""

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
    """The electorate by today's roll and rules, for those who may see drafts. Raises Forbidden."""
    policy.require_see_drafts(actor, compound_id)
    units = compounds.units_with_owners(compound_id)
    roll = roll_of(compound_id, units)
    doors: dict[UUID | str, str] = {one.unit_id: door(one.building, one.stairwell, one.room) for one in units}
    developer = [party for party in roll.parties if party.is_developer]
    gaps = [Gap(UUID(str(one.unit_id)), doors[one.unit_id], one.text) for one in roll.findings]
    return ElectoratePreview(
        persons=len(roll.parties),
        area_centi=sum(party.area_centi for party in roll.parties),
        units=sum(len(party.units) for party in roll.parties),
        excluded=len(roll.excluded_unit_ids),
        offline=_offline(compound_id, roll),
        developer_units=sum(len(party.units) for party in developer),
        developer_area_centi=sum(party.area_centi for party in developer),
        gaps=sorted(gaps, key=lambda gap: gap.door),
    )


def roll_of(compound_id: UUID, units: Sequence[UnitOnRoll]) -> Roll:
    """The voting parties that these units make under the rules in force."""
    rules = rule_sets.current(compound_id)[1]
    return build_roll([share_of(unit) for unit in units], include_parking=rules.include_parking)


def _offline(compound_id: UUID, roll: Roll) -> int:
    bound = select(Binding.owner_id).where(
        Binding.compound_id == compound_id, Binding.state == BindingState.ACCEPTED, Binding.owner_id.is_not(None)
    )
    reached = set(db.session.scalars(bound))
    return sum(1 for party in roll.parties if not party.is_developer and reached.isdisjoint(party.owner_ids))
