"""The first page of the roll, its search, and its lists."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import wtforms
from flask import Response, request
from flask.typing import ResponseReturnValue
from wtforms import validators

from app.compounds import queries, residents, roll_lists
from app.compounds.types import UnitShown
from app.core.unit_of_work import unit_of_work
from app.org.permissions import Act
from console.forms import Form
from console.pages import Desk, at_compound, page
from console.roll.blueprint import as_what, bp, cursor

PER_PAGE: Final = 50


class SearchForm(Form):
    """What to look for."""

    text = wtforms.StringField(
        "查找房屋",
        [validators.InputRequired("请填写要找的房号、姓名或手机号。"), validators.Length(max=50)],
        description="填房号（如 3栋501）、业主的完整姓名、手机号或证件号。",
        render_kw={"autocomplete": "off"},
    )


@bp.get("")
@at_compound(Act.MANAGE_ROLL)
def index(desk: Desk) -> Response:
    """The roll at a glance."""
    return page(
        "roll/index.html",
        form=SearchForm(),
        totals=queries.roll_totals(desk.compound_id),
        gaps=roll_lists.gaps(desk.actor, desk.compound_id),
        buildings=roll_lists.buildings(desk.actor, desk.compound_id),
    )


@bp.post("")
@at_compound(Act.MANAGE_ROLL)
def search(desk: Desk) -> ResponseReturnValue:
    """Search; what is looked for never stands in an address, where logs would keep it."""
    form = SearchForm()
    found: Sequence[UnitShown] = []
    if form.validate():
        after = request.form.get("after", None, UUID)
        with unit_of_work():
            found = queries.search_units(desk.actor, desk.compound_id, form.text.data, after, PER_PAGE + 1)
    shown = page("roll/found.html", form=form, units=found[:PER_PAGE], more=len(found) > PER_PAGE)
    shown.status_code = 422 if form.errors else 200
    return shown


@bp.get("/buildings/<uuid:building_id>")
@at_compound(Act.MANAGE_ROLL)
def building(desk: Desk, building_id: UUID) -> Response:
    """The units of a building."""
    name, units = roll_lists.units_of_building(desk.actor, desk.compound_id, building_id, cursor(), PER_PAGE + 1)
    return _listed(name, units, "这栋楼还没有登记房屋。", "building", building_id=building_id)


@bp.get("/without-owner")
@at_compound(Act.MANAGE_ROLL)
def without_owner(desk: Desk) -> Response:
    """Units of nobody."""
    units = roll_lists.units_without_owner(desk.actor, desk.compound_id, cursor(), PER_PAGE + 1)
    return _listed("没有业主的房屋", units, "每套房屋都登记了业主。", "without_owner")


@bp.get("/without-phone")
@at_compound(Act.MANAGE_ROLL)
def without_phone(desk: Desk) -> Response:
    """Units with an owner who cannot be reached by phone."""
    units = roll_lists.units_without_phone(desk.actor, desk.compound_id, cursor(), PER_PAGE + 1)
    return _listed("业主没有手机号的房屋", units, "每位业主都登记了手机号。", "without_phone")


@bp.get("/residents")
@at_compound(Act.DECIDE_BINDING)
def list_residents(desk: Desk) -> Response:
    """Who is registered as living here without owning a home."""
    capacity = as_what()
    found = residents.list_residents(desk.actor, desk.compound_id, capacity, cursor(), PER_PAGE + 1)
    more = len(found) > PER_PAGE
    return page("roll/residents.html", residents=found[:PER_PAGE], more=more, capacity=capacity)


def _listed(title: str, units: Sequence[UnitShown], empty: str, here: str, **values: object) -> Response:
    return page(
        "roll/units.html",
        title=title,
        units=units[:PER_PAGE],
        more=len(units) > PER_PAGE,
        empty=empty,
        here=here,
        values=values,
    )
