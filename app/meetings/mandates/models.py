"""Mandates: who votes for an owner, or for the developer, in one meeting."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.crypto import EncryptedText, LookupHash
from app.core.db import Model
from app.core.ids import new_id


class Mandate(Model):
    """A written mandate (授权委托书) for one meeting, with its scan. Civil Code 165, PMR 12.

    `proxy_hash` is the keyed hash of the proxy's number, `account_id` who has proven it: nobody yet, while it waits.
    `owner_id` is the principal; none: the developer, whose delegate this is. `choices` and `marks` are what it fixes:
    motion -> choice in words, election -> candidates; what is not named is left to the proxy. `on_paper`: somebody of
    the staff entered it from the paper, never the proxy; otherwise the principal did. No key holds the party: a
    correction of the electorate may take the party away, and the mandate stays on record.
    """

    __tablename__ = "mandate"
    __table_args__ = (
        ForeignKeyConstraint(["compound_id", "meeting_id"], ["meeting.compound_id", "meeting.id"]),
        ForeignKeyConstraint(["compound_id", "scan_id"], ["meeting_scan.compound_id", "meeting_scan.id"]),
        Index(
            "uq_mandate_current",
            "compound_id",
            "meeting_id",
            "party_id",
            "owner_id",
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=text("revoked_at IS NULL"),
        ),
        CheckConstraint("NOT on_paper OR account_id <> given_by OR revoked_at IS NOT NULL", name="entered_by_another"),
        Index("ix_mandate_waiting", "proxy_hash", postgresql_where=text("account_id IS NULL AND revoked_at IS NULL")),
        CheckConstraint("account_id IS NOT NULL OR proxy_hash IS NOT NULL", name="names_a_proxy"),
        Index("ix_mandate_account", "compound_id", "account_id", "meeting_id"),
    )

    compound_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    meeting_id: Mapped[UUID]
    party_id: Mapped[UUID]
    owner_id: Mapped[UUID | None]
    account_id: Mapped[UUID | None]
    proxy_hash: Mapped[bytes | None] = mapped_column(LookupHash)
    name: Mapped[str] = mapped_column(EncryptedText)
    choices: Mapped[dict[str, Any]]
    marks: Mapped[dict[str, Any]]
    scan_id: Mapped[UUID]
    on_paper: Mapped[bool]
    given_by: Mapped[UUID]
    given_at: Mapped[datetime]
    revoked_by: Mapped[UUID | None]
    revoked_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(Text)
