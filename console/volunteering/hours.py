"""Hours of service: confirmed, refused, corrected on request, with the trail of every record."""

from uuid import UUID

from flask import Response, url_for
from flask.typing import ResponseReturnValue
from wtforms import RadioField
from wtforms.validators import InputRequired

from app.core.unit_of_work import unit_of_work
from app.org.permissions import Act
from app.volunteering.hours import confirming, presence, queries
from app.volunteering.hours.errors import CorrectionNotFound
from console.forms import choices
from console.pages import Blueprint, Desk, acted, answered, at_compound, page, submitted
from console.volunteering.asking import PREFIX, ReasonForm, ask

bp = Blueprint("console_hours", __name__, f"{PREFIX}/hours")

ACTS = {
    "check_in": "开始记录（签到）",
    "check_out": "签退",
    "enter_attendance": "组织者登记了服务时间",
    "enter_post_hours": "工作人员登记了岗位服务时间",
    "confirm_hours": "认定",
    "refuse_hours": "不予认定",
    "request_correction": "志愿者申请更正",
    "accept_correction": "同意更正",
    "refuse_correction": "不同意更正",
}


class CorrectionForm(ReasonForm):
    """Whether a correction is accepted, and why."""

    accept = RadioField(
        "怎样办理",
        [InputRequired("请选择同意还是不同意。")],
        choices=choices(("yes", "同意更正"), ("no", "不同意，维持原记录")),
    )


@bp.get("/")
@at_compound(Act.ORGANISE_VOLUNTEERING)
def index(desk: Desk) -> Response:
    """What waits for the actor's word, masked."""
    return _listed(desk, masked=True)


@bp.post("/")
@at_compound(Act.ORGANISE_VOLUNTEERING)
def reveal(desk: Desk) -> Response:
    """The same with whole names: the look is on the audit log."""
    with unit_of_work():
        return _listed(desk, masked=False)


@bp.get("/<uuid:record_id>/")
@at_compound(Act.ORGANISE_VOLUNTEERING)
def show(desk: Desk, record_id: UUID) -> Response:
    """A record with its trail."""
    record = queries.get_masked(desk.actor, desk.compound_id, record_id)
    return page(
        "volunteering/record.html",
        record=record,
        trail=queries.changes(desk.actor, desk.compound_id, record_id),
        booking_id=_booking(desk, record),
        names=ACTS,
    )


@bp.post("/<uuid:record_id>/confirmation")
@at_compound(Act.ORGANISE_VOLUNTEERING)
def confirm(desk: Desk, record_id: UUID) -> ResponseReturnValue:
    """Confirm the recorded minutes."""
    return acted(
        lambda: confirming.confirm(desk.actor, desk.compound_id, record_id),
        _list_address(desk),
        "已认定，志愿者会收到通知。",
    )


@bp.get("/<uuid:record_id>/refusal")
@at_compound(Act.ORGANISE_VOLUNTEERING)
def ask_refuse(desk: Desk, record_id: UUID) -> Response:
    """Why a record is refused."""
    return _refuse(desk, record_id, ReasonForm())


@bp.post("/<uuid:record_id>/refusal")
@at_compound(Act.ORGANISE_VOLUNTEERING)
def refuse(desk: Desk, record_id: UUID) -> ResponseReturnValue:
    """Refuse a record."""
    said = "已登记为不予认定，志愿者会收到原因，也可以申请更正。"
    return answered(desk, (record_id,), ReasonForm(), confirming.refuse, _list_address(desk), _refuse, said)


@bp.get("/<uuid:record_id>/correction")
@at_compound(Act.ORGANISE_VOLUNTEERING)
def ask_correction(desk: Desk, record_id: UUID) -> Response:
    """The request that waits."""
    return _correction(desk, record_id, CorrectionForm())


@bp.post("/<uuid:record_id>/correction")
@at_compound(Act.ORGANISE_VOLUNTEERING)
def decide_correction(desk: Desk, record_id: UUID) -> ResponseReturnValue:
    """Accept it or not."""
    form = CorrectionForm()
    return submitted(
        form,
        lambda: confirming.decide_correction(
            desk.actor,
            desk.compound_id,
            record_id,
            _waiting(queries.get_masked(desk.actor, desk.compound_id, record_id)).id,
            form.accept.data == "yes",
            form.reason.data,
        ),
        url_for("console_hours.show", compound_id=desk.compound_id, record_id=record_id),
        lambda: _correction(desk, record_id, form),
        "已办理，志愿者会收到通知。",
    )


def _listed(desk: Desk, masked: bool) -> Response:
    records = queries.to_decide(desk.actor, desk.compound_id, masked)
    return page(
        "volunteering/hours.html",
        recorded=[one for one in records if one.state == "recorded"],
        corrections=[one for one in records if one.correction],
        masked=masked,
    )


def _refuse(desk: Desk, record_id: UUID, form: ReasonForm) -> Response:
    record = queries.get_masked(desk.actor, desk.compound_id, record_id)
    intro = f"{record.name}，{record.content}，{record.minutes or 0} 分钟。"
    return ask(form, "不予认定", "不予认定", _list_address(desk), intro, grave=True)


def _correction(desk: Desk, record_id: UUID, form: CorrectionForm) -> Response:
    record = queries.get_masked(desk.actor, desk.compound_id, record_id)
    asked = _waiting(record)
    intro = (
        f"{record.name}，{record.content}：现在记录 {record.minutes or 0} 分钟，申请改为 {asked.minutes} 分钟。"
        f"理由：{asked.reason}"
    )
    return ask(form, "办理更正申请", "提交", _list_address(desk), intro)


def _waiting(record: queries.RecordView) -> queries.CorrectionView:
    if record.correction is None:
        raise CorrectionNotFound
    return record.correction


def _booking(desk: Desk, record: queries.RecordView) -> UUID | None:
    """The booking under which the organiser may still set the times right."""
    if record.slot_id is None or record.state not in ("open", "recorded"):
        return None
    of_slot = presence.records_of(desk.compound_id, record.slot_id)
    return next((booking_id for booking_id, one in of_slot.items() if one.id == record.id), None)


def _list_address(desk: Desk) -> str:
    return url_for("console_hours.index", compound_id=desk.compound_id)
