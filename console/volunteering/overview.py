"""What waits at the volunteering desk today."""

from flask import Response

from app.org.permissions import Act
from app.volunteering import desk as volunteering
from console.pages import Blueprint, Desk, at_compound, page
from console.volunteering.asking import PREFIX

bp = Blueprint("console_volunteering", __name__, PREFIX)


@bp.get("/")
@at_compound(Act.ORGANISE_VOLUNTEERING)
def index(desk: Desk) -> Response:
    """Claims, services, hours and corrections that wait, and the shifts of today."""
    return page("volunteering/overview.html", waiting=volunteering.waiting(desk.actor, desk.compound_id))
