"""What people sign up for: activities and services."""

from datetime import date, datetime, time
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model, enum_check
from app.core.ids import new_id
from app.volunteering.texts.states import TextState


class OfferingKind(StrEnum):
    """An activity (活动) has shifts that volunteers join, a service (服务) slots that residents book."""

    ACTIVITY = "activity"
    SERVICE = "service"


class Review(StrEnum):
    """Whether people may sign up. A service that a volunteer offers waits for the secretary first."""

    WAITING = "waiting"
    OPEN = "open"
    DECLINED = "declined"

    @property
    def chinese(self) -> str:
        """The state for people."""
        return {"waiting": "等待书记审核", "open": "开放预约", "declined": "未通过审核"}[self.value]


class Offering(Model):
    """An activity that volunteers join, or a service that residents book. Who runs it is `organiser_id`, an account.

    It may be offered in the name of a group, and under a brand. `contact` is what the organiser shows to everybody.
    Until `cancel_minutes` before the start people cancel by themselves; later they ask the organiser. Residents see it
    once its words were checked (`text_state`), and a service once the secretary opened it too (`review`).
    """

    __tablename__ = "offering"
    __table_args__ = (
        ForeignKeyConstraint(["compound_id", "group_id"], ["helping_group.compound_id", "helping_group.id"]),
        ForeignKeyConstraint(["compound_id", "brand_id"], ["service_brand.compound_id", "service_brand.id"]),
        enum_check("kind", OfferingKind),
        enum_check("review", Review),
        enum_check("text_state", TextState),
        CheckConstraint("review <> 'declined' OR review_reason IS NOT NULL", name="declined_with_reason"),
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
    group_id: Mapped[UUID | None]
    brand_id: Mapped[UUID | None]
    text_state: Mapped[str] = mapped_column(Text, default=TextState.CHECKING, server_default="shown")
    review: Mapped[str] = mapped_column(Text, default=Review.OPEN, server_default="open")
    review_reason: Mapped[str | None] = mapped_column(Text)
    reviewed_by: Mapped[UUID | None]
    reviewed_at: Mapped[datetime | None]


class Recurrence(Model):
    """How a service repeats: see `recurrence.Pattern`. Slots are made up to `made_until`, and further every day."""

    __tablename__ = "recurrence"
    __table_args__ = (
        ForeignKeyConstraint(["compound_id", "offering_id"], ["offering.compound_id", "offering.id"]),
        CheckConstraint("slot_minutes > 0 AND slot_minutes <= window_minutes", name="slots_fit"),
        CheckConstraint("capacity > 0", name="has_places"),
        Index(None, "made_until"),
    )

    compound_id: Mapped[UUID] = mapped_column(primary_key=True)
    offering_id: Mapped[UUID] = mapped_column(primary_key=True)
    rule: Mapped[str] = mapped_column(Text)
    first_day: Mapped[date]
    opens: Mapped[time]
    window_minutes: Mapped[int]
    slot_minutes: Mapped[int]
    capacity: Mapped[int]
    made_until: Mapped[datetime | None]
