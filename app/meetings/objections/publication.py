"""The electorate as it is published (业主名册公示): masked, page by page, with the decided corrections."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.core.masking import mask_name
from app.identity.actor import Actor
from app.meetings import policy, reading
from app.meetings.electorate import AreaSource
from app.meetings.models import (
    ElectorateObjection,
    Meeting,
    MeetingState,
    ObjectionState,
    VotingParty,
    VotingPartyOwner,
    VotingPartyUnit,
)
from app.meetings.objections.acts import objection_until
from app.meetings.objections.corrections import CorrectionAct


@dataclass(frozen=True)
class ListedUnit:
    """A unit on the list; area in 0.01 m², its source for people."""

    unit_id: UUID
    door: str
    area_centi: int
    source: str


@dataclass(frozen=True)
class ListedParty:
    """A voting party on the list. Without names: the developer, or an owner who is not known."""

    number: int
    owners: Sequence[str]
    is_developer: bool
    area_centi: int
    units: Sequence[ListedUnit]


@dataclass(frozen=True)
class ElectoratePage:
    """A page of the list, with the totals of the whole. `frozen`: nothing can be corrected any more."""

    persons: int
    area_centi: int
    objection_days_end_at: datetime
    objections_open: bool
    frozen: bool
    items: Sequence[ListedParty]


@dataclass(frozen=True)
class CorrectionView:
    """A decided correction, without names: what changed of a unit, and the totals."""

    act: str
    act_text: str
    door: str | None
    unit_id: UUID
    decided_at: datetime
    before: Mapping[str, Any]
    after: Mapping[str, Any]


def get_electorate(actor: Actor, compound_id: UUID, meeting_id: UUID, after: int, limit: int) -> ElectoratePage:
    """Up to `limit` parties after the number `after`, for owners and staff. Raises Forbidden, MeetingNotFound."""
    policy.require_see(actor, compound_id, meeting_id)
    meeting, now = reading.announced(compound_id, meeting_id), clock.now()
    state, until = meeting.state_at(now), objection_until(meeting)
    return ElectoratePage(
        persons=meeting.electorate_persons or 0,
        area_centi=meeting.electorate_area_centi or 0,
        objection_days_end_at=until,
        objections_open=state is MeetingState.ANNOUNCED and now < until,
        frozen=state is not MeetingState.ANNOUNCED,
        items=_parties(meeting, after, limit),
    )


def list_corrections(actor: Actor, compound_id: UUID, meeting_id: UUID) -> Sequence[CorrectionView]:
    """The decided corrections in their order, for owners and staff. Raises Forbidden, MeetingNotFound."""
    policy.require_see(actor, compound_id, meeting_id)
    meeting = reading.announced(compound_id, meeting_id)
    decided = db.session.scalars(
        select(ElectorateObjection)
        .where(
            ElectorateObjection.compound_id == compound_id,
            ElectorateObjection.meeting_id == meeting_id,
            ElectorateObjection.state == ObjectionState.UPHELD,
        )
        .order_by(ElectorateObjection.decided_at, ElectorateObjection.id)
    ).all()
    unit_ids = [UUID(one["unit_id"]) for objection in decided for one in objection.corrections]
    doors = doors_of(meeting, unit_ids)
    return [
        CorrectionView(
            act=one["act"],
            act_text=CorrectionAct(one["act"]).chinese,
            door=doors.get(UUID(one["unit_id"])),
            unit_id=UUID(one["unit_id"]),
            decided_at=objection.decided_at or objection.filed_at,
            before=_without_ids(one["before"]),
            after=_without_ids(one["after"]),
        )
        for objection in decided
        for one in objection.corrections
    ]


def doors_of(meeting: Meeting, unit_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The doors of those of the units that are listed."""
    rows = db.session.execute(
        select(VotingPartyUnit.unit_id, VotingPartyUnit.door).where(
            VotingPartyUnit.compound_id == meeting.compound_id,
            VotingPartyUnit.meeting_id == meeting.id,
            VotingPartyUnit.unit_id.in_(unit_ids),
        )
    )
    return dict(rows.all())


def _without_ids(facts: Mapping[str, Any]) -> dict[str, Any]:
    unit = facts["unit"]
    owners = unit and len(unit["owner_ids"])
    shown_unit = unit and {"area_centi": unit["area_centi"], "area_source": unit["area_source"], "owners": owners}
    return {"unit": shown_unit, "electorate": facts["electorate"]}


def _parties(meeting: Meeting, after: int, limit: int) -> list[ListedParty]:
    parties = db.session.scalars(
        select(VotingParty)
        .where(
            VotingParty.compound_id == meeting.compound_id,
            VotingParty.meeting_id == meeting.id,
            VotingParty.number > after,
        )
        .order_by(VotingParty.number)
        .limit(limit)
    ).all()
    ids = [party.id for party in parties]
    units, names = units_of(meeting, ids), names_of(meeting, ids)
    return [
        ListedParty(party.number, names[party.id], party.is_developer, party.area_centi, units[party.id])
        for party in parties
    ]


def units_of(meeting: Meeting, party_ids: Sequence[UUID]) -> Mapping[UUID, Sequence[ListedUnit]]:
    """The units of each of the parties, by door."""
    units: dict[UUID, list[ListedUnit]] = defaultdict(list)
    for unit in db.session.scalars(
        select(VotingPartyUnit)
        .where(
            VotingPartyUnit.compound_id == meeting.compound_id,
            VotingPartyUnit.meeting_id == meeting.id,
            VotingPartyUnit.party_id.in_(party_ids),
        )
        .order_by(VotingPartyUnit.door)
    ):
        source = AreaSource(unit.area_source).chinese if unit.area_source else "缺面积数据"
        units[unit.party_id].append(ListedUnit(unit.unit_id, unit.door, unit.area_centi, source))
    return units


def names_of(meeting: Meeting, party_ids: Sequence[UUID]) -> Mapping[UUID, Sequence[str]]:
    """The masked names of each of the parties."""
    names: dict[UUID, list[str]] = defaultdict(list)
    for owner in db.session.scalars(
        select(VotingPartyOwner)
        .where(
            VotingPartyOwner.compound_id == meeting.compound_id,
            VotingPartyOwner.meeting_id == meeting.id,
            VotingPartyOwner.party_id.in_(party_ids),
            VotingPartyOwner.joined_at.is_(None),
        )
        .order_by(VotingPartyOwner.owner_id)
    ):
        names[owner.party_id].append(mask_name(owner.name))
    return names
