"""The trail of a meeting: every act on it, in the audit log."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from app.core import audit
from app.core.audit import AuditEvent
from app.core.db import db
from app.core.paging import WHOLE, Page, paged
from app.identity.actor import Actor
from app.meetings.models import Meeting


def note(
    actor: Actor | None, meeting: Meeting, act: str, before: dict[str, Any] | None, after: dict[str, Any] | None
) -> None:
    """Put an act on record: ids, states and times, never a choice and never a name. No actor: the program by itself."""
    account_id = actor.account_id if actor else None
    audit.record(meeting.compound_id, account_id, act, meeting.id, before=before, after=after)


def facts(meeting: Meeting) -> dict[str, Any]:
    """What a draft says, as the trail shows it."""
    return {
        "title": meeting.title,
        "convenor": meeting.convenor,
        "opens_at": meeting.opens_at.isoformat(),
        "closes_at": meeting.closes_at.isoformat(),
    }


def events_of(meeting: Meeting, page: Page = WHOLE) -> Sequence[AuditEvent]:
    """Every act on the meeting, the oldest first."""
    rows = (AuditEvent.compound_id == meeting.compound_id) & (AuditEvent.subject_id == meeting.id)
    listed = paged(select(AuditEvent).where(rows), page, (AuditEvent.at, AuditEvent.id), rows)
    return db.session.scalars(listed).all()
