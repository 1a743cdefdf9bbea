"""How a published result ends: announced as final when its objection period is over, or annulled.

Neither changes the count record or a ballot: a court may read them a year later (Civil Code 280). Each is the last leaf
of the ballot log, under a signed head, and names the objections with what became of them.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.identity.actor import Actor
from app.meetings import policy, queries, states, telling, trail
from app.meetings.committees import acts as committees
from app.meetings.log import leaves, sequencing
from app.meetings.models import Meeting, MeetingState
from app.meetings.results.errors import (
    AnnulledByAnother,
    CountFoundWrong,
    NothingToAnnul,
    ObjectionPeriodRunning,
    ObjectionsOpen,
)
from app.meetings.results.models import ObjectionDecision, ResultObjection


def announce_final(actor: Actor, compound_id: UUID, meeting_id: UUID) -> Meeting:
    """Announce a published result as final (正式公告) and tell the owners; those elected take office.

    Raises Forbidden, MeetingNotFound, WrongMeetingState, ObjectionPeriodRunning, ObjectionsOpen, CountFoundWrong.
    """
    policy.require_manage(actor, compound_id)
    now = clock.now()
    meeting, published_at = _published(compound_id, meeting_id, now)
    until = queries.objections_until(meeting)
    if until is None or now < until:
        raise ObjectionPeriodRunning(until=until.isoformat() if until else None)
    objections = _objections(meeting)
    waiting = [one for one in objections if one.decided_at is None]
    if waiting:
        raise ObjectionsOpen(open=len(waiting))
    if _wrong(objections):
        raise CountFoundWrong
    meeting.finalized_at = now
    db.session.flush()
    sequencing.append(meeting, leaves.final(meeting.id, published_at, now, _answers(objections)))
    committees.install(actor, meeting)
    telling.tell_final(meeting, now)
    trail.note(actor, meeting, "announce_final_result", {"state": "published"}, {"state": "final"})
    return meeting


def annul(actor: Actor, compound_id: UUID, meeting_id: UUID, reason: str) -> Meeting:
    """Annul a published result whose count was found wrong; the meeting is to be repeated, and the owners are told.

    It takes two people, as the count does: whoever found the count wrong cannot annul.
    Raises Forbidden, MeetingNotFound, WrongMeetingState, NothingToAnnul, AnnulledByAnother.
    """
    policy.require_decide_objection(actor, compound_id)
    now = clock.now()
    meeting, published_at = _published(compound_id, meeting_id, now)
    objections = _objections(meeting)
    wrong = _wrong(objections)
    if not wrong:
        raise NothingToAnnul
    if all(one.decided_by == actor.account_id for one in wrong):
        raise AnnulledByAnother
    meeting.annulled_at, meeting.annul_reason = now, reason
    db.session.flush()
    sequencing.append(meeting, leaves.annulment(meeting.id, published_at, now, reason, _answers(objections)))
    telling.tell_annulled(meeting, now)
    trail.note(actor, meeting, "annul_result", {"state": "published"}, {"state": "annulled", "reason": reason})
    return meeting


def _published(compound_id: UUID, meeting_id: UUID, now: datetime) -> tuple[Meeting, datetime]:
    """The meeting, locked, and when its result was published."""
    meeting = states.locked(compound_id, meeting_id, now, MeetingState.PUBLISHED)
    assert meeting.published_at, "a published result was published at some moment"
    return meeting, meeting.published_at


def _objections(meeting: Meeting) -> Sequence[ResultObjection]:
    return db.session.scalars(
        select(ResultObjection)
        .where(ResultObjection.compound_id == meeting.compound_id, ResultObjection.meeting_id == meeting.id)
        .order_by(ResultObjection.decided_at, ResultObjection.id)
    ).all()


def _answers(objections: Iterable[ResultObjection]) -> list[dict[str, Any]]:
    """The decided objections as the log names them: never who objected, nor the words."""
    return [
        leaves.objection(one.id, one.motion_id, one.decision, one.decided_at)
        for one in objections
        if one.decision and one.decided_at
    ]


def _wrong(objections: Sequence[ResultObjection]) -> list[ResultObjection]:
    return [one for one in objections if one.decision == ObjectionDecision.COUNT_WRONG]
