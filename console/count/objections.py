"""Objections to a published result: entering one from paper, and answering them."""

from uuid import UUID

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue

from app.core import clock
from app.meetings import queries
from app.meetings.paper import finding
from app.meetings.results import objections as acts
from app.org.permissions import Act
from console.count.blueprint import bp, meeting_page
from console.count.forms import DecisionForm, ObjectionForm, options
from console.forms import identifier
from console.pages import Desk, answered, at_compound, submitted

WHOLE = "整个结果"


@bp.get("/objections")
@at_compound(Act.DECIDE_RESULT_OBJECTION)
def objections(desk: Desk, meeting_id: UUID) -> Response:
    """The objections to the result, those that wait first."""
    found = acts.of_meeting(desk.actor, desk.compound_id, meeting_id)
    waiting_first = sorted(found, key=lambda one: one.decided_at is not None)
    titles = _titles(desk, meeting_id)
    return meeting_page(desk, meeting_id, "objections.html", objections=waiting_first, titles=titles)


@bp.get("/objections/<uuid:objection_id>")
@at_compound(Act.DECIDE_RESULT_OBJECTION)
def objection(desk: Desk, meeting_id: UUID, objection_id: UUID) -> Response:
    """One objection, to be answered."""
    return _objection(desk, meeting_id, objection_id, DecisionForm())


@bp.post("/objections/<uuid:objection_id>")
@at_compound(Act.DECIDE_RESULT_OBJECTION)
def decide(desk: Desk, meeting_id: UUID, objection_id: UUID) -> ResponseReturnValue:
    """Answer it, with a reason that the objector is told."""
    done = url_for("console_count.objections", compound_id=desk.compound_id, meeting_id=meeting_id)
    said = "已经答复，并通知了提出异议的业主。"
    return answered(desk, (meeting_id, objection_id), DecisionForm(), acts.decide, done, _objection, said)


def _objection(desk: Desk, meeting_id: UUID, objection_id: UUID, form: DecisionForm) -> Response:
    found = acts.of_meeting(desk.actor, desk.compound_id, meeting_id)
    one = next((one for one in found if one.id == objection_id), None)
    return meeting_page(desk, meeting_id, "objection.html", objection=one, titles=_titles(desk, meeting_id), form=form)


@bp.get("/objections/new")
@at_compound(Act.DECIDE_RESULT_OBJECTION)
def find_objector(desk: Desk, meeting_id: UUID) -> Response:
    """Who objects: by number or door."""
    text = request.args.get("q", "")
    found = finding.find_parties(desk.actor, desk.compound_id, meeting_id, text) if text else ()
    return meeting_page(desk, meeting_id, "find_objector.html", q=text, found=found)


@bp.get("/objections/new/<uuid:party_id>")
@at_compound(Act.DECIDE_RESULT_OBJECTION)
def new_objection(desk: Desk, meeting_id: UUID, party_id: UUID) -> Response:
    """Enter an objection that was handed in on paper."""
    return _new_objection(desk, meeting_id, party_id, ObjectionForm(received_on=clock.today()))


@bp.post("/objections/new/<uuid:party_id>")
@at_compound(Act.DECIDE_RESULT_OBJECTION)
def enter_objection(desk: Desk, meeting_id: UUID, party_id: UUID) -> ResponseReturnValue:
    """Put it on record."""
    form = ObjectionForm()
    form.owner.validate_choice = form.motion.validate_choice = False  # the service refuses who and what is not there
    return submitted(
        form,
        lambda: acts.file_on_paper(
            desk.actor,
            desk.compound_id,
            meeting_id,
            identifier(form.owner.data),
            form.text.data,
            form.note.data,
            identifier(form.motion.data) if form.motion.data else None,
            form.received_on.data,
        ),
        url_for("console_count.objections", compound_id=desk.compound_id, meeting_id=meeting_id),
        lambda: _new_objection(desk, meeting_id, party_id, form),
        "异议已经登记，请由另一位工作人员答复。",
    )


def _new_objection(desk: Desk, meeting_id: UUID, party_id: UUID, form: ObjectionForm) -> Response:
    party = finding.get_party(desk.actor, desk.compound_id, meeting_id, party_id)
    form.owner.choices = options(party.owners if party else [])
    form.motion.choices = options([("", WHOLE), *_titles(desk, meeting_id).items()])
    form.motion.data = form.motion.data or ""
    return meeting_page(desk, meeting_id, "new_objection.html", form=form, party=party)


def _titles(desk: Desk, meeting_id: UUID) -> dict[UUID, str]:
    """The motions' titles, by id."""
    meeting = queries.get_meeting(desk.actor, desk.compound_id, meeting_id)
    return {motion.id: f"（{number}）{motion.title}" for number, motion in enumerate(meeting.motions, start=1)}
