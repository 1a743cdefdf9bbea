"""The form of a sale: the day, and everybody who owns the unit from then on."""

import re
from collections.abc import Sequence
from datetime import datetime, time
from fractions import Fraction
from typing import Any, Final

import wtforms
from wtforms import validators

from app.compounds.errors import NewOwnerInvalid, NoNewOwners
from app.compounds.types import NewOwner
from app.core import clock
from app.core.errors import AppError
from console.forms import Form

CO_OWNERS: Final = 6
_SHARE = re.compile(r"[1-9]\d{0,5}/[1-9]\d{0,5}")


class BuyerForm(wtforms.Form):  # type: ignore[misc]
    """A new owner; one of whom nothing is said does not count."""

    class Meta:
        locales = ("zh",)

    name = wtforms.StringField("姓名", [validators.Length(max=60)], render_kw={"autocomplete": "off"})
    phone = wtforms.StringField(
        "手机号",
        [validators.Length(max=20)],
        description="新业主用这个手机号登录后自动绑定房屋。",
        render_kw={"inputmode": "tel", "autocomplete": "off"},
    )
    id_number = wtforms.StringField("证件号", [validators.Length(max=40)], render_kw={"autocomplete": "off"})
    share = wtforms.StringField(
        "份额", description="按份共有的写成 1/2；不写就是各占相同的份额。", render_kw={"autocomplete": "off"}
    )

    @property
    def is_empty(self) -> bool:
        """Whether nothing is said of the person."""
        return not any((field.data or "").strip() for field in self)

    def new_owner(self) -> NewOwner:
        """The person, as typed."""
        written = (self.share.data or "").strip()
        return NewOwner(
            self.name.data or "", self.id_number.data, self.phone.data, Fraction(written) if written else None
        )

    def validate_share(self, field: Any) -> None:
        """Raise ValidationError unless it is a fraction."""
        written = (field.data or "").strip()
        if written and not _SHARE.fullmatch(written):
            raise validators.ValidationError("份额应当像 1/2。")


class TransferForm(Form):
    """When ownership passed, and to whom."""

    day = wtforms.DateField(
        "过户日期",
        [validators.InputRequired("请填写过户日期。")],
        default=lambda: clock.today(),
        description="不动产登记簿上的日期，不能晚于今天。",
    )
    buyers = wtforms.FieldList(wtforms.FormField(BuyerForm), min_entries=CO_OWNERS, max_entries=CO_OWNERS)
    seen = wtforms.HiddenField()

    def __init__(self, **initial: Any) -> None:
        super().__init__(**initial)
        self.buyers[0].form.name.flags.required = True

    def new_owners(self) -> Sequence[NewOwner]:
        """Everybody of whom something is said."""
        return [entry.form.new_owner() for entry in self._said()]

    def moment(self) -> datetime:
        """The beginning of the day; now, where it is today."""
        if self.day.data == clock.today():
            return clock.now()
        return datetime.combine(self.day.data, time(), clock.SHANGHAI)

    def refuse(self, error: AppError) -> None:
        """Beside the field of the new owner that the refusal is about."""
        super().refuse(error)
        if isinstance(error, NewOwnerInvalid):
            entry = self._said()[error.details["position"] - 1]
            entry.form[error.details["field"]].errors = [error.details["reason"]]
        if isinstance(error, NoNewOwners):
            self.buyers[0].form.name.errors = ["请填写新业主的姓名。"]

    def _said(self) -> list[Any]:
        return [entry for entry in self.buyers if not entry.form.is_empty]
