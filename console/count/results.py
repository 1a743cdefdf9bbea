"""The result: its arithmetic in words, its publication, lots, its final announcement, its annulment."""

from typing import Any
from uuid import UUID

import segno
from flask import Response, url_for
from flask.typing import ResponseReturnValue

from app.core.unit_of_work import unit_of_work
from app.meetings import heads, recovery, service
from app.meetings.elections import lots
from app.meetings.results import address, counted, finality
from app.meetings.results import objections as result_objections
from app.meetings.results.models import ObjectionDecision
from app.org.permissions import Act
from console.count.blueprint import bp, meeting_page
from console.count.forms import AnnulForm, LotForm, lot_form
from console.pages import Desk, acted, at_compound, submitted


@bp.get("/result")
@at_compound(Act.SEE_MEETING_DRAFTS)
def result(desk: Desk, meeting_id: UUID) -> Response:
    """What was counted, and the one thing to do next."""
    return _result(desk, meeting_id)


def _result(
    desk: Desk, meeting_id: UUID, annulment: AnnulForm | None = None, drawn: tuple[UUID, LotForm] | None = None
) -> Response:
    whom = (desk.actor, desk.compound_id, meeting_id)
    found = result_objections.of_meeting(*whom)
    ties = lots.list_ties(*whom)
    forms = {one.motion_id: lot_form(one.tied) for one in ties} | (dict([drawn]) if drawn else {})
    code = heads.get_head(*whom).result_code
    return meeting_page(
        desk,
        meeting_id,
        "result.html",
        result=counted.read(*whom),
        ties=ties,
        lot_forms=forms,
        waiting=sum(one.decided_at is None for one in found),
        objections=len(found),
        wrong=any(one.decision == ObjectionDecision.COUNT_WRONG for one in found),
        annulment=annulment or AnnulForm(),
        public=address.of_result(code),
        qr=_qr(address.of_result(code)) if address.of_result(code) else "",
    )


def _qr(address: str) -> str:
    """A QR code as a picture in the page."""
    picture: str = segno.make(address, error="m", micro=False).svg_data_uri(scale=4, border=3)
    return picture


@bp.post("/result/publication")
@at_compound(Act.MANAGE_MEETING)
def publish(desk: Desk, meeting_id: UUID) -> ResponseReturnValue:
    """Publish the result and tell the owners."""
    return _acted(desk, meeting_id, service.publish_result, "结果已经公示，已通知全体业主。")


@bp.post("/result/final")
@at_compound(Act.MANAGE_MEETING)
def announce_final(desk: Desk, meeting_id: UUID) -> ResponseReturnValue:
    """Announce the result as final."""
    return _acted(desk, meeting_id, finality.announce_final, "结果已经正式公告，已通知全体业主。")


def _acted(desk: Desk, meeting_id: UUID, act: Any, said: str) -> ResponseReturnValue:
    return acted(lambda: act(desk.actor, desk.compound_id, meeting_id), _address(desk, meeting_id), said)


@bp.post("/result/annulment")
@at_compound(Act.DECIDE_RESULT_OBJECTION)
def annul(desk: Desk, meeting_id: UUID) -> ResponseReturnValue:
    """Annul a result whose count was found wrong; whoever found it cannot."""
    form = AnnulForm()
    return submitted(
        form,
        lambda: finality.annul(desk.actor, desk.compound_id, meeting_id, form.reason.data),
        _address(desk, meeting_id),
        lambda: _result(desk, meeting_id, annulment=form),
        "结果已经撤销，已通知全体业主。",
    )


@bp.post("/result/redraft")
@at_compound(Act.MANAGE_MEETING)
def repeat(desk: Desk, meeting_id: UUID) -> ResponseReturnValue:
    """Take the agenda of an annulled meeting up again, as a draft."""
    return acted(
        lambda: recovery.redraft(desk.actor, desk.compound_id, meeting_id, "结果已撤销，重新召开会议表决"),
        _address(desk, meeting_id),
        "已用原来的议程起草了一次新的会议，请到会议列表里核对时间并公告。",
    )


@bp.post("/result/lots/<uuid:motion_id>")
@at_compound(Act.COUNT_AS_SECRETARY)
def draw_lot(desk: Desk, meeting_id: UUID, motion_id: UUID) -> ResponseReturnValue:
    """Record the order in which tied candidates were drawn."""
    with unit_of_work():
        ties = lots.list_ties(desk.actor, desk.compound_id, meeting_id)
    tie = next((one for one in ties if one.motion_id == motion_id), None)
    form = lot_form(tie.tied if tie else [])
    return submitted(
        form,
        lambda: lots.draw(desk.actor, desk.compound_id, meeting_id, motion_id, form.order()),
        _address(desk, meeting_id),
        lambda: _result(desk, meeting_id, drawn=(motion_id, form)),
        "抽签顺序已经登记，请监督人核对后确认。",
    )


@bp.post("/result/lots/<uuid:motion_id>/confirmation")
@at_compound(Act.COUNT_AS_SUPERVISOR)
def confirm_lot(desk: Desk, meeting_id: UUID, motion_id: UUID) -> ResponseReturnValue:
    """Confirm the recorded lot, as who saw it drawn."""
    return acted(
        lambda: lots.confirm(desk.actor, desk.compound_id, meeting_id, motion_id),
        _address(desk, meeting_id),
        "抽签结果已经确认。",
    )


def _address(desk: Desk, meeting_id: UUID) -> str:
    return url_for("console_count.result", compound_id=desk.compound_id, meeting_id=meeting_id)
