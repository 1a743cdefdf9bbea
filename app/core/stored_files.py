"""An uploaded file on its way into the storage: judged by its content, kept once, told as columns."""

import hashlib
from typing import Any
from uuid import UUID

from app.core.files import check_file, safe_name
from app.core.ids import new_id
from app.core.storage import new_key, storage


def keep_file(compound_id: UUID, kind: str, file_name: str, content: bytes, limit_mb: int) -> dict[str, Any]:
    """Check and store a PDF, JPEG or PNG; the columns that name it: id, file_name, media_type, size, sha256, key.

    Raises what `core.files.check_file` raises, before anything is stored. `limit_mb` is in MB (2^20 bytes).
    """
    file_type = check_file(content, limit_mb)
    file_id = new_id()
    key = new_key(compound_id, kind, file_id)
    storage().put(key, content)
    return {
        "id": file_id,
        "file_name": safe_name(file_name, file_type),
        "media_type": file_type.value,
        "size": len(content),
        "sha256": hashlib.sha256(content).digest(),
        "storage_key": key,
    }
