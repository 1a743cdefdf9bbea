"""The coming of a new look-up key: every keyed hash is hashed once more with it. The product stands still meanwhile.

A hash cannot tell whether it was hashed again, so how far the work is stands in `key_state`, written in the transaction
of each batch: a run that was stopped at any moment goes on where it was. While it runs, no other process can connect;
after it, none without the new key.
"""

from collections.abc import Sequence
from itertools import accumulate
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Column, Table, and_, bindparam, func, select, tuple_, update

from app.core import crypto
from app.core.crypto import LookupHash
from app.core.db import db
from app.core.errors import ConfigurationError
from app.core.key_state import KeyState
from app.core.rotation import Report
from app.core.unit_of_work import unit_of_work

AT_ONCE: Final = 2000


def hashed_columns() -> dict[Table, list[Column[Any]]]:
    """The columns of keyed hashes of all tables."""
    found = {
        table: [column for column in table.columns if isinstance(column.type, LookupHash)]
        for table in db.metadata.sorted_tables
    }
    return {table: columns for table, columns in found.items() if columns}


def missing_keys() -> tuple[bytes, ...]:
    """The keys of LOOKUP_KEY that the database's hashes are still without.

    Raises ConfigurationError where the hashes are not made with the first ones of LOOKUP_KEY.
    """
    keys, state = crypto.lookup_keys(), db.session.get(KeyState, 1)
    made_with = state.chain if state else crypto.chain_id(keys[:1])
    chains = [crypto.chain_id(keys[: length + 1]) for length in range(len(keys))]
    if made_with not in chains:
        raise ConfigurationError("LOOKUP_KEY does not begin with the keys that made the hashes of this database.")
    if state and state.coming not in (None, chains[-1]):
        raise ConfigurationError("LOOKUP_KEY does not end with the key whose coming was begun.")
    return keys[chains.index(made_with) + 1 :]


def rehash(report: Report) -> int:
    """Make every hash one of all keys of LOOKUP_KEY; how many rows were changed. Raises ConfigurationError."""
    with unit_of_work():
        later = missing_keys()
        if not later:
            return 0
        state = db.session.get(KeyState, 1) or KeyState(chain=crypto.chain_id(crypto.lookup_keys()[:1]), done={})
        state.coming = crypto.chain_id(crypto.lookup_keys())
        db.session.add(state)
        sizes = [db.session.execute(select(func.count()).select_from(table)).scalar_one() for table in hashed_columns()]
    changed, before = 0, [0, *accumulate(sizes)]
    for place, (table, columns) in enumerate(hashed_columns().items()):
        seen = 0
        while rows := _batch(table, columns, later):
            seen, changed = seen + rows, changed + rows
            report(before[place] + min(seen, sizes[place]), before[-1])
    with unit_of_work():
        state = db.session.get_one(KeyState, 1)
        state.chain, state.coming, state.done = crypto.chain_id(crypto.lookup_keys()), None, {}
    report(before[-1], before[-1])
    return changed


def _batch(table: Table, columns: Sequence[Column[Any]], later: tuple[bytes, ...]) -> int:
    """Hash the next rows of a table again and note how far that is, in one transaction; how many rows."""
    order = [column for column in table.primary_key.columns if column not in columns] or [table.c.account_id]
    with unit_of_work():
        state = db.session.get_one(KeyState, 1, with_for_update=True)
        reached = state.done.get(table.name)
        if reached is True:
            return 0
        found = select(*order, *columns).order_by(*order).fetch(AT_ONCE, with_ties=True)
        if reached:
            found = found.where(tuple_(*order) > tuple_(*map(UUID, reached)))
        rows = db.session.execute(found).all()
        if rows:
            db.session.connection().execute(_changing(table, order, columns), _changes(rows, order, columns, later))
        state.done = {**state.done, table.name: [str(rows[-1]._mapping[one]) for one in order] if rows else True}
        return len(rows)


def _changing(table: Table, order: Sequence[Column[Any]], columns: Sequence[Column[Any]]) -> Any:
    own = {*order, *(column for column in columns if column.primary_key)}
    same = and_(*(column == bindparam(f"old_{column.name}") for column in own))
    return update(table).where(same).values({column: bindparam(f"new_{column.name}") for column in columns})


def _changes(
    rows: Sequence[Any], order: Sequence[Column[Any]], columns: Sequence[Column[Any]], later: tuple[bytes, ...]
) -> list[dict[str, Any]]:
    return [
        {f"old_{column.name}": row._mapping[column] for column in {*order, *columns}}
        | {
            f"new_{column.name}": crypto.chained(bytes(hashed), later) if (hashed := row._mapping[column]) else None
            for column in columns
        }
        for row in rows
    ]
