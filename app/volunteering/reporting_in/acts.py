"""Reporting in (双报到), taking it back, and who sees it: branch roles alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.compounds.persons import clean_name
from app.core import audit, clock
from app.core.db import db
from app.core.errors import NotFound
from app.core.ids import new_id
from app.core.paging import WHOLE, Page, paged
from app.identity.actor import Actor
from app.identity.consents import acts as consents
from app.volunteering import policy
from app.volunteering.reporting_in.models import ReportIn
from app.volunteering.volunteers.errors import ConsentNeeded

CONSENT_VERSION: Final = "party-2026-01"
"""Version of the separate notice on affiliation that party members agree to: PIPL 29."""


class NotReportedIn(NotFound):
    code = "not_reported_in"
    message = "您还没有在本小区报到。"


@dataclass(frozen=True)
class ReportView:
    """Who reported in, whole, for the person and for branch roles."""

    id: UUID
    name: str
    branch: str
    reported_at: datetime


def report_in(actor: Actor, compound_id: UUID, name: str, branch: str, consent_version: str) -> ReportView:
    """Report in as a party member, or set right what was reported.

    Raises Forbidden, ConsentWithdrawn, GuardianNeeded, ConsentNeeded.
    """
    policy.require_see(actor, compound_id)
    consents.require(actor.account_id)
    if consent_version != CONSENT_VERSION:
        raise ConsentNeeded
    columns = {"name": clean_name(name), "branch": branch.strip(), "consent_version": consent_version}
    put = (
        insert(ReportIn)
        .values(compound_id=compound_id, id=new_id(), account_id=actor.account_id, reported_at=clock.now(), **columns)
        .on_conflict_do_update(
            index_elements=["compound_id", "account_id"], index_where=ReportIn.withdrawn_at.is_(None), set_=columns
        )
        .returning(ReportIn)
    )
    found = db.session.scalars(put, execution_options={"populate_existing": True}).one()
    audit.record(compound_id, actor.account_id, "report_in", found.id)
    return _view(found)


def withdraw(actor: Actor, compound_id: UUID) -> None:
    """Take the consent back: name and branch are erased. Raises NotReportedIn."""
    report = _current(actor, compound_id, lock=True)
    report.withdrawn_at, report.name, report.branch = clock.now(), None, None
    db.session.flush()
    audit.record(compound_id, actor.account_id, "withdraw_report", report.id)


def get_mine(actor: Actor, compound_id: UUID) -> ReportView:
    """The actor's own. Raises NotReportedIn."""
    return _view(_current(actor, compound_id))


def list_reports(actor: Actor, compound_id: UUID, page: Page = WHOLE) -> Sequence[ReportView]:
    """Who reported in, as they came, for branch roles; every look is on the audit log. Raises Forbidden."""
    policy.require_see_affiliation(actor, compound_id)
    audit.record(compound_id, actor.account_id, "read_reports", compound_id)
    rows = ReportIn.compound_id == compound_id
    found = paged(select(ReportIn).where(rows, ReportIn.withdrawn_at.is_(None)), page, (ReportIn.id,), rows)
    return [_view(one) for one in db.session.scalars(found)]


def _current(actor: Actor, compound_id: UUID, lock: bool = False) -> ReportIn:
    mine = select(ReportIn).where(
        ReportIn.compound_id == compound_id,
        ReportIn.account_id == actor.account_id,
        ReportIn.withdrawn_at.is_(None),
    )
    report: ReportIn | None = db.session.scalar(mine.with_for_update() if lock else mine)
    if report is None:
        raise NotReportedIn
    return report


def _view(report: ReportIn) -> ReportView:
    return ReportView(report.id, report.name or "", report.branch or "", report.reported_at)
