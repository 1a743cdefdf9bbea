"""The co-owners' delegate, entered from a paper that all of them signed: the secretary's. SPC 9, GR 25."""

from uuid import UUID

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue

from app.meetings import service
from app.meetings.paper import finding
from app.org.permissions import Act
from console.count.blueprint import UPLOAD_LIMIT, bp, meeting_page
from console.count.forms import options
from console.count.mandate_forms import DelegateForm
from console.forms import identifier
from console.pages import Desk, accepts_upload, at_compound, submitted


@bp.get("/delegates/new")
@at_compound(Act.MANAGE_MEETING)
def find_co_owners(desk: Desk, meeting_id: UUID) -> Response:
    """Whose delegate: by number or door."""
    text = request.args.get("q", "")
    found = finding.find_parties(desk.actor, desk.compound_id, meeting_id, text) if text else ()
    return meeting_page(desk, meeting_id, "find_co_owners.html", q=text, found=found)


@bp.get("/delegates/new/<uuid:party_id>")
@at_compound(Act.MANAGE_MEETING)
def new_delegate(desk: Desk, meeting_id: UUID, party_id: UUID) -> Response:
    """Whom the co-owners chose."""
    return _new_delegate(desk, meeting_id, party_id, DelegateForm())


@bp.post("/delegates/new/<uuid:party_id>")
@accepts_upload(UPLOAD_LIMIT)
@at_compound(Act.MANAGE_MEETING)
def enter_delegate(desk: Desk, meeting_id: UUID, party_id: UUID) -> ResponseReturnValue:
    """Put it on record: from then on the delegate alone votes for the party."""
    form = DelegateForm()
    form.owner.validate_choice = False  # whoever is no co-owner is refused by the service

    def act() -> None:
        upload = form.file.data
        whom = identifier(form.owner.data)
        service.enter_delegate(desk.actor, desk.compound_id, meeting_id, party_id, whom, upload.filename, upload.read())

    return submitted(
        form,
        act,
        url_for("console_count.disputes", compound_id=desk.compound_id, meeting_id=meeting_id),
        lambda: _new_delegate(desk, meeting_id, party_id, form),
        "已登记，这一户从现在起由推选的代表投票。",
    )


def _new_delegate(desk: Desk, meeting_id: UUID, party_id: UUID, form: DelegateForm) -> Response:
    party = finding.get_party(desk.actor, desk.compound_id, meeting_id, party_id)
    form.owner.choices = options(party.owners if party else [])
    return meeting_page(desk, meeting_id, "new_delegate.html", form=form, party=party)
