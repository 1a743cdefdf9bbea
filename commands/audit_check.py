"""Whether a compound's audit log is whole: what its export shows to anybody, and what the database alone can show."""

import io
from uuid import UUID

from sqlalchemy import select

from app.core import audit
from app.core.audit_log import checking, exporting
from app.core.db import db
from app.org.models import OrgUnit
from verifier.audit import check as check_export
from verifier.report import Report

NO_COMPOUND = "platform"
"""In place of a compound's id for the log of what belongs to none."""


def check_log(compound_id: UUID) -> tuple[bool, str]:
    """Whether the log is whole, and all findings in words."""
    out = io.StringIO()
    report = Report(out, "LOG")
    check_export(exporting.lines(compound_id), report)
    for suspect in checking.suspects(compound_id):
        report.breaks(suspect.code, *_words(suspect))
    return report.end() == 0, out.getvalue()


def title_of(compound_id: UUID) -> str:
    """The compound's name, or "platform"."""
    if compound_id == audit.PLATFORM:
        return NO_COMPOUND
    return db.session.scalar(select(OrgUnit.name).where(OrgUnit.id == compound_id)) or "(no such compound)"


def _words(suspect: checking.Suspect) -> tuple[str, str]:
    if suspect.code == "altered":
        return f"The row {suspect.row} was altered.", f"记录 {suspect.row} 被改动。"
    return f"The row {suspect.row} was not written by the program.", f"记录 {suspect.row} 不是程序写入的。"
