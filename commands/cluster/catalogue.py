"""The schema as PostgreSQL's own catalogue has it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import text

from app.core.db import db


@dataclass(frozen=True)
class Unique:
    """A primary key, unique or exclusion constraint, or unique index. `equal`: its columns compared by equality."""

    name: str
    equal: frozenset[str]


@dataclass(frozen=True)
class ForeignKey:
    """`columns` of the table refer to `referred` of another, in their order. `actions`: letters of pg_constraint."""

    name: str
    columns: tuple[str, ...]
    target: str
    referred: tuple[str, ...]
    on_delete: str
    on_update: str


@dataclass(frozen=True)
class Trigger:
    """A trigger, and the source of its function."""

    name: str
    source: str


@dataclass(frozen=True)
class Table:
    """One table of the schema."""

    name: str
    columns: Mapping[str, str]
    """Name and type."""
    nullable: frozenset[str]
    uniques: Sequence[Unique] = ()
    foreign_keys: Sequence[ForeignKey] = ()
    triggers: Sequence[Trigger] = ()
    identities: frozenset[str] = frozenset()
    """Columns numbered by the server (identity or serial)."""
    parents: Sequence[str] = ()
    """Tables that it inherits from or is a partition of."""


def tables() -> Sequence[Table]:
    """All tables of the database's `public` schema, by name."""
    columns, uniques = _by_table(_COLUMNS), _by_table(_UNIQUES)
    keys, triggers, parents = _by_table(_FOREIGN_KEYS), _by_table(_TRIGGERS), _by_table(_PARENTS)
    return [
        Table(
            name=name,
            columns={one.column: one.type for one in found},
            nullable=frozenset(one.column for one in found if one.nullable),
            uniques=[Unique(one.name, frozenset(one.equal)) for one in uniques.get(name, ())],
            foreign_keys=[
                ForeignKey(one.name, tuple(one.columns), one.target, tuple(one.referred), one.deleted, one.updated)
                for one in keys.get(name, ())
            ],
            triggers=[Trigger(one.name, one.source) for one in triggers.get(name, ())],
            identities=frozenset(one.column for one in found if one.numbered),
            parents=[one.parent for one in parents.get(name, ())],
        )
        for name, found in columns.items()
    ]


def _by_table(query: str) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for row in db.session.execute(text(_KEPT + query)):
        found.setdefault(row.relation, []).append(row)
    return found


_KEPT: Final = """
WITH kept AS (
    SELECT class.oid, class.relname
    FROM pg_class AS class JOIN pg_namespace AS space ON space.oid = class.relnamespace
    WHERE space.nspname = 'public' AND class.relkind IN ('r', 'p')
)
"""
_COLUMNS: Final = """
SELECT class.relname AS relation, attname AS column, format_type(atttypid, atttypmod) AS type,
       NOT attnotnull AS nullable,
       attidentity <> '' OR coalesce(pg_get_expr(adbin, adrelid) LIKE 'nextval(%', false) AS numbered
FROM kept AS class
JOIN pg_attribute ON attrelid = class.oid AND attnum > 0 AND NOT attisdropped
LEFT JOIN pg_attrdef ON adrelid = class.oid AND adnum = attnum
ORDER BY relname, attnum
"""
# Of an exclusion constraint only what is compared by equality: its operator is = of the column's own type.
_UNIQUES: Final = """
SELECT class.relname AS relation, index.relname AS name, ARRAY(
    SELECT attname::text FROM unnest(pg_index.indkey::smallint[]) WITH ORDINALITY AS key (number, position)
    JOIN pg_attribute ON attrelid = class.oid AND attnum = key.number
    WHERE position <= indnkeyatts AND (
        conexclop IS NULL OR (SELECT oprname FROM pg_operator WHERE oid = conexclop[position]) = '=')
) AS equal
FROM kept AS class
JOIN pg_index ON indrelid = class.oid
JOIN pg_class AS index ON index.oid = indexrelid
LEFT JOIN pg_constraint ON conindid = indexrelid AND conrelid = class.oid AND contype = 'x'
WHERE indisunique OR indisexclusion
ORDER BY class.relname, index.relname
"""
_FOREIGN_KEYS: Final = """
SELECT class.relname AS relation, conname AS name, confrelid::regclass::text AS target,
       confdeltype::text AS deleted, confupdtype::text AS updated,
       ARRAY(SELECT attname::text FROM unnest(conkey) WITH ORDINALITY AS key (number, position)
             JOIN pg_attribute ON attrelid = conrelid AND attnum = number ORDER BY position) AS columns,
       ARRAY(SELECT attname::text FROM unnest(confkey) WITH ORDINALITY AS key (number, position)
             JOIN pg_attribute ON attrelid = confrelid AND attnum = number ORDER BY position) AS referred
FROM kept AS class
JOIN pg_constraint ON conrelid = class.oid AND contype = 'f'
ORDER BY class.relname, conname
"""
_TRIGGERS: Final = """
SELECT class.relname AS relation, tgname AS name, prosrc AS source
FROM kept AS class
JOIN pg_trigger ON tgrelid = class.oid AND NOT tgisinternal
JOIN pg_proc ON pg_proc.oid = tgfoid
ORDER BY class.relname, tgname
"""
_PARENTS: Final = """
SELECT class.relname AS relation, inhparent::regclass::text AS parent
FROM kept AS class
JOIN pg_inherits ON inhrelid = class.oid
ORDER BY class.relname
"""
