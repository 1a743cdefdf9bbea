"""Objections as who filed them and as staff see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from app.core import clock
from app.core.clock import SHANGHAI
from app.core.db import db
from app.identity.actor import Actor
from app.meetings import policy, reading
from app.meetings.models import ElectorateObjection, Meeting, MeetingState, ObjectionKind, ObjectionState
from app.meetings.objections.publication import doors_of


@dataclass(frozen=True)
class ObjectionView:
    """An objection, to who filed it and to staff."""

    id: UUID
    kind: str
    kind_text: str
    unit_id: UUID | None
    door: str | None
    text: str
    has_evidence: bool
    state: str
    state_text: str
    filed_at: datetime
    decided_at: datetime | None
    reason: str | None
    is_mine: bool


@dataclass(frozen=True)
class ObjectionList:
    """The objections of a meeting, for staff. `warning`: a sentence while some are undecided."""

    undecided: int
    decide_before: datetime
    warning: str | None
    items: Sequence[ObjectionView]


def my_objections(actor: Actor, compound_id: UUID, meeting_id: UUID) -> Sequence[ObjectionView]:
    """The actor's own objections, the oldest first. Raises MeetingNotFound."""
    meeting = reading.announced(compound_id, meeting_id)
    mine = (*_of(meeting), ElectorateObjection.account_id == actor.account_id)
    found = select(ElectorateObjection).where(*mine).order_by(ElectorateObjection.id)
    return _views(actor, meeting, db.session.scalars(found).all())


def list_objections(actor: Actor, compound_id: UUID, meeting_id: UUID, after: UUID | None, limit: int) -> ObjectionList:
    """Objections after the one given, the oldest first, for staff. Raises Forbidden, MeetingNotFound."""
    policy.require_see_drafts(actor, compound_id)
    meeting = reading.announced(compound_id, meeting_id)
    page = select(ElectorateObjection).where(*_of(meeting)).order_by(ElectorateObjection.id).limit(limit)
    rows = db.session.scalars(page.where(ElectorateObjection.id > after) if after else page).all()
    undecided = _undecided(meeting)
    return ObjectionList(undecided, meeting.opens_at, _warning(meeting, undecided), _views(actor, meeting, rows))


def shown(actor: Actor, objection: ElectorateObjection) -> ObjectionView:
    """One objection as it is shown."""
    meeting = reading.existing(objection.compound_id, objection.meeting_id)
    return _views(actor, meeting, [objection])[0]


def _warning(meeting: Meeting, undecided: int) -> str | None:
    """What the secretary reads while objections are undecided; None where there are none."""
    if not undecided:
        return None
    if meeting.state_at(clock.now()) is MeetingState.ANNOUNCED:
        opens = meeting.opens_at.astimezone(SHANGHAI)
        when = f"{opens.year}年{opens.month}月{opens.day}日 {opens:%H:%M}"
        return f"还有 {undecided} 件异议没有处理。投票于 {when} 开始，开始后名册不能再更正，请在此之前处理完毕。"
    return f"有 {undecided} 件异议在投票开始前没有处理，名册已经冻结，不能再更正。请向提出人说明。"


def _undecided(meeting: Meeting) -> int:
    filed = (*_of(meeting), ElectorateObjection.state == ObjectionState.FILED)
    return db.session.scalar(select(func.count()).where(*filed)) or 0


def _of(meeting: Meeting) -> tuple[ColumnElement[bool], ...]:
    return (ElectorateObjection.compound_id == meeting.compound_id, ElectorateObjection.meeting_id == meeting.id)


def _views(actor: Actor, meeting: Meeting, rows: Sequence[ElectorateObjection]) -> list[ObjectionView]:
    doors = doors_of(meeting, [row.unit_id for row in rows if row.unit_id])
    return [
        ObjectionView(
            id=row.id,
            kind=row.kind,
            kind_text=ObjectionKind(row.kind).chinese,
            unit_id=row.unit_id,
            door=doors.get(row.unit_id) if row.unit_id else None,
            text=row.text,
            has_evidence=row.scan_id is not None,
            state=row.state,
            state_text=ObjectionState(row.state).chinese,
            filed_at=row.filed_at,
            decided_at=row.decided_at,
            reason=row.reason,
            is_mine=row.account_id == actor.account_id,
        )
        for row in rows
    ]
