"""Shifts and slots: places, who is booked, who came, who did not."""

from typing import Any
from uuid import UUID

from flask import Response, url_for
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.clock import SHANGHAI
from app.core.unit_of_work import unit_of_work
from app.org.permissions import Act
from app.volunteering.hours import attendance, presence
from app.volunteering.offerings import lines as offerings
from app.volunteering.offerings.models import OfferingKind
from app.volunteering.slots import queries, running
from app.volunteering.slots.errors import BookingNotFound
from console.forms import Form
from console.pages import Blueprint, Desk, acted, answered, at_compound, page
from console.volunteering.asking import ACTUAL_MINUTES, PREFIX, ReasonForm, ask, here, moment, number

bp = Blueprint("console_slots", __name__, f"{PREFIX}/slots")


class PlacesForm(Form):
    """How many places."""

    capacity = number("名额", 1, 10000)


class AttendanceForm(Form):
    """When somebody served."""

    started_at = moment("开始时间")
    ended_at = moment("结束时间")

    def answers(self) -> tuple[Any, ...]:
        """From when to when, in China."""
        return here(self.started_at.data), here(self.ended_at.data)


@bp.get("/<uuid:slot_id>/")
@at_compound(Act.ORGANISE_VOLUNTEERING)
def show(desk: Desk, slot_id: UUID) -> Response:
    """A shift or slot, and who is booked, masked."""
    return _shown(desk, slot_id, masked=True)


@bp.post("/<uuid:slot_id>/")
@at_compound(Act.ORGANISE_VOLUNTEERING)
def reveal(desk: Desk, slot_id: UUID) -> Response:
    """The same with whole names, phones and notes: the look is on the audit log."""
    with unit_of_work():
        return _shown(desk, slot_id, masked=False)


@bp.get("/<uuid:slot_id>/places")
@at_compound(Act.ORGANISE_VOLUNTEERING)
def ask_places(desk: Desk, slot_id: UUID) -> Response:
    """The form for the number of places."""
    slot = queries.get_slot(desk.actor, desk.compound_id, slot_id)
    return _places(desk, slot_id, PlacesForm(capacity=slot.capacity))


@bp.post("/<uuid:slot_id>/places")
@at_compound(Act.ORGANISE_VOLUNTEERING)
def resize(desk: Desk, slot_id: UUID) -> ResponseReturnValue:
    """Change the number of places."""
    said = "名额已修改；增加的名额先给候补的人，他们会收到通知。"
    return answered(desk, (slot_id,), PlacesForm(), running.resize, _address(desk, slot_id), _places, said)


@bp.get("/<uuid:slot_id>/cancellation")
@at_compound(Act.ORGANISE_VOLUNTEERING)
def ask_cancel(desk: Desk, slot_id: UUID) -> Response:
    """Why it is called off."""
    return _cancel(desk, slot_id, ReasonForm())


@bp.post("/<uuid:slot_id>/cancellation")
@at_compound(Act.ORGANISE_VOLUNTEERING)
def cancel(desk: Desk, slot_id: UUID) -> ResponseReturnValue:
    """Call it off."""
    said = "已取消，报名和候补的人都会收到通知。"
    return answered(desk, (slot_id,), ReasonForm(), running.cancel_slot, _address(desk, slot_id), _cancel, said)


@bp.get("/<uuid:slot_id>/bookings/<uuid:booking_id>/cancellation")
@at_compound(Act.ORGANISE_VOLUNTEERING)
def ask_cancel_booking(desk: Desk, slot_id: UUID, booking_id: UUID) -> Response:
    """Why somebody's booking is cancelled."""
    return _cancel_booking(desk, slot_id, booking_id, ReasonForm())


@bp.post("/<uuid:slot_id>/bookings/<uuid:booking_id>/cancellation")
@at_compound(Act.ORGANISE_VOLUNTEERING)
def cancel_booking(desk: Desk, slot_id: UUID, booking_id: UUID) -> ResponseReturnValue:
    """Cancel somebody's booking; the next moves up."""
    ids, done = (slot_id, booking_id), _address(desk, slot_id)
    said = "已取消，本人会收到通知；有候补的，已经补上。"
    return answered(desk, ids, ReasonForm(), running.cancel_booking, done, _cancel_booking, said)


@bp.post("/<uuid:slot_id>/bookings/<uuid:booking_id>/no-show")
@at_compound(Act.ORGANISE_VOLUNTEERING)
def record_no_show(desk: Desk, slot_id: UUID, booking_id: UUID) -> ResponseReturnValue:
    """Put on record that somebody did not come."""
    return acted(
        lambda: running.record_no_show(desk.actor, desk.compound_id, slot_id, booking_id),
        _address(desk, slot_id),
        "已登记未到场。",
    )


@bp.get("/<uuid:slot_id>/bookings/<uuid:booking_id>/attendance")
@at_compound(Act.ORGANISE_VOLUNTEERING)
def ask_attendance(desk: Desk, slot_id: UUID, booking_id: UUID) -> Response:
    """When somebody served: what is on record, or the shift's times."""
    slot = queries.get_slot(desk.actor, desk.compound_id, slot_id)
    record = presence.records_of(desk.compound_id, slot_id).get(booking_id)
    started = max(record.started_at, slot.starts_at) if record else slot.starts_at
    ended = record.ended_at if record and record.ended_at else slot.ends_at
    form = AttendanceForm(started_at=started.astimezone(SHANGHAI), ended_at=ended.astimezone(SHANGHAI))
    return _attendance(desk, slot_id, booking_id, form)


@bp.post("/<uuid:slot_id>/bookings/<uuid:booking_id>/attendance")
@at_compound(Act.ORGANISE_VOLUNTEERING)
def enter_attendance(desk: Desk, slot_id: UUID, booking_id: UUID) -> ResponseReturnValue:
    """Enter it, as the organiser."""
    ids, done = (slot_id, booking_id), _address(desk, slot_id)
    said = "已登记服务时间，请到“时长”里认定。"
    return answered(desk, ids, AttendanceForm(), attendance.enter_attendance, done, _attendance, said)


def _shown(desk: Desk, slot_id: UUID, masked: bool) -> Response:
    slot = queries.get_slot(desk.actor, desk.compound_id, slot_id)
    offering = offerings.get_heading(desk.actor, desk.compound_id, slot.offering_id)
    now = clock.now()
    return page(
        "volunteering/slot.html",
        tab="console_activities" if offering.kind == OfferingKind.ACTIVITY else "console_services",
        slot=slot,
        offering=offering,
        bookings=queries.list_bookings(desk.actor, desk.compound_id, slot_id, masked) if offering.runs else [],
        records=presence.records_of(desk.compound_id, slot_id) if offering.runs else {},
        masked=masked,
        begun=now >= slot.starts_at,
        over=now >= slot.ends_at,
    )


def _places(desk: Desk, slot_id: UUID, form: PlacesForm) -> Response:
    slot = queries.get_slot(desk.actor, desk.compound_id, slot_id)
    intro = f"现在 {slot.capacity} 个名额，已占 {slot.capacity - slot.free} 个，候补 {slot.waiting} 人。"
    return ask(form, "修改名额", "保存", _address(desk, slot_id), intro)


def _cancel(desk: Desk, slot_id: UUID, form: ReasonForm) -> Response:
    slot = queries.get_slot(desk.actor, desk.compound_id, slot_id)
    intro = f"已报名 {slot.capacity - slot.free} 人，候补 {slot.waiting} 人，他们会收到您写的原因。取消后不能恢复。"
    return ask(form, "取消这一场", "取消这一场", _address(desk, slot_id), intro, grave=True)


def _cancel_booking(desk: Desk, slot_id: UUID, booking_id: UUID, form: ReasonForm) -> Response:
    booking = _booking(desk, slot_id, booking_id)
    return ask(form, "取消报名", "取消报名", _address(desk, slot_id), f"取消 {booking.name} 的报名或预约。", grave=True)


def _attendance(desk: Desk, slot_id: UUID, booking_id: UUID, form: AttendanceForm) -> Response:
    booking = _booking(desk, slot_id, booking_id)
    return ask(
        form,
        "登记服务时间",
        "登记",
        _address(desk, slot_id),
        f"{booking.name}（编号 {booking.volunteer_number}）。活动结束以后再登记。",
        ACTUAL_MINUTES,
    )


def _booking(desk: Desk, slot_id: UUID, booking_id: UUID) -> queries.BookingView:
    for booking in queries.list_bookings(desk.actor, desk.compound_id, slot_id, masked=True):
        if booking.id == booking_id:
            return booking
    raise BookingNotFound


def _address(desk: Desk, slot_id: UUID) -> str:
    return url_for("console_slots.show", compound_id=desk.compound_id, slot_id=slot_id)
