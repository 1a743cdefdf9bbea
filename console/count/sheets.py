"""One sheet: two people read it, each without the other's eyes; clashes and sheets to set aside are settled."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import Response, make_response, request, url_for
from flask.typing import ResponseReturnValue

from app.core.unit_of_work import unit_of_work
from app.meetings import attachments, service
from app.meetings.models import Scan
from app.meetings.paper import items, viewing
from app.meetings.paper.items import SheetItem
from app.meetings.paper.models import SheetState
from app.meetings.paper.viewing import EntryView, SheetView
from app.org.permissions import Act
from console import files
from console.count.blueprint import bp, meeting_page
from console.count.forms import PLAIN, EntryForm, ReleaseForm, SettleForm, entry_form
from console.forms import Form
from console.pages import Desk, acted, answered, at_compound, page, submitted

POLLS = 120
"""A page that waits for the other person asks so often by itself, every five seconds: then an idle desk is idle."""


@dataclass(frozen=True)
class Reading:
    """What the two found on one item, in words."""

    number: int
    title: str
    mine: str
    other: str

    @property
    def differs(self) -> bool:
        """Whether they have to look again."""
        return self.mine != self.other


@bp.get("/paper/<uuid:sheet_id>")
@at_compound(Act.ENTER_PAPER)
def sheet(desk: Desk, meeting_id: UUID, sheet_id: UUID) -> Response:
    """A sheet as this person may see it, with what is to do next."""
    return _shown(desk, meeting_id, sheet_id)


def _shown(desk: Desk, meeting_id: UUID, sheet_id: UUID, form: Form | None = None) -> Response:
    view = viewing.get_sheet(desk.actor, desk.compound_id, meeting_id, sheet_id)
    stands = items.form_of_sheet(desk.actor, desk.compound_id, meeting_id, sheet_id)
    found = stands.items
    mine = next((one for one in view.entries if one.is_mine), None)
    other = next((one for one in view.entries if not one.is_mine), None)
    reads = view.am_enterer and (view.state == SheetState.MISMATCHED or (view.state == SheetState.OPEN and not mine))
    entry = form if isinstance(form, EntryForm) else entry_form(found, view.joint, mine) if reads else None
    return meeting_page(
        desk,
        meeting_id,
        "sheet.html",
        sheet=view,
        items=found,
        is_picture=stands.is_picture,
        my_place=next((one.place for one in view.places if one.is_mine), 0),
        readings=compared(found, mine, other) if mine else [],
        both=other is not None,
        entry=entry if reads else None,
        settling=form if isinstance(form, SettleForm) else SettleForm(),
        releasing=form if isinstance(form, ReleaseForm) else ReleaseForm(),
    )


def compared(found: Sequence[SheetItem], mine: EntryView, other: EntryView | None) -> list[Reading]:
    """Item by item what the two read; without the other entry the own alone."""
    return [
        Reading(one.number, one.title, _words(one, mine), _words(one, other) if other else _words(one, mine))
        for one in found
    ]


def _words(item: SheetItem, entry: EntryView) -> str:
    motion = str(item.motion_id)
    if item.motion_id in entry.spoiled:
        return "废票"
    if not item.seats:
        return PLAIN[entry.choices[motion]]
    marked = set(entry.marks.get(motion, ()))
    return "、".join(name for one, name in item.candidates if str(one) in marked) or "一个也没有选"


@bp.post("/paper/<uuid:sheet_id>/place")
@at_compound(Act.ENTER_PAPER)
def take_place(desk: Desk, meeting_id: UUID, sheet_id: UUID) -> ResponseReturnValue:
    """Become one of the two who read the sheet."""
    return acted(
        lambda: service.take_place(desk.actor, desk.compound_id, meeting_id, sheet_id),
        _address(desk, meeting_id, sheet_id),
    )


@bp.post("/paper/<uuid:sheet_id>")
@at_compound(Act.ENTER_PAPER)
def enter(desk: Desk, meeting_id: UUID, sheet_id: UUID) -> ResponseReturnValue:
    """Enter what stands on the sheet."""
    with unit_of_work():
        view = viewing.get_sheet(desk.actor, desk.compound_id, meeting_id, sheet_id)
        found = items.form_of_sheet(desk.actor, desk.compound_id, meeting_id, sheet_id).items
    form = entry_form(found, view.joint)
    return submitted(
        form,
        lambda: service.enter_sheet(desk.actor, desk.compound_id, meeting_id, sheet_id, **form.read()),
        _address(desk, meeting_id, sheet_id),
        lambda: _shown(desk, meeting_id, sheet_id, form),
        "已经录入。",
    )


@bp.get("/paper/<uuid:sheet_id>/state")
@at_compound(Act.ENTER_PAPER)
def sheet_state(desk: Desk, meeting_id: UUID, sheet_id: UUID) -> Response:
    """For a page that waits for the other person: to be opened anew when something has happened."""
    view = viewing.get_sheet(desk.actor, desk.compound_id, meeting_id, sheet_id)
    if request.args.get("seen") != seen(view):
        response = make_response("", 204)
        response.headers["HX-Refresh"] = "true"
        return response
    asked = request.args.get("asked", 0, type=int) + 1
    here = {"compound_id": desk.compound_id, "meeting_id": meeting_id}
    return page("count/waiting.html", sheet=view, asked=asked, here=here)


@bp.app_template_global("seen")
def seen(view: SheetView) -> str:
    """What a waiting page has seen of a sheet."""
    return f"{view.state}.{view.entered}"


@bp.app_template_global("polls")
def polls() -> int:
    """How often a page asks by itself."""
    return POLLS


@bp.get("/paper/<uuid:sheet_id>/scan")
@at_compound(Act.ENTER_PAPER)
def sheet_scan(desk: Desk, meeting_id: UUID, sheet_id: UUID) -> Response:
    """The sheet's scan, to look at; that it was looked at goes on record."""
    return inline(viewing.get_scan(desk.actor, desk.compound_id, meeting_id, sheet_id))


def inline(scan: Scan) -> Response:
    """A scan to look at in the browser, never cached."""
    return files.shown(attachments.open_checked(scan), scan.file_name, scan.media_type, scan.size)


@bp.post("/paper/<uuid:sheet_id>/settlement")
@at_compound(Act.SEE_MEETING_DRAFTS)
def settle(desk: Desk, meeting_id: UUID, sheet_id: UUID) -> ResponseReturnValue:
    """Set a waiting sheet aside, by two people, or mark a clash as seen."""
    ids, done = (meeting_id, sheet_id), _address(desk, meeting_id, sheet_id)
    return answered(desk, ids, SettleForm(), service.settle_sheet, done, _shown, "已经记录。")


@bp.post("/paper/<uuid:sheet_id>/places/<int:place>/release")
@at_compound(Act.MANAGE_MEETING)
def release_place(desk: Desk, meeting_id: UUID, sheet_id: UUID, place: int) -> ResponseReturnValue:
    """Free the place of somebody who took it and entered nothing."""
    form = ReleaseForm()
    return submitted(
        form,
        lambda: service.release_place(desk.actor, desk.compound_id, meeting_id, sheet_id, place, form.reason.data),
        _address(desk, meeting_id, sheet_id),
        lambda: _shown(desk, meeting_id, sheet_id, form),
        "位置已经空出，可以由别人录入。",
    )


def _address(desk: Desk, meeting_id: UUID, sheet_id: UUID) -> str:
    return url_for("console_count.sheet", compound_id=desk.compound_id, meeting_id=meeting_id, sheet_id=sheet_id)
