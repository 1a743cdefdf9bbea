"""A counted meeting as staff read it: every figure, and every comparison spelled out in integers."""

from uuid import UUID

from app.core import clock
from app.identity.actor import Actor
from app.meetings import policy, reading
from app.meetings.documents.data import CountRecordSheet, DocumentKind
from app.meetings.documents.gathering import gather


def read(actor: Actor, compound_id: UUID, meeting_id: UUID) -> CountRecordSheet | None:
    """What the count record says, for secretary and supervisors; None before the count.

    Raises Forbidden, MeetingNotFound.
    """
    policy.require_see_drafts(actor, compound_id)
    meeting = reading.announced(compound_id, meeting_id)
    if meeting.counted_at is None:
        return None
    document = gather(DocumentKind.COUNT_RECORD, meeting, clock.now())
    assert isinstance(document, CountRecordSheet)
    return document
