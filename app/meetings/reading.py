"""Reading a meeting and its agenda, without a lock."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from app.core.db import db
from app.meetings.errors import MeetingNotFound
from app.meetings.models import Meeting, Motion


def existing(compound_id: UUID, meeting_id: UUID) -> Meeting:
    """The meeting, in whatever state. Raises MeetingNotFound."""
    meeting = db.session.get(Meeting, (compound_id, meeting_id))
    if meeting is None:
        raise MeetingNotFound
    return meeting


def announced(compound_id: UUID, meeting_id: UUID) -> Meeting:
    """The meeting, if it was ever announced: a draft is nobody's business. Raises MeetingNotFound."""
    meeting = existing(compound_id, meeting_id)
    if meeting.announced_at is None:
        raise MeetingNotFound
    return meeting


def motions_of(meeting: Meeting) -> Sequence[Motion]:
    """The meeting's motions in the order of the agenda."""
    return db.session.scalars(
        select(Motion)
        .where(Motion.compound_id == meeting.compound_id, Motion.meeting_id == meeting.id)
        .order_by(Motion.position)
    ).all()
