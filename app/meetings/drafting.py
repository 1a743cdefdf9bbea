"""Preparing a meeting: what is put to the vote, and when."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert as insert_or_skip

from app.core import clock
from app.core.db import db
from app.core.ids import new_id
from app.identity.actor import Actor
from app.meetings import policy, reading, scopes, stamps, states, trail
from app.meetings.committees.models import CommitteeKind
from app.meetings.elections import candidates
from app.meetings.errors import MotionNotFound, ScheduleDefective
from app.meetings.models import Convenor, Meeting, MeetingState, Motion
from app.meetings.rules import adoption as rule_sets
from app.meetings.rules.rule_set import Matter
from app.org.queries import get_compound


def create_meeting(
    actor: Actor,
    compound_id: UUID,
    title: str,
    convenor: Convenor,
    opens_at: datetime,
    closes_at: datetime,
    meeting_id: UUID | None = None,
) -> Meeting:
    """A new draft. `meeting_id`: the id that the caller chose; the same again is the one that there is.

    Raises Forbidden, and ScheduleDefective where it would close before it opens.
    """
    get_compound(compound_id)
    policy.require_manage(actor, compound_id)
    _check_order(opens_at, closes_at)
    meeting_id = meeting_id or new_id()
    entry = insert_or_skip(Meeting).values(
        compound_id=compound_id,
        id=meeting_id,
        title=title,
        convenor=convenor,
        opens_at=opens_at,
        closes_at=closes_at,
        created_by=actor.account_id,
        created_at=clock.now(),
    )
    new = db.session.scalar(entry.on_conflict_do_nothing().returning(Meeting.id))
    meeting = db.session.get_one(Meeting, (compound_id, meeting_id))
    if new is None:
        return meeting
    trail.note(actor, meeting, "create_meeting", None, trail.facts(meeting))
    return meeting


def change_meeting(
    actor: Actor, compound_id: UUID, meeting_id: UUID, seen: str | None = None, **changes: Any
) -> Meeting:
    """Change title, convenor or times of a draft. `seen`: the stamp of what the caller changes.

    Raises Forbidden, WrongMeetingState, DraftChanged, ScheduleDefective.
    """
    meeting = _draft(actor, compound_id, meeting_id)
    stamps.refuse_other(seen, stamps.of_meeting(meeting))
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
    motion_id: UUID | None = None,
) -> Motion:
    """Put a matter on a draft's agenda, after the others; of the whole compound, a building or a stairwell.

    With `seats` it is the election of a committee of so many, for `term_years`. `motion_id`: the id that the caller
    chose; the same again is the one that there is.
    Raises Forbidden, WrongMeetingState, ScopeNotAllowed, ScopeUnknown, SeatsUnlawful, TermUnlawful,
    CommitteeElectedTwice, PropertyCompanyServes.
    """
    meeting = _draft(actor, compound_id, meeting_id)
    if motion_id and db.session.get(Motion, (compound_id, motion_id)):
        return _motion_of(meeting, motion_id)
    others = reading.motions_of(meeting)
    election = _checked_election(compound_id, matter, seats, committee_kind, term_years, others)
    scope = scopes.checked(compound_id, Matter(matter), scope_building_id, scope_stairwell)
    columns = {**election, **(scope.columns() if scope else {}), "id": motion_id or new_id()}
    return take_over_motion(actor, meeting, matter=matter, title=title, text=text, **columns)


def change_motion(
    actor: Actor,
    compound_id: UUID,
    meeting_id: UUID,
    motion_id: UUID,
    seen: str,
    matter: Matter,
    title: str,
    text: str,
    scope_building_id: UUID | None = None,
    scope_stairwell: str | None = None,
    seats: int | None = None,
    committee_kind: CommitteeKind | None = None,
    term_years: int | None = None,
) -> Motion:
    """Say a matter on a draft's agenda anew; attachments and candidates stay. `seen`: the stamp of what is changed.

    Raises Forbidden, WrongMeetingState, MotionNotFound, DraftChanged and what `add_motion` raises.
    """
    meeting = _draft(actor, compound_id, meeting_id)
    motion = _motion_of(meeting, motion_id)
    stamps.refuse_other(seen, stamps.of_motion(motion))
    others = [other for other in reading.motions_of(meeting) if other.id != motion_id]
    election = _checked_election(compound_id, matter, seats, committee_kind, term_years, others)
    scope = scopes.checked(compound_id, Matter(matter), scope_building_id, scope_stairwell)
    before, place = _summary(motion), scope.columns() if scope else scopes.WHOLE
    for name, value in {"matter": int(matter), "title": title, "text": text, **election, **place}.items():
        setattr(motion, name, value)
    db.session.flush()
    trail.note(actor, meeting, "change_motion", before, _summary(motion))
    return motion


def _checked_election(
    compound_id: UUID,
    matter: Matter,
    seats: int | None,
    kind: CommitteeKind | None,
    term_years: int | None,
    others: Sequence[Motion],
) -> dict[str, Any]:
    """What makes an election of a motion, as its columns, lawful under the rules now in force."""
    rules = rule_sets.current(compound_id)[1]
    candidates.check_election(compound_id, rules, Matter(matter), seats, kind, term_years, others)
    return {"seats": seats, "committee_kind": kind, "term_years": term_years}


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
    motion = _motion_of(meeting, motion_id)
    db.session.delete(motion)
    db.session.flush()
    trail.note(actor, meeting, "remove_motion", _summary(motion), None)


def _motion_of(meeting: Meeting, motion_id: UUID) -> Motion:
    motion = db.session.get(Motion, (meeting.compound_id, motion_id))
    if motion is None or motion.meeting_id != meeting.id:
        raise MotionNotFound
    return motion


def _summary(motion: Motion) -> dict[str, Any]:
    return {"motion_id": str(motion.id), "matter": motion.matter, "title": motion.title}


def _draft(actor: Actor, compound_id: UUID, meeting_id: UUID) -> Meeting:
    policy.require_manage(actor, compound_id)
    return states.locked(compound_id, meeting_id, clock.now(), MeetingState.DRAFT)


def _check_order(opens_at: datetime, closes_at: datetime) -> None:
    if opens_at >= closes_at:
        raise ScheduleDefective(defects=[{"code": "closes_before_it_opens", "text": "投票截止时间应当晚于开始时间。"}])
