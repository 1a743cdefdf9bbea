"""A page with one form: what it is for, its fields, a button, and the way back."""

import re
from datetime import date, datetime
from typing import Final

from flask import Response
from wtforms import (
    DateField,
    DateTimeLocalField,
    Field,
    IntegerField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange
from wtforms.validators import Optional as MayBeEmpty

from app.core.clock import SHANGHAI
from console.forms import Form
from console.pages import page

PREFIX: Final = "/compounds/<uuid:compound_id>/volunteering"
ACTUAL_MINUTES: Final = (
    "《志愿服务记录与证明出具办法（试行）》（民政部令第67号）：服务时间是实际提供服务的时间，往返路上的时间不算。"
)


_UNPRINTABLE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def tidy(said: str | None) -> str | None:
    """What was typed, without what no keyboard types."""
    return _UNPRINTABLE.sub("", said).strip() if said else said


def here(typed: datetime) -> datetime:
    """A time that was typed, in China."""
    return typed.replace(tzinfo=SHANGHAI)


class ReasonForm(Form):
    """Why, in words that the person concerned reads."""

    reason = TextAreaField(
        "原因（会告诉当事人）",
        [DataRequired("请写明原因，当事人会看到。"), Length(max=200, message="请不超过 200 字。")],
        filters=[tidy],
        render_kw={"rows": 3},
    )


def line(label: str, longest: int, hint: str = "", required: bool = True) -> Field:
    """A field of one line."""
    return _words(StringField, label, longest, hint, required, {})


def text(label: str, longest: int, hint: str = "", required: bool = True) -> Field:
    """A field of several lines."""
    return _words(TextAreaField, label, longest, hint, required, {"rows": 4})


def _words(kind: type[Field], label: str, longest: int, hint: str, required: bool, look: dict[str, object]) -> Field:
    presence = DataRequired(f"请填写{label}。") if required else MayBeEmpty()
    return kind(
        label,
        [presence, Length(max=longest, message=f"请不超过 {longest} 字。")],
        filters=[tidy],
        description=hint,
        render_kw=look,
    )


def number(label: str, least: int, most: int, hint: str = "", default: int | None = None) -> IntegerField:
    """A whole number."""
    checks = [InputRequired(f"请填写{label}。"), NumberRange(least, most, f"应当是 {least} 到 {most}。")]
    look = {"min": least, "max": most, "inputmode": "numeric"}
    return IntegerField(label, checks, description=hint, render_kw=look, default=default)


def day(label: str, hint: str = "", required: bool = True) -> DateField:
    """A day of this time."""
    presence = InputRequired(f"请选择{label}。") if required else MayBeEmpty()
    return DateField(label, [presence, _of_this_time], description=hint)


def moment(label: str, hint: str = "") -> DateTimeLocalField:
    """A day and time of this time."""
    return DateTimeLocalField(label, [InputRequired(f"请填写{label}。"), _of_this_time], description=hint)


def _of_this_time(form: Form, field: Field) -> None:
    typed: date | None = field.data  # None: what was typed is no date, which the field says itself
    if typed and not 2000 <= typed.year < 2200:
        raise ValidationError("年份有误，请检查。")


def ask(
    form: Form, heading: str, button: str, back: str, intro: str = "", law: str = "", grave: bool = False
) -> Response:
    """The page. `law`: the article that decides; `grave`: it cannot be undone, and the button is red."""
    return page(
        "volunteering/ask.html", form=form, heading=heading, button=button, back=back, intro=intro, law=law, grave=grave
    )
