"""The audit log: who did what, when, and what it changed. Append-only: the database refuses to change or delete a row.

Rows carry ids, states and dates, never names, phones, doors or choices.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.db import Model, db
from app.core.ids import new_id


class AuditEvent(Model):
    """One act in a compound (审计记录). `account_id` is empty for what the program did by itself."""

    __tablename__ = "audit_event"
    __table_args__ = (Index(None, "compound_id", "subject_id", "at"),)

    compound_id: Mapped[UUID] = mapped_column(ForeignKey("org_unit.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    at: Mapped[datetime]
    account_id: Mapped[UUID | None]
    act: Mapped[str] = mapped_column(Text)
    subject_id: Mapped[UUID]
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
    request_id: Mapped[str | None] = mapped_column(Text)


def record(
    compound_id: UUID,
    account_id: UUID | None,
    act: str,
    subject_id: UUID,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Note an act in the caller's transaction: it is on record if and only if it happened."""
    db.session.add(
        AuditEvent(
            compound_id=compound_id,
            at=clock.now(),
            account_id=account_id,
            act=act,
            subject_id=subject_id,
            before=before,
            after=after,
            request_id=structlog.contextvars.get_contextvars().get("request_id"),
        )
    )
