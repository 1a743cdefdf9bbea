"""Reminding people of their places: once, a day before, and never at night."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, update

from app.core import clock
from app.core.db import db
from app.notifications.quiet import is_night
from app.volunteering import telling
from app.volunteering.offerings.models import Offering
from app.volunteering.slots.models import Booking, BookingState, Slot

AHEAD: Final = timedelta(hours=24)
SETTLED: Final = timedelta(hours=1)
"""Whoever booked or moved up within this time needs no reminder yet."""


def slots_to_remind_of() -> list[tuple[UUID, UUID]]:
    """(compound, slot) of every one that begins within a day and of which somebody booked was not reminded."""
    now = clock.now()
    if is_night(now):
        return []
    due = select(Booking.compound_id, Booking.slot_id).where(*_owed()).distinct()
    return [(compound_id, slot_id) for compound_id, slot_id in db.session.execute(due)]


def remind_of_slot(compound_id: UUID, slot_id: UUID) -> int:
    """Remind everybody who is booked and was not reminded yet; how many. Safe to repeat."""
    if is_night(clock.now()):
        return 0
    slot = db.session.get_one(Slot, (compound_id, slot_id), with_for_update=True)
    offering = db.session.get_one(Offering, (compound_id, slot.offering_id))
    owed = (
        update(Booking)
        .where(Booking.compound_id == compound_id, Booking.slot_id == slot_id, *_owed())
        .values(reminded_at=clock.now())
        .returning(Booking)
    )
    bookings = db.session.scalars(owed).all()
    for booking in bookings:
        telling.tell_soon(offering, slot, booking)
    return len(bookings)


def _owed() -> tuple[ColumnElement[bool], ...]:
    now = clock.now()
    return (
        Booking.state == BookingState.BOOKED,
        Booking.reminded_at.is_(None),
        Booking.starts_at > now,
        Booking.starts_at <= now + AHEAD,
        func.coalesce(Booking.promoted_at, Booking.booked_at) <= now - SETTLED,
    )
