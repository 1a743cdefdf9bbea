"""Service records, what changed them, and requests to correct them."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model, enum_check
from app.core.ids import new_id


class RecordState(StrEnum):
    """State of a service record. `open`: checked in, not out yet."""

    OPEN = "open"
    RECORDED = "recorded"
    CONFIRMED = "confirmed"
    REFUSED = "refused"

    @property
    def chinese(self) -> str:
        """The state for people."""
        return {"open": "服务中", "recorded": "待确认", "confirmed": "已确认", "refused": "未认定"}[self.value]


class ServiceRecord(Model):
    """What a volunteer served (志愿服务记录), of a slot or of a post. MCA order 67.

    `minutes` are of actual service, travel and waiting excluded. Nobody confirms the own record: a constraint.
    """

    __tablename__ = "service_record"
    __table_args__ = (
        ForeignKeyConstraint(["compound_id", "volunteer_id"], ["volunteer.compound_id", "volunteer.id"]),
        ForeignKeyConstraint(["compound_id", "slot_id"], ["slot.compound_id", "slot.id"]),
        ForeignKeyConstraint(["compound_id", "post_id"], ["volunteer_post.compound_id", "volunteer_post.id"]),
        Index(
            "uq_service_record_slot",
            "compound_id",
            "slot_id",
            "account_id",
            unique=True,
            postgresql_where=text("slot_id IS NOT NULL"),
        ),
        Index(None, "compound_id", "account_id", "started_at"),
        Index("ix_service_record_waiting", "compound_id", "id", postgresql_where=text("state = 'recorded'")),
        CheckConstraint("(slot_id IS NULL) <> (post_id IS NULL)", name="of_slot_or_post"),
        CheckConstraint("minutes BETWEEN 0 AND 1440", name="minutes_within_a_day"),
        CheckConstraint("(state = 'open') = (minutes IS NULL)", name="open_has_no_minutes"),
        CheckConstraint("(state IN ('confirmed', 'refused')) = (decided_by IS NOT NULL)", name="decided_by_somebody"),
        CheckConstraint("decided_by <> account_id", name="never_decided_by_oneself"),
        enum_check("state", RecordState),
    )

    compound_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    volunteer_id: Mapped[UUID]
    account_id: Mapped[UUID]
    slot_id: Mapped[UUID | None]
    post_id: Mapped[UUID | None]
    content: Mapped[str] = mapped_column(Text)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    minutes: Mapped[int | None]
    state: Mapped[str] = mapped_column(Text)
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]


class RecordChange(Model):
    """What happened to a service record: who, when, before, after and why. Append-only, by a trigger."""

    __tablename__ = "service_record_change"
    __table_args__ = (
        ForeignKeyConstraint(["compound_id", "record_id"], ["service_record.compound_id", "service_record.id"]),
        Index(None, "compound_id", "record_id", "id"),
    )

    compound_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    record_id: Mapped[UUID]
    at: Mapped[datetime]
    account_id: Mapped[UUID]
    act: Mapped[str] = mapped_column(Text)
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any]]
    reason: Mapped[str | None] = mapped_column(Text)


class CorrectionRequest(Model):
    """That a volunteer asks for other minutes on a confirmed record (更正申请). One at a time waits."""

    __tablename__ = "correction_request"
    __table_args__ = (
        ForeignKeyConstraint(["compound_id", "record_id"], ["service_record.compound_id", "service_record.id"]),
        Index(
            "uq_correction_request_waiting",
            "compound_id",
            "record_id",
            unique=True,
            postgresql_where=text("decided_at IS NULL"),
        ),
        CheckConstraint("minutes BETWEEN 0 AND 1440", name="minutes_within_a_day"),
        CheckConstraint("decided_by <> requested_by", name="never_decided_by_oneself"),
        CheckConstraint("(decided_at IS NULL) = (accepted IS NULL)", name="decided_is_whole"),
    )

    compound_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    record_id: Mapped[UUID]
    minutes: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    requested_by: Mapped[UUID]
    requested_at: Mapped[datetime]
    accepted: Mapped[bool | None]
    decision_reason: Mapped[str | None] = mapped_column(Text)
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
