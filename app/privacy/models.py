"""Accounts that are to be closed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model


class Closing(Model):
    """That a person asked to close the account (注销), and when it is due. Taken back, the row goes.

    `last_tried_at`: when it was due and something that only this person can settle was in the way.
    """

    __tablename__ = "closing"
    __table_args__ = (
        Index("ix_closing_due", "due_at", postgresql_where=text("closed_at IS NULL")),
        CheckConstraint("asked_at < due_at", name="due_later"),
    )

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    last_tried_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
