"""Statistics of a compound, community, street, county or the city."""

from datetime import date
from typing import Any
from uuid import UUID

from app.core.errors import Forbidden, NotFound
from app.identity.actor import Actor
from app.statistics import queries, service
from miniprogram_api.auth import authenticated
from miniprogram_api.http import Blueprint, fails_with
from miniprogram_api.statistics.schemas import (
    MonthlyStatisticsSchema,
    MonthsQuerySchema,
    PartsQuerySchema,
    PartStatisticsSchema,
)

bp = Blueprint("statistics", __name__, url_prefix="/statistics/<uuid:org_unit_id>", description="统计")


@bp.get("/months")
@authenticated
@bp.arguments(MonthsQuerySchema, location="query")
@bp.response(200, MonthlyStatisticsSchema)
@fails_with(Forbidden, NotFound)
def show_months(actor: Actor, asked: dict[str, Any], org_unit_id: UUID) -> queries.Months:
    """Show a node's figures by month, the newest first; a compound's to its residents too."""
    return service.by_month(actor, org_unit_id, **asked)


@bp.get("/parts")
@authenticated
@bp.arguments(PartsQuerySchema, location="query")
@bp.response(200, PartStatisticsSchema)
@fails_with(Forbidden, NotFound)
def show_parts(actor: Actor, asked: dict[str, date], org_unit_id: UUID) -> queries.Parts:
    """Show the figures of the nodes below in one month, for whoever serves at the node or above."""
    return service.by_part(actor, org_unit_id, **asked)
