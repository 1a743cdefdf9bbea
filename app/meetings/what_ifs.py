"""What a verdict had been under another reading, noted beside the strict count. A note binds nobody.

- Parking and storage (车位、储藏室, GR 25), where the rule set leaves them out and there are some.
- Silent parties joining the majority (从多, GR 26), where the rule set says so, on ordinary motions only.
The other reading of blanks stands in the motion's result itself.
"""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import exists, func, insert, select

from app.core.db import db
from app.meetings import scopes
from app.meetings.ballots import CHOICES
from app.meetings.delivery.records import PROOF, reached
from app.meetings.electorate import Id, Roll
from app.meetings.excluded_models import ExcludedUnit
from app.meetings.models import Ballot, BallotState, DeliveryItem, Meeting, Motion, VotingParty, VotingPartyOwner
from app.meetings.parties import LIVE
from app.meetings.rules.rule_set import Category, RuleSet
from app.meetings.scopes import Scope
from app.meetings.tally import (
    Choice,
    Electorate,
    MotionCount,
    MotionResult,
    Votes,
    tally_deemed,
    tally_with_and_without_parking,
)


def keep_excluded(
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


def notes(meeting: Meeting, motion: Motion, place: int, strict: MotionResult, rules: RuleSet) -> dict[str, Any]:
    """The notes of one motion for the count record, None where there is none; `place`: of its choices, from 1."""
    return {
        "parking": _parking(meeting, motion, place, strict, rules),
        "deemed": _deemed(meeting, motion, strict, rules),
    }


def _parking(
    meeting: Meeting, motion: Motion, place: int, strict: MotionResult, rules: RuleSet
) -> dict[str, Any] | None:
    scope = scopes.of(motion)
    owners = _owners_of_excluded(meeting, scope)
    if not owners:
        return None
    counted = set(scopes.areas(meeting, scope)) if scope else {party_id for party_id, _, _ in owners}
    joining = sum(party_id is None or party_id not in counted for party_id, _, _ in owners)
    electorate = Electorate(
        strict.electorate.persons + joining, strict.electorate.area_centi + sum(area for _, _, area in owners)
    )
    added = {party_id: area for party_id, _, area in owners if party_id is not None and party_id in counted}
    count = _with_areas(strict.count, _areas_by_choice(meeting, place, added))
    what_if = tally_with_and_without_parking(
        strict.matter, (strict.electorate, strict.count), (electorate, count), rules.blank_motion
    )
    verdict = what_if.with_parking.verdict
    return {
        "electorate": {"persons": electorate.persons, "area_centi": electorate.area_centi},
        "verdict": verdict.value,
        "turns": what_if.turns,
        "text": f"如将车位、储藏室计入，本事项的结果将是“{verdict.chinese}”，"
        + ("与公布的结果不同。" if what_if.turns else "与公布的结果相同。"),
    }


def _owners_of_excluded(meeting: Meeting, scope: Scope | None) -> list[tuple[UUID | None, int | None, int]]:
    """(party, or number of the person who would join; area) of the excluded units in the scope."""
    units = [ExcludedUnit.compound_id == meeting.compound_id, ExcludedUnit.meeting_id == meeting.id]
    if scope:
        units.append(ExcludedUnit.building_id == scope.building_id)
    if scope and scope.stairwell is not None:
        units.append(ExcludedUnit.stairwell == scope.stairwell)
    person = (ExcludedUnit.party_id, ExcludedUnit.joining)
    rows = db.session.execute(select(*person, func.sum(ExcludedUnit.area_centi)).where(*units).group_by(*person))
    return [(party_id, joining, int(area_centi)) for party_id, joining, area_centi in rows]


def _areas_by_choice(meeting: Meeting, place: int, areas: Mapping[UUID, int]) -> dict[Choice, int]:
    """What the areas of these parties add to each choice."""
    having_excluded = select(ExcludedUnit.party_id).where(
        ExcludedUnit.compound_id == meeting.compound_id, ExcludedUnit.meeting_id == meeting.id
    )
    ballots = select(Ballot.party_id, Ballot.choices[place]).where(
        Ballot.compound_id == meeting.compound_id,
        Ballot.meeting_id == meeting.id,
        Ballot.state == BallotState.EFFECTIVE,
        Ballot.party_id.in_(having_excluded.where(ExcludedUnit.party_id.is_not(None))),
    )
    added = dict.fromkeys(Choice, 0)
    for party_id, code in db.session.execute(ballots):
        added[CHOICES[code]] += areas.get(party_id, 0)
    return added


def _with_areas(count: MotionCount, added: Mapping[Choice, int]) -> MotionCount:
    fields: dict[str, int] = {}
    for choice in Choice:
        votes = count.votes(choice)
        fields |= {f"{choice.value}_persons": votes.persons, f"{choice.value}_area": votes.area_centi + added[choice]}
    return MotionCount(**fields)


def _deemed(meeting: Meeting, motion: Motion, strict: MotionResult, rules: RuleSet) -> dict[str, Any] | None:
    if not rules.deemed_with_majority or strict.category is not Category.ORDINARY:
        return None
    silent = silent_with_proof(meeting, scopes.of(motion))
    result = tally_deemed(strict, *silent)
    verdict = result.reading.verdict if result.reading else strict.verdict
    told = f"已送达而未表决、有送达凭证的业主 {silent.persons} 人"
    return {
        "persons": silent.persons,
        "area_centi": silent.area_centi,
        "majority": result.majority.value if result.majority else None,
        "verdict": verdict.value,
        "differs_from_strict": result.differs_from_strict,
        "quorum_only_with_deemed": result.quorum_only_with_deemed,
        "text": f"{told}；如计入多数票，本事项的结果将是“{verdict.chinese}”，"
        + ("与严格计票的结果不同，以严格计票为准。" if result.differs_from_strict else "与严格计票的结果相同。"),
    }


def silent_with_proof(meeting: Meeting, scope: Scope | None) -> Votes:
    """The scope's parties that cast no ballot and have proof of delivery of ballot and warning: GR 26.

    A party whose co-owners contradict each other is not silent, nor one whose signed sheet is on record.
    """
    voted = exists().where(
        Ballot.compound_id == VotingParty.compound_id,
        Ballot.meeting_id == VotingParty.meeting_id,
        Ballot.party_id == VotingParty.id,
        Ballot.state.in_(LIVE),
    )
    on_paper = exists().where(
        VotingPartyOwner.compound_id == VotingParty.compound_id,
        VotingPartyOwner.meeting_id == VotingParty.meeting_id,
        VotingPartyOwner.party_id == VotingParty.id,
        VotingPartyOwner.paper_votes,
    )
    silent = select(VotingParty.id, VotingParty.area_centi).where(
        VotingParty.compound_id == meeting.compound_id,
        VotingParty.meeting_id == meeting.id,
        reached(DeliveryItem.BALLOT, PROOF),
        ~voted.correlate(VotingParty),
        ~on_paper.correlate(VotingParty),
    )
    rows = db.session.execute(silent).all()
    areas = dict(rows) if scope is None else _inside(rows, scopes.areas(meeting, scope))
    return Votes(len(areas), sum(areas.values()))


def _inside(parties: Iterable[Any], areas: Mapping[UUID, int]) -> dict[UUID, int]:
    return {party_id: areas[party_id] for party_id, _ in parties if party_id in areas}
