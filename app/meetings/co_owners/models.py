"""The delegate of a party's co-owners, and whom each co-owner wants."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.crypto import Sealed
from app.core.db import Model, enum_check
from app.core.files import FileType
from app.core.ids import new_id

_PARTY = ["voting_party.compound_id", "voting_party.meeting_id", "voting_party.id"]
_PARTY_OWNER = [
    "voting_party_owner.compound_id",
    "voting_party_owner.meeting_id",
    "voting_party_owner.party_id",
    "voting_party_owner.owner_id",
]


class Scan(Model):
    """The scan of a signed paper (签字原件扫描件). Size in bytes. Its file never changes: see `sha256`."""

    __tablename__ = "meeting_scan"
    __table_args__ = (
        ForeignKeyConstraint(["compound_id", "meeting_id"], ["meeting.compound_id", "meeting.id"]),
        enum_check("media_type", FileType),
        CheckConstraint("size > 0", name="size_positive"),
        CheckConstraint("octet_length(sha256) = 32", name="sha256_whole"),
    )

    compound_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    meeting_id: Mapped[UUID]
    file_name: Mapped[str] = mapped_column(Text)
    media_type: Mapped[str] = mapped_column(Text)
    size: Mapped[int]
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    storage_key: Mapped[str] = mapped_column(Text)
    file_key: Mapped[bytes | None] = mapped_column(Sealed)
    created_by: Mapped[UUID]
    created_at: Mapped[datetime]


class DelegateNaming(Model):
    """That a co-owner (`by_owner_id`) wants a co-owner to vote for all."""

    __tablename__ = "delegate_naming"
    __table_args__ = (
        ForeignKeyConstraint(["compound_id", "meeting_id", "party_id", "owner_id"], _PARTY_OWNER),
        ForeignKeyConstraint(["compound_id", "meeting_id", "party_id", "by_owner_id"], _PARTY_OWNER),
    )

    compound_id: Mapped[UUID] = mapped_column(primary_key=True)
    meeting_id: Mapped[UUID] = mapped_column(primary_key=True)
    party_id: Mapped[UUID] = mapped_column(primary_key=True)
    by_owner_id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_id: Mapped[UUID]
    account_id: Mapped[UUID]
    named_at: Mapped[datetime]


class Delegate(Model):
    """The co-owner who votes for a party (共有人推选的代表). Without a scan all other co-owners named it in the app."""

    __tablename__ = "delegation"
    __table_args__ = (
        ForeignKeyConstraint(["compound_id", "meeting_id", "party_id"], _PARTY),
        ForeignKeyConstraint(["compound_id", "meeting_id", "party_id", "owner_id"], _PARTY_OWNER),
        ForeignKeyConstraint(["compound_id", "scan_id"], ["meeting_scan.compound_id", "meeting_scan.id"]),
    )

    compound_id: Mapped[UUID] = mapped_column(primary_key=True)
    meeting_id: Mapped[UUID] = mapped_column(primary_key=True)
    party_id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_id: Mapped[UUID]
    named_by: Mapped[UUID]
    named_at: Mapped[datetime]
    scan_id: Mapped[UUID | None]
