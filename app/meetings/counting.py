"""Counting by two people, and publishing what was counted."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, text

from app.core import clock
from app.core.db import db
from app.identity.actor import Actor
from app.meetings import policy, reading, scopes, states, telling, trail, what_ifs
from app.meetings.ballots import CHOICES
from app.meetings.co_owners import disputes
from app.meetings.deemed import proofs
from app.meetings.deemed.tally import tally_deemed
from app.meetings.elections import candidates, lots
from app.meetings.elections import what_ifs as election_notes
from app.meetings.errors import AlreadyApproved
from app.meetings.log import leaves, sequencing
from app.meetings.models import CountApproval, CountCapacity, CountRecord, Meeting, MeetingState, Motion
from app.meetings.paper import settling
from app.meetings.records import motion_record, turnout_record
from app.meetings.results import public
from app.meetings.rules.rule_set import Matter, RuleSet
from app.meetings.tally import Electorate, MotionCount, MotionResult, tally_motion


@dataclass(frozen=True)
class CountOutcome:
    """What an approval led to: the record, or, while it is None, the capacities that are still to approve."""

    record: dict[str, Any] | None
    waiting_for: Sequence[CountCapacity]


def approve_count(actor: Actor, compound_id: UUID, meeting_id: UUID) -> CountOutcome:
    """Approve the count of a closed meeting; the second of the two approvals counts.

    Secretary and supervisor approve with two accounts within the rule set's window; an older approval has lapsed.
    Raises Forbidden, WrongMeetingState (before the close, or once counted), SheetsUnsettled, AlreadyApproved.
    """
    capacities = policy.counting_capacities(actor, compound_id)
    now = clock.now()
    meeting = states.locked(compound_id, meeting_id, now, MeetingState.CLOSED)
    settling.require_settled(meeting)
    rules = RuleSet.from_dict(meeting.rule_set or {})
    approvals = _current_approvals(meeting, now - timedelta(minutes=rules.count_window_minutes))
    if actor.account_id in approvals.values():
        raise AlreadyApproved
    open_capacities = [capacity for capacity in capacities if capacity not in approvals]
    if not open_capacities:
        raise AlreadyApproved
    approvals[open_capacities[0]] = actor.account_id
    db.session.add(
        CountApproval(
            compound_id=compound_id,
            meeting_id=meeting_id,
            capacity=open_capacities[0],
            account_id=actor.account_id,
            approved_at=now,
        )
    )
    db.session.flush()
    trail.note(actor, meeting, "approve_count", None, {"capacity": open_capacities[0].value})
    waiting = [capacity for capacity in CountCapacity if capacity not in approvals]
    return CountOutcome(None if waiting else _count(meeting, rules, now), waiting)


def publish_result(actor: Actor, compound_id: UUID, meeting_id: UUID) -> Meeting:
    """Publish the result of a counted meeting and tell the owners. Raises Forbidden, WrongMeetingState, LotNeeded."""
    policy.require_manage(actor, compound_id)
    now = clock.now()
    meeting = states.locked(compound_id, meeting_id, now, MeetingState.COUNTED)
    lots.require_drawn(meeting)
    meeting.published_at, meeting.result_code = now, public.new_result_code()
    telling.tell_result(meeting, now)
    trail.note(actor, meeting, "publish_result", {"state": "counted"}, {"state": "published"})
    return meeting


def _current_approvals(meeting: Meeting, since: datetime) -> dict[CountCapacity, UUID]:
    approvals = db.session.scalars(
        select(CountApproval).where(
            CountApproval.compound_id == meeting.compound_id, CountApproval.meeting_id == meeting.id
        )
    ).all()
    for lapsed in [approval for approval in approvals if approval.approved_at < since]:
        db.session.delete(lapsed)
    db.session.flush()
    return {CountCapacity(one.capacity): one.account_id for one in approvals if one.approved_at >= since}


def _count(meeting: Meeting, rules: RuleSet, now: datetime) -> dict[str, Any]:
    head = sequencing.sequence(meeting)
    electorate = Electorate(meeting.electorate_persons or 0, meeting.electorate_area_centi or 0)
    motions = reading.motions_of(meeting)
    counts, results = count_ballots(meeting, motions, rules)
    record = {
        "meeting_id": str(meeting.id),
        "counted_at": now.isoformat(),
        "electorate": {
            "persons": electorate.persons,
            "area_centi": electorate.area_centi,
            "root_hash": leaves.root_of(sequencing.electorate(meeting)).hex(),
        },
        "log": {"size": head.size, "root_hash": head.root_hash.hex()},
        "turnout": turnout_record(electorate, counts),
        **disputes.not_counted(meeting),
        **settling.record(meeting),
        **proofs.freeze(meeting, rules),
        "rule_set": meeting.rule_set,
        "motions": [
            _motion(meeting, motion, place, result, rules)
            for place, (motion, result) in enumerate(zip(motions, results, strict=True), start=1)
            if motion.seats is None
        ],
        "elections": [
            candidates.count(meeting, motion, rules) | {"what_if": election_notes.notes(meeting, motion, rules)}
            for motion in motions
            if motion.seats is not None
        ],
    }
    meeting.counted_at = now
    db.session.add(CountRecord(compound_id=meeting.compound_id, meeting_id=meeting.id, record=record, counted_at=now))
    db.session.flush()
    sequencing.end(meeting, record, head)
    return record


def _motion(meeting: Meeting, motion: Motion, place: int, strict: MotionResult, rules: RuleSet) -> dict[str, Any]:
    """A motion for the record: the verdict by the meeting's own rules, the strict count, and the notes beside it."""
    silent = what_ifs.silent_in(meeting, motion, rules, strict.category)
    deemed = None if silent is None else tally_deemed(strict, proofs.votes_of(silent))
    record = motion_record(motion.id, motion.position, motion.title, strict, motion.scope_name, deemed)
    return record | {"what_if": what_ifs.notes(meeting, motion, place, strict, deemed, silent)}


def count_ballots(
    meeting: Meeting, motions: Sequence[Motion], rules: RuleSet
) -> tuple[list[MotionCount], list[MotionResult]]:
    """Count the stored ballots: all of them for each motion, and each motion's result in its own electorate."""
    electorate = Electorate(meeting.electorate_persons or 0, meeting.electorate_area_centi or 0)
    counts = _motion_counts(meeting, len(motions))
    return counts, [
        _result(meeting, motion, place, electorate, count, rules)
        for place, (motion, count) in enumerate(zip(motions, counts, strict=True), start=1)
    ]


def _result(
    meeting: Meeting, motion: Motion, place: int, electorate: Electorate, count: MotionCount, rules: RuleSet
) -> MotionResult:
    """One motion's result among the electorate of its scope; `place`: of its choices on a ballot, from 1."""
    scope = scopes.of(motion)
    if scope:
        electorate, count = scopes.electorate(meeting, scope), scopes.count(meeting, scope, place)
    return tally_motion(Matter(motion.matter), electorate, count, rules.blank_motion)


_CHOICES_COUNTED = text(
    """
    SELECT mark.position, mark.choice, count(*) AS persons, sum(ballot.area_centi)::bigint AS area_centi
    FROM ballot, unnest(ballot.choices) WITH ORDINALITY AS mark (choice, position)
    WHERE ballot.compound_id = :compound_id AND ballot.meeting_id = :meeting_id AND ballot.state = 'effective'
    GROUP BY mark.position, mark.choice
    """
)


def _motion_counts(meeting: Meeting, motions: int) -> list[MotionCount]:
    fields: dict[int, dict[str, int]] = defaultdict(dict)
    for row in db.session.execute(_CHOICES_COUNTED, {"compound_id": meeting.compound_id, "meeting_id": meeting.id}):
        name = CHOICES[row.choice].value
        fields[row.position] |= {f"{name}_persons": row.persons, f"{name}_area": row.area_centi}
    return [MotionCount(**fields[position]) for position in range(1, motions + 1)]
