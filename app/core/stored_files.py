"""An uploaded file on its way into the storage: judged by its content, kept once, told as columns; and out."""

import hashlib
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from app.core import sealed_files
from app.core.files import check_file, safe_name
from app.core.ids import new_id
from app.core.storage import new_key, storage

UNNAMED_FOR = timedelta(days=1)
"""How long a file may be there that no row names: its transaction may still run."""


def sweep_unnamed(kind: str, named: Callable[[], Collection[str]]) -> int:
    """Delete the files of a kind that no row has named for a day: removed ones, and those of acts that failed.

    `named`: the keys that rows name. Returns how many. Safe to repeat. Ages are by the store's own time, since a
    movable clock does not move it.
    """
    before = datetime.now(UTC) - UNNAMED_FOR
    old = {file.key for file in storage().list_kind(kind) if file.written_at < before}
    unnamed = old - set(named()) if old else old
    for key in unnamed:
        storage().delete(key)
    return len(unnamed)


def keep_file(compound_id: UUID, kind: str, file_name: str, content: bytes, limit_mb: int) -> dict[str, Any]:
    """Check a PDF, JPEG or PNG and store it encrypted; the columns that name it, its SHA-256 in clear and its key.

    Raises what `core.files.check_file` raises, before anything is stored. `limit_mb` is in MB (2^20 bytes).
    """
    file_type = check_file(content, limit_mb)
    file_id = new_id()
    key, file_key = new_key(compound_id, kind, file_id), sealed_files.new_file_key()
    sealed_files.put(key, content, file_key)
    return {
        "id": file_id,
        "file_name": safe_name(file_name, file_type),
        "media_type": file_type.value,
        "size": len(content),
        "sha256": hashlib.sha256(content).digest(),
        "storage_key": key,
        "file_key": file_key,
    }
