"""Preparing a meeting: what is put to the vote, and when."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from app.core import clock
from app.core.db import db
from app.identity.actor import Actor
from app.meetings import policy, reading, scopes, states, trail
from app.meetings.committees.models import CommitteeKind
from app.meetings.elections import candidates
from app.meetings.errors import MotionNotFound, ScheduleDefective
from app.meetings.models import Convenor, Meeting, MeetingState, Motion
from app.meetings.rules import adoption as rule_sets
from app.meetings.rules.rule_set import Matter
from app.org.queries import get_compound


def create_meeting(
    actor: Actor, compound_id: UUID, title: str, convenor: Convenor, opens_at: datetime, closes_at: datetime
) -> Meeting:
    """A new draft. Raises Forbidden, and ScheduleDefective where it would close before it opens."""
    get_compound(compound_id)
    policy.require_manage(actor, compound_id)
    _check_order(opens_at, closes_at)
    meeting = Meeting(
        compound_id=compound_id,
        title=title,
        convenor=convenor,
        opens_at=opens_at,
        closes_at=closes_at,
        created_by=actor.account_id,
        created_at=clock.now(),
    )
    db.session.add(meeting)
    db.session.flush()
    trail.note(actor, meeting, "create_meeting", None, trail.facts(meeting))
    return meeting


def change_meeting(actor: Actor, compound_id: UUID, meeting_id: UUID, **changes: Any) -> Meeting:
    """Change title, convenor or times of a draft. Raises Forbidden, WrongMeetingState, ScheduleDefective."""
    meeting = _draft(actor, compound_id, meeting_id)
    _check_order(changes.get("opens_at", meeting.opens_at), changes.get("closes_at", meeting.closes_at))
    before = trail.facts(meeting)
    for name, value in changes.items():
        setattr(meeting, name, value)
    db.session.flush()
    trail.note(actor, meeting, "change_meeting", before, trail.facts(meeting))
    return meeting


def add_motion(
    actor: Actor,
    compound_id: UUID,
    meeting_id: UUID,
    matter: Matter,
    title: str,
    text: str,
    scope_building_id: UUID | None = None,
    scope_stairwell: str | None = None,
    seats: int | None = None,
    committee_kind: CommitteeKind | None = None,
    term_years: int | None = None,
) -> Motion:
    """Put a matter on a draft's agenda, after the others; of the whole compound, a building or a stairwell.

    With `seats` it is the election of a committee of so many, for `term_years`.
    Raises Forbidden, WrongMeetingState, ScopeNotAllowed, ScopeUnknown, SeatsUnlawful, TermUnlawful,
    CommitteeElectedTwice, PropertyCompanyServes.
    """
    meeting = _draft(actor, compound_id, meeting_id)
    rules, others = rule_sets.current(compound_id)[1], reading.motions_of(meeting)
    candidates.check_election(compound_id, rules, Matter(matter), seats, committee_kind, term_years, others)
    scope = scopes.checked(compound_id, Matter(matter), scope_building_id, scope_stairwell)
    election = {"seats": seats, "committee_kind": committee_kind, "term_years": term_years}
    place = scope.columns() if scope else {}
    return take_over_motion(actor, meeting, matter=matter, title=title, text=text, **election, **place)


def take_over_motion(actor: Actor, meeting: Meeting, **columns: Any) -> Motion:
    """Put a motion on a draft's agenda, after the others, as it was decided on elsewhere: unchecked.

    Rules may have changed since; the announcement checks every motion under those then in force, and until then the
    secretary can mend the draft.
    """
    key = Motion.compound_id == meeting.compound_id, Motion.meeting_id == meeting.id
    position = (db.session.scalar(select(func.max(Motion.position)).where(*key)) or 0) + 1
    motion = Motion(compound_id=meeting.compound_id, meeting_id=meeting.id, position=position, **columns)
    db.session.add(motion)
    db.session.flush()
    trail.note(actor, meeting, "add_motion", None, _summary(motion))
    return motion


def remove_motion(actor: Actor, compound_id: UUID, meeting_id: UUID, motion_id: UUID) -> None:
    """Take a matter off a draft's agenda. Raises Forbidden, WrongMeetingState, MotionNotFound."""
    meeting = _draft(actor, compound_id, meeting_id)
    motion = db.session.get(Motion, (compound_id, motion_id))
    if motion is None or motion.meeting_id != meeting_id:
        raise MotionNotFound
    db.session.delete(motion)
    db.session.flush()
    trail.note(actor, meeting, "remove_motion", _summary(motion), None)


def _summary(motion: Motion) -> dict[str, Any]:
    return {"motion_id": str(motion.id), "matter": motion.matter, "title": motion.title}


def _draft(actor: Actor, compound_id: UUID, meeting_id: UUID) -> Meeting:
    policy.require_manage(actor, compound_id)
    return states.locked(compound_id, meeting_id, clock.now(), MeetingState.DRAFT)


def _check_order(opens_at: datetime, closes_at: datetime) -> None:
    if opens_at >= closes_at:
        raise ScheduleDefective(defects=[{"code": "closes_before_it_opens", "text": "投票截止时间应当晚于开始时间。"}])
