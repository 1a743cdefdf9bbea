"""How long statements take: added up by request and by job, and the slow ones in the log with the request's id.

Timed is what the client waits for, from sending a statement to having its result, on every way to PostgreSQL that
`app.core.db` has. A statement's text is logged without parameters, which are sent beside it, and without literals.
"""

import hashlib
import re
import threading
from time import perf_counter
from typing import Any

import structlog
from sqlalchemy import Engine, event

from app.core import tracing
from app.core.metrics import Counter, Histogram
from app.core.settings import Settings

log = structlog.get_logger(__name__)

SPENT = Histogram(
    "community_database_seconds",
    "Time that a request or a job waited for statements, by route or name of the job",
    ("kind", "name"),
    (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
STATEMENTS = Counter("community_database_statements", "Statements of requests and jobs", ("kind", "name"))
SLOW = Counter("community_slow_statements", "Statements that took longer than SLOW_STATEMENT_MS")

LONGEST_TEXT = 8000
_COMMENT = re.compile(r"--[^\n]*")
_LITERAL = re.compile(r"'(?:[^']|'')*'")
_slow_s = float("inf")


class _Spent(threading.local):
    """Of this thread, since it was last asked."""

    seconds = 0.0
    statements = 0


_spent = _Spent()


def configure(settings: Settings) -> None:
    """Take from the settings from when on a statement is slow."""
    global _slow_s
    _slow_s = settings.slow_statement_ms / 1000


def ended(text: str, began: float) -> None:
    """A statement that began at this reading of perf_counter has its result now."""
    seconds = perf_counter() - began
    _spent.seconds += seconds
    _spent.statements += 1
    if seconds >= _slow_s:
        _tell(text, seconds)
    if tracing.is_on():
        tracing.statement(shown(text), seconds)


def settle(kind: str, name: str) -> None:
    """Count what this thread spent since the last time for a request or a job."""
    seconds, statements = _spent.seconds, _spent.statements
    _spent.seconds, _spent.statements = 0.0, 0
    if statements:
        SPENT.observe(seconds, kind, name)
        STATEMENTS.add(kind, name, amount=statements)


def shown(text: str) -> str:
    """A statement on one line, without literals: whatever stands in one could be somebody's."""
    return _LITERAL.sub("'…'", " ".join(_COMMENT.sub("", text).split()))[:LONGEST_TEXT]


def _tell(text: str, seconds: float) -> None:
    SLOW.add()
    plain = shown(text)
    name = hashlib.sha256(plain.encode()).hexdigest()[:12]  # equal statements have equal names
    log.warning("slow_statement", ms=round(seconds * 1000, 1), name=name, statement=plain)


@event.listens_for(Engine, "before_cursor_execute")
def _begins(_: Any, __: Any, ___: str, ____: Any, context: Any, _____: bool) -> None:
    context.began_at = perf_counter()


@event.listens_for(Engine, "after_cursor_execute")
def _has_ended(_: Any, __: Any, statement: str, ____: Any, context: Any, _____: bool) -> None:
    ended(statement, context.began_at)
