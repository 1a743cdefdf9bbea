"""Slots (班次, 时段) and bookings (报名, 预约)."""

from typing import Any
from uuid import UUID

from app.core.errors import Forbidden
from app.core.paging import Page
from app.identity.actor import Actor
from app.identity.consents.errors import CONSENT_REFUSALS
from app.org.errors import OutsideOwnPlace
from app.volunteering.offerings.errors import OfferingNotOpen
from app.volunteering.slots import booking, errors, queries, running
from app.volunteering.texts.errors import TextNotShown
from app.volunteering.volunteers.errors import NotAVolunteer
from miniprogram_api.auth import authenticated
from miniprogram_api.http import Blueprint, fails_with
from miniprogram_api.paging import AfterSchema
from miniprogram_api.volunteering.slots.schemas import (
    BookForNeighbourSchema,
    BookingListSchema,
    BookingSchema,
    BookSchema,
    CapacitySchema,
    EnteredBookingListSchema,
    MyPlaceListSchema,
    SlotCancellationSchema,
    SlotSchema,
)

bp = Blueprint(
    "slots", __name__, url_prefix="/compounds/<uuid:compound_id>/slots", description="班次与时段的报名、预约"
)


@bp.get("/mine")
@authenticated
@bp.response(200, MyPlaceListSchema)
@fails_with(Forbidden)
def list_my_places(actor: Actor, compound_id: UUID) -> dict[str, Any]:
    """List where the actor was or will be, the latest first."""
    return {"items": queries.my_places(actor, compound_id)}


@bp.get("/<uuid:slot_id>")
@authenticated
@bp.response(200, SlotSchema)
@fails_with(Forbidden, errors.SlotNotFound)
def get_slot(actor: Actor, compound_id: UUID, slot_id: UUID) -> queries.SlotView:
    """Show a slot."""
    return queries.get_slot(actor, compound_id, slot_id)


@bp.patch("/<uuid:slot_id>")
@authenticated
@bp.arguments(CapacitySchema)
@bp.response(200, SlotSchema)
@fails_with(Forbidden, errors.SlotNotFound, errors.SlotCancelled, errors.SlotStarted, errors.CapacityTaken)
def resize_slot(actor: Actor, body: dict[str, Any], compound_id: UUID, slot_id: UUID) -> queries.SlotView:
    """Change the number of places; new ones go to the waiting list first."""
    return queries.get_slot(actor, compound_id, running.resize(actor, compound_id, slot_id, **body).id)


@bp.post("/<uuid:slot_id>/cancellation")
@authenticated
@bp.arguments(SlotCancellationSchema)
@bp.response(200, SlotSchema)
@fails_with(Forbidden, errors.SlotNotFound, errors.SlotCancelled, errors.SlotStarted)
def cancel_slot(actor: Actor, body: dict[str, Any], compound_id: UUID, slot_id: UUID) -> queries.SlotView:
    """Call a slot off; whoever has a place or waits is told."""
    return queries.get_slot(actor, compound_id, running.cancel_slot(actor, compound_id, slot_id, **body).id)


@bp.post("/<uuid:slot_id>/booking")
@authenticated
@bp.arguments(BookSchema)
@bp.response(201, SlotSchema)
@fails_with(
    Forbidden,
    *CONSENT_REFUSALS,
    NotAVolunteer,
    errors.ResidentsOnly,
    errors.OwnService,
    OfferingNotOpen,
    TextNotShown,
    errors.SlotNotFound,
    errors.SlotCancelled,
    errors.SlotStarted,
    errors.AlreadyBooked,
    errors.BusyThen,
    errors.SlotFull,
)
def book_slot(actor: Actor, body: dict[str, Any], compound_id: UUID, slot_id: UUID) -> queries.SlotView:
    """Take a place, or a turn on the waiting list."""
    return queries.get_slot(actor, compound_id, booking.book(actor, compound_id, slot_id, **body).slot_id)


@bp.delete("/<uuid:slot_id>/booking")
@authenticated
@bp.response(200, SlotSchema)
@fails_with(Forbidden, errors.SlotNotFound, errors.NotBooked, errors.SlotStarted, errors.TooLateToCancel)
def cancel_my_booking(actor: Actor, compound_id: UUID, slot_id: UUID) -> queries.SlotView:
    """Give the own place or turn back, in time; also after moving away."""
    return queries.views_of(actor, compound_id, [booking.cancel_own(actor, compound_id, slot_id)])[0]


@bp.post("/<uuid:slot_id>/neighbours")
@authenticated
@bp.arguments(BookForNeighbourSchema)
@bp.response(201, BookingSchema)
@fails_with(
    Forbidden,
    OutsideOwnPlace,
    errors.HomeNotFound,
    errors.NotForNeighbours,
    OfferingNotOpen,
    TextNotShown,
    errors.SlotNotFound,
    errors.SlotCancelled,
    errors.SlotStarted,
    errors.AlreadyBooked,
    errors.BusyThen,
    errors.SlotFull,
)
def book_for_neighbour(actor: Actor, body: dict[str, Any], compound_id: UUID, slot_id: UUID) -> queries.BookingView:
    """Take a place of a service for a neighbour who agreed, as steward or secretary."""
    return queries.booking_views(compound_id, [booking.book_for_neighbour(actor, compound_id, slot_id, **body)])[0]


@bp.delete("/<uuid:slot_id>/neighbours/<uuid:booking_id>")
@authenticated
@bp.response(200, SlotSchema)
@fails_with(
    Forbidden,
    OutsideOwnPlace,
    errors.SlotNotFound,
    errors.NotBooked,
    errors.SlotStarted,
    errors.TooLateToCancel,
)
def cancel_for_neighbour(actor: Actor, compound_id: UUID, slot_id: UUID, booking_id: UUID) -> queries.SlotView:
    """Give back a neighbour's place at that neighbour's wish, in time."""
    slot = booking.cancel_for_neighbour(actor, compound_id, slot_id, booking_id)
    return queries.get_slot(actor, compound_id, slot.id)


@bp.get("/entered")
@authenticated
@bp.response(200, EnteredBookingListSchema)
@fails_with(Forbidden)
def list_entered_bookings(actor: Actor, compound_id: UUID) -> dict[str, Any]:
    """List what the actor entered for neighbours, the latest first."""
    return {"items": queries.list_entered(actor, compound_id)}


@bp.get("/<uuid:slot_id>/bookings")
@authenticated
@bp.arguments(AfterSchema, location="query")
@bp.response(200, BookingListSchema)
@fails_with(Forbidden, errors.SlotNotFound)
def list_bookings(actor: Actor, query: dict[str, Page], compound_id: UUID, slot_id: UUID) -> dict[str, Any]:
    """List who is booked or waits, with names, for whoever runs the slot; every look is on the audit log."""
    return {"items": queries.list_bookings(actor, compound_id, slot_id, page=query["page"])}


@bp.post("/<uuid:slot_id>/bookings/<uuid:booking_id>/cancellation")
@authenticated
@bp.arguments(SlotCancellationSchema)
@bp.response(200, BookingSchema)
@fails_with(Forbidden, errors.SlotNotFound, errors.BookingNotFound, errors.WrongBookingState, errors.SlotStarted)
def cancel_booking(
    actor: Actor, body: dict[str, Any], compound_id: UUID, slot_id: UUID, booking_id: UUID
) -> queries.BookingView:
    """Cancel somebody's booking, as the organiser; the person is told, the next moves up."""
    cancelled = running.cancel_booking(actor, compound_id, slot_id, booking_id, **body)
    return queries.booking_views(compound_id, [cancelled])[0]


@bp.post("/<uuid:slot_id>/bookings/<uuid:booking_id>/no-show")
@authenticated
@bp.response(200, BookingSchema)
@fails_with(Forbidden, errors.SlotNotFound, errors.BookingNotFound, errors.WrongBookingState, errors.SlotNotStarted)
def record_no_show(actor: Actor, compound_id: UUID, slot_id: UUID, booking_id: UUID) -> queries.BookingView:
    """Put on record that somebody who was booked did not come."""
    missed = running.record_no_show(actor, compound_id, slot_id, booking_id)
    return queries.booking_views(compound_id, [missed])[0]
