"""The pages of the red/black list share one blueprint; its modules add their pages to it."""

from uuid import UUID

from flask import url_for

from console.pages import Blueprint, Desk

bp = Blueprint("console_notices", __name__, "/compounds/<uuid:compound_id>/notices")


def entry_address(desk: Desk, entry_id: UUID) -> str:
    """The page of an entry."""
    return url_for("console_notices.show", compound_id=desk.compound_id, entry_id=entry_id)
