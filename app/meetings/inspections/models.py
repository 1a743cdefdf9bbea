"""Inspections of a meeting's records."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.core.crypto import EncryptedText
from app.core.db import Model
from app.core.ids import new_id


class Inspection(Model):
    """That one owner may inspect a meeting's records for a short time, on site (业主查阅): SPC 13.

    `salt` makes the pseudonyms of the ballots; it is of this inspection alone and never shown.
    """

    __tablename__ = "inspection"
    __table_args__ = (
        ForeignKeyConstraint(["compound_id", "meeting_id"], ["meeting.compound_id", "meeting.id"]),
        ForeignKeyConstraint(["compound_id", "owner_id"], ["owner.compound_id", "owner.id"]),
        Index(None, "compound_id", "meeting_id"),
        CheckConstraint("opened_at < expires_at", name="opens_before_it_expires"),
        CheckConstraint("octet_length(salt) = 32", name="salt_of_32_bytes"),
    )

    compound_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    meeting_id: Mapped[UUID]
    owner_id: Mapped[UUID]
    reason: Mapped[str] = mapped_column(EncryptedText)
    salt: Mapped[bytes]
    opened_by: Mapped[UUID]
    opened_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
