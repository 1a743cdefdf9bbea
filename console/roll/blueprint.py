"""The pages of the roll share one blueprint; its modules add their pages to it."""

from typing import Any
from uuid import UUID

from flask import request, url_for

from app.compounds.models import Capacity
from console.pages import Blueprint, Desk

bp = Blueprint("console_roll", __name__, "/compounds/<uuid:compound_id>/roll")


def address(desk: Desk, page: str, **values: Any) -> str:
    """Address of one of the pages of the roll."""
    return url_for(f"console_roll.{page}", compound_id=desk.compound_id, **values)


def cursor() -> UUID | None:
    """After which item a list goes on: `after` in the address; None where it is no id."""
    return request.args.get("after", None, UUID)


def as_what() -> Capacity | None:
    """As what those are bound whom a list is to show: `as` in the address; None: all."""
    asked = request.args.get("as", "")
    return Capacity(asked) if asked in list(Capacity) else None
