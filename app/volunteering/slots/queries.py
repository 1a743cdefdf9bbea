"""Reads of slots and bookings."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from app.compounds import homes
from app.core import audit
from app.core.db import db
from app.core.masking import mask_name, mask_phone
from app.core.paging import WHOLE, Page, paged
from app.identity.actor import Actor
from app.volunteering import policy
from app.volunteering.offerings.models import Offering
from app.volunteering.slots.errors import SlotNotFound
from app.volunteering.slots.models import LIVE_BOOKINGS, Booking, BookingState, Slot
from app.volunteering.volunteers.models import Volunteer

LISTED = 200


@dataclass(frozen=True)
class MyBooking:
    """The actor's own booking of a slot; `ahead` people wait before the actor, None unless it waits."""

    id: UUID
    state: str
    state_text: str
    ahead: int | None
    reason: str | None


@dataclass(frozen=True)
class SlotView:
    """A slot as everybody here sees it: how many, never who."""

    id: UUID
    offering_id: UUID
    starts_at: datetime
    ends_at: datetime
    capacity: int
    free: int
    waiting: int
    cancelled: bool
    cancel_reason: str | None
    my_booking: MyBooking | None


@dataclass(frozen=True)
class BookingView:
    """A booking as whoever runs the slot sees it."""

    id: UUID
    turn: int
    name: str
    volunteer_number: str | None
    door: str | None
    phone: str | None
    note: str | None
    for_neighbour: bool
    state: str
    state_text: str
    reason: str | None
    booked_at: datetime
    promoted_at: datetime | None


@dataclass(frozen=True)
class EnteredBooking:
    """A booking that a steward entered for a neighbour, with when and where it is."""

    title: str
    place: str
    slot_id: UUID
    starts_at: datetime
    ends_at: datetime
    booking: BookingView


@dataclass(frozen=True)
class MyPlace:
    """Where the actor is booked, and when."""

    title: str
    place: str
    contact: str
    kind: str
    slot: SlotView


def get_slot(actor: Actor, compound_id: UUID, slot_id: UUID) -> SlotView:
    """A slot. Raises Forbidden, SlotNotFound."""
    policy.require_see(actor, compound_id)
    return views_of(actor, compound_id, [existing(compound_id, slot_id)])[0]


def my_places(actor: Actor, compound_id: UUID) -> Sequence[MyPlace]:
    """Where the actor was or will be, the latest first. Raises Forbidden."""
    policy.require_see(actor, compound_id)
    rows = db.session.execute(
        select(Slot, Offering)
        .join(Offering, (Offering.compound_id == Slot.compound_id) & (Offering.id == Slot.offering_id))
        .where(
            Slot.compound_id == compound_id,
            Slot.id.in_(
                select(Booking.slot_id).where(Booking.compound_id == compound_id, Booking.person_id == actor.account_id)
            ),
        )
        .order_by(Slot.starts_at.desc(), Slot.id)
        .limit(LISTED)
    ).all()
    views = views_of(actor, compound_id, [slot for slot, _ in rows])
    return [
        MyPlace(offering.title, offering.place, offering.contact, offering.kind, view)
        for (_, offering), view in zip(rows, views, strict=True)
    ]


def list_bookings(
    actor: Actor, compound_id: UUID, slot_id: UUID, masked: bool = False, page: Page = WHOLE
) -> Sequence[BookingView]:
    """Who is booked, waits, cancelled or did not come, by turn, for whoever runs it.

    A look at names that are not `masked` is on the audit log. Masked: no note, and only the ends of a phone.

    Raises Forbidden, SlotNotFound.
    """
    slot = existing(compound_id, slot_id)
    policy.require_run(actor, db.session.get_one(Offering, (compound_id, slot.offering_id)))
    rows = (Booking.compound_id == compound_id) & (Booking.slot_id == slot_id)
    found = db.session.scalars(paged(select(Booking).where(rows), page, (Booking.turn, Booking.id), rows)).all()
    views = booking_views(compound_id, found)
    if masked:
        return [_masked(view) for view in views]
    audit.record(compound_id, actor.account_id, "read_bookings", slot_id)
    return views


def list_entered(actor: Actor, compound_id: UUID) -> Sequence[EnteredBooking]:
    """What the actor entered for neighbours, the latest first. Raises Forbidden."""
    policy.require_book_for_neighbour(actor, compound_id)
    rows = db.session.execute(
        select(Booking, Slot, Offering)
        .join(Slot, (Slot.compound_id == Booking.compound_id) & (Slot.id == Booking.slot_id))
        .join(Offering, (Offering.compound_id == Slot.compound_id) & (Offering.id == Slot.offering_id))
        .where(
            Booking.compound_id == compound_id,
            Booking.entered_by == actor.account_id,
            Booking.consent.is_not(None),
        )
        .order_by(Booking.starts_at.desc(), Booking.id)
        .limit(LISTED)
    ).all()
    views = booking_views(compound_id, [booking for booking, _, _ in rows])
    return [
        EnteredBooking(offering.title, offering.place, slot.id, slot.starts_at, slot.ends_at, view)
        for (_, slot, offering), view in zip(rows, views, strict=True)
    ]


def booking_views(compound_id: UUID, bookings: Sequence[Booking]) -> list[BookingView]:
    """Bookings with the names of who takes the places."""
    doors = homes.doors_of(compound_id, {one.unit_id for one in bookings if one.unit_id})
    people = {
        one.account_id: one
        for one in db.session.scalars(
            select(Volunteer)
            .where(Volunteer.compound_id == compound_id, Volunteer.account_id.in_([one.person_id for one in bookings]))
            .order_by(Volunteer.id)
        )
    }
    return [
        BookingView(
            one.id,
            one.turn,
            one.name or people[one.person_id].name,
            None if one.name else people[one.person_id].number,
            doors[one.unit_id] if one.unit_id else None,
            one.phone,
            one.note,
            one.consent is not None,
            one.state,
            BookingState(one.state).chinese,
            one.reason,
            one.booked_at,
            one.promoted_at,
        )
        for one in bookings
    ]


def views_of(actor: Actor, compound_id: UUID, slots: Sequence[Slot]) -> list[SlotView]:
    """Slots as the actor sees them, in the order given."""
    ids = [slot.id for slot in slots]
    queued = select(Booking.slot_id, func.array_agg(Booking.turn)).where(
        Booking.compound_id == compound_id, Booking.slot_id.in_(ids), Booking.state == BookingState.WAITING
    )
    waiting: dict[UUID, Sequence[int]] = dict(iter(db.session.execute(queued.group_by(Booking.slot_id))))
    mine = {
        one.slot_id: one
        for one in db.session.scalars(
            select(Booking)
            .where(
                Booking.compound_id == compound_id,
                Booking.slot_id.in_(ids),
                Booking.person_id == actor.account_id,
            )
            .order_by(Booking.state.in_(LIVE_BOOKINGS), Booking.turn)
        )
    }
    return [_view(slot, waiting.get(slot.id, []), mine.get(slot.id)) for slot in slots]


def existing(compound_id: UUID, slot_id: UUID) -> Slot:
    """The slot, without a lock. Raises SlotNotFound."""
    slot = db.session.get(Slot, (compound_id, slot_id))
    if slot is None:
        raise SlotNotFound
    return slot


def _masked(view: BookingView) -> BookingView:
    phone = mask_phone(view.phone) if view.phone else None
    return replace(view, name=mask_name(view.name), phone=phone, note=None)


def _view(slot: Slot, waiting: Sequence[int], mine: Booking | None) -> SlotView:
    return SlotView(
        slot.id,
        slot.offering_id,
        slot.starts_at,
        slot.ends_at,
        slot.capacity,
        slot.capacity - slot.taken,
        len(waiting),
        slot.cancelled_at is not None,
        slot.cancel_reason,
        _my_booking(mine, waiting) if mine else None,
    )


def _my_booking(mine: Booking, waiting: Sequence[int]) -> MyBooking:
    ahead = sum(turn < mine.turn for turn in waiting) if mine.state == BookingState.WAITING else None
    return MyBooking(mine.id, mine.state, BookingState(mine.state).chinese, ahead, mine.reason)
