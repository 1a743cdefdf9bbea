"""The database: one SQLAlchemy registry on PostgreSQL, the only dialect."""

import re
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import count
from pathlib import Path
from threading import Lock
from time import perf_counter
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID
from weakref import WeakKeyDictionary, WeakSet, finalize

import psycopg
from flask_sqlalchemy import SQLAlchemy
from psycopg.adapt import PyFormat
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus
from sqlalchemy import BigInteger, CheckConstraint, DateTime, Engine, MetaData, TextClause, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, registry

from app.core import statements


class Base(DeclarativeBase):
    """Base of all models: UUIDs, aware timestamps, JSONB, and constraint names that migrations can rely on."""

    registry = registry(
        metadata=MetaData(
            naming_convention={
                "ix": "ix_%(table_name)s_%(column_0_N_name)s",
                "uq": "uq_%(table_name)s_%(column_0_N_name)s",
                "ck": "ck_%(table_name)s_%(constraint_name)s",
                "fk": "fk_%(table_name)s_%(column_0_N_name)s",
                "pk": "pk_%(table_name)s",
            }
        ),
        type_annotation_map={
            UUID: Uuid(),
            datetime: DateTime(timezone=True),
            dict[str, Any]: JSONB(),
            list[Any]: JSONB(),
            int: BigInteger(),
        },
    )


db = SQLAlchemy(model_class=Base, disable_autonaming=True)

Given = TypeVar("Given")
Found = TypeVar("Found")

ALONE = "alone"
"""The engine whose connections commit every statement by itself."""
REPLICA = "replica"
"""The engine of STATISTICS_DATABASE_URL, where that is set."""

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model


def enum_check(column: str, values: type[StrEnum]) -> CheckConstraint:
    """Constraint that a text column holds one of the enumeration's values."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


@dataclass(frozen=True)
class HotStatement:
    """A statement of a hot path, its `%(name)s` turned once into the numbered parameters that the server prepares."""

    text: str
    names: tuple[str, ...]

    @classmethod
    def of(cls, sql: str) -> "HotStatement":
        """Read a statement with `%(name)s` parameters."""
        names = tuple(dict.fromkeys(_PARAMETER.findall(sql)))
        return cls(_PARAMETER.sub(lambda match: f"${names.index(match[1]) + 1}", sql), names)


def sql_text(path: Path, **parts: str) -> str:
    """A statement that stands in a file, without its comments; `{name}` in it is the part of that name.

    A part may have places of its own, for parts that come after it.
    """
    lines = path.read_text(encoding="utf-8").splitlines()
    text = "\n".join(line for line in lines if not line.lstrip().startswith("--"))
    for name, part in parts.items():
        text = text.replace("{" + name + "}", part)
    return text


def statement(sql: str) -> TextClause:
    """A statement with `%(name)s` parameters as a session runs it."""
    return text(_PARAMETER.sub(r":\1", sql))


_PARAMETER = re.compile(r"%\((\w+)\)s")


def fetch_one(statement: HotStatement, parameters: Mapping[str, Any]) -> tuple[Any, ...] | None:
    """The first row of a statement on a hot path, in the current transaction.

    Goes past SQLAlchemy to psycopg, prepared by the server: a few hundred microseconds less of Python.
    """
    connection: psycopg.Connection[Any] = db.session.connection().connection.driver_connection  # type: ignore[assignment]
    return _executed(connection, statement, parameters).fetchone()


def fetch_all(statement: HotStatement, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """All rows of a statement on a hot path, in the current transaction; as `fetch_one`."""
    connection: psycopg.Connection[Any] = db.session.connection().connection.driver_connection  # type: ignore[assignment]
    return _executed(connection, statement, parameters).fetchall()


def uuid_array(ids: Iterable[UUID]) -> str:
    """Ids as PostgreSQL reads a uuid[] from text: psycopg looks at each element of a list, ten times as long."""
    return "{" + ",".join([one.hex for one in ids]) + "}"


def fetch_one_alone(statement: HotStatement, parameters: Mapping[str, Any]) -> tuple[Any, ...] | None:
    """As `fetch_one`, but the statement is a transaction of its own, committed when this returns: one round trip."""
    return _alone(_Statements.first_row, statement, parameters)


def fetch_text_alone(statement: HotStatement, parameters: Mapping[str, bytes]) -> bytes | None:
    """As `fetch_one_alone`, of a statement of one column: what goes to the server and comes from it is its own text."""
    return _alone(_Statements.first_text, statement, parameters)


def _alone(
    run: "Callable[[_Statements, HotStatement, Given], Found]", statement: HotStatement, parameters: Given
) -> Found:
    engine = _engine.get() or db.engines[ALONE]
    idle = _idle.get(engine)
    if idle is None:
        with _opening:
            idle = _idle.setdefault(engine, deque())
        finalize(engine, _close, idle).atexit = False  # a fork that ends must not end its parent's connections
    try:
        connection = idle.pop()  # the one that was used last: its statements are still near
    except IndexError:
        connection = _opened(engine)
    try:
        began = perf_counter()
        found = run(connection, statement, parameters)
        statements.ended(statement.text, began)
        return found
    except psycopg.OperationalError:
        if connection.driver.closed:
            _close(idle)  # the others broke with it: each would refuse a request more
        raise
    finally:
        if not connection.driver.closed:
            idle.append(connection)


_idle: WeakKeyDictionary[Engine, "deque[_Statements]"] = WeakKeyDictionary()
"""The connections for statements that stand alone, as many as threads ever asked at once. SQLAlchemy's pool opens them
and keeps none: to lend one and take it back takes it longer than Python needs for the rest of such a statement.
"""
_open: "WeakSet[_Statements]" = WeakSet()
_opening = Lock()


def connections_alone() -> tuple[int, int]:
    """How many connections of this process run a statement that stands alone now, and how many wait for one."""
    with _opening:
        idle, there = sum(map(len, _idle.values())), sum(not one.driver.closed for one in _open)
    return max(0, there - idle), idle


def _opened(engine: Engine) -> "_Statements":
    connection = engine.raw_connection()
    known: _Statements | None = connection.info.get(_Statements)
    if known is None:
        known = connection.info[_Statements] = _Statements(connection.driver_connection)  # type: ignore[arg-type]
    connection.detach()
    with _opening:
        _open.add(known)
    return known


def _close(idle: "deque[_Statements]") -> None:
    with suppress(IndexError):
        while True:
            idle.pop().driver.close()


_engine: ContextVar[Engine | None] = ContextVar("engine_alone", default=None)


class statements_alone_on:
    """Run `fetch_one_alone` on this engine during the block, where there is no application context."""

    __slots__ = ("_engine", "_token")

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def __enter__(self) -> None:
        self._token = _engine.set(self._engine)

    def __exit__(self, *_: object) -> None:
        _engine.reset(self._token)


def dispose_of_engines() -> None:
    """Close all pooled connections of this process."""
    for engine in db.engines.values():
        _close(_idle.get(engine, deque()))
        engine.dispose()


def session_begun() -> bool:
    """Whether anything asked for a session since the last unit of work ended; a new one costs as much as a query."""
    return bool(db.session.registry.has())


def _executed(
    connection: "psycopg.Connection[Any]", statement: HotStatement, parameters: Mapping[str, Any]
) -> "psycopg.RawCursor[tuple[Any, ...]]":
    values = [parameters[name] for name in statement.names]
    began = perf_counter()
    cursor = psycopg.RawCursor(connection).execute(statement.text, values, prepare=True)
    statements.ended(statement.text, began)
    return cursor


class _Statements:
    """The statements that a connection knows, run by libpq's own blocking call; each commits by itself.

    A cursor begins transactions, waits in Python and learns anew at each call how to write its parameters, which costs
    more than such a statement itself.
    """

    def __init__(self, connection: "psycopg.Connection[Any]") -> None:
        self.driver = connection
        self._pgconn, self._values = connection.pgconn, psycopg.adapt.Transformer(connection)
        self._names: dict[tuple[str, tuple[int, ...] | None], bytes] = {}
        self._numbers = count()

    def first_row(self, statement: HotStatement, parameters: Mapping[str, Any]) -> tuple[Any, ...] | None:
        """The first row of a statement. Raises psycopg.Error."""
        given = [parameters[name] for name in statement.names]
        sent = self._values.dump_sequence(given, [PyFormat.TEXT] * len(given))
        result = self._result(statement, sent, self._values.types)
        self._values.set_pgresult(result)
        return self._values.load_row(0, tuple) if result.ntuples else None

    def first_text(self, statement: HotStatement, parameters: Mapping[str, bytes]) -> bytes | None:
        """The first row of a statement of one column, all as the server's text. Raises psycopg.Error."""
        result = self._result(statement, [parameters[name] for name in statement.names], None)
        return result.get_value(0, 0) if result.ntuples else None

    def _result(
        self, statement: HotStatement, sent: Sequence[Any], types: tuple[int, ...] | None
    ) -> "psycopg.pq.abc.PGresult":
        known = statement.text, types
        name = self._names.pop(known, None)
        if name is None:
            name = f"hot_{next(self._numbers)}".encode()
            self._checked(self._pgconn.prepare(name, statement.text.encode(), types))
        result = self._checked(self._pgconn.exec_prepared(name, sent))
        self._names[known] = name  # one that failed is prepared anew: a migration may have changed what it reads
        return result

    def _checked(self, result: "psycopg.pq.abc.PGresult") -> "psycopg.pq.abc.PGresult":
        if result.status in (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK):
            return result
        if self._pgconn.status == ConnStatus.BAD:
            raise psycopg.OperationalError("the connection is lost")
        raise error_from_result(result)
