"""Activities (活动): set up with shifts, called off."""

from uuid import UUID

from flask import Response, url_for
from flask.typing import ResponseReturnValue

from app.org.permissions import Act
from app.volunteering.offerings import activities, lines, queries
from app.volunteering.offerings.models import OfferingKind
from console.pages import Blueprint, Desk, answered, at_compound, page, submitted
from console.volunteering.asking import PREFIX, ReasonForm, ask
from console.volunteering.offering_forms import ActivityForm, ShiftsForm

bp = Blueprint("console_activities", __name__, f"{PREFIX}/activities")


@bp.get("/")
@at_compound(Act.ORGANISE_VOLUNTEERING)
def index(desk: Desk) -> Response:
    """The activities to come."""
    found = lines.list_lines(desk.actor, desk.compound_id, OfferingKind.ACTIVITY)
    return page("volunteering/activities.html", activities=found)


@bp.get("/new")
@at_compound(Act.ORGANISE_VOLUNTEERING)
def ask_new(desk: Desk) -> Response:
    """The form for an activity."""
    return _new(desk, ActivityForm(desk))


@bp.post("/new")
@at_compound(Act.ORGANISE_VOLUNTEERING)
def add(desk: Desk) -> ResponseReturnValue:
    """Set an activity up."""
    form = ActivityForm(desk)
    return submitted(
        form,
        lambda: activities.create_activity(desk.actor, desk.compound_id, form.shifts(), **form.about()).id,
        lambda activity_id: address(desk, activity_id),
        lambda: _new(desk, form),
        "活动已发布，您是组织者。",
    )


@bp.get("/<uuid:activity_id>/")
@at_compound(Act.ORGANISE_VOLUNTEERING)
def show(desk: Desk, activity_id: UUID) -> Response:
    """An activity with its shifts."""
    found = queries.get_offering(desk.actor, desk.compound_id, activity_id)
    return page("volunteering/activity.html", offering=found)


@bp.get("/<uuid:activity_id>/shifts")
@at_compound(Act.ORGANISE_VOLUNTEERING)
def ask_shifts(desk: Desk, activity_id: UUID) -> Response:
    """The form for more shifts."""
    return _shifts(desk, activity_id, ShiftsForm())


@bp.post("/<uuid:activity_id>/shifts")
@at_compound(Act.ORGANISE_VOLUNTEERING)
def add_shifts(desk: Desk, activity_id: UUID) -> ResponseReturnValue:
    """Add shifts."""
    done = address(desk, activity_id)
    return answered(desk, (activity_id,), ShiftsForm(), activities.add_shifts, done, _shifts, "班次已增加。")


@bp.get("/<uuid:activity_id>/cancellation")
@at_compound(Act.ORGANISE_VOLUNTEERING)
def ask_cancel(desk: Desk, activity_id: UUID) -> Response:
    """Why it is called off."""
    return _cancel(desk, activity_id, ReasonForm())


@bp.post("/<uuid:activity_id>/cancellation")
@at_compound(Act.ORGANISE_VOLUNTEERING)
def cancel(desk: Desk, activity_id: UUID) -> ResponseReturnValue:
    """Call an activity off."""
    said = "活动已取消，报名和候补的人都会收到通知。"
    return answered(desk, (activity_id,), ReasonForm(), activities.cancel, address(desk, activity_id), _cancel, said)


def address(desk: Desk, activity_id: UUID) -> str:
    """The page of an activity."""
    return url_for("console_activities.show", compound_id=desk.compound_id, activity_id=activity_id)


def _new(desk: Desk, form: ActivityForm) -> Response:
    back = url_for("console_activities.index", compound_id=desk.compound_id)
    return ask(form, "发布活动", "发布", back, "先填一个班次，发布后还可以再加。")


def _shifts(desk: Desk, activity_id: UUID, form: ShiftsForm) -> Response:
    found = queries.get_offering(desk.actor, desk.compound_id, activity_id)
    return ask(form, "增加班次", "增加", address(desk, activity_id), f"活动：{found.title}")


def _cancel(desk: Desk, activity_id: UUID, form: ReasonForm) -> Response:
    found = queries.get_offering(desk.actor, desk.compound_id, activity_id)
    intro = f"“{found.title}”还没结束的班次都会取消，报名和候补的人会收到您写的原因。取消后不能恢复。"
    return ask(form, "取消活动", "取消活动", address(desk, activity_id), intro, grave=True)
