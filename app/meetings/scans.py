"""Scans of signed papers: judged by their content, stored with their SHA-256."""

import hashlib
from uuid import UUID

from app.core import clock
from app.core.db import db
from app.core.files import check_file, safe_name
from app.core.ids import new_id
from app.core.storage import new_key, storage
from app.identity.actor import Actor
from app.meetings.models import Scan

KIND = "scans"
LIMIT_MB = 20


def keep_scan(actor: Actor, compound_id: UUID, meeting_id: UUID, file_name: str, content: bytes) -> Scan:
    """Store the scan of a signed paper: PDF, JPEG or PNG. Raises what `core.files.check_file` raises."""
    file_type = check_file(content, LIMIT_MB)
    scan_id = new_id()
    key = new_key(compound_id, KIND, scan_id)
    storage().put(key, content)
    scan = Scan(
        compound_id=compound_id,
        id=scan_id,
        meeting_id=meeting_id,
        file_name=safe_name(file_name, file_type),
        media_type=file_type.value,
        size=len(content),
        sha256=hashlib.sha256(content).digest(),
        storage_key=key,
        created_by=actor.account_id,
        created_at=clock.now(),
    )
    db.session.add(scan)
    db.session.flush()
    return scan
