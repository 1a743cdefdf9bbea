"""Booking a slot for a neighbour who agreed: chosen from the roll, or named where only others live there."""

from uuid import UUID

from flask import Response, url_for
from flask.typing import ResponseReturnValue
from wtforms import BooleanField, RadioField
from wtforms.validators import InputRequired

from app.compounds.neighbours import whole_name
from app.core import clock
from app.core.unit_of_work import unit_of_work
from app.org.permissions import Act
from app.volunteering.offerings import lines as offerings
from app.volunteering.slots import booking as bookings
from app.volunteering.slots import queries
from app.volunteering.slots.models import ConsentForm
from console.forms import choices
from console.neighbours import Chosen, asks_to_find
from console.pages import Desk, acted, at_compound, page, submitted
from console.volunteering.asking import line
from console.volunteering.slots import bp


class NeighbourForm(Chosen):
    """A neighbour who agreed."""

    name = line("姓名", 60, "上面选“其他人”时填写。", required=False)
    phone = line("邻居的电话", 20, "上门找不到人时联系，服务结束 30 天后删除。", required=False)
    note = line("要提醒的话", 200, "例如：老人耳背，请敲门大声一些。", required=False)
    consent = RadioField(
        "邻居怎样同意的",
        [InputRequired("请选择邻居怎样同意的。")],
        choices=choices(("spoken", "当面或电话同意"), ("written", "书面同意")),
    )
    may_wait = BooleanField("名额满了愿意候补")

    def validate(self, extra_validators: object = None) -> bool:
        """Who is no owner is named."""
        valid = bool(super().validate(extra_validators))
        if valid and self.owner_id is None and not self.name.data:
            self.name.errors = ["请填写姓名。"]
            return False
        return valid


@bp.get("/entered")
@at_compound(Act.BOOK_FOR_NEIGHBOUR)
def list_entered(desk: Desk) -> Response:
    """What the actor booked for neighbours."""
    found = queries.list_entered(desk.actor, desk.compound_id)
    return page("volunteering/entered.html", entered=found, now=clock.now())


@bp.get("/<uuid:slot_id>/neighbours")
@at_compound(Act.BOOK_FOR_NEIGHBOUR)
def ask_neighbour(desk: Desk, slot_id: UUID) -> Response:
    """Who is booked for, to look for."""
    return _page(desk, slot_id, _form(desk))


@bp.post("/<uuid:slot_id>/neighbours")
@at_compound(Act.BOOK_FOR_NEIGHBOUR)
def book_for_neighbour(desk: Desk, slot_id: UUID) -> ResponseReturnValue:
    """Look for the neighbour; or book for who was chosen. The look at an owner's whole name is on the audit log."""
    form = _form(desk)
    if asks_to_find():
        with unit_of_work():
            return _page(desk, slot_id, form)

    def act() -> None:
        owner_id = form.owner_id
        name = whole_name(desk.actor, desk.compound_id, form.unit_id, owner_id) if owner_id else form.name.data
        bookings.book_for_neighbour(
            desk.actor,
            desk.compound_id,
            slot_id,
            form.unit_id,
            name,
            ConsentForm(form.consent.data),
            form.may_wait.data,
            form.phone.data or None,
            form.note.data or None,
        )

    return submitted(
        form,
        act,
        url_for("console_slots.list_entered", compound_id=desk.compound_id),
        lambda: _page(desk, slot_id, form),
        "已登记。请把时间和地点告诉邻居。",
    )


@bp.post("/<uuid:slot_id>/neighbours/<uuid:booking_id>/cancellation")
@at_compound(Act.BOOK_FOR_NEIGHBOUR)
def cancel_for_neighbour(desk: Desk, slot_id: UUID, booking_id: UUID) -> ResponseReturnValue:
    """Give back a neighbour's place at that neighbour's wish."""
    return acted(
        lambda: bookings.cancel_for_neighbour(desk.actor, desk.compound_id, slot_id, booking_id),
        url_for("console_slots.list_entered", compound_id=desk.compound_id),
        "已替邻居取消。",
    )


def _form(desk: Desk) -> NeighbourForm:
    form = NeighbourForm()
    form.find(desk, others=True)
    return form


def _page(desk: Desk, slot_id: UUID, form: NeighbourForm) -> Response:
    slot = queries.get_slot(desk.actor, desk.compound_id, slot_id)
    offering = offerings.get_heading(desk.actor, desk.compound_id, slot.offering_id)
    return page("volunteering/neighbour.html", tab="console_services", slot=slot, offering=offering, form=form)
