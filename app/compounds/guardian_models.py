"""Wards on the roll and their guardians."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.crypto import EncryptedText, LookupHash
from app.core.db import Model, enum_check
from app.core.ids import new_id


class WardGround(StrEnum):
    """Why an owner cannot act alone: under 18, or found incapable by a court. Civil Code 17, 24."""

    MINOR = "minor"
    INCAPABLE = "incapable"


class Guardianship(Model):
    """That an owner is a ward (被监护人), and who acts for the owner (监护人). Civil Code 27, 28, 34.

    In force from when it is recorded to `ended_at` or to `until`, the minor's 18th birthday. Without a guardian nobody
    acts for the owner yet. `account_id` is the guardian's once the phone number is proven. `note`: the papers seen.
    """

    __tablename__ = "guardianship"
    __table_args__ = (
        ForeignKeyConstraint(["compound_id", "owner_id"], ["owner.compound_id", "owner.id"]),
        enum_check("ground", WardGround),
        CheckConstraint("(ground = 'minor') = (until IS NOT NULL)", name="minors_come_of_age"),
        CheckConstraint("(guardian_name IS NULL) = (guardian_phone_hash IS NULL)", name="guardian_whole"),
        Index(
            "uq_guardianship_current",
            "compound_id",
            "owner_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_guardianship_account", "account_id"),
        Index("ix_guardianship_phone", "guardian_phone_hash"),
    )

    compound_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    owner_id: Mapped[UUID]
    ground: Mapped[str] = mapped_column(Text)
    guardian_name: Mapped[str | None] = mapped_column(EncryptedText)
    guardian_phone: Mapped[str | None] = mapped_column(EncryptedText)
    guardian_phone_hash: Mapped[bytes | None] = mapped_column(LookupHash)
    account_id: Mapped[UUID | None]
    note: Mapped[str] = mapped_column(EncryptedText)
    until: Mapped[datetime | None]
    recorded_by: Mapped[UUID]
    recorded_at: Mapped[datetime]
    ended_by: Mapped[UUID | None]
    ended_at: Mapped[datetime | None]
    end_note: Mapped[str | None] = mapped_column(EncryptedText)
