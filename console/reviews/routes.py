"""Reviewing: one queue for all that waits, one item a page, the next comes by itself.

With scripts the browser holds a decision for ten seconds, in which it can be taken back, and sends it then, or when the
page is left; it says so by `X-Held` and is answered with a sentence. Without scripts a decision holds at once.
"""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue

from app.core.errors import AppError
from app.core.unit_of_work import unit_of_work
from app.identity.console.errors import NotSignedIn
from app.moderation import queries, queue, service, subjects
from app.moderation.models import Ground
from app.noticeboard import judging
from app.noticeboard import service as noticeboard
from app.org.permissions import Act
from app.wishes import service as wishes
from app.wishes.merging import LikelyDuplicate
from console.forms import identifier
from console.pages import Blueprint, Desk, acted, at_compound, page, submitted
from console.reviews.forms import AppealForm, RefusalForm

bp = Blueprint("console_reviews", __name__, "/compounds/<uuid:compound_id>/reviews")

REVIEWERS = (Act.REVIEW_WISH, Act.REVIEW_NOTICE)
HELD = "X-Held"


@bp.get("/")
@at_compound(*REVIEWERS)
def next_one(desk: Desk) -> Response:
    """The oldest of what waits for this reviewer, but what the browser holds a decision on, and what was put by."""
    held = [one for one in request.args.getlist("held", type=UUID) if one]
    after = request.args.get("after", type=UUID)
    cases = queue.queue_of(desk.actor, desk.compound_id, after, held)
    appeals = judging.appeals_of(desk.actor, desk.compound_id, after, held)
    waiting, case, appeal = cases.waiting + appeals.waiting, cases.first, appeals.first
    if case and appeal:
        older = case.opened_at <= appeal.appeal.made_at
        case, appeal = (case, None) if older else (None, appeal)
    return _shown(desk, waiting=waiting, others=cases.others, case=case, appeal=appeal, put_by=bool(after))


@bp.get("/<uuid:case_id>/")
@at_compound(*REVIEWERS)
def show(desk: Desk, case_id: UUID) -> Response:
    """One item of the queue, also when it is decided."""
    return _case(desk, case_id, RefusalForm())


@bp.get("/appeals/<uuid:appeal_id>/")
@at_compound(Act.REVIEW_NOTICE)
def show_appeal(desk: Desk, appeal_id: UUID) -> Response:
    """One appeal against an entry of the list."""
    return _appeal(desk, appeal_id, AppealForm())


@bp.post("/<uuid:case_id>/acceptance")
@at_compound(*REVIEWERS)
def accept(desk: Desk, case_id: UUID) -> ResponseReturnValue:
    """Let an item pass."""

    def act() -> object:
        return service.decide(desk.actor, desk.compound_id, case_id, True, None, None)

    return _held(act, lambda: _decided(desk, case_id, True)) or acted(act, _queue(desk), "已通过。")


@bp.post("/<uuid:case_id>/refusal")
@at_compound(*REVIEWERS)
def refuse(desk: Desk, case_id: UUID) -> ResponseReturnValue:
    """Send an item back with a reason."""
    form = RefusalForm()

    def act() -> object:
        ground = Ground(form.ground.data)
        return service.decide(desk.actor, desk.compound_id, case_id, False, ground, form.reason)

    if request.headers.get(HELD) and form.validate():
        return _held(act, lambda: _decided(desk, case_id, False)) or ""
    return submitted(form, act, _queue(desk), lambda: _case(desk, case_id, form), "已退回，提交人会看到原因。")


@bp.post("/<uuid:case_id>/merging")
@at_compound(Act.REVIEW_WISH)
def merge(desk: Desk, case_id: UUID) -> ResponseReturnValue:
    """Let a wish go on as part of another that asks for the same; its backers come along."""

    def act() -> object:
        into = identifier(request.form.get("into"))
        case = queries.get_case(desk.actor, desk.compound_id, case_id)
        return wishes.merge_wish(desk.actor, desk.compound_id, case.subject_id, into)

    return _held(act) or acted(act, _queue(desk), "已合并，支持的人也一起转过去了。")


@bp.post("/appeals/<uuid:appeal_id>/decision")
@at_compound(Act.REVIEW_NOTICE)
def decide_appeal(desk: Desk, appeal_id: UUID) -> ResponseReturnValue:
    """Uphold an appeal, which takes the entry down at once, or dismiss it."""
    form = AppealForm()

    def act() -> object:
        uphold = form.outcome.data == "uphold"
        return noticeboard.decide_appeal(desk.actor, desk.compound_id, appeal_id, uphold, form.reason.data)

    if request.headers.get(HELD) and form.validate():
        return _held(act) or ""
    return submitted(form, act, _queue(desk), lambda: _appeal(desk, appeal_id, form), "申诉已处理，申诉人会收到结果。")


def _held(act: Callable[[], Any], done_before: Callable[[], bool] = lambda: False) -> ResponseReturnValue | None:
    """What a decision comes to that the browser held: 204, or the sentence of the refusal. None: it was not held."""
    if not request.headers.get(HELD):
        return None
    try:
        with unit_of_work():
            act()
    except NotSignedIn:
        raise
    except AppError as error:
        with unit_of_work():
            if not done_before():
                return Response(error.text, error.status, mimetype="text/plain")
    return "", 204


def _decided(desk: Desk, case_id: UUID, accept: bool) -> bool:
    return queue.decided_so(desk.actor, desk.compound_id, case_id, accept)


def _queue(desk: Desk) -> str:
    return url_for("console_reviews.next_one", compound_id=desk.compound_id)


def _case(desk: Desk, case_id: UUID, form: RefusalForm) -> Response:
    return _shown(desk, form=form, case=queries.get_case(desk.actor, desk.compound_id, case_id))


def _appeal(desk: Desk, appeal_id: UUID, form: AppealForm) -> Response:
    return _shown(desk, appeal_form=form, appeal=judging.get_appeal(desk.actor, desk.compound_id, appeal_id))


def _shown(desk: Desk, case: queries.CaseView | None = None, **context: Any) -> Response:
    """The page of an item, or that there is none."""
    alike: Sequence[LikelyDuplicate] = ()
    if case and case.kind == "wish" and case.may_decide:
        alike = wishes.likely_duplicates(desk.actor, desk.compound_id, case.subject_id)
    forms = {"form": RefusalForm(), "appeal_form": AppealForm()}
    subject = subjects.of(case.kind) if case else None
    return page("reviews/queue.html", case=case, subject=subject, alike=alike, **{**forms, **context})
