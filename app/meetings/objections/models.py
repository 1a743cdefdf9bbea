"""Objections to the electorate, and the corrections that they led to."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.crypto import EncryptedText, LookupHash
from app.core.db import Model, enum_check
from app.core.ids import new_id


class ObjectionKind(StrEnum):
    """What is said to be wrong with the published electorate."""

    WRONG_AREA = "wrong_area"
    WRONG_OWNER = "wrong_owner"
    MISSING_UNIT = "missing_unit"
    NOT_TO_BE_LISTED = "not_to_be_listed"
    OTHER = "other"

    @property
    def chinese(self) -> str:
        """The kind for people."""
        return {
            "wrong_area": "面积有误",
            "wrong_owner": "业主有误",
            "missing_unit": "遗漏房屋",
            "not_to_be_listed": "不应列入",
            "other": "其他",
        }[self.value]


class ObjectionState(StrEnum):
    """State of an objection."""

    FILED = "filed"
    UPHELD = "upheld"
    REFUSED = "refused"

    @property
    def chinese(self) -> str:
        """The state for people: at most five characters, as a message takes them."""
        return {"filed": "待处理", "upheld": "已采纳", "refused": "未采纳"}[self.value]


class ElectorateObjection(Model):
    """An objection (名册异议) to the published electorate, by an owner or by somebody who claims to be one.

    `content_hash` lets the same objection of an account stand once. `corrections`: what the decision changed, each as
    {act, unit_id, before, after}, without names.
    """

    __tablename__ = "electorate_objection"
    __table_args__ = (
        ForeignKeyConstraint(["compound_id", "meeting_id"], ["meeting.compound_id", "meeting.id"]),
        ForeignKeyConstraint(["compound_id", "scan_id"], ["meeting_scan.compound_id", "meeting_scan.id"]),
        UniqueConstraint("compound_id", "meeting_id", "account_id", "content_hash"),
        Index(None, "compound_id", "meeting_id", "state"),
        enum_check("kind", ObjectionKind),
        enum_check("state", ObjectionState),
        CheckConstraint(
            "(state = 'filed') = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_by IS NULL)"
            " AND (decided_at IS NULL) = (reason IS NULL)",
            name="decided_with_a_reason",
        ),
    )

    compound_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    meeting_id: Mapped[UUID]
    account_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(Text)
    unit_id: Mapped[UUID | None]
    text: Mapped[str] = mapped_column(EncryptedText)
    content_hash: Mapped[bytes] = mapped_column(LookupHash)
    scan_id: Mapped[UUID | None]
    state: Mapped[str] = mapped_column(Text)
    filed_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None]
    reason: Mapped[str | None] = mapped_column(EncryptedText)
    corrections: Mapped[list[Any]] = mapped_column(default=list)
