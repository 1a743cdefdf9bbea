"""Candidates of an election."""

from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.crypto import EncryptedText
from app.core.db import Model, enum_check
from app.core.ids import new_id


class Nominated(StrEnum):
    """How somebody came to stand (GR 14): other owners proposed it, or the person did."""

    BY_OWNERS = "owners"
    BY_THEMSELVES = "self"

    @property
    def chinese(self) -> str:
        """The way for people."""
        return {"owners": "业主推荐", "self": "本人自荐"}[self.value]


class Candidate(Model):
    """Somebody who stands for the committee (候选人), in the order of the ballot sheet.

    `nominated` and `paper_note`, where the sheet is filed that the nomination came on, are for the desk alone.
    """

    __tablename__ = "candidate"
    __table_args__ = (
        ForeignKeyConstraint(["compound_id", "motion_id"], ["motion.compound_id", "motion.id"], ondelete="CASCADE"),
        UniqueConstraint("compound_id", "motion_id", "position"),
        enum_check("nominated", Nominated),
    )

    compound_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    motion_id: Mapped[UUID]
    position: Mapped[int]
    name: Mapped[str] = mapped_column(EncryptedText)
    statement: Mapped[str] = mapped_column(Text)
    nominated: Mapped[str | None] = mapped_column(Text)
    paper_note: Mapped[str | None] = mapped_column(EncryptedText)
