"""Forms: WTForms with its messages in Chinese, and the refusal of the act that a form asks for."""

from typing import Any
from uuid import UUID

import wtforms
from flask import request
from werkzeug.datastructures import CombinedMultiDict
from wtforms.widgets import CheckboxInput, ListWidget

from app.core.errors import AppError, Invalid


class Form(wtforms.Form):  # type: ignore[misc]
    """A form of the request. `refusal`: the sentence by which the act was refused, empty if it was not."""

    class Meta:
        locales = ("zh",)

    def __init__(self, **initial: Any) -> None:
        sent: CombinedMultiDict[str, Any] | None = None
        if request.method == "POST":
            sent = CombinedMultiDict([request.files, request.form])
        super().__init__(sent, **initial)
        self.refusal = ""

    def answers(self) -> tuple[Any, ...]:
        """What the act that it asks for is given: the values of its fields, in their order."""
        return tuple(self.data.values())

    def refuse(self, error: AppError) -> None:
        """Show a refusal above the form; beside the fields where it names them."""
        self.refusal = error.text
        for name, messages in dict(error.details.get("fields", {})).items():
            if name in self._fields:
                self._fields[name].errors = [str(one) for one in messages]


class Choices(wtforms.SelectMultipleField):  # type: ignore[misc]
    """Several of a few choices, as boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def choices(*offered: tuple[str, str]) -> list[wtforms.SelectChoice]:
    """What can be chosen: (value, label) each."""
    return [wtforms.SelectChoice(value, label) for value, label in offered]


class NotAnId(Invalid, ValueError):
    """What a form brought where an id belongs is none: shown by the page that refuses it, and by a field."""

    code = "not_an_id"


def identifier(text: str | None) -> UUID:
    """An id that a form brought. Raises NotAnId."""
    try:
        return UUID(text or "")
    except ValueError:
        raise NotAnId from None
