"""Running slots: made, resized, called off; bookings cancelled by the organiser; who did not come."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.core import audit, clock
from app.core.db import db
from app.identity.actor import Actor
from app.volunteering import policy, telling
from app.volunteering.offerings.errors import TimesWrong
from app.volunteering.offerings.models import Offering
from app.volunteering.slots import booking as bookings
from app.volunteering.slots.errors import (
    BookingNotFound,
    CapacityTaken,
    SlotCancelled,
    SlotNotStarted,
    SlotStarted,
    WrongBookingState,
)
from app.volunteering.slots.models import LIVE_BOOKINGS, Booking, BookingState, Slot

LONGEST = timedelta(hours=24)


def add_slots(offering: Offering, slots: Sequence[Mapping[str, Any]]) -> None:
    """Make slots (each `starts_at`, `ends_at`, `capacity`) of an activity or service. Raises TimesWrong."""
    now = clock.now()
    for one in slots:
        if not now < one["starts_at"] < one["ends_at"] <= one["starts_at"] + LONGEST:
            raise TimesWrong
        db.session.add(Slot(compound_id=offering.compound_id, offering_id=offering.id, **one))
    db.session.flush()


def resize(actor: Actor, compound_id: UUID, slot_id: UUID, capacity: int) -> Slot:
    """Change the number of places; new ones go to the waiting list first.

    Raises SlotNotFound, Forbidden, SlotCancelled, SlotStarted, CapacityTaken.
    """
    slot, offering = _run(actor, compound_id, slot_id)
    _require_to_come(slot)
    if capacity < slot.taken:
        raise CapacityTaken(taken=slot.taken)
    before, slot.capacity = slot.capacity, capacity
    db.session.flush()
    audit.record(
        compound_id, actor.account_id, "resize_slot", slot_id, before={"capacity": before}, after={"capacity": capacity}
    )
    bookings.promote(slot, offering)
    return slot


def cancel_slot(actor: Actor, compound_id: UUID, slot_id: UUID, reason: str) -> Slot:
    """Call a slot off before it begins; whoever has a place or waits is told.

    Raises SlotNotFound, Forbidden, SlotCancelled, SlotStarted.
    """
    slot, offering = _run(actor, compound_id, slot_id)
    _require_to_come(slot)
    call_off(actor, offering, slot, reason)
    return slot


def call_off(actor: Actor, offering: Offering, slot: Slot, reason: str) -> None:
    """End a locked slot and all its live bookings."""
    slot.cancelled_at, slot.cancel_reason = clock.now(), reason
    db.session.flush()
    audit.record(slot.compound_id, actor.account_id, "cancel_slot", slot.id)
    for one in _live(slot):
        bookings.end(actor, slot, one, reason)
        telling.tell_cancelled(offering, slot, one, reason)


def cancel_booking(actor: Actor, compound_id: UUID, slot_id: UUID, booking_id: UUID, reason: str) -> Booking:
    """Cancel somebody's booking before the end of the slot, as its organiser; the person is told, the next moves up.

    Raises SlotNotFound, Forbidden, BookingNotFound, WrongBookingState, SlotStarted.
    """
    slot, offering = _run(actor, compound_id, slot_id)
    one = _booking(slot, booking_id, *LIVE_BOOKINGS)
    if clock.now() >= slot.ends_at:
        raise SlotStarted
    bookings.end(actor, slot, one, reason)
    telling.tell_cancelled(offering, slot, one, reason)
    bookings.promote(slot, offering)
    return one


def record_no_show(actor: Actor, compound_id: UUID, slot_id: UUID, booking_id: UUID) -> Booking:
    """Put on record that somebody who was booked did not come, once the slot has begun.

    Raises SlotNotFound, Forbidden, BookingNotFound, WrongBookingState, SlotNotStarted.
    """
    slot, _ = _run(actor, compound_id, slot_id)
    one = _booking(slot, booking_id, BookingState.BOOKED)
    if clock.now() < slot.starts_at:
        raise SlotNotStarted
    one.state, one.ended_at, one.ended_by = BookingState.NO_SHOW, clock.now(), actor.account_id
    db.session.flush()
    after = {"booking_id": str(one.id), "state": str(one.state)}
    audit.record(compound_id, actor.account_id, "record_no_show", slot_id, after=after)
    return one


def _run(actor: Actor, compound_id: UUID, slot_id: UUID) -> tuple[Slot, Offering]:
    """The locked slot and what it is of, for whoever runs it. Raises SlotNotFound, Forbidden."""
    slot = bookings.locked(compound_id, slot_id)
    offering = db.session.get_one(Offering, (compound_id, slot.offering_id))
    policy.require_run(actor, offering)
    return slot, offering


def _require_to_come(slot: Slot) -> None:
    if slot.cancelled_at:
        raise SlotCancelled
    if clock.now() >= slot.starts_at:
        raise SlotStarted


def _booking(slot: Slot, booking_id: UUID, *allowed: BookingState) -> Booking:
    found = db.session.get(Booking, (slot.compound_id, booking_id), populate_existing=True)
    if found is None or found.slot_id != slot.id:
        raise BookingNotFound
    if found.state not in allowed:
        raise WrongBookingState(state=found.state, state_text=BookingState(found.state).chinese)
    return found


def _live(slot: Slot) -> Sequence[Booking]:
    return db.session.scalars(
        select(Booking)
        .where(
            Booking.compound_id == slot.compound_id,
            Booking.slot_id == slot.id,
            Booking.state.in_(LIVE_BOOKINGS),
        )
        .order_by(Booking.turn)
        .execution_options(populate_existing=True)
    ).all()
