"""The trail of a service record: every change, with who, when, before, after and why."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from app.core import audit, clock
from app.core.db import db
from app.identity.actor import Actor
from app.volunteering.hours.models import RecordChange, ServiceRecord


def facts(record: ServiceRecord) -> dict[str, Any]:
    """What a record says, as the trail shows it."""
    return {
        "state": str(record.state),
        "minutes": record.minutes,
        "started_at": record.started_at.isoformat(),
        "ended_at": record.ended_at and record.ended_at.isoformat(),
    }


def note(
    actor: Actor, record: ServiceRecord, act: str, before: dict[str, Any] | None, reason: str | None = None
) -> None:
    """Put a change on the record's trail, and on the audit log."""
    db.session.flush()
    after = facts(record)
    db.session.add(
        RecordChange(
            compound_id=record.compound_id,
            record_id=record.id,
            at=clock.now(),
            account_id=actor.account_id,
            act=act,
            before=before,
            after=after,
            reason=reason,
        )
    )
    db.session.flush()
    audit.record(record.compound_id, actor.account_id, act, record.id, before=before, after=after)


def changes_of(record: ServiceRecord) -> Sequence[RecordChange]:
    """Every change, the oldest first."""
    return db.session.scalars(
        select(RecordChange)
        .where(RecordChange.compound_id == record.compound_id, RecordChange.record_id == record.id)
        .order_by(RecordChange.at, RecordChange.id)
    ).all()
