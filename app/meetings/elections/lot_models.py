"""Drawn lots."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model


class Lot(Model):
    """The number that a tied candidate drew (抽签); the lower goes first. Two people record it, and it stays."""

    __tablename__ = "lot"
    __table_args__ = (
        ForeignKeyConstraint(["compound_id", "motion_id"], ["motion.compound_id", "motion.id"]),
        ForeignKeyConstraint(["compound_id", "candidate_id"], ["candidate.compound_id", "candidate.id"]),
        UniqueConstraint("compound_id", "motion_id", "number"),
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint("witnessed_by <> drawn_by", name="two_people"),
        CheckConstraint("(witnessed_by IS NULL) = (witnessed_at IS NULL)", name="witnessed_at_a_time"),
    )

    compound_id: Mapped[UUID] = mapped_column(primary_key=True)
    motion_id: Mapped[UUID] = mapped_column(primary_key=True)
    candidate_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int]
    drawn_by: Mapped[UUID]
    drawn_at: Mapped[datetime]
    witnessed_by: Mapped[UUID | None]
    witnessed_at: Mapped[datetime | None]
