"""Scans of signed papers: judged by their content, stored with their SHA-256."""

from uuid import UUID

from app.core import clock
from app.core.db import db
from app.core.stored_files import keep_file
from app.identity.actor import Actor
from app.meetings.models import Scan

KIND = "scans"
LIMIT_MB = 20


def keep_scan(actor: Actor, compound_id: UUID, meeting_id: UUID, file_name: str, content: bytes) -> Scan:
    """Store the scan of a signed paper: PDF, JPEG or PNG. Raises what `core.files.check_file` raises."""
    scan = Scan(
        compound_id=compound_id,
        meeting_id=meeting_id,
        created_by=actor.account_id,
        created_at=clock.now(),
        **keep_file(compound_id, KIND, file_name, content, LIMIT_MB),
    )
    db.session.add(scan)
    db.session.flush()
    return scan
