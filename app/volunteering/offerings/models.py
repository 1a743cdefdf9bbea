"""What people sign up for: activities and services."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model, enum_check
from app.core.ids import new_id


class OfferingKind(StrEnum):
    """An activity (活动) has shifts that volunteers join."""

    ACTIVITY = "activity"


class Offering(Model):
    """An activity that volunteers join. Who runs it is `organiser_id`, an account.

    `contact` is what the organiser shows to everybody. Until `cancel_minutes` before a shift people cancel by
    themselves; later they ask the organiser.
    """

    __tablename__ = "offering"
    __table_args__ = (
        enum_check("kind", OfferingKind),
        CheckConstraint("cancel_minutes >= 0", name="cancel_limit_not_negative"),
        CheckConstraint("(cancelled_at IS NULL) = (cancel_reason IS NULL)", name="cancelled_with_reason"),
    )

    compound_id: Mapped[UUID] = mapped_column(ForeignKey("org_unit.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(Text)
    contact: Mapped[str] = mapped_column(Text)
    organiser_id: Mapped[UUID]
    cancel_minutes: Mapped[int]
    created_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str | None] = mapped_column(Text)
