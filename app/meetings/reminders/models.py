"""Reminders that were sent."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model


class Reminder(Model):
    """That parties which had not voted were reminded (催投). The key lets a number be sent once.

    `due_at`: the planned moment that it was owed for; none: somebody asked for it, who is `account_id`.
    `told`: to how many accounts a message was written.
    """

    __tablename__ = "reminder"
    __table_args__ = (
        ForeignKeyConstraint(["compound_id", "meeting_id"], ["meeting.compound_id", "meeting.id"]),
        CheckConstraint("(due_at IS NULL) = (account_id IS NOT NULL)", name="planned_or_asked_for"),
        CheckConstraint("number > 0 AND told >= 0", name="counts"),
    )

    compound_id: Mapped[UUID] = mapped_column(primary_key=True)
    meeting_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    due_at: Mapped[datetime | None]
    account_id: Mapped[UUID | None]
    reminded_at: Mapped[datetime]
    told: Mapped[int]
