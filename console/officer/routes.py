"""Many compounds at once: a node's figures by part and by month, down to each compound's desk, and as a workbook."""

from datetime import date
from uuid import UUID

from dateutil.relativedelta import relativedelta
from flask import Response, make_response, request

from app.core import clock
from app.identity.actor import Actor
from app.org import queries as org
from app.org.models import OrgKind
from app.statistics import service as statistics
from app.statistics.measures import Measure
from console.officer import workbook
from console.pages import Blueprint, page, signed_in

MONTHS_SHOWN = 12
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

bp = Blueprint("console_officer", __name__, "/nodes/<uuid:org_unit_id>")


@bp.get("/")
@signed_in
def show(actor: Actor, org_unit_id: UUID) -> Response:
    """A node: its parts in one month, one measure as bars, and its last twelve months."""
    month, measure = _month(), _measure()
    months = statistics.by_month(actor, org_unit_id, month, MONTHS_SHOWN)
    parts = [] if months.kind == OrgKind.COMPOUND else statistics.by_part(actor, org_unit_id, month).parts
    return page(
        "officer/show.html",
        node=months,
        parts=parts,
        measures=list(Measure),
        chosen=list(Measure).index(measure),
        month=month,
        choices=[_this_month() - relativedelta(months=back) for back in range(MONTHS_SHOWN)],
        above=org.path_to(org_unit_id)[:-1],
    )


@bp.get("/export.xlsx")
@signed_in
def export(actor: Actor, org_unit_id: UUID) -> Response:
    """The same as a workbook: one sheet of parts, one of months."""
    month = _month()
    months = statistics.by_month(actor, org_unit_id, month, MONTHS_SHOWN)
    parts = [] if months.kind == OrgKind.COMPOUND else statistics.by_part(actor, org_unit_id, month).parts
    response = make_response(workbook.of(months, parts, month))
    response.mimetype = XLSX
    response.headers.set("Content-Disposition", "attachment", filename=f"statistics-{month:%Y-%m}.xlsx")
    return response


def _month() -> date:
    """The month asked for, as 2026-05; this one where none or nonsense is asked for."""
    try:
        asked = date.fromisoformat(f"{request.args.get('month', '')}-01")
    except ValueError:
        return _this_month()
    return min(max(asked, date(2000, 1, 1)), _this_month())


def _this_month() -> date:
    return clock.today().replace(day=1)


def _measure() -> Measure:
    try:
        return Measure(request.args.get("measure", ""))
    except ValueError:
        return next(iter(Measure))
