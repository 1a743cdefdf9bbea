"""The check-in page for a tablet on the spot: the rotating code, large, and who has come.

Both parts are asked for every few seconds, and answered with nothing (204) while nothing changed: so the code does not
flicker, a screen reader hears only what is new, and a network that comes back needs no hand.
"""

from typing import Any
from uuid import UUID

import segno
from flask import Response, make_response, request

from app.core import clock
from app.org.permissions import Act
from app.volunteering.hours import attendance, presence
from app.volunteering.offerings import lines as offerings
from app.volunteering.slots import queries as slots
from console.pages import Blueprint, Desk, at_compound, page
from console.volunteering.asking import PREFIX

bp = Blueprint("console_check_in", __name__, f"{PREFIX}/slots/<uuid:slot_id>/check-in")


@bp.get("/")
@at_compound(Act.ORGANISE_VOLUNTEERING)
def show(desk: Desk, slot_id: UUID) -> Response:
    """The page, with the code and the people of now."""
    slot = slots.get_slot(desk.actor, desk.compound_id, slot_id)
    offering = offerings.get_heading(desk.actor, desk.compound_id, slot.offering_id)
    come = presence.who_has_come(desk.actor, desk.compound_id, slot_id)
    content, _ = attendance.show_code(desk.actor, desk.compound_id, slot_id)
    return page(
        "volunteering/check_in.html",
        tab="console_activities",
        slot=slot,
        offering=offering,
        picture=_picture(content),
        step=_step(content),
        **_people(slot, come),
    )


@bp.get("/code")
@at_compound(Act.ORGANISE_VOLUNTEERING)
def code(desk: Desk, slot_id: UUID) -> Response:
    """The code of this half-minute; nothing where the page shows it already."""
    content, _ = attendance.show_code(desk.actor, desk.compound_id, slot_id)
    if request.args.get("step") == _step(content):
        return make_response("", 204)
    return page("volunteering/check_in_code.html", picture=_picture(content), step=_step(content))


@bp.get("/people")
@at_compound(Act.ORGANISE_VOLUNTEERING)
def people(desk: Desk, slot_id: UUID) -> Response:
    """Who has come; nothing where the page shows it already."""
    slot = slots.get_slot(desk.actor, desk.compound_id, slot_id)
    shown = _people(slot, presence.who_has_come(desk.actor, desk.compound_id, slot_id))
    if request.args.get("seen") == shown["seen"]:
        return make_response("", 204)
    return page("volunteering/check_in_people.html", polled=True, **shown)


def _people(slot: slots.SlotView, come: presence.Presence) -> dict[str, Any]:
    moment = _moment(slot)
    return {"come": come, "moment": moment, "seen": f"{moment}.{come.expected}.{len(come.come)}.{come.there}"}


def _moment(slot: slots.SlotView) -> str:
    """Whether people may check in: `cancelled`, `early`, `on`, `leaving` (check out only) or `over`."""
    now = clock.now()
    if slot.cancelled:
        return "cancelled"
    if now < slot.starts_at - attendance.EARLY:
        return "early"
    if now < slot.ends_at:
        return "on"
    return "leaving" if now <= slot.ends_at + attendance.LATE else "over"


def _step(content: str) -> str:
    return content.partition(".")[0]


def _picture(content: str) -> str:
    """The QR code as SVG, which is as sharp at any size."""
    return str(segno.make(content, error="m", micro=False).svg_inline(border=2, omitsize=True, light="#fff"))
