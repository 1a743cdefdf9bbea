"""Committees that owners elected, and who sits on them."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.crypto import EncryptedText
from app.core.db import Model, enum_check
from app.core.ids import new_id


class CommitteeKind(StrEnum):
    """What kind of committee: of the owners' meeting, or of owners who manage themselves (Civil Code 284)."""

    OWNERS_COMMITTEE = "owners_committee"
    SELF_MANAGEMENT = "self_management"

    @property
    def chinese(self) -> str:
        """The kind for people."""
        return {"owners_committee": "业主委员会", "self_management": "自行管理委员会"}[self.value]


class Leaving(StrEnum):
    """Why a member leaves before the term ends: GR 43 (by itself), GR 44 (resignation, removal by the owners)."""

    RESIGNED = "resigned"
    DISQUALIFIED = "disqualified"
    REMOVED = "removed"


class Committee(Model):
    """A committee with its term (任期); it comes of one motion. `expires_at` is the first moment after the term.

    One of each kind is current: `ended_at` is when the next one took office.
    """

    __tablename__ = "committee"
    __table_args__ = (
        ForeignKeyConstraint(["compound_id", "meeting_id"], ["meeting.compound_id", "meeting.id"]),
        ForeignKeyConstraint(["compound_id", "motion_id"], ["motion.compound_id", "motion.id"]),
        UniqueConstraint("compound_id", "motion_id"),
        Index("uq_committee_current", "compound_id", "kind", unique=True, postgresql_where=text("ended_at IS NULL")),
        Index(
            "ix_committee_expiring",
            "expires_at",
            postgresql_where=text("ended_at IS NULL AND warned_at IS NULL"),
        ),
        CheckConstraint("began_at < expires_at", name="term_begins_before_it_ends"),
        CheckConstraint("seats > 0", name="seats_positive"),
        enum_check("kind", CommitteeKind),
    )

    compound_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(Text)
    meeting_id: Mapped[UUID]
    motion_id: Mapped[UUID]
    seats: Mapped[int]
    began_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    warned_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class CommitteeMember(Model):
    """A member (委员) or, without `joined_at`, a substitute (候补委员), in the order of election.

    `owner_id` is the owner of that name on the roll, where there is exactly one: who is told of the term's end.
    """

    __tablename__ = "committee_member"
    __table_args__ = (
        ForeignKeyConstraint(["compound_id", "committee_id"], ["committee.compound_id", "committee.id"]),
        ForeignKeyConstraint(["compound_id", "owner_id"], ["owner.compound_id", "owner.id"]),
        ForeignKeyConstraint(["compound_id", "removal_motion_id"], ["motion.compound_id", "motion.id"]),
        UniqueConstraint("compound_id", "committee_id", "position"),
        CheckConstraint(
            "(left_at IS NULL) = (leaving IS NULL) AND (left_at IS NULL) = (left_reason IS NULL)",
            name="left_with_reason",
        ),
        CheckConstraint("(leaving = 'removed') = (removal_motion_id IS NOT NULL)", name="removed_by_a_motion"),
        enum_check("leaving", Leaving),
    )

    compound_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    committee_id: Mapped[UUID]
    position: Mapped[int]
    name: Mapped[str] = mapped_column(EncryptedText)
    owner_id: Mapped[UUID | None]
    joined_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]
    leaving: Mapped[str | None] = mapped_column(Text)
    left_reason: Mapped[str | None] = mapped_column(EncryptedText)
    removal_motion_id: Mapped[UUID | None]
