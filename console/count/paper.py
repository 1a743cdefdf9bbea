"""Paper ballots that are handed in: the list of sheets, and registering one."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.clock import SHANGHAI
from app.core.ids import new_id
from app.meetings import service
from app.meetings.paper import finding, viewing
from app.meetings.paper.finding import PartyFound
from app.meetings.paper.models import CLASHING, UNREAD
from app.meetings.paper.viewing import SheetView
from app.org.permissions import Act
from console.count.blueprint import UPLOAD_LIMIT, bp, meeting_page
from console.count.forms import ReceiveForm, UnidentifiedForm
from console.forms import identifier
from console.pages import Desk, accepts_upload, at_compound, submitted

SHOWN = 200


@bp.get("/paper")
@at_compound(Act.ENTER_PAPER)
def paper(desk: Desk, meeting_id: UUID) -> Response:
    """The sheets of the meeting: those that wait first, then all as they came."""
    sheets = viewing.list_sheets(desk.actor, desk.compound_id, meeting_id)
    waiting = [one for one in sheets if _waits(one)]
    only = request.args.get("only") == "waiting"
    listed = [*waiting, *([] if only else [one for one in reversed(sheets) if not _waits(one)])]
    return meeting_page(
        desk, meeting_id, "paper.html", sheets=listed[:SHOWN], waiting=len(waiting), total=len(sheets), only=only
    )


def _waits(sheet: SheetView) -> bool:
    return sheet.state in UNREAD or (sheet.state in CLASHING and sheet.settled_at is None)


@bp.get("/paper/new")
@at_compound(Act.ENTER_PAPER)
def find_party(desk: Desk, meeting_id: UUID) -> Response:
    """Whose sheet is it: by the scanned code, the number on it, or the door."""
    text = request.args.get("q", "")
    found: Sequence[PartyFound] = ()
    if text:
        found = finding.find_parties(desk.actor, desk.compound_id, meeting_id, text)
    return meeting_page(desk, meeting_id, "find_party.html", q=text, found=found)


@bp.get("/paper/new/<uuid:party_id>")
@at_compound(Act.ENTER_PAPER)
def new_sheet(desk: Desk, meeting_id: UUID, party_id: UUID) -> Response:
    """Register the sheet of a party."""
    return _new_sheet(desk, meeting_id, party_id, ReceiveForm(key=str(new_id()), received_at=_this_minute()))


@bp.post("/paper/new/<uuid:party_id>")
@accepts_upload(UPLOAD_LIMIT)
@at_compound(Act.ENTER_PAPER)
def receive(desk: Desk, meeting_id: UUID, party_id: UUID) -> ResponseReturnValue:
    """Register it; on to reading it."""
    form = ReceiveForm()

    def act() -> SheetView:
        party = finding.get_party(desk.actor, desk.compound_id, meeting_id, party_id)
        return _received(desk, meeting_id, form, sheet=party.sheet if party else "", joint=form.joint.data)

    return submitted(
        form,
        act,
        lambda sheet: _address_of(desk, meeting_id, sheet),
        lambda: _new_sheet(desk, meeting_id, party_id, form),
        "表决票已经登记。",
    )


@bp.get("/paper/unidentified")
@at_compound(Act.ENTER_PAPER)
def new_unidentified(desk: Desk, meeting_id: UUID) -> Response:
    """Register a sheet of which nobody can say whose it is."""
    form = UnidentifiedForm(key=str(new_id()), received_at=_this_minute())
    return meeting_page(desk, meeting_id, "new_unidentified.html", form=form)


@bp.post("/paper/unidentified")
@accepts_upload(UPLOAD_LIMIT)
@at_compound(Act.ENTER_PAPER)
def receive_unidentified(desk: Desk, meeting_id: UUID) -> ResponseReturnValue:
    """Put it on record with the reason; it does not count."""
    form = UnidentifiedForm()
    return submitted(
        form,
        lambda: _received(desk, meeting_id, form, reason=form.reason.data),
        lambda sheet: _address_of(desk, meeting_id, sheet),
        lambda: meeting_page(desk, meeting_id, "new_unidentified.html", form=form),
        "已经登记：这张票无法识别，不计入。",
    )


def _received(desk: Desk, meeting_id: UUID, form: ReceiveForm, **of_whom: Any) -> SheetView:
    upload = form.file.data
    return service.receive_sheet(
        desk.actor,
        desk.compound_id,
        meeting_id,
        received_at=form.received_at.data.replace(tzinfo=SHANGHAI),
        file_name=upload.filename,
        content=upload.read(),
        key=identifier(form.key.data) if form.key.data else None,
        **of_whom,
    )


def _new_sheet(desk: Desk, meeting_id: UUID, party_id: UUID, form: ReceiveForm) -> Response:
    party = finding.get_party(desk.actor, desk.compound_id, meeting_id, party_id)
    return meeting_page(desk, meeting_id, "new_sheet.html", form=form, party=party)


def _address_of(desk: Desk, meeting_id: UUID, sheet: SheetView) -> str:
    return url_for("console_count.sheet", compound_id=desk.compound_id, meeting_id=meeting_id, sheet_id=sheet.id)


def _this_minute() -> object:
    return clock.now().astimezone(SHANGHAI).replace(second=0, microsecond=0, tzinfo=None)
