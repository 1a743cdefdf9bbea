"""Objections to a published result."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.crypto import EncryptedText
from app.core.db import Model, enum_check
from app.core.ids import new_id


class ObjectionDecision(StrEnum):
    """What became of an objection. `count_wrong` stops the final announcement: the result is to be annulled."""

    REJECTED = "rejected"
    UPHELD = "upheld"
    COUNT_WRONG = "count_wrong"

    @property
    def chinese(self) -> str:
        """The decision for people."""
        return {"rejected": "不成立", "upheld": "成立", "count_wrong": "计票有误"}[self.value]


class ResultObjection(Model):
    """An owner's objection to a published result (对表决结果的异议), to one motion or, without one, to the whole.

    The index refuses a second one of the same owner to the same motion while the first waits.
    On paper: `account_id` is who entered it, `paper_note` says where the sheet is filed, and `received_on` the day in
    China on which it was handed in, which decides whether it was in time.
    """

    __tablename__ = "result_objection"
    __table_args__ = (
        ForeignKeyConstraint(["compound_id", "meeting_id"], ["meeting.compound_id", "meeting.id"]),
        ForeignKeyConstraint(["compound_id", "motion_id"], ["motion.compound_id", "motion.id"]),
        ForeignKeyConstraint(["compound_id", "owner_id"], ["owner.compound_id", "owner.id"]),
        Index(
            "uq_result_objection_waiting",
            "compound_id",
            "meeting_id",
            "owner_id",
            "motion_id",
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=text("decided_at IS NULL"),
        ),
        CheckConstraint(
            "(decided_at IS NULL) = (decision IS NULL) AND (decided_at IS NULL) = (reason IS NULL)"
            " AND (decided_at IS NULL) = (decided_by IS NULL)",
            name="decided_with_reason",
        ),
        CheckConstraint("decided_by <> account_id", name="decided_by_another"),
        CheckConstraint("received_on IS NULL OR paper_note IS NOT NULL", name="received_on_paper"),
        enum_check("decision", ObjectionDecision),
    )

    compound_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    meeting_id: Mapped[UUID]
    motion_id: Mapped[UUID | None]
    account_id: Mapped[UUID]
    owner_id: Mapped[UUID]
    text: Mapped[str] = mapped_column(EncryptedText)
    filed_at: Mapped[datetime]
    paper_note: Mapped[str | None] = mapped_column(Text)
    received_on: Mapped[date | None]
    decision: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
