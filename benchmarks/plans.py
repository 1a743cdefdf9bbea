"""The plans of the statements that a process really runs, and what is wrong with them.

Each statement is explained where it leaves for PostgreSQL, on its own connection and with what it was given, so that
none is a copy: psycopg's cursors, which SQLAlchemy uses too, and the hot statements past them, of which PostgreSQL
keeps one plan for all parameters.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any, Final
from unittest import mock

import orjson
import psycopg

from app.core import db

Plans = dict[str, Any]
"""The root of its plan, by statement."""

_PLANNED: Final = ("SELECT", "WITH", "INSERT", "UPDATE", "DELETE")
_SCANS: Final = ("Index Scan", "Index Only Scan", "Bitmap Index Scan")


@contextmanager
def explained() -> Iterator[Plans]:
    """The plans of all statements that this process runs during the block, each text once."""
    found: Plans = {}
    execute, result = psycopg.Cursor.execute, db._Statements._result

    def executing(cursor: Any, query: Any, *args: Any, **more: Any) -> Any:
        text = query if isinstance(query, str) else ""
        if text.lstrip("( \n").upper().startswith(_PLANNED) and text not in found:
            found[text] = None  # what explains it passes here too
            explaining = type(cursor)(cursor.connection, row_factory=psycopg.rows.tuple_row)
            execute(explaining, "EXPLAIN (FORMAT JSON) " + text, *args, **more)
            [(plan,)] = explaining.fetchall()
            found[text] = plan[0]["Plan"]
        return execute(cursor, query, *args, **more)

    def running(known: Any, statement: db.HotStatement, sent: Any, types: Any) -> Any:
        answer = result(known, statement, sent, types)
        if statement.text not in found:
            call = b"EXPLAIN (FORMAT JSON) EXECUTE " + known._names[statement.text, types] + _literals(sent)
            explanation = known._checked(known._pgconn.exec_(call)).get_value(0, 0)
            found[statement.text] = orjson.loads(explanation or b"")[0]["Plan"]
        return answer

    with mock.patch.object(psycopg.Cursor, "execute", executing), mock.patch.object(db._Statements, "_result", running):
        yield found


def _literals(sent: Any) -> bytes:
    values = (b"NULL" if one is None else b"'" + bytes(one).replace(b"'", b"''") + b"'" for one in sent)
    return b"(" + b", ".join(values) + b")" if sent else b""


def faults(plan: Any, filled: Collection[str]) -> list[str]:
    """What reads a whole table that has rows: by a sequential scan, or by an index without a condition on it.

    An index that is only followed until there is enough, every row of which is wanted, is none.
    """
    return list(_faults(plan, frozenset(filled), limited=False))


def _faults(node: Any, filled: frozenset[str], limited: bool) -> Iterator[str]:
    kind, table = node["Node Type"], node.get("Relation Name", "")
    if kind == "Seq Scan" and table in filled:
        yield f"sequential scan of {table}"
    enough = limited and "Filter" not in node
    if kind in _SCANS and "Index Cond" not in node and not enough and (table in filled or not table):
        yield f"all of the index {node['Index Name']}"
    for child in node.get("Plans", ()):
        yield from _faults(child, filled, limited=kind == "Limit")


def filled_tables(connection: "psycopg.Connection[Any]") -> list[str]:
    """The tables that have rows, by what the planner knows."""
    query = (
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND reltuples > 0"
    )
    return [name for (name,) in connection.execute(query)]


def bad_ones(plans: Plans, filled: Collection[str]) -> dict[str, list[str]]:
    """The faults of each statement that has some."""
    found = {text: faults(plan, filled) for text, plan in plans.items() if plan}
    return {text: of for text, of in found.items() if of}
