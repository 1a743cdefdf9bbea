"""Which look-up keys the database's hashes are made with. A process with others would find nobody, and so is refused.

There is a row from the first coming of a new key on (`app.core.rehashing`); before that, one key made all hashes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import structlog
from sqlalchemy import CheckConstraint, Engine, Text, event
from sqlalchemy.orm import Mapped, mapped_column

from app.core import crypto
from app.core.db import Model

log = structlog.get_logger(__name__)

_lenient = False


class KeyState(Model):
    """One row: the chain of look-up keys that made all hashes, and how far the change to the one `coming` is.

    `done`: table -> the key of the last row that is changed, or true for a table that is changed whole.
    """

    __tablename__ = "key_state"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    chain: Mapped[str] = mapped_column(Text)
    coming: Mapped[str | None] = mapped_column(Text)
    done: Mapped[dict[str, Any]]


@contextmanager
def any_keys_allowed() -> Iterator[None]:
    """Connect whatever keys the database's hashes are made with: for the command that changes them."""
    global _lenient
    _lenient = True
    try:
        yield
    finally:
        _lenient = False


@event.listens_for(Engine, "connect")
def _refuse_other_keys(connection: Any, _: Any) -> None:
    """Raise psycopg.OperationalError, as if the database were away, where its hashes are of other look-up keys."""
    if _lenient or not isinstance(connection, psycopg.Connection):
        return
    with connection.cursor() as cursor:
        known = cursor.execute("SELECT to_regclass('key_state') IS NOT NULL").fetchone()
        found = cursor.execute("SELECT chain, coming FROM key_state").fetchone() if known == (True,) else None
    connection.rollback()
    if found and found != (crypto.chain_id(crypto.lookup_keys()), None):
        log.error("lookup_keys_differ", changing=found[1] is not None)
        raise psycopg.OperationalError("LOOKUP_KEY is not what the database's hashes were made with: flask keys status")
