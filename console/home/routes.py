"""The first pages."""

from flask import Response, redirect, url_for
from flask.typing import ResponseReturnValue

from app.identity.actor import Actor
from app.org import queries
from app.org.models import OrgKind
from console.pages import CONSOLE_ROLES, Blueprint, Desk, at_compound, page, signed_in

bp = Blueprint("console_home", __name__)


@bp.get("/")
@signed_in
def start(actor: Actor) -> ResponseReturnValue:
    """On to the only compound, or a choice of them."""
    nodes = {unit.id: unit for role, unit in queries.appointments_of(actor.account_id) if role in CONSOLE_ROLES}
    compounds = [unit for unit in nodes.values() if unit.kind == OrgKind.COMPOUND]
    if len(nodes) == len(compounds) == 1:
        return redirect(url_for("console_home.today", compound_id=compounds[0].id))
    return page("home/start.html", compounds=compounds, any_role=bool(nodes))


@bp.get("/compounds/<uuid:compound_id>/")
@at_compound()
def today(desk: Desk) -> Response:
    """What waits in a compound today."""
    return page("home/today.html")
