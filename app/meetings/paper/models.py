"""Paper ballots: the sheets that were handed in, and what two people read on each."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    Text,
    UniqueConstraint,
    Uuid,
    false,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model, enum_check
from app.core.ids import new_id


class SheetState(StrEnum):
    """What became of a sheet. The first three hold their party's vote; only `confirmed` is a ballot.

    `open` waits for its two entries, `mismatched` for its enterers to agree. `late` came after the close,
    `unidentified` names no party, `conflict` came after a ballot in the app, `duplicate` after another sheet,
    `set_aside` was taken out by two people: none of these ever counts.
    """

    OPEN = "open"
    MISMATCHED = "mismatched"
    CONFIRMED = "confirmed"
    LATE = "late"
    UNIDENTIFIED = "unidentified"
    CONFLICT = "conflict"
    DUPLICATE = "duplicate"
    SET_ASIDE = "set_aside"


HOLDING = (SheetState.OPEN, SheetState.MISMATCHED, SheetState.CONFIRMED)
UNREAD = (SheetState.OPEN, SheetState.MISMATCHED)
CLASHING = (SheetState.CONFLICT, SheetState.DUPLICATE)


class PaperSheet(Model):
    """A signed ballot sheet (纸质表决票) that was handed in at `received_at`; its scan never changes.

    `app_refused_at`: when its party last tried to vote in the app and could not, since the sheet was there first.
    `reason`: why it names no party, or why it was set aside. Of a clash, settled is that the secretary has seen it.
    `aside_by`: who asked to set it aside, with `aside_reason`; it takes another one (`settled_by`) to do it.
    `joint`: it is said to bear the signatures of all co-owners, and so may end their dispute in the app.
    """

    __tablename__ = "paper_sheet"
    __table_args__ = (
        ForeignKeyConstraint(["compound_id", "meeting_id"], ["meeting.compound_id", "meeting.id"]),
        ForeignKeyConstraint(
            ["compound_id", "meeting_id", "party_id"],
            ["voting_party.compound_id", "voting_party.meeting_id", "voting_party.id"],
        ),
        ForeignKeyConstraint(["compound_id", "scan_id"], ["meeting_scan.compound_id", "meeting_scan.id"]),
        ForeignKeyConstraint(["compound_id", "ballot_id"], ["ballot.compound_id", "ballot.id"]),
        Index(
            "uq_paper_sheet_holding",
            "compound_id",
            "meeting_id",
            "party_id",
            unique=True,
            postgresql_where=text("state IN ('open', 'mismatched', 'confirmed')"),
        ),
        Index(None, "compound_id", "meeting_id"),
        enum_check("state", SheetState),
        CheckConstraint("party_id IS NOT NULL OR state = 'unidentified'", name="party_unless_unidentified"),
        CheckConstraint("(ballot_id IS NOT NULL) = (state = 'confirmed')", name="ballot_once_confirmed"),
        CheckConstraint("reason IS NOT NULL OR state NOT IN ('unidentified', 'set_aside')", name="reason_given"),
        CheckConstraint("(settled_by IS NULL) = (settled_at IS NULL)", name="settled_by_somebody"),
        CheckConstraint("aside_by <> settled_by", name="set_aside_by_two"),
        CheckConstraint(
            "(aside_by IS NULL) = (aside_at IS NULL) AND (aside_by IS NULL) = (aside_reason IS NULL)",
            name="asked_with_reason",
        ),
        CheckConstraint("received_at <= registered_at", name="received_before_registered"),
    )

    compound_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    meeting_id: Mapped[UUID]
    party_id: Mapped[UUID | None]
    scan_id: Mapped[UUID]
    state: Mapped[str] = mapped_column(Text)
    received_at: Mapped[datetime]
    registered_by: Mapped[UUID]
    registered_at: Mapped[datetime]
    reason: Mapped[str | None] = mapped_column(Text)
    settled_by: Mapped[UUID | None]
    settled_at: Mapped[datetime | None]
    ballot_id: Mapped[UUID | None]
    app_refused_at: Mapped[datetime | None]
    joint: Mapped[bool] = mapped_column(default=False, server_default=false())
    aside_by: Mapped[UUID | None]
    aside_at: Mapped[datetime | None]
    aside_reason: Mapped[str | None] = mapped_column(Text)


class PaperEntry(Model):
    """What one of the two enterers (录入人) of a sheet read on it. The keys demand two places of two accounts.

    Without `entered_at` the person has only taken the place. `choices` follows the order of the motions, as a ballot's;
    `spoiled` are the motions that are marked twice or unreadable: blank in `choices`. `joint`: the person found the
    signatures of all co-owners. `corrections`: how often it was entered anew after a mismatch.
    """

    __tablename__ = "paper_entry"
    __table_args__ = (
        ForeignKeyConstraint(["compound_id", "sheet_id"], ["paper_sheet.compound_id", "paper_sheet.id"]),
        UniqueConstraint("compound_id", "sheet_id", "place"),
        CheckConstraint("place IN (1, 2)", name="two_places"),
        CheckConstraint("(entered_at IS NULL) = (choices IS NULL)", name="entered_with_choices"),
        CheckConstraint("(entered_at IS NULL) = (spoiled IS NULL)", name="entered_with_spoiled"),
    )

    compound_id: Mapped[UUID] = mapped_column(primary_key=True)
    sheet_id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(SmallInteger)
    taken_at: Mapped[datetime]
    entered_at: Mapped[datetime | None]
    choices: Mapped[list[int] | None] = mapped_column(ARRAY(SmallInteger))
    marks: Mapped[dict[str, Any] | None]
    spoiled: Mapped[list[UUID] | None] = mapped_column(ARRAY(Uuid()))
    joint: Mapped[bool] = mapped_column(default=False, server_default=false())
    corrections: Mapped[int] = mapped_column(default=0, server_default=text("0"))

    def says(self) -> tuple[object, ...]:
        """What must be equal in both entries."""
        return self.choices, self.marks or {}, sorted(self.spoiled or ()), self.joint
