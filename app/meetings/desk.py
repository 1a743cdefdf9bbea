"""Meetings as whoever works on them sees them: the list with what is left to do, and one meeting without ballots."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from app.core import clock
from app.core.db import db
from app.identity.actor import Actor
from app.meetings import policy, queries, reading, stamps
from app.meetings.errors import MeetingNotFound, MotionNotFound
from app.meetings.models import ElectorateObjection, Meeting, MeetingState, Motion, ObjectionState
from app.meetings.rules import adoption as rule_sets
from app.meetings.rules.rule_set import RuleSet
from app.meetings.states import STATE_TEXT
from app.meetings.turnout import Turnout, turnout_of

MOST_LISTED = 100


@dataclass(frozen=True)
class MeetingRow:
    """A meeting in the desk's list. `undecided`: objections to its electorate that wait for a decision."""

    id: UUID
    title: str
    state: MeetingState
    state_text: str
    opens_at: datetime
    closes_at: datetime
    motions: int
    undecided: int
    cancel_asked: bool


@dataclass(frozen=True)
class MeetingOnDesk:
    """A meeting as its desk page shows it. `rules`: those it was announced with, for a draft those now in force.

    `turnout` is None before the announcement. `redraft_of`: the meeting whose agenda it takes up; `redrafted_as`: the
    one that took up its own. `stamp` is that of title, convenor and times.
    """

    id: UUID
    title: str
    convenor: str
    state: MeetingState
    state_text: str
    opens_at: datetime
    closes_at: datetime
    first_closes_at: datetime | None
    announced_at: datetime | None
    cancelled_at: datetime | None
    cancel_reason: str | None
    cancel_asked_at: datetime | None
    cancel_asked_reason: str | None
    cancel_asked_by_me: bool
    annul_reason: str | None
    rules: RuleSet
    rule_set_version: int
    motions: Sequence[queries.MotionView]
    turnout: Turnout | None
    undecided: int
    redraft_of: UUID | None
    redrafted_as: UUID | None
    stamp: str


def list_meetings(actor: Actor, compound_id: UUID) -> Sequence[MeetingRow]:
    """The compound's meetings, the newest first: for staff, drafts for those who may see them. Raises Forbidden."""
    policy.require_see_deliveries(actor, compound_id)
    found = (
        select(Meeting, _motions(), _undecided())
        .where(Meeting.compound_id == compound_id)
        .order_by(Meeting.id.desc())
        .limit(MOST_LISTED)
    )
    if not policy.can_see_drafts(actor, compound_id):
        found = found.where(Meeting.announced_at.is_not(None))
    now = clock.now()
    return [
        MeetingRow(
            one.id,
            one.title,
            state := one.state_at(now),
            STATE_TEXT[state],
            one.opens_at,
            one.closes_at,
            motions,
            undecided,
            one.cancel_asked_at is not None and one.cancelled_at is None,
        )
        for one, motions, undecided in db.session.execute(found)
    ]


def get(actor: Actor, compound_id: UUID, meeting_id: UUID) -> MeetingOnDesk:
    """One meeting, for staff. Raises Forbidden, MeetingNotFound."""
    policy.require_see_deliveries(actor, compound_id)
    meeting = reading.existing(compound_id, meeting_id)
    if meeting.announced_at is None and not policy.can_see_drafts(actor, compound_id):
        raise MeetingNotFound
    state = meeting.state_at(clock.now())
    version, rules = _rules(meeting)
    return MeetingOnDesk(
        id=meeting.id,
        title=meeting.title,
        convenor=meeting.convenor,
        state=state,
        state_text=STATE_TEXT[state],
        opens_at=meeting.opens_at,
        closes_at=meeting.closes_at,
        first_closes_at=meeting.first_closes_at,
        announced_at=meeting.announced_at,
        cancelled_at=meeting.cancelled_at,
        cancel_reason=meeting.cancel_reason,
        cancel_asked_at=meeting.cancel_asked_at,
        cancel_asked_reason=meeting.cancel_asked_reason,
        cancel_asked_by_me=meeting.cancel_asked_by == actor.account_id,
        annul_reason=meeting.annul_reason,
        rules=rules,
        rule_set_version=version,
        motions=queries.motions_of(meeting),
        turnout=turnout_of(meeting) if meeting.announced_at else None,
        undecided=_count_undecided(meeting),
        redraft_of=meeting.redraft_of,
        redrafted_as=_redrafted_as(meeting),
        stamp=stamps.of_meeting(meeting),
    )


def get_motion(
    actor: Actor, compound_id: UUID, meeting_id: UUID, motion_id: UUID
) -> tuple[MeetingOnDesk, queries.MotionView, str]:
    """A meeting, a motion of it, and the motion's stamp. Raises Forbidden, MeetingNotFound, MotionNotFound."""
    meeting = get(actor, compound_id, meeting_id)
    motion = db.session.get(Motion, (compound_id, motion_id))
    view = next((one for one in meeting.motions if one.id == motion_id), None)
    if motion is None or view is None:
        raise MotionNotFound
    return meeting, view, stamps.of_motion(motion)


def _rules(meeting: Meeting) -> tuple[int, RuleSet]:
    if meeting.rule_set is None:
        return rule_sets.current(meeting.compound_id)
    return meeting.rule_set_version or rule_sets.DEFAULT_VERSION, RuleSet.from_dict(meeting.rule_set)


def _redrafted_as(meeting: Meeting) -> UUID | None:
    return db.session.scalar(
        select(Meeting.id).where(
            Meeting.compound_id == meeting.compound_id,
            Meeting.redraft_of == meeting.id,
            Meeting.cancelled_at.is_(None),
        )
    )


def _motions() -> Any:
    return (
        select(func.count())
        .where(Motion.compound_id == Meeting.compound_id, Motion.meeting_id == Meeting.id)
        .correlate(Meeting)
        .scalar_subquery()
    )


def _undecided() -> Any:
    return (
        select(func.count())
        .where(
            ElectorateObjection.compound_id == Meeting.compound_id,
            ElectorateObjection.meeting_id == Meeting.id,
            ElectorateObjection.state == ObjectionState.FILED,
        )
        .correlate(Meeting)
        .scalar_subquery()
    )


def _count_undecided(meeting: Meeting) -> int:
    found = select(_undecided()).where(Meeting.compound_id == meeting.compound_id, Meeting.id == meeting.id)
    return db.session.scalar(found) or 0
