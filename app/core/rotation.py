"""The coming of a new master key: every encrypted value gets a new envelope, while the product runs.

What a value is wrapped with stands in it, so the work that is left is found in the data: a run that was stopped at any
moment goes on by being run again, and two at once share the work. Rows are changed in short transactions, none that
somebody else has locked: those are met again in the next round.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    Column,
    ColumnElement,
    LargeBinary,
    Table,
    and_,
    bindparam,
    func,
    or_,
    select,
    tuple_,
    type_coerce,
)
from sqlalchemy import update as update_of

from app.core import crypto
from app.core.crypto import EncryptedText, Sealed
from app.core.db import db
from app.core.unit_of_work import unit_of_work

AT_ONCE: Final = 200
"""Rows of one transaction."""
ROUNDS: Final = 5
"""How often what was locked or newly written is looked for anew."""

Report = Callable[[int, int], None]
"""Called with (done, total) in rows."""


@dataclass(frozen=True)
class Wrapped:
    """How many values of a table a key wraps. `key_id` in hex; "none": from before there were key ids."""

    table: str
    key_id: str
    values: int


def sealed_columns() -> dict[Table, list[Column[Any]]]:
    """The encrypted columns of all tables."""
    found = {
        table: [column for column in table.columns if isinstance(column.type, EncryptedText | Sealed)]
        for table in db.metadata.sorted_tables
    }
    return {table: columns for table, columns in found.items() if columns}


def standing() -> list[Wrapped]:
    """Which keys wrap how many values, table by table. Reads every table with encrypted columns."""
    counted = []
    for table, columns in sealed_columns().items():
        by_key: dict[str, int] = {}
        for column in columns:
            start = func.substring(_raw(column), 1, 1 + crypto.KEY_ID_BYTES)
            query = select(start, func.count()).where(column.is_not(None)).group_by(start)
            for found, values in db.session.execute(query):
                known = bytes(found)
                name = known[1:].hex() if known[:1] == crypto.FORMAT else "none"
                by_key[name] = by_key.get(name, 0) + values
        counted += [Wrapped(table.name, key_id, values) for key_id, values in sorted(by_key.items())]
    return counted


def rotate(report: Report) -> int:
    """Wrap every value with the newest key; how many rows are left, because somebody held them or wrote them since.

    Raises CannotDecrypt, where a value's key is missing: what was done before stays done.
    """
    with unit_of_work():
        total = sum(_left(table, columns) for table, columns in sealed_columns().items())
    done = 0
    report(done, total)
    for _ in range(ROUNDS):
        for table, columns in sealed_columns().items():
            for changed in _batches(table, columns):
                done += changed
                report(min(done, total), total)
        with unit_of_work():
            left = sum(_left(table, columns) for table, columns in sealed_columns().items())
        if not left:
            report(total, total)
            break
    return left


def _batches(table: Table, columns: Sequence[Column[Any]]) -> Iterator[int]:
    """Go through a table in the order of its key, a transaction a batch; how many rows each changed."""
    after: Sequence[Any] | None = None
    while True:
        with unit_of_work():
            after, changed = _batch(table, columns, after)
        if after is None:
            return
        yield changed


def _batch(
    table: Table, columns: Sequence[Column[Any]], after: Sequence[Any] | None
) -> tuple[Sequence[Any] | None, int]:
    key = list(table.primary_key.columns)
    due = select(*key, *(_raw(column).label(f"sealed_{column.name}") for column in columns)).where(_due(columns))
    if after is not None:
        due = due.where(tuple_(*key) > tuple_(*after))
    due = due.order_by(*key).limit(AT_ONCE).with_for_update(key_share=True, skip_locked=True)
    rows = db.session.execute(due).all()
    if not rows:
        return None, 0
    changed = update_of(table).where(and_(*(column == bindparam(f"key_{column.name}") for column in key)))
    changed = changed.values({column: bindparam(f"new_{column.name}", type_=LargeBinary()) for column in columns})
    values = [
        {f"key_{column.name}": row._mapping[column] for column in key}
        | {f"new_{column.name}": _rewrapped(row._mapping[f"sealed_{column.name}"]) for column in columns}
        for row in rows
    ]
    db.session.connection().execute(changed, values)
    return [rows[-1]._mapping[column] for column in key], len(rows)


def _rewrapped(token: bytes | None) -> bytes | None:
    return None if token is None else crypto.rewrap(bytes(token))


def _left(table: Table, columns: Sequence[Column[Any]]) -> int:
    return db.session.execute(select(func.count()).select_from(table).where(_due(columns))).scalar_one()


def _due(columns: Sequence[Column[Any]]) -> ColumnElement[bool]:
    start = crypto.newest_start()
    return or_(*(func.substring(_raw(column), 1, len(start)) != start for column in columns))


def _raw(column: Column[Any]) -> ColumnElement[bytes]:
    """The column as it is stored."""
    return type_coerce(column, LargeBinary())
