"""Attachments of motions."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.crypto import Sealed
from app.core.db import Model, enum_check
from app.core.files import FileType
from app.core.ids import new_id


class Attachment(Model):
    """A file that a motion is decided on (附件), frozen with its SHA-256 when the meeting is announced. Size in bytes.

    The rows of a motion that is taken off the agenda go with it; their files are swept.
    """

    __tablename__ = "attachment"
    __table_args__ = (
        ForeignKeyConstraint(["compound_id", "meeting_id"], ["meeting.compound_id", "meeting.id"]),
        ForeignKeyConstraint(["compound_id", "motion_id"], ["motion.compound_id", "motion.id"], ondelete="CASCADE"),
        Index("uq_attachment_position", "compound_id", "motion_id", "position", unique=True),
        Index(None, "compound_id", "meeting_id"),
        enum_check("media_type", FileType),
        CheckConstraint("size > 0", name="size_positive"),
        CheckConstraint("octet_length(sha256) = 32", name="sha256_whole"),
    )

    compound_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    meeting_id: Mapped[UUID]
    motion_id: Mapped[UUID]
    position: Mapped[int]
    file_name: Mapped[str] = mapped_column(Text)
    media_type: Mapped[str] = mapped_column(Text)
    size: Mapped[int]
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    storage_key: Mapped[str] = mapped_column(Text)
    file_key: Mapped[bytes | None] = mapped_column(Sealed)
    created_by: Mapped[UUID]
    created_at: Mapped[datetime]
