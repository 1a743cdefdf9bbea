"""Applications for binding to a unit: accept an owner's for one of its owners, register a tenant or family member, or
reject with a reason."""

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

import wtforms
from flask import Response
from flask.typing import ResponseReturnValue
from wtforms import validators

from app.compounds import queries, service
from app.compounds.errors import BindingNotFound
from app.compounds.models import Capacity
from app.compounds.types import OwnerShown, WaitingBinding
from app.org.permissions import Act
from console.forms import Form, choices, identifier
from console.pages import Desk, at_compound, page, submitted
from console.roll.blueprint import address, as_what, bp, cursor
from console.roll.words import REASONS, REASONS_OF_RESIDENTS, share

PER_PAGE: Final = 50


class AcceptForm(Form):
    """Which owner the applicant is."""

    owner_id = wtforms.RadioField(
        "申请人是哪一位业主",
        [validators.InputRequired("请选择申请人是哪一位业主。")],
        coerce=lambda text: identifier(text) if isinstance(text, str) else text,
    )

    def offer(self, application: WaitingBinding) -> "AcceptForm":
        """Offer the unit's owners of today; the only one of the applicant's name is marked."""
        self.owner_id.choices = choices(*((str(owner.owner_id), _named(owner)) for owner in application.owners))
        named = [owner.owner_id for owner in application.owners if owner.same_name]
        if not self.owner_id.raw_data and len(named) == 1:
            self.owner_id.data = named[0]
        return self


class RegisterForm(Form):
    """Till when a tenant lives there."""

    lease_ends = wtforms.DateField(
        "租期至",
        [validators.Optional()],
        description="按租房合同填写，过了这一天登记自动结束。留空就按申请人填写的。",
    )


def _named(owner: OwnerShown) -> str:
    facts = f"{owner.phone_masked or '没有手机号'}，份额{share(*owner.share.as_integer_ratio())}"
    return f"{owner.name_masked}（{facts}）" + ("，与申请人同名" if owner.same_name else "")


class RejectForm(Form):
    """Why not."""

    usual = wtforms.SelectField("理由", choices=[], validate_choice=False)
    reason = wtforms.TextAreaField(
        "自己写理由", [validators.Length(max=200, message="请不要超过 200 个字。")], render_kw={"rows": 3}
    )

    def offer(self, application: WaitingBinding) -> "RejectForm":
        """Offer the usual reasons."""
        usual = REASONS if application.capacity is Capacity.OWNER else REASONS_OF_RESIDENTS
        self.usual.choices = choices(("", "请选择，或在下面自己写"), *((one, one) for one in usual))
        return self

    @property
    def given(self) -> str:
        """Own words before those of the list."""
        return (self.reason.data or "").strip() or self.usual.data or ""


@bp.get("/applications")
@at_compound(Act.DECIDE_BINDING)
def applications(desk: Desk) -> Response:
    """What waits, the oldest first."""
    return _listed(desk)


@bp.get("/applications/<uuid:binding_id>")
@at_compound(Act.DECIDE_BINDING)
def application(desk: Desk, binding_id: UUID) -> Response:
    """One application."""
    return _shown(desk, binding_id)


@bp.post("/applications/<uuid:binding_id>/acceptance")
@at_compound(Act.DECIDE_BINDING)
def accept(desk: Desk, binding_id: UUID) -> ResponseReturnValue:
    """Accept it for one of the owners. The service refuses an owner who is not of the unit."""
    form = AcceptForm()
    form.owner_id.validate_choice = False
    form.owner_id.choices = []

    def act() -> None:
        service.decide_binding(desk.actor, desk.compound_id, binding_id, True, form.owner_id.data, None)

    again = _again(desk, binding_id, form, accepting=form)
    return submitted(form, act, address(desk, "applications"), again, "已通过，申请人会收到通知。")


@bp.post("/applications/<uuid:binding_id>/registration")
@at_compound(Act.DECIDE_BINDING)
def register(desk: Desk, binding_id: UUID) -> ResponseReturnValue:
    """Register a tenant or family member. The service refuses it for an owner's application."""
    form = RegisterForm()

    def act() -> None:
        service.decide_binding(desk.actor, desk.compound_id, binding_id, True, None, None, form.lease_ends.data)

    again = _again(desk, binding_id, form, registering=form)
    return submitted(form, act, address(desk, "applications"), again, "已登记，申请人和业主会收到通知。")


@bp.post("/applications/<uuid:binding_id>/rejection")
@at_compound(Act.DECIDE_BINDING)
def reject(desk: Desk, binding_id: UUID) -> ResponseReturnValue:
    """Reject it with a reason, which the applicant reads."""
    form = RejectForm()

    def act() -> None:
        service.decide_binding(desk.actor, desk.compound_id, binding_id, False, None, form.given)

    again = _again(desk, binding_id, form, rejecting=form)
    return submitted(form, act, address(desk, "applications"), again, "已退回，申请人会看到您写的理由。")


def _again(desk: Desk, binding_id: UUID, form: Form, **forms: Form) -> Callable[[], Response]:
    """The application's page; once it no longer waits, those that still do, and why this one was not decided."""

    def again() -> Response:
        try:
            return _shown(desk, binding_id, **forms)
        except BindingNotFound:
            return _listed(desk, form.refusal)

    return again


def _listed(desk: Desk, refusal: str = "") -> Response:
    capacity = as_what()
    found = queries.waiting_bindings(desk.actor, desk.compound_id, cursor(), PER_PAGE + 1, capacity)
    more = len(found) > PER_PAGE
    return page("roll/applications.html", applications=found[:PER_PAGE], more=more, capacity=capacity, refusal=refusal)


def _shown(desk: Desk, binding_id: UUID, **forms: Any) -> Response:
    """The application's page with its forms: those given, which were filled in, and others that are empty."""
    found = queries.waiting_binding(desk.actor, desk.compound_id, binding_id)
    return page(
        "roll/application.html",
        one=found,
        accepting=(forms.get("accepting") or AcceptForm()).offer(found),
        registering=forms.get("registering") or RegisterForm(lease_ends=found.lease_ends),
        rejecting=(forms.get("rejecting") or RejectForm()).offer(found),
    )
