"""Mandates: those in force, and entering one from the signed paper."""

from uuid import UUID

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from app.meetings import scans, service
from app.meetings.mandates import acts
from app.meetings.paper import finding, items
from app.meetings.paper.finding import PartyFound
from app.org.permissions import Act
from console.count.blueprint import UPLOAD_LIMIT, bp, meeting_page
from console.count.forms import options
from console.count.mandate_forms import MandateForm, RevokeForm, mandate_form
from console.count.sheets import inline
from console.forms import identifier
from console.pages import Desk, accepts_upload, answered, at_compound, read, submitted

DEVELOPER = "developer"


@bp.get("/mandates")
@at_compound(Act.ENTER_MANDATE)
def mandates(desk: Desk, meeting_id: UUID) -> Response:
    """The mandates in force."""
    return meeting_page(
        desk, meeting_id, "mandates.html", mandates=acts.list_mandates(desk.actor, desk.compound_id, meeting_id)
    )


@bp.get("/mandates/new")
@at_compound(Act.ENTER_MANDATE)
def find_principal(desk: Desk, meeting_id: UUID) -> Response:
    """Who gives the mandate: by number or door."""
    text = request.args.get("q", "")
    found = finding.find_parties(desk.actor, desk.compound_id, meeting_id, text) if text else ()
    return meeting_page(desk, meeting_id, "find_principal.html", q=text, found=found)


@bp.get("/mandates/new/<uuid:party_id>")
@at_compound(Act.ENTER_MANDATE)
def new_mandate(desk: Desk, meeting_id: UUID, party_id: UUID) -> Response:
    """Enter the mandate of a party."""
    return _new_mandate(desk, meeting_id, party_id, _form(desk, meeting_id, party_id))


@bp.post("/mandates/new/<uuid:party_id>")
@accepts_upload(UPLOAD_LIMIT)
@at_compound(Act.ENTER_MANDATE)
def enter_mandate(desk: Desk, meeting_id: UUID, party_id: UUID) -> ResponseReturnValue:
    """Put it on record; the proxy may vote from then on, as it fixes."""
    form = read(lambda: _form(desk, meeting_id, party_id))
    form.owner.validate_choice = False  # whoever is no owner of the party is refused by the service

    def act() -> acts.MandateView:
        owner_id = None if form.owner.data == DEVELOPER else identifier(form.owner.data)
        return service.enter_mandate(desk.actor, desk.compound_id, meeting_id, party_id, owner_id, form.wish())

    return submitted(
        form,
        act,
        url_for("console_count.mandates", compound_id=desk.compound_id, meeting_id=meeting_id),
        lambda: _new_mandate(desk, meeting_id, party_id, form),
        "委托已经登记，代理人现在可以替委托人投票。",
    )


def _form(desk: Desk, meeting_id: UUID, party_id: UUID) -> MandateForm:
    return mandate_form(items.items_to_fix(desk.actor, desk.compound_id, meeting_id, party_id))


def _new_mandate(desk: Desk, meeting_id: UUID, party_id: UUID, form: MandateForm) -> Response:
    party = finding.get_party(desk.actor, desk.compound_id, meeting_id, party_id)
    form.owner.choices = _principals(party)
    if len(form.owner.choices) == 1 and not form.owner.data:
        form.owner.data = form.owner.choices[0].value
    return meeting_page(desk, meeting_id, "new_mandate.html", form=form, party=party)


def _principals(party: PartyFound | None) -> list[SelectChoice]:
    if party is None:
        return []
    return options([(DEVELOPER, "建设单位")] if party.is_developer else party.owners)


@bp.get("/mandates/<uuid:mandate_id>/revocation")
@at_compound(Act.ENTER_MANDATE)
def end_mandate(desk: Desk, meeting_id: UUID, mandate_id: UUID) -> Response:
    """Why a mandate shall end."""
    return _end_mandate(desk, meeting_id, mandate_id, RevokeForm())


@bp.post("/mandates/<uuid:mandate_id>/revocation")
@at_compound(Act.ENTER_MANDATE)
def revoke_mandate(desk: Desk, meeting_id: UUID, mandate_id: UUID) -> ResponseReturnValue:
    """End it, before it is used."""
    done = url_for("console_count.mandates", compound_id=desk.compound_id, meeting_id=meeting_id)
    ids = (meeting_id, mandate_id)
    return answered(desk, ids, RevokeForm(), service.revoke_mandate, done, _end_mandate, "委托已经撤销。")


def _end_mandate(desk: Desk, meeting_id: UUID, mandate_id: UUID, form: RevokeForm) -> Response:
    listed = acts.list_mandates(desk.actor, desk.compound_id, meeting_id)
    mandate = next((one for one in listed if one.id == mandate_id), None)
    return meeting_page(desk, meeting_id, "end_mandate.html", form=form, mandate=mandate)


@bp.get("/scans/<uuid:scan_id>")
@at_compound(Act.SEE_MEETING_DRAFTS)
def scan(desk: Desk, meeting_id: UUID, scan_id: UUID) -> Response:
    """The scan of a signed mandate; that it was looked at goes on record."""
    return inline(scans.view_scan(desk.actor, desk.compound_id, meeting_id, scan_id))
