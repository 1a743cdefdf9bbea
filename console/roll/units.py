"""One unit: read it, correct it, pass it to others, end a binding to it."""

from uuid import UUID

import wtforms
from flask import Response
from flask.typing import ResponseReturnValue
from wtforms import validators

from app.compounds import service
from app.compounds.errors import BindingNotFound
from app.compounds.types import UnitFacts
from app.compounds.unit_pages import UnitPage, unit_page
from app.core.unit_of_work import unit_of_work
from app.meetings import queries as meetings
from app.meetings.models import MeetingState
from app.org.permissions import Act
from console.forms import Form, choices
from console.pages import Desk, at_compound, page, submitted
from console.roll.blueprint import address, bp
from console.roll.fields import AreaField
from console.roll.transfer_forms import TransferForm
from console.roll.words import USES


class UnitForm(Form):
    """What a unit is."""

    use = wtforms.SelectField("用途", [validators.InputRequired()], choices=choices(*USES.items()))
    area_register_centi = AreaField("登记面积（平方米）", description="不动产权证书上的建筑面积，表决时最先采用。")
    area_survey_centi = AreaField("实测面积（平方米）", description="测绘成果上的面积，没有登记面积时采用。")
    area_contract_centi = AreaField("合同面积（平方米）", description="买卖合同上的面积，前两项都没有时采用。")
    held_by_developer = wtforms.BooleanField("开发商未售或未交付")
    seen = wtforms.HiddenField()

    def facts(self) -> UnitFacts:
        """What was filled in."""
        return UnitFacts(
            self.use.data,
            self.area_register_centi.data,
            self.area_survey_centi.data,
            self.area_contract_centi.data,
            self.held_by_developer.data,
        )


class EndBindingForm(Form):
    """Why a binding ends."""

    reason = wtforms.TextAreaField(
        "理由",
        [validators.InputRequired("请写明理由，住户会看到它。"), validators.Length(max=200)],
        render_kw={"rows": 2},
    )


class LeaseForm(Form):
    """A tenant's last day."""

    lease_ends = wtforms.DateField(
        "租期至", [validators.Optional()], description="续租的，按新合同改。过了这一天登记自动结束；留空就不自动结束。"
    )


@bp.get("/units/<uuid:unit_id>")
@at_compound(Act.MANAGE_ROLL)
def unit(desk: Desk, unit_id: UUID) -> Response:
    """One unit with its owners, former owners and bindings, masked."""
    return _unit_page(desk, unit_id, masked=True)


@bp.post("/units/<uuid:unit_id>")
@at_compound(Act.MANAGE_ROLL)
def reveal(desk: Desk, unit_id: UUID) -> Response:
    """The same with whole names and phones of the owners: the look is on the audit log."""
    with unit_of_work():
        return _unit_page(desk, unit_id, masked=False)


@bp.get("/units/<uuid:unit_id>/correction")
@at_compound(Act.MANAGE_ROLL)
def correct(desk: Desk, unit_id: UUID) -> Response:
    """Where what the unit is can be corrected."""
    one = unit_page(desk.actor, desk.compound_id, unit_id)
    return page("roll/correct_unit.html", unit=one, form=UnitForm(seen=one.stamp, **vars(one.facts)))


@bp.post("/units/<uuid:unit_id>/correction")
@at_compound(Act.MANAGE_ROLL)
def save(desk: Desk, unit_id: UUID) -> ResponseReturnValue:
    """Correct it."""
    form = UnitForm()

    def act() -> None:
        service.correct_unit(desk.actor, desk.compound_id, unit_id, form.facts(), form.seen.data)

    def again() -> Response:
        one = unit_page(desk.actor, desk.compound_id, unit_id)
        return page("roll/correct_unit.html", unit=one, form=form)

    return submitted(form, act, address(desk, "unit", unit_id=unit_id), again, "已更正。")


@bp.get("/units/<uuid:unit_id>/transfer")
@at_compound(Act.MANAGE_ROLL)
def transfer(desk: Desk, unit_id: UUID) -> Response:
    """Where a sale is recorded."""
    one = unit_page(desk.actor, desk.compound_id, unit_id)
    return _transfer_page(desk, one, TransferForm(seen=one.owners_stamp))


@bp.post("/units/<uuid:unit_id>/transfer")
@at_compound(Act.MANAGE_ROLL)
def pass_on(desk: Desk, unit_id: UUID) -> ResponseReturnValue:
    """Record it: the former owners' ownership and bindings end."""
    form = TransferForm()

    def act() -> None:
        service.transfer_unit(desk.actor, desk.compound_id, unit_id, form.new_owners(), form.moment(), form.seen.data)

    def again() -> Response:
        return _transfer_page(desk, unit_page(desk.actor, desk.compound_id, unit_id), form)

    return submitted(form, act, address(desk, "unit", unit_id=unit_id), again, "已登记新业主。")


@bp.get("/units/<uuid:unit_id>/bindings/<uuid:binding_id>")
@at_compound(Act.DECIDE_BINDING)
def binding(desk: Desk, unit_id: UUID, binding_id: UUID) -> Response:
    """Where a binding is ended."""
    return _binding_page(desk, unit_id, binding_id)


@bp.post("/units/<uuid:unit_id>/bindings/<uuid:binding_id>")
@at_compound(Act.DECIDE_BINDING)
def end_binding(desk: Desk, unit_id: UUID, binding_id: UUID) -> ResponseReturnValue:
    """End it, with a reason that the account's holder reads."""
    form = EndBindingForm()
    return submitted(
        form,
        lambda: service.revoke_binding(desk.actor, desk.compound_id, binding_id, form.reason.data),
        address(desk, "unit", unit_id=unit_id),
        lambda: _binding_page(desk, unit_id, binding_id, ending=form),
        "已解除，本人会收到通知。",
    )


@bp.post("/units/<uuid:unit_id>/bindings/<uuid:binding_id>/lease")
@at_compound(Act.DECIDE_BINDING)
def change_lease(desk: Desk, unit_id: UUID, binding_id: UUID) -> ResponseReturnValue:
    """Set a tenant's last day."""
    form = LeaseForm()
    return submitted(
        form,
        lambda: service.change_lease(desk.actor, desk.compound_id, binding_id, form.lease_ends.data),
        address(desk, "unit", unit_id=unit_id),
        lambda: _binding_page(desk, unit_id, binding_id, leasing=form),
        "已改租期。",
    )


def _unit_page(desk: Desk, unit_id: UUID, masked: bool) -> Response:
    return page("roll/unit.html", unit=unit_page(desk.actor, desk.compound_id, unit_id, masked), masked=masked)


def _transfer_page(desk: Desk, one: UnitPage, form: TransferForm) -> Response:
    """The form, below the meetings that vote now and what the transfer means for them."""
    running = [
        meeting
        for meeting in meetings.list_meetings(desk.actor, desk.compound_id)
        if meeting.state in (MeetingState.ANNOUNCED, MeetingState.VOTING)
    ]
    return page("roll/transfer.html", unit=one, form=form, running=running)


def _binding_page(
    desk: Desk,
    unit_id: UUID,
    binding_id: UUID,
    ending: EndBindingForm | None = None,
    leasing: LeaseForm | None = None,
) -> Response:
    one = unit_page(desk.actor, desk.compound_id, unit_id)
    tie = next((found for found in one.bindings if found.binding_id == binding_id), None)
    if tie is None:
        raise BindingNotFound
    leasing = leasing or LeaseForm(lease_ends=tie.lease_ends)
    return page("roll/binding.html", unit=one, tie=tie, form=ending or EndBindingForm(), leasing=leasing)
