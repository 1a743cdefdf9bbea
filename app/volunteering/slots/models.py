"""Slots and bookings."""

from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.crypto import EncryptedText, LookupHash
from app.core.db import Model, enum_check
from app.core.ids import new_id


class BookingState(StrEnum):
    """State of a booking. `waiting`: on the waiting list (候补)."""

    BOOKED = "booked"
    WAITING = "waiting"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"

    @property
    def chinese(self) -> str:
        """The state for people."""
        return {"booked": "已预约", "waiting": "候补中", "cancelled": "已取消", "no_show": "未到场"}[self.value]


LIVE_BOOKINGS: Final = (BookingState.BOOKED, BookingState.WAITING)
"""The states that keep a person from being elsewhere at the same time."""

_LIVE = text("state IN ('booked', 'waiting')")


class Slot(Model):
    """A span of time with places: a shift of an activity (班次), or a time of a service (时段).

    `taken` counts the places held by those booked, and by those who were and did not come; the row is locked by
    whatever changes it. `turns` is the number of the last booking, so that the waiting list has an order.
    """

    __tablename__ = "slot"
    __table_args__ = (
        ForeignKeyConstraint(["compound_id", "offering_id"], ["offering.compound_id", "offering.id"]),
        UniqueConstraint("compound_id", "id", "starts_at", "ends_at"),
        Index(None, "compound_id", "offering_id", "starts_at"),
        Index("ix_slot_next", "compound_id", "starts_at"),
        CheckConstraint("starts_at < ends_at", name="starts_before_it_ends"),
        CheckConstraint("capacity > 0", name="has_places"),
        CheckConstraint("taken >= 0 AND taken <= capacity", name="never_overbooked"),
        CheckConstraint("(cancelled_at IS NULL) = (cancel_reason IS NULL)", name="cancelled_with_reason"),
    )

    compound_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    offering_id: Mapped[UUID]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    capacity: Mapped[int]
    taken: Mapped[int] = mapped_column(default=0)
    turns: Mapped[int] = mapped_column(default=0)
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str | None] = mapped_column(Text)


class ConsentForm(StrEnum):
    """How a neighbour agreed that a steward enters the booking."""

    WRITTEN = "written"
    SPOKEN = "spoken"


class Neighbour(Model):
    """Somebody without the app for whom a steward books (代为预约的邻居): an id for a name at a door, nothing more."""

    __tablename__ = "neighbour"
    __table_args__ = (
        ForeignKeyConstraint(["compound_id", "unit_id"], ["unit.compound_id", "unit.id"]),
        UniqueConstraint("compound_id", "unit_id", "name_hash"),
    )

    compound_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    unit_id: Mapped[UUID]
    name_hash: Mapped[bytes] = mapped_column(LookupHash)


class Booking(Model):
    """A person's place in a slot, or turn on its waiting list (报名, 预约).

    `person_id` is whoever takes the place: an account, or a neighbour without one. A person is in one place at a time:
    the database refuses two live bookings that overlap. It compares ids as ranges of one element, which needs no
    extension. A booking that a steward entered (`entered_by`) has the form of the neighbour's `consent`. Name, home,
    phone and note are of a service's booking: whoever comes must find the door.
    """

    __tablename__ = "booking"
    __table_args__ = (
        ForeignKeyConstraint(
            ["compound_id", "slot_id", "starts_at", "ends_at"],
            ["slot.compound_id", "slot.id", "slot.starts_at", "slot.ends_at"],
        ),
        Index(
            "uq_booking_live",
            "compound_id",
            "slot_id",
            "person_id",
            unique=True,
            postgresql_where=_LIVE,
        ),
        UniqueConstraint("compound_id", "slot_id", "turn"),
        Index(None, "compound_id", "person_id", "starts_at"),
        ExcludeConstraint(
            (text("uuid_range(compound_id, compound_id, '[]')"), "="),
            (text("uuid_range(person_id, person_id, '[]')"), "="),
            (text("tstzrange(starts_at, ends_at)"), "&&"),
            name="ex_booking_one_place_at_a_time",
            where=_LIVE,
        ),
        ForeignKeyConstraint(["compound_id", "unit_id"], ["unit.compound_id", "unit.id"]),
        ForeignKeyConstraint(["compound_id", "neighbour_id"], ["neighbour.compound_id", "neighbour.id"]),
        CheckConstraint("neighbour_id IS NULL OR neighbour_id = person_id", name="neighbour_takes_the_place"),
        CheckConstraint("neighbour_id IS NULL OR consent IS NOT NULL", name="neighbour_consented"),
        Index(
            "ix_booking_to_remind",
            "starts_at",
            postgresql_where=text("state = 'booked' AND reminded_at IS NULL"),
        ),
        Index(None, "compound_id", "entered_by"),
        enum_check("consent", ConsentForm),
        enum_check("state", BookingState),
    )

    compound_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    slot_id: Mapped[UUID]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    person_id: Mapped[UUID]
    entered_by: Mapped[UUID]
    turn: Mapped[int]
    state: Mapped[str] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    booked_at: Mapped[datetime]
    promoted_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None]
    reminded_at: Mapped[datetime | None]
    neighbour_id: Mapped[UUID | None]
    consent: Mapped[str | None] = mapped_column(Text)
    name: Mapped[str | None] = mapped_column(EncryptedText)
    unit_id: Mapped[UUID | None]
    phone: Mapped[str | None] = mapped_column(EncryptedText)
    note: Mapped[str | None] = mapped_column(EncryptedText)
