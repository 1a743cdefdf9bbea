"""Nominations for red, by residents: drafted from, or declined with a reason."""

from uuid import UUID

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue

from app.noticeboard import nominations, service
from app.noticeboard.models import Category, NominationState
from app.org.permissions import Act
from console.notices.blueprint import bp
from console.notices.forms import CATEGORIES, DeclineForm
from console.pages import Desk, answered, at_compound, page

A_PAGE = 20


@bp.get("/nominations")
@at_compound(Act.DRAFT_NOTICE)
def list_nominations(desk: Desk) -> Response:
    """Those that wait, the newest first; every look is on the audit log."""
    after = request.args.get("after", type=UUID)
    found = nominations.list_nominations(desk.actor, desk.compound_id, False, NominationState.OPEN, after, A_PAGE + 1)
    more = found[A_PAGE - 1].id if len(found) > A_PAGE else None
    return page("notices/nominations.html", nominations=found[:A_PAGE], more=more, categories=CATEGORIES)


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


def _decline(desk: Desk, nomination_id: UUID, form: DeclineForm) -> Response:
    one = nominations.get_open(desk.actor, desk.compound_id, nomination_id)
    return page("notices/decline.html", one=one, form=form, category=CATEGORIES[Category(one.category)])
