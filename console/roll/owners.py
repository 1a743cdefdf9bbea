"""One owner: correct name and numbers; record or end a guardianship."""

from typing import Any
from uuid import UUID

import wtforms
from flask import Response, request
from flask.typing import ResponseReturnValue
from wtforms import validators

from app.compounds import service
from app.compounds.errors import GuardianInvalid, PersonInvalid
from app.compounds.guardian_models import WardGround
from app.compounds.types import PersonFacts
from app.compounds.unit_pages import owner_page
from app.core.errors import AppError
from app.org.permissions import Act
from console.forms import Form, choices
from console.pages import Desk, at_compound, page, submitted
from console.roll.blueprint import address, bp
from console.roll.words import GROUNDS

PRIVATE = {"autocomplete": "off"}


class FieldForm(Form):
    """A form whose act names the field that is wrong."""

    def refuse(self, error: AppError) -> None:
        """Beside the field where the refusal names one."""
        super().refuse(error)
        if isinstance(error, PersonInvalid | GuardianInvalid) and error.details["field"] in self:
            self[error.details["field"]].errors = [error.details["reason"]]


class OwnerForm(FieldForm):
    """What is to be corrected; what is left empty stays as it is."""

    name = wtforms.StringField("姓名", [validators.Length(max=60)], render_kw=PRIVATE)
    phone = wtforms.StringField("手机号", [validators.Length(max=20)], render_kw={"inputmode": "tel", **PRIVATE})
    no_phone = wtforms.BooleanField("删去现有的手机号（号码是别人的，又不知道本人的）")
    id_number = wtforms.StringField("证件号", [validators.Length(max=40)], render_kw=PRIVATE)
    seen = wtforms.HiddenField()

    def facts(self) -> PersonFacts:
        """What was filled in."""
        return PersonFacts(self.name.data, self.id_number.data, self.phone.data, self.no_phone.data)

    def validate(self, extra_validators: Any = None) -> bool:
        """Something must be said."""
        valid = bool(super().validate(extra_validators))
        if not any((self.name.data, self.phone.data, self.id_number.data, self.no_phone.data)):
            self.name.errors = ["请填写需要更正的内容，不用改的留空。"]
            return False
        return valid


class GuardianForm(FieldForm):
    """Why the owner cannot act alone, and who acts."""

    ground = wtforms.RadioField("原因", [validators.InputRequired("请选择原因。")], choices=choices(*GROUNDS.items()))
    guardian_name = wtforms.StringField("监护人姓名", [validators.Length(max=60)], render_kw=PRIVATE)
    guardian_phone = wtforms.StringField(
        "监护人手机号",
        [validators.Length(max=20)],
        description="监护人用这个手机号登录后，代这位业主投票。",
        render_kw={"inputmode": "tel", **PRIVATE},
    )
    birthday_18 = wtforms.DateField(
        "业主年满 18 周岁的日期",
        [validators.Optional()],
        description="只有名册里没有身份证号的未成年人才需要填写。",
    )
    note = wtforms.StringField(
        "凭哪些材料登记",
        [validators.InputRequired("请写明看过的材料，例如“户口簿、出生医学证明”。"), validators.Length(max=200)],
        render_kw=PRIVATE,
    )


class EndGuardianForm(Form):
    """On which papers a guardianship ends."""

    end_note = wtforms.StringField(
        "凭哪些材料结束",
        [validators.InputRequired("请写明看过的材料，例如“法院判决书”。"), validators.Length(max=200)],
        render_kw=PRIVATE,
    )


@bp.get("/owners/<uuid:owner_id>")
@at_compound(Act.MANAGE_ROLL)
def owner(desk: Desk, owner_id: UUID) -> Response:
    """Where an owner's name and numbers are corrected. `unit` in the address: where to go back to."""
    one = owner_page(desk.actor, desk.compound_id, owner_id)
    return page("roll/owner.html", one=one, form=OwnerForm(seen=one.stamp), unit_id=_unit_id())


@bp.post("/owners/<uuid:owner_id>")
@at_compound(Act.MANAGE_ROLL)
def correct_owner(desk: Desk, owner_id: UUID) -> ResponseReturnValue:
    """Correct them."""
    form = OwnerForm()

    def act() -> None:
        service.correct_owner(desk.actor, desk.compound_id, owner_id, form.facts(), form.seen.data)

    def again() -> Response:
        one = owner_page(desk.actor, desk.compound_id, owner_id)
        return page("roll/owner.html", one=one, form=form, unit_id=_unit_id())

    return submitted(form, act, _back(desk, owner_id), again, "已更正。")


@bp.get("/owners/<uuid:owner_id>/guardian")
@at_compound(Act.MANAGE_ROLL)
def guardian(desk: Desk, owner_id: UUID) -> Response:
    """Where a guardian is recorded, or a guardianship ended."""
    return _guardian_page(desk, owner_id, GuardianForm(), EndGuardianForm())


@bp.post("/owners/<uuid:owner_id>/guardian")
@at_compound(Act.MANAGE_ROLL)
def record_guardian(desk: Desk, owner_id: UUID) -> ResponseReturnValue:
    """Record it, in place of an earlier one."""
    form = GuardianForm()

    def act() -> None:
        service.record_guardian(
            desk.actor,
            desk.compound_id,
            owner_id,
            WardGround(form.ground.data),
            form.note.data,
            form.guardian_name.data,
            form.guardian_phone.data,
            form.birthday_18.data,
        )

    def again() -> Response:
        return _guardian_page(desk, owner_id, form, EndGuardianForm())

    return submitted(form, act, _back(desk, owner_id), again, "已登记监护人。")


@bp.post("/owners/<uuid:owner_id>/guardian/end")
@at_compound(Act.MANAGE_ROLL)
def end_guardian(desk: Desk, owner_id: UUID) -> ResponseReturnValue:
    """End it: the owner acts alone again."""
    form = EndGuardianForm()

    def act() -> None:
        service.end_guardianship(desk.actor, desk.compound_id, owner_id, form.end_note.data)

    def again() -> Response:
        return _guardian_page(desk, owner_id, GuardianForm(), form)

    return submitted(form, act, _back(desk, owner_id), again, "监护登记已结束，业主自己投票。")


def _guardian_page(desk: Desk, owner_id: UUID, form: GuardianForm, ending: EndGuardianForm) -> Response:
    one = owner_page(desk.actor, desk.compound_id, owner_id)
    return page("roll/guardian.html", one=one, form=form, ending=ending, unit_id=_unit_id())


def _unit_id() -> UUID | None:
    return request.args.get("unit", None, UUID)


def _back(desk: Desk, owner_id: UUID) -> str:
    unit_id = _unit_id()
    if unit_id:
        return address(desk, "unit", unit_id=unit_id)
    return address(desk, "owner", owner_id=owner_id)
