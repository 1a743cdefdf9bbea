"""Files at rest: each is encrypted with a key of its own, which stands in the row that names the file (PIPL 51).

    1 byte: format | 12 bytes: nonce | content and tag (AES-256-GCM over the whole, bound to the storage key)

The row's `file_key` is an envelope like every encrypted value (`app.core.crypto`): a new master key makes it anew and
leaves the file as it is. Whoever has the store alone can read nothing in it, nor put one file in another's place. A row
without a key names a file in clear, from before there were any: `seal_all` gives it one.

A file is held whole, in clear and encrypted: twice its size, 100 MB for the largest attachment that settings allow.
"""

import base64
import os
from collections.abc import Sequence
from typing import Any, Final

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Column, Row, Table, func, select, tuple_, update

from app.core import crypto
from app.core.db import db
from app.core.ids import new_random_id
from app.core.rotation import Report
from app.core.storage import FileMissing, new_key, storage
from app.core.unit_of_work import unit_of_work

log = structlog.get_logger(__name__)

FORMAT: Final = b"\x01"
AT_ONCE: Final = 50
_NONCE_BYTES: Final = 12


class FileChanged(Exception):
    """A file is not the one that was stored under its key."""


def new_file_key() -> bytes:
    """A key for the files of one row, as the row keeps it."""
    return crypto.encrypt(base64.b64encode(AESGCM.generate_key(256)).decode())


def put(storage_key: str, content: bytes, file_key: bytes) -> None:
    """Encrypt and store a file. Raises FileExists, Unavailable."""
    nonce = os.urandom(_NONCE_BYTES)
    sealed = _cipher(file_key).encrypt(nonce, content, storage_key.encode())
    storage().put(storage_key, b"".join((FORMAT, nonce, sealed)))


def get(storage_key: str, file_key: bytes | None) -> bytes:
    """The content of a file. Raises FileMissing, FileChanged, CannotDecrypt, Unavailable."""
    stored = storage().get(storage_key)
    if file_key is None:
        return stored
    start = len(FORMAT) + _NONCE_BYTES
    try:
        return _cipher(file_key).decrypt(stored[len(FORMAT) : start], stored[start:], storage_key.encode())
    except (InvalidTag, ValueError):
        raise FileChanged(storage_key) from None


def _cipher(file_key: bytes) -> AESGCM:
    return AESGCM(base64.b64decode(crypto.decrypt(bytes(file_key))))


# ---- files from before


def in_clear() -> int:
    """How many rows name files in clear."""
    return sum(db.session.execute(_clear(table, func.count())).scalar_one() for table in _tables())


def seal_all(report: Report) -> int:
    """Encrypt the files in clear while the product runs; how many rows are left, because their file is missing.

    A file is written anew under another key and the row turned to it; what it was is swept like any that no row names.
    Stopped at any moment it goes on by being run again, and two at once share the work.
    """
    with unit_of_work():
        total = in_clear()
    done = 0
    report(done, total)
    for table in _tables():
        after: Sequence[Any] | None = None
        while rows := _some(table, after):
            for row in rows:
                done += _seal(table, row)
                report(min(done, total), total)
            after = [rows[-1]._mapping[column] for column in table.primary_key.columns]
    with unit_of_work():
        return in_clear()


def _some(table: Table, after: Sequence[Any] | None) -> Sequence[Row[Any]]:
    key = list(table.primary_key.columns)
    some = _clear(table, *key, *_addresses(table)).order_by(*key).limit(AT_ONCE)
    if after is not None:
        some = some.where(tuple_(*key) > tuple_(*after))
    with unit_of_work():
        return db.session.execute(some).all()


def _seal(table: Table, row: Row[Any]) -> int:
    """Encrypt the files of a row, and of others that name the same; of how many rows. 0: a file is missing."""
    file_key, moved = new_file_key(), {}
    for column in _addresses(table):
        old: str = row._mapping[column]
        new = new_key(row._mapping[table.c.compound_id], old.split("/")[1], new_random_id())
        try:
            put(new, storage().get(old), file_key)
        except FileMissing:
            log.error("file_missing", table=table.name, storage_key=old)
            return 0
        moved[column] = new
    same = [column == row._mapping[column] for column in moved]  # not where another run was quicker
    turned = update(table).where(table.c.compound_id == row._mapping[table.c.compound_id], *same)
    turned = turned.values({**moved, table.c.file_key: file_key})
    with unit_of_work():
        return int(db.session.execute(turned).rowcount)  # type: ignore[attr-defined]


def _tables() -> list[Table]:
    """The tables that name files."""
    return [table for table in db.metadata.sorted_tables if "file_key" in table.columns]


def _addresses(table: Table) -> list[Column[Any]]:
    """The columns in which the files of a row are named."""
    return [column for column in table.columns if column.name in ("storage_key", "thumbnail_key")]


def _clear(table: Table, *columns: Any) -> Any:
    return select(*columns).select_from(table).where(table.c.file_key.is_(None))
