"""Announcing a meeting: the agenda, the rules and the electorate are frozen, and every owner is told."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from app.compounds import queries as compounds
from app.compounds.models import Owner, UnitUse
from app.compounds.types import UnitOnRoll
from app.core import clock
from app.core.db import db
from app.core.ids import new_random_id
from app.identity.actor import Actor
from app.meetings import excluded, policy, reading, scopes, stamps, states, telling, trail
from app.meetings.elections import candidates
from app.meetings.electorate import Id, Roll, UnitShare, build_roll
from app.meetings.errors import ElectorateEmpty, NoMotions, ScheduleDefective, ScopeEmpty
from app.meetings.models import (
    Meeting,
    MeetingState,
    Motion,
    VotingParty,
    VotingPartyOwner,
    VotingPartyUnit,
)
from app.meetings.petitions import agenda
from app.meetings.rules import adoption as rule_sets
from app.meetings.rules.rule_set import RuleSet
from app.meetings.schedule import check_schedule

NOT_COUNTED_BY_DEFAULT = frozenset({UnitUse.PARKING, UnitUse.STORAGE})


def announce(actor: Actor, compound_id: UUID, meeting_id: UUID, seen: str | None = None) -> Meeting:
    """Announce a draft (公告), at least 15 days before voting: PMR 14, Civil Code 278.

    Freezes motions, rule set, times and electorate, and writes every owner a message. `seen`: the stamp of the draft
    that the caller looked through; without one, it is announced as it is.
    Raises Forbidden, WrongMeetingState, DraftChanged, NoMotions, ScheduleDefective, PetitionMotionMissing,
    ElectorateEmpty, ScopeEmpty, SeatsUnlawful, TermUnlawful, PropertyCompanyServes, CommitteeElectedTwice,
    NoCandidates.
    """
    policy.require_manage(actor, compound_id)
    now = clock.now()
    meeting = states.locked(compound_id, meeting_id, now, MeetingState.DRAFT)
    version, rules = rule_sets.current(compound_id)
    motions = reading.motions_of(meeting)
    stamps.refuse_other(seen, stamps.of_draft(meeting, motions))
    if not motions:
        raise NoMotions
    defects = check_schedule(now, meeting.opens_at, meeting.closes_at, rules)
    if defects:
        raise ScheduleDefective(defects=[{"code": defect.code, "text": defect.text} for defect in defects])
    agenda.refuse_missing(meeting, rules, motions)
    meeting.elections = candidates.freeze(compound_id, motions, rules)
    _freeze_electorate(meeting, rules, motions)
    meeting.motion_ids = [motion.id for motion in motions]
    meeting.rule_set, meeting.rule_set_version = rules.to_dict(), version
    meeting.announced_at = now
    db.session.flush()
    telling.tell_announced(meeting)
    after = {"state": "announced", "electorate_persons": meeting.electorate_persons}
    trail.note(
        actor,
        meeting,
        "announce_meeting",
        {"state": "draft"},
        {**after, "electorate_area_centi": meeting.electorate_area_centi},
    )
    return meeting


def _freeze_electorate(meeting: Meeting, rules: RuleSet, motions: Sequence[Motion]) -> None:
    units = compounds.units_with_owners(meeting.compound_id)
    shares = [share_of(unit) for unit in units]
    roll = build_roll(shares, include_parking=rules.include_parking)
    if not roll.parties or not sum(party.area_centi for party in roll.parties):
        raise ElectorateEmpty
    meeting.electorate_persons = roll.electorate.persons
    meeting.electorate_area_centi = roll.electorate.area_centi
    scoped = {motion: scope for motion in motions if (scope := scopes.of(motion))}
    party_of = _store(meeting, roll, units, [(motion.id, scope) for motion, scope in scoped.items()])
    if roll.excluded_unit_ids:
        places: dict[Id, tuple[UUID, str]] = {unit.unit_id: (unit.building_id, unit.stairwell) for unit in units}
        excluded.keep(meeting, build_roll(shares, include_parking=True), party_of, places)
    for motion, scope in scoped.items():
        if not sum(scopes.areas(meeting, scope).values()):
            raise ScopeEmpty(title=motion.title, scope=scope.name, motion_id=str(motion.id))


def share_of(unit: UnitOnRoll) -> UnitShare:
    """A unit of the roll as an electorate takes it."""
    return UnitShare(
        unit_id=unit.unit_id,
        owner_ids=frozenset(unit.owner_ids),
        register_area=unit.area_register_centi,
        survey_area=unit.area_survey_centi,
        contract_area=unit.area_contract_centi,
        is_parking=unit.use in NOT_COUNTED_BY_DEFAULT,
        held_by_developer=unit.held_by_developer,
    )


def _store(
    meeting: Meeting, roll: Roll, units: Sequence[UnitOnRoll], scoped: Sequence[tuple[UUID, scopes.Scope]]
) -> dict[Id, UUID]:
    """Write the parties; the party of each unit that counts."""
    on_roll: dict[Id, UnitOnRoll] = {unit.unit_id: unit for unit in units}
    names: dict[Id, str] = dict(
        db.session.execute(select(Owner.id, Owner.name).where(Owner.compound_id == meeting.compound_id)).all()
    )
    key = {"compound_id": meeting.compound_id, "meeting_id": meeting.id}
    parties, party_units, party_owners = list[Any](), list[Any](), list[Any]()
    for number, party in enumerate(roll.parties, start=1):
        party_id = new_random_id()
        parties.append(
            {
                **key,
                "id": party_id,
                "number": number,
                "area_centi": party.area_centi,
                "is_developer": party.is_developer,
                "out_of_scope": scopes.outside(
                    scoped, ((on_roll[one].building_id, on_roll[one].stairwell) for one in party.unit_ids)
                ),
            }
        )
        party_units += [
            {
                **key,
                "party_id": party_id,
                "unit_id": unit.unit_id,
                **place_of(on_roll[unit.unit_id]),
                "area_centi": unit.area_centi,
                "area_source": unit.source,
            }
            for unit in party.units
        ]
        party_owners += [
            {**key, "party_id": party_id, "owner_id": owner_id, "name": names[owner_id]} for owner_id in party.owner_ids
        ]
    db.session.execute(insert(VotingParty), parties)
    db.session.execute(insert(VotingPartyUnit), party_units)
    if party_owners:
        db.session.execute(insert(VotingPartyOwner), party_owners)
    return {one["unit_id"]: one["party_id"] for one in party_units}


def place_of(unit: UnitOnRoll) -> dict[str, Any]:
    """Where a unit is, as columns of the electorate."""
    return {
        "door": door(unit.building, unit.stairwell, unit.room),
        "building_id": unit.building_id,
        "stairwell": unit.stairwell,
    }


def door(building: str, stairwell: str, room: str) -> str:
    """A door as people write it: 3栋2单元501."""
    return f"{building}{stairwell}{room}"
