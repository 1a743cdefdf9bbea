"""Nominations for red, by residents: entered from a sheet, drafted from, or declined with a reason."""

from uuid import UUID

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue

from app.core.unit_of_work import unit_of_work
from app.noticeboard import nominations, service
from app.noticeboard.models import Category, NominationState
from app.org.permissions import Act
from console.neighbours import asks_to_find
from console.notices.blueprint import bp
from console.notices.forms import CATEGORIES, DeclineForm, NominationForm
from console.pages import Desk, answered, at_compound, page, submitted

A_PAGE = 20


@bp.get("/nominations")
@at_compound(Act.DRAFT_NOTICE)
def list_nominations(desk: Desk) -> Response:
    """Those that wait, the newest first; every look is on the audit log."""
    after = request.args.get("after", type=UUID)
    found = nominations.list_nominations(desk.actor, desk.compound_id, False, NominationState.OPEN, after, A_PAGE + 1)
    more = found[A_PAGE - 1].id if len(found) > A_PAGE else None
    return page("notices/nominations.html", nominations=found[:A_PAGE], more=more, categories=CATEGORIES)


@bp.get("/nominations/new")
@at_compound(Act.ENTER_PAPER)
def new_nomination(desk: Desk) -> Response:
    """What a neighbour handed in on paper: who it was, to look for."""
    return _new_nomination(_nomination_form(desk))


@bp.post("/nominations/new")
@at_compound(Act.ENTER_PAPER)
def enter_nomination(desk: Desk) -> ResponseReturnValue:
    """Look for the neighbour; or enter the sheet of who was chosen. Whoever enters it does not decide it."""
    form = _nomination_form(desk)
    if asks_to_find():
        with unit_of_work():
            return _new_nomination(form)

    def act() -> object:
        on_paper = {"owner_id": form.owner_id, "note": form.note.data}
        category, text = Category(form.category.data), form.text.data.strip()
        return service.nominate(desk.actor, desk.compound_id, category, text, on_paper)

    done = url_for("console_notices.index", compound_id=desk.compound_id)
    said = "已登记。推荐由登记人以外的另一个人处理。"
    return submitted(form, act, done, lambda: _new_nomination(form), said)


@bp.get("/nominations/<uuid:nomination_id>/refusal")
@at_compound(Act.DRAFT_NOTICE)
def ask_decline(desk: Desk, nomination_id: UUID) -> Response:
    """Why a nomination is declined."""
    return _decline(desk, nomination_id, DeclineForm())


@bp.post("/nominations/<uuid:nomination_id>/refusal")
@at_compound(Act.DRAFT_NOTICE)
def decline(desk: Desk, nomination_id: UUID) -> ResponseReturnValue:
    """Decline it; whoever made it reads why."""
    done = url_for("console_notices.list_nominations", compound_id=desk.compound_id)
    said = "没有采纳，推荐人会收到您写的原因。"
    return answered(desk, (nomination_id,), DeclineForm(), service.decline, done, _decline, said)


def _nomination_form(desk: Desk) -> NominationForm:
    form = NominationForm()
    form.find(desk)
    return form


def _new_nomination(form: NominationForm) -> Response:
    return page("notices/new_nomination.html", form=form)


def _decline(desk: Desk, nomination_id: UUID, form: DeclineForm) -> Response:
    one = nominations.get_open(desk.actor, desk.compound_id, nomination_id)
    return page("notices/decline.html", one=one, form=form, category=CATEGORIES[Category(one.category)])
