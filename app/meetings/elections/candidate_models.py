"""Candidates of an election."""

from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.crypto import EncryptedText
from app.core.db import Model
from app.core.ids import new_id


class Candidate(Model):
    """Somebody who stands for the committee (候选人), in the order of the ballot sheet."""

    __tablename__ = "candidate"
    __table_args__ = (
        ForeignKeyConstraint(["compound_id", "motion_id"], ["motion.compound_id", "motion.id"], ondelete="CASCADE"),
        UniqueConstraint("compound_id", "motion_id", "position"),
    )

    compound_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    motion_id: Mapped[UUID]
    position: Mapped[int]
    name: Mapped[str] = mapped_column(EncryptedText)
    statement: Mapped[str] = mapped_column(Text)
