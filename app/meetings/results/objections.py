"""Objections to a published result (公示期异议): filed by owners in its objection period, answered with a reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.compounds import queries as compounds
from app.compounds.errors import OwnerNotFound
from app.compounds.models import Owner
from app.core import clock
from app.core.db import db
from app.core.ids import new_id
from app.core.masking import mask_name
from app.core.paging import WHOLE, Page, paged
from app.identity.actor import Actor
from app.meetings import policy, queries, reading, states, telling, trail
from app.meetings.errors import MotionNotFound, WrongMeetingState
from app.meetings.models import Meeting, MeetingState, Motion
from app.meetings.results.errors import (
    ObjectionDecided,
    ObjectionPeriodOver,
    ObjectionWaiting,
    OwnObjection,
    ReceivedOnWrong,
    ResultIsFinal,
    ResultObjectionNotFound,
)
from app.meetings.results.models import ObjectionDecision, ResultObjection
from app.meetings.schedule import SHANGHAI


@dataclass(frozen=True)
class ResultObjectionView:
    """An objection as its owner, and those who decide it, see it. Without a motion it is to the whole result."""

    id: UUID
    motion_id: UUID | None
    owner_masked: str
    is_mine: bool
    text: str
    filed_at: datetime
    paper_note: str | None
    received_on: date | None
    decision: str | None
    decision_text: str | None
    reason: str | None
    decided_at: datetime | None


def file(
    actor: Actor, compound_id: UUID, meeting_id: UUID, text: str, motion_id: UUID | None = None
) -> ResultObjectionView:
    """Object to a published result, as an owner of the compound, before the objection period is over.

    Raises Forbidden, MeetingNotFound, WrongMeetingState, MotionNotFound, ObjectionPeriodOver, ObjectionWaiting.
    """
    owner_ids = policy.require_see(actor, compound_id, meeting_id).owner_ids
    policy.require_object_to_result(actor, compound_id, owner_ids)
    return _file(actor, compound_id, meeting_id, min(owner_ids), text, motion_id)


def file_on_paper(
    actor: Actor,
    compound_id: UUID,
    meeting_id: UUID,
    owner_id: UUID,
    text: str,
    note: str,
    motion_id: UUID | None = None,
    received_on: date | None = None,
) -> ResultObjectionView:
    """Enter an owner's objection that was handed in on paper; `note` says where the sheet is filed.

    `received_on`: the day in China on which it was handed in (none: today). That day was to be in the objection period;
    it may be entered later, until the result is final.
    Raises Forbidden, OwnerNotFound, OutsideOwnPlace, ReceivedOnWrong, ResultIsFinal and what `file` raises.
    """
    policy.require_enter_paper(actor, compound_id)
    if not compounds.owns_today(compound_id, owner_id):
        raise OwnerNotFound
    policy.require_enter_paper_of(actor, compound_id, owner_id)
    return _file(actor, compound_id, meeting_id, owner_id, text, motion_id, note, received_on or clock.today())


def _file(
    actor: Actor,
    compound_id: UUID,
    meeting_id: UUID,
    owner_id: UUID,
    text: str,
    motion_id: UUID | None,
    paper_note: str | None = None,
    received_on: date | None = None,
) -> ResultObjectionView:
    now = clock.now()
    meeting = _objectable(compound_id, meeting_id, now, on_paper=received_on is not None)
    _check_in_time(meeting, received_on or clock.today(), now)
    if motion_id is not None and _motion(meeting, motion_id) is None:
        raise MotionNotFound
    objection = db.session.scalar(
        insert(ResultObjection)
        .values(
            compound_id=compound_id,
            id=new_id(),
            meeting_id=meeting_id,
            motion_id=motion_id,
            account_id=actor.account_id,
            owner_id=owner_id,
            text=text,
            filed_at=now,
            paper_note=paper_note,
            received_on=received_on,
        )
        .on_conflict_do_nothing()
        .returning(ResultObjection)
    )
    if objection is None:
        raise ObjectionWaiting
    about = {"objection_id": str(objection.id), "on_paper": paper_note is not None}
    about |= {"received_on": received_on.isoformat()} if received_on else {}
    trail.note(actor, meeting, "object_to_result", None, about)
    return _views(actor, [objection])[0]


def _objectable(compound_id: UUID, meeting_id: UUID, now: datetime, on_paper: bool) -> Meeting:
    """The meeting, locked, with its result published; who enters paper when it is final is told what to do."""
    try:
        return states.locked(compound_id, meeting_id, now, MeetingState.PUBLISHED)
    except WrongMeetingState as wrong:
        if on_paper and wrong.details["state"] == MeetingState.FINAL:
            raise ResultIsFinal from wrong
        raise


def _check_in_time(meeting: Meeting, received_on: date, now: datetime) -> None:
    """Whether an objection that came on this day in China is in time: the period ends with a whole day."""
    until = queries.objections_until(meeting)
    assert meeting.published_at
    assert until
    published_on = meeting.published_at.astimezone(SHANGHAI).date()
    if not published_on <= received_on <= now.astimezone(SHANGHAI).date():
        raise ReceivedOnWrong(published_on=published_on.isoformat())
    if received_on >= until.astimezone(SHANGHAI).date():
        raise ObjectionPeriodOver


def decide(
    actor: Actor, compound_id: UUID, meeting_id: UUID, objection_id: UUID, decision: ObjectionDecision, reason: str
) -> ResultObjectionView:
    """Answer an objection with a reason, which the objector is told; not one that the actor filed or entered.

    Raises Forbidden, MeetingNotFound, WrongMeetingState, ResultObjectionNotFound, OwnObjection, ObjectionDecided.
    """
    policy.require_decide_objection(actor, compound_id)
    now = clock.now()
    meeting = states.locked(compound_id, meeting_id, now, MeetingState.PUBLISHED)
    objection = db.session.get(ResultObjection, (compound_id, objection_id), populate_existing=True)
    if objection is None or objection.meeting_id != meeting_id:
        raise ResultObjectionNotFound
    mine = compounds.owners_represented(actor.account_id, compound_id)
    if objection.account_id == actor.account_id or objection.owner_id in mine:
        raise OwnObjection
    if objection.decided_at is not None:
        raise ObjectionDecided
    objection.decision, objection.reason = decision, reason
    objection.decided_by, objection.decided_at = actor.account_id, now
    db.session.flush()
    after = {"objection_id": str(objection_id), "decision": decision.value}
    trail.note(actor, meeting, "decide_result_objection", None, after)
    telling.tell_result_objection_decided(meeting, objection.id, objection.owner_id, decision.chinese, reason)
    return _views(actor, [objection])[0]


def of_meeting(actor: Actor, compound_id: UUID, meeting_id: UUID, page: Page = WHOLE) -> Sequence[ResultObjectionView]:
    """The objections to a result, the oldest first: all to those who decide them, to an owner the own.

    Raises Forbidden, MeetingNotFound.
    """
    viewer = policy.require_see(actor, compound_id, meeting_id)
    reading.announced(compound_id, meeting_id)
    rows = (ResultObjection.compound_id == compound_id) & (ResultObjection.meeting_id == meeting_id)
    found = select(ResultObjection).where(rows)
    if not viewer.sees_drafts:
        found = found.where(ResultObjection.owner_id.in_(viewer.owner_ids))
    listed = paged(found, page, (ResultObjection.filed_at, ResultObjection.id), rows)
    return _views(actor, db.session.scalars(listed).all())


def _motion(meeting: Meeting, motion_id: UUID) -> Motion | None:
    motion = db.session.get(Motion, (meeting.compound_id, motion_id))
    return motion if motion and motion.meeting_id == meeting.id else None


def _views(actor: Actor, objections: Sequence[ResultObjection]) -> list[ResultObjectionView]:
    mine = {
        owner_id
        for compound_id in {one.compound_id for one in objections}
        for owner_id in compounds.owners_represented(actor.account_id, compound_id)
    }
    of_owners = select(Owner.id, Owner.name).where(
        Owner.compound_id.in_({one.compound_id for one in objections}),
        Owner.id.in_({one.owner_id for one in objections}),
    )
    names = dict(db.session.execute(of_owners).all())
    return [
        ResultObjectionView(
            id=one.id,
            motion_id=one.motion_id,
            owner_masked=mask_name(names[one.owner_id]),
            is_mine=one.owner_id in mine,
            text=one.text,
            filed_at=one.filed_at,
            paper_note=one.paper_note,
            received_on=one.received_on,
            decision=one.decision,
            decision_text=ObjectionDecision(one.decision).chinese if one.decision else None,
            reason=one.reason,
            decided_at=one.decided_at,
        )
        for one in objections
    ]
