"""How a published result ends: announced as final when its objection period is over, or annulled.

Neither changes the count record or the ballot log: a court may read them a year later (Civil Code 280).
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.identity.actor import Actor
from app.meetings import policy, queries, states, telling, trail
from app.meetings.committees import acts as committees
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
    meeting = states.locked(compound_id, meeting_id, now, MeetingState.PUBLISHED)
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
    meeting = states.locked(compound_id, meeting_id, now, MeetingState.PUBLISHED)
    wrong = _wrong(_objections(meeting))
    if not wrong:
        raise NothingToAnnul
    if all(one.decided_by == actor.account_id for one in wrong):
        raise AnnulledByAnother
    meeting.annulled_at, meeting.annul_reason = now, reason
    db.session.flush()
    telling.tell_annulled(meeting, now)
    trail.note(actor, meeting, "annul_result", {"state": "published"}, {"state": "annulled", "reason": reason})
    return meeting


def _objections(meeting: Meeting) -> Sequence[ResultObjection]:
    return db.session.scalars(
        select(ResultObjection).where(
            ResultObjection.compound_id == meeting.compound_id, ResultObjection.meeting_id == meeting.id
        )
    ).all()


def _wrong(objections: Sequence[ResultObjection]) -> list[ResultObjection]:
    return [one for one in objections if one.decision == ObjectionDecision.COUNT_WRONG]
