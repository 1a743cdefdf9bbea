"""Taking a place in a slot and giving it back. Whoever takes one is locked first, then the slot: the order never turns.

A place that is given back goes to the first on the waiting list at once, under the same lock, and that person is told.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Text, cast, func, literal, select

from app.core import audit, clock
from app.core.db import db
from app.identity.actor import Actor
from app.identity.consents import acts as consents
from app.volunteering import policy, telling
from app.volunteering.offerings.models import Offering
from app.volunteering.slots import guests
from app.volunteering.slots.errors import (
    AlreadyBooked,
    BusyThen,
    NotBooked,
    SlotCancelled,
    SlotFull,
    SlotNotFound,
    SlotStarted,
    TooLateToCancel,
)
from app.volunteering.slots.guests import Guest
from app.volunteering.slots.models import LIVE_BOOKINGS, Booking, BookingState, ConsentForm, Slot


def book(
    actor: Actor, compound_id: UUID, slot_id: UUID, may_wait: bool, phone: str | None = None, note: str | None = None
) -> Booking:
    """Take a place, or with `may_wait` a turn on the waiting list where all are taken.

    `phone` and `note` are for whoever serves. Raises Forbidden, ConsentWithdrawn, GuardianNeeded, NotAVolunteer,
    ResidentsOnly, OwnService, OfferingNotOpen, TextNotShown, SlotNotFound, SlotCancelled, SlotStarted, AlreadyBooked,
    BusyThen, SlotFull.
    """
    policy.require_see(actor, compound_id)
    consents.require(actor.account_id)
    guest = guests.actor_as_guest(actor, _offering_of(compound_id, slot_id), phone, note)
    return _take(actor, compound_id, slot_id, guest, may_wait)


def book_for_neighbour(
    actor: Actor,
    compound_id: UUID,
    slot_id: UUID,
    unit_id: UUID,
    name: str,
    consent: ConsentForm,
    may_wait: bool,
    phone: str | None = None,
    note: str | None = None,
) -> Booking:
    """Take a place of a service for a neighbour who agreed, as steward or secretary; who entered it is on record.

    Raises Forbidden, NotForNeighbours, HomeNotFound, OutsideOwnPlace, and as `book`.
    """
    policy.require_book_for_neighbour(actor, compound_id)
    guest = guests.neighbour_as_guest(_offering_of(compound_id, slot_id), unit_id, name, consent, phone, note)
    policy.require_book_for(actor, compound_id, unit_id)
    return _take(actor, compound_id, slot_id, guest, may_wait)


def _take(actor: Actor, compound_id: UUID, slot_id: UUID, guest: Guest, may_wait: bool) -> Booking:
    _lock_person(compound_id, guest.person_id)
    slot, now = locked(compound_id, slot_id), clock.now()
    if slot.cancelled_at:
        raise SlotCancelled
    if now >= slot.starts_at:
        raise SlotStarted
    _refuse_second(slot, guest.person_id)
    if slot.taken >= slot.capacity and not may_wait:
        raise SlotFull(capacity=slot.capacity, waiting=_waiting(slot))
    booking = _entered(actor, slot, guest, now)
    audit.record(compound_id, actor.account_id, "book_slot", slot_id, after=_facts(booking))
    return booking


def cancel_own(actor: Actor, compound_id: UUID, slot_id: UUID) -> Slot:
    """Give the actor's own place or turn back, in time: also once somebody has moved away.

    Raises SlotNotFound, NotBooked, SlotStarted, TooLateToCancel; Forbidden for whoever has no business here.
    """
    slot = locked(compound_id, slot_id)
    booking = live_booking(slot, actor.account_id)
    if booking is None:
        policy.require_see(actor, compound_id)
        raise NotBooked
    _give_back(actor, slot, booking)
    return slot


def cancel_for_neighbour(actor: Actor, compound_id: UUID, slot_id: UUID, booking_id: UUID) -> Slot:
    """Give back a place that was entered for a neighbour, at that neighbour's wish, in time.

    Raises Forbidden, SlotNotFound, NotBooked, OutsideOwnPlace, SlotStarted, TooLateToCancel.
    """
    policy.require_book_for_neighbour(actor, compound_id)
    slot = locked(compound_id, slot_id)
    booking = db.session.get(Booking, (compound_id, booking_id), populate_existing=True)
    if booking is None or booking.slot_id != slot_id or not booking.consent or booking.state not in LIVE_BOOKINGS:
        raise NotBooked
    if booking.unit_id:
        policy.require_book_for(actor, compound_id, booking.unit_id)
    _give_back(actor, slot, booking)
    return slot


def _give_back(actor: Actor, slot: Slot, booking: Booking) -> None:
    now = clock.now()
    if now >= slot.starts_at:
        raise SlotStarted
    offering = db.session.get_one(Offering, (slot.compound_id, slot.offering_id))
    limit = slot.starts_at - timedelta(minutes=offering.cancel_minutes)
    if booking.state == BookingState.BOOKED and now > limit:
        raise TooLateToCancel(hours=_hours(offering.cancel_minutes), contact=offering.contact)
    end(actor, slot, booking, None)
    promote(slot, offering)


def end(actor: Actor, slot: Slot, booking: Booking, reason: str | None) -> None:
    """End a live booking of a locked slot; a place that it held is free."""
    if booking.state == BookingState.BOOKED:
        slot.taken -= 1
    booking.state, booking.reason = BookingState.CANCELLED, reason
    booking.ended_at, booking.ended_by = clock.now(), actor.account_id
    db.session.flush()
    audit.record(slot.compound_id, actor.account_id, "cancel_booking", slot.id, after=_facts(booking))


def promote(slot: Slot, offering: Offering) -> None:
    """Hand free places of a locked slot to the first who wait, in order, and tell them; none once it has begun."""
    now = clock.now()
    if slot.cancelled_at or now >= slot.starts_at:
        return
    first = (
        select(Booking)
        .where(
            Booking.compound_id == slot.compound_id,
            Booking.slot_id == slot.id,
            Booking.state == BookingState.WAITING,
        )
        .order_by(Booking.turn)
        .limit(slot.capacity - slot.taken)
    )
    for booking in db.session.scalars(first, execution_options={"populate_existing": True}).all():
        booking.state, booking.promoted_at = BookingState.BOOKED, now
        slot.taken += 1
        db.session.flush()
        audit.record(slot.compound_id, None, "promote_booking", slot.id, after=_facts(booking))
        telling.tell_promoted(offering, slot, booking)


def locked(compound_id: UUID, slot_id: UUID) -> Slot:
    """The slot, locked. Raises SlotNotFound."""
    slot = db.session.get(Slot, (compound_id, slot_id), with_for_update=True, populate_existing=True)
    if slot is None:
        raise SlotNotFound
    return slot


def live_booking(slot: Slot, person_id: UUID) -> Booking | None:
    """The person's live booking of the slot."""
    found: Booking | None = db.session.scalar(
        select(Booking)
        .where(
            Booking.compound_id == slot.compound_id,
            Booking.slot_id == slot.id,
            Booking.person_id == person_id,
            Booking.state.in_(LIVE_BOOKINGS),
        )
        .execution_options(populate_existing=True)
    )
    return found


def _offering_of(compound_id: UUID, slot_id: UUID) -> Offering:
    slot = db.session.get(Slot, (compound_id, slot_id))
    if slot is None:
        raise SlotNotFound
    return db.session.get_one(Offering, (compound_id, slot.offering_id))


def _lock_person(compound_id: UUID, person_id: UUID) -> None:
    """Let one booking of a person at a time be entered: two that overlap never wait for each other in the index."""
    key = func.hashtextextended(cast(literal(f"booking:{compound_id}:{person_id}"), Text), 0)
    db.session.execute(select(func.pg_advisory_xact_lock(key)))


def _refuse_second(slot: Slot, person_id: UUID) -> None:
    overlapping = db.session.execute(
        select(Booking.slot_id, Booking.state).where(
            Booking.compound_id == slot.compound_id,
            Booking.person_id == person_id,
            Booking.state.in_(LIVE_BOOKINGS),
            Booking.starts_at < slot.ends_at,
            Booking.ends_at > slot.starts_at,
        )
    ).all()
    for slot_id, state in overlapping:
        if slot_id == slot.id:
            raise AlreadyBooked(state=state, state_text=BookingState(state).chinese)
    if overlapping:
        raise BusyThen(slot_id=str(overlapping[0].slot_id))


def _entered(actor: Actor, slot: Slot, guest: Guest, now: datetime) -> Booking:
    free = slot.taken < slot.capacity
    slot.turns += 1
    slot.taken += free
    booking = Booking(
        compound_id=slot.compound_id,
        slot_id=slot.id,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        person_id=guest.person_id,
        entered_by=actor.account_id,
        turn=slot.turns,
        state=BookingState.BOOKED if free else BookingState.WAITING,
        booked_at=now,
        **guest.columns,
    )
    db.session.add(booking)
    db.session.flush()
    return booking


def _waiting(slot: Slot) -> int:
    waiting = select(func.count()).where(
        Booking.compound_id == slot.compound_id, Booking.slot_id == slot.id, Booking.state == BookingState.WAITING
    )
    return db.session.scalar(waiting) or 0


def _facts(booking: Booking) -> dict[str, str]:
    return {"booking_id": str(booking.id), "state": str(booking.state)}


def _hours(minutes: int) -> str:
    return f"{minutes / 60:g}"
