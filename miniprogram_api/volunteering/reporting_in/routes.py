"""Reporting in (双报到)."""

from typing import Any
from uuid import UUID

from marshmallow import Schema, fields

from app.core.errors import Forbidden
from app.core.paging import Page
from app.identity.actor import Actor
from app.identity.consents.errors import CONSENT_REFUSALS
from app.volunteering.reporting_in import acts
from app.volunteering.volunteers.errors import ConsentNeeded
from miniprogram_api.auth import authenticated
from miniprogram_api.http import Blueprint, fails_with
from miniprogram_api.paging import AfterSchema
from miniprogram_api.schemas import identifier, moment, words

bp = Blueprint("reports_in", __name__, url_prefix="/compounds/<uuid:compound_id>/reports-in", description="党员双报到")


class NewReportInSchema(Schema):
    """A party member who reports in."""

    name = words("演示党员", longest=60, required=True)
    branch = words("演示单位党支部", longest=100, required=True)
    consent_version = words(
        "party-2026-01", longest=30, required=True, about="The separate notice on affiliation, agreed to just now"
    )


class ReportInSchema(Schema):
    """Who reported in."""

    id = identifier()
    name = words("演示党员")
    branch = words("演示单位党支部")
    reported_at = moment()


class ReportInListSchema(Schema):
    """As they came."""

    items = fields.List(fields.Nested(ReportInSchema), metadata={"description": "All"})


@bp.get("")
@authenticated
@bp.arguments(AfterSchema, location="query")
@bp.response(200, ReportInListSchema)
@fails_with(Forbidden)
def list_reports_in(actor: Actor, query: dict[str, Page], compound_id: UUID) -> dict[str, Any]:
    """List who reported in, for branch roles; every look is on the audit log."""
    return {"items": acts.list_reports(actor, compound_id, **query)}


@bp.put("/me")
@authenticated
@bp.arguments(NewReportInSchema)
@bp.response(200, ReportInSchema)
@fails_with(Forbidden, *CONSENT_REFUSALS, ConsentNeeded)
def report_in(actor: Actor, body: dict[str, Any], compound_id: UUID) -> acts.ReportView:
    """Report in as a party member, with a separate consent, or set right what was reported."""
    return acts.report_in(actor, compound_id, **body)


@bp.get("/me")
@authenticated
@bp.response(200, ReportInSchema)
@fails_with(acts.NotReportedIn)
def get_my_report(actor: Actor, compound_id: UUID) -> acts.ReportView:
    """Show the actor's own."""
    return acts.get_mine(actor, compound_id)


@bp.delete("/me")
@authenticated
@bp.response(204)
@fails_with(acts.NotReportedIn)
def withdraw_report(actor: Actor, compound_id: UUID) -> None:
    """Take the consent back: name and branch are erased."""
    acts.withdraw(actor, compound_id)
