"""Scans of signed papers: judged by their content, stored with their SHA-256."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import exists, or_, select

from app.core import clock
from app.core.db import db
from app.core.stored_files import keep_file
from app.identity.actor import Actor
from app.meetings import policy, reading, trail
from app.meetings.mandates.errors import ScanNotFound, ScanSealed
from app.meetings.models import Mandate, PaperSheet, Scan

KIND = "scans"
LIMIT_MB = 20


def keep_scan(actor: Actor, compound_id: UUID, meeting_id: UUID, file_name: str, content: bytes) -> Scan:
    """Store the scan of a signed paper: PDF, JPEG or PNG. Raises what `core.files.check_file` raises."""
    return note_scan(actor, compound_id, meeting_id, store_scan(compound_id, file_name, content))


def store_scan(compound_id: UUID, file_name: str, content: bytes) -> dict[str, Any]:
    """Check and store the file alone, before any lock is taken: looking through a large one takes its time."""
    return keep_file(compound_id, KIND, file_name, content, LIMIT_MB)


def note_scan(actor: Actor, compound_id: UUID, meeting_id: UUID, stored: Mapping[str, Any]) -> Scan:
    """The row of a scan whose file is stored."""
    scan = Scan(
        compound_id=compound_id,
        meeting_id=meeting_id,
        created_by=actor.account_id,
        created_at=clock.now(),
        **stored,
    )
    db.session.add(scan)
    db.session.flush()
    return scan


def view_scan(actor: Actor, compound_id: UUID, meeting_id: UUID, scan_id: UUID) -> Scan:
    """A scan, for those who run or supervise the meeting; that it was looked at goes on record.

    Never one of a ballot sheet, which shows choices: see `paper.viewing`. Nor, before the count, that of a mandate
    which fixes choices, but to whoever entered it from paper.
    Raises Forbidden, MeetingNotFound, ScanNotFound, ScanSealed.
    """
    policy.require_see_drafts(actor, compound_id)
    meeting = reading.existing(compound_id, meeting_id)
    scan = db.session.get(Scan, (compound_id, scan_id))
    if scan is None or scan.meeting_id != meeting_id or _is_of_sheet(scan):
        raise ScanNotFound
    if meeting.counted_at is None and scan.created_by != actor.account_id and _shows_choices(scan):
        raise ScanSealed
    trail.note(actor, meeting, "view_scan", None, {"scan_id": str(scan.id)})
    return scan


def _is_of_sheet(scan: Scan) -> bool:
    of_sheet = exists().where(PaperSheet.compound_id == scan.compound_id, PaperSheet.scan_id == scan.id)
    return bool(db.session.scalar(select(of_sheet)))


def _shows_choices(scan: Scan) -> bool:
    fixing = exists().where(
        Mandate.compound_id == scan.compound_id,
        Mandate.scan_id == scan.id,
        or_(Mandate.choices != {}, Mandate.marks != {}),
    )
    return bool(db.session.scalar(select(fixing)))
