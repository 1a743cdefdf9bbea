"""The first pages."""

from flask import Response, redirect, url_for
from flask.typing import ResponseReturnValue

from app.home import desk as tasks
from app.identity.actor import Actor
from app.org import queries
from app.org.models import OrgKind
from console.home import words
from console.pages import CONSOLE_ROLES, DESK_ROLES, Blueprint, Desk, at_compound, operates, page, signed_in

AT_MOST = 60
"""Compounds that are listed for an officer; where there are more, the way leads over the nodes in between."""

bp = Blueprint("console_home", __name__)


@bp.get("/")
@signed_in
def start(actor: Actor) -> ResponseReturnValue:
    """On to the only compound, or a choice of them."""
    held = queries.appointments_of(actor.account_id)
    nodes = {unit.id: unit for role, unit in held if role in CONSOLE_ROLES}
    desks = {unit.id: unit for role, unit in held if role in DESK_ROLES}
    above = [unit for unit in nodes.values() if unit.kind != OrgKind.COMPOUND]
    compounds = {unit.id: unit for unit in desks.values() if unit.kind == OrgKind.COMPOUND}
    compounds |= {unit.id: unit for unit in queries.compounds_below(list(desks.keys() - compounds.keys()), AT_MOST)}
    if len(compounds) == 1 and not above:
        return redirect(url_for("console_home.today", compound_id=next(iter(compounds))))
    listed = list(compounds.values())
    return page("home/start.html", compounds=listed, areas_above=above, operates=operates(actor))


@bp.get("/compounds/<uuid:compound_id>/")
@at_compound()
def today(desk: Desk) -> Response:
    """What waits in a compound today."""
    return page("home/today.html", lines=[words.line(desk, task) for task in tasks.desk(desk.actor, desk.compound_id)])
