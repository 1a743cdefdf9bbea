"""Drawing a lot (抽签) among candidates tied at the last seat: recorded by the secretary, confirmed by a supervisor.

The count record stays as it was frozen, with its tie; the lot stands beside it, and after it in the ballot log, and
gives the outcome.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from app.core import clock
from app.core.db import db
from app.core.errors import Forbidden
from app.identity.actor import Actor
from app.meetings import policy, reading, states, trail
from app.meetings.elections import candidates
from app.meetings.elections.lot_models import Lot
from app.meetings.errors import LotNeeded, MotionNotFound, NoLotNeeded, NotAnElection
from app.meetings.log import leaves, sequencing
from app.meetings.models import CountCapacity, CountRecord, Meeting, MeetingState, Motion
from app.meetings.rules.rule_set import RuleSet


def draw(actor: Actor, compound_id: UUID, meeting_id: UUID, motion_id: UUID, order: Sequence[UUID]) -> dict[str, Any]:
    """Record the order in which the tied candidates were drawn; the outcome, still with the tie until confirmed.

    An order that nobody has confirmed is replaced.
    Raises Forbidden, MeetingNotFound, WrongMeetingState, MotionNotFound, NotAnElection, NoLotNeeded.
    """
    meeting, motion = _counted(actor, compound_id, meeting_id, motion_id, CountCapacity.SECRETARY)
    tied = outcome_of(meeting, motion)["needs_lot"]
    if sorted(tied) != sorted(str(one) for one in order) or not tied:
        raise NoLotNeeded
    of_motion = (Lot.compound_id == compound_id, Lot.motion_id == motion_id)
    db.session.execute(delete(Lot).where(*of_motion, Lot.witnessed_by.is_(None)))
    now = clock.now()
    for number, candidate_id in enumerate(order, start=1):
        db.session.add(
            Lot(
                compound_id=compound_id,
                motion_id=motion_id,
                candidate_id=candidate_id,
                number=number,
                drawn_by=actor.account_id,
                drawn_at=now,
            )
        )
    db.session.flush()
    trail.note(actor, meeting, "draw_lot", None, {"motion_id": str(motion_id), "order": [str(one) for one in order]})
    return outcome_of(meeting, motion)


def confirm(actor: Actor, compound_id: UUID, meeting_id: UUID, motion_id: UUID) -> dict[str, Any]:
    """Confirm the recorded lot, as a supervisor who saw it drawn; the outcome with it.

    Raises Forbidden (also for the one who recorded it), MeetingNotFound, WrongMeetingState, MotionNotFound,
    NotAnElection, NoLotNeeded where none waits.
    """
    meeting, motion = _counted(actor, compound_id, meeting_id, motion_id, CountCapacity.SUPERVISOR)
    of_motion = (Lot.compound_id == compound_id, Lot.motion_id == motion_id)
    waiting = db.session.scalars(select(Lot).where(*of_motion, Lot.witnessed_by.is_(None))).all()
    if not waiting:
        raise NoLotNeeded
    if any(lot.drawn_by == actor.account_id for lot in waiting):
        raise Forbidden
    for lot in waiting:
        lot.witnessed_by, lot.witnessed_at = actor.account_id, clock.now()
    db.session.flush()
    order = sorted(waiting, key=lambda lot: lot.number)
    drawn = [lot.candidate_id for lot in order]
    sequencing.append(meeting, leaves.lot(meeting.id, motion_id, drawn, order[0].drawn_at))
    trail.note(actor, meeting, "confirm_lot", None, {"motion_id": str(motion_id)})
    return outcome_of(meeting, motion)


def outcome(actor: Actor, compound_id: UUID, meeting_id: UUID, motion_id: UUID) -> dict[str, Any]:
    """The outcome of an election with its confirmed lot: to staff once counted, to owners once published.

    Raises Forbidden, MotionNotFound, NotAnElection.
    """
    policy.require_see(actor, compound_id, meeting_id)
    meeting = db.session.get(Meeting, (compound_id, meeting_id))
    staff = policy.can_see_drafts(actor, compound_id)
    if meeting is None or not (meeting.published_at or (staff and meeting.counted_at)):
        raise MotionNotFound
    return outcome_of(meeting, _election(meeting, motion_id))


@dataclass(frozen=True)
class Tie:
    """Candidates (id, name) tied at the last seats of a counted election, and the lot that waits for confirmation.

    `drawn`: names in the order recorded, none while nothing is; `by_me`: the actor recorded it.
    """

    motion_id: UUID
    title: str
    seats: int
    tied: Sequence[tuple[UUID, str]]
    drawn: Sequence[str]
    by_me: bool


def list_ties(actor: Actor, compound_id: UUID, meeting_id: UUID) -> Sequence[Tie]:
    """The elections of a counted meeting that wait for a lot. Raises Forbidden, MeetingNotFound."""
    policy.require_see_drafts(actor, compound_id)
    meeting = reading.announced(compound_id, meeting_id)
    record = db.session.get(CountRecord, (compound_id, meeting_id))
    if record is None:
        return []
    motions = [_election(meeting, UUID(one["motion_id"])) for one in record.record.get("elections", ())]
    outcomes = [(motion, outcome_of(meeting, motion)) for motion in motions]
    return [_tie(actor, motion, one) for motion, one in outcomes if one["needs_lot"]]


def _tie(actor: Actor, motion: Motion, outcome: dict[str, Any]) -> Tie:
    of_motion = (Lot.compound_id == motion.compound_id, Lot.motion_id == motion.id)
    waiting = db.session.scalars(select(Lot).where(*of_motion, Lot.witnessed_by.is_(None)).order_by(Lot.number)).all()
    names = {one.id: one.name for one in candidates.of_motions(motion.compound_id, [motion.id])[motion.id]}
    return Tie(
        motion_id=motion.id,
        title=motion.title,
        seats=outcome["seats_by_lot"],
        tied=[(UUID(one), names[UUID(one)]) for one in outcome["needs_lot"]],
        drawn=[names[lot.candidate_id] for lot in waiting],
        by_me=any(lot.drawn_by == actor.account_id for lot in waiting),
    )


def require_drawn(meeting: Meeting) -> None:
    """Refuse to publish a tie for which no lot is confirmed. Raises LotNeeded."""
    record = db.session.get_one(CountRecord, (meeting.compound_id, meeting.id)).record
    for counted in record.get("elections", ()):
        if counted["needs_lot"] and outcome_of(meeting, _election(meeting, UUID(counted["motion_id"])))["needs_lot"]:
            raise LotNeeded(title=counted["title"], motion_id=counted["motion_id"])


def outcome_of(meeting: Meeting, motion: Motion) -> dict[str, Any]:
    """The outcome of a counted election with its confirmed lot."""
    drawn = select(Lot.candidate_id, Lot.number).where(
        Lot.compound_id == meeting.compound_id, Lot.motion_id == motion.id, Lot.witnessed_by.is_not(None)
    )
    numbers = {str(candidate_id): number for candidate_id, number in db.session.execute(drawn)}
    rules = RuleSet.from_dict(meeting.rule_set or {})
    return {**candidates.count(meeting, motion, rules, numbers), "lots": numbers}


def _counted(
    actor: Actor, compound_id: UUID, meeting_id: UUID, motion_id: UUID, capacity: CountCapacity
) -> tuple[Meeting, Motion]:
    policy.require_capacity(actor, compound_id, capacity)
    meeting = states.locked(compound_id, meeting_id, clock.now(), MeetingState.COUNTED)
    return meeting, _election(meeting, motion_id)


def _election(meeting: Meeting, motion_id: UUID) -> Motion:
    motion = db.session.get(Motion, (meeting.compound_id, motion_id))
    if motion is None or motion.meeting_id != meeting.id:
        raise MotionNotFound
    if motion.seats is None:
        raise NotAnElection
    return motion
