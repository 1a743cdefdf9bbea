"""What this process sends to PostgreSQL and to Redis: by libpq's own trace, and by Redis' client.

So everything is seen, whoever sends it: SQLAlchemy, psycopg past it, the begin and the end of transactions.
"""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import get_ident
from typing import Any, TypeVar

import psycopg
import pytest
from psycopg.pq import Trace
from redis import Redis
from redis.client import Pipeline
from sqlalchemy import Engine, event

from app.core.db import db, dispose_of_engines

Answer = TypeVar("Answer")

_MESSAGE = re.compile(r'^F\t\d+\t(\w+)(?:\t "([^"]*)"(?: "([^"]*)"?)?)?', re.MULTILINE)
"""What kind a message is, and its first texts, as far as their first line."""


@dataclass
class Sent:
    """What one act sent. A round trip is what the client waits for: a simple query, or what stands before a Sync."""

    statements: list[str] = field(default_factory=list)
    """The first line of each."""
    round_trips: int = 0
    redis: list[str] = field(default_factory=list)
    """Commands, or pipelines of commands, to Redis. What a new connection begins with is not counted."""


@dataclass
class Wire:
    """Open while watched."""

    trace: Path
    commands: list[str] = field(default_factory=list)
    prepared: dict[str, str] = field(default_factory=dict)

    def during(self, act: Callable[[], Answer]) -> tuple[Answer, Sent]:
        """What the act answers, and what it sent."""
        start, commands = self.trace.stat().st_size, len(self.commands)
        answer = act()
        text = self.trace.read_bytes()[start:].decode(errors="replace")
        sent = Sent(redis=self.commands[commands:])
        for kind, one, two in _MESSAGE.findall(text):
            sent.round_trips += kind in ("Query", "Sync")
            if kind == "Parse":
                self.prepared[one] = two
            elif kind in ("Query", "Bind"):
                sent.statements.append(one if kind == "Query" else self.prepared.get(two, two))
        return answer, sent


@contextmanager
def watched(folder: Path) -> Iterator[Wire]:
    """Watch every connection that the current application opens from now on; those open are closed first."""
    trace = folder / "wire"
    trace.touch()
    wire, opened, watcher = Wire(trace), [], get_ident()

    def begin(connection: Any, _: Any) -> None:
        opened.append(os.open(trace, os.O_WRONLY | os.O_APPEND))
        assert isinstance(connection, psycopg.Connection)
        connection.pgconn.trace(opened[-1])
        connection.pgconn.set_trace_flags(Trace.SUPPRESS_TIMESTAMPS)

    def counted(usual: Callable[..., Answer]) -> Callable[..., Answer]:
        def call(*args: Any, **more: Any) -> Answer:
            if get_ident() == watcher:  # a process tells of itself in threads of its own, whatever it is asked
                wire.commands.append(str(args[1]) if len(args) > 1 else "pipeline")
            return usual(*args, **more)

        return call

    dispose_of_engines()
    engines: list[Engine] = list(db.engines.values())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Redis, "execute_command", counted(Redis.execute_command))
        patch.setattr(Pipeline, "execute", counted(Pipeline.execute))
        for engine in engines:
            event.listen(engine, "connect", begin)
        try:
            yield wire
        finally:
            for engine in engines:
                event.remove(engine, "connect", begin)
            dispose_of_engines()
            for file in opened:
                with suppress(OSError):
                    os.close(file)
