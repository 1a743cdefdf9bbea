"""Statements that stay prepared on a connection whose transaction goes on from test to test."""

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg._preparing import Prepare, PrepareManager
from psycopg.pq.abc import PGresult


class _Kept(PrepareManager):
    """psycopg forgets all statements at every rollback, lest it was the rollback of a table that they read.

    A test rolls back to savepoints all the time, and makes no tables but temporary ones, which the server looks up.
    """

    prepare_threshold = 1
    prepared_max = 5000

    forgotten = False
    """Whether a test let the server forget statements: the hot ones too, which are not known here."""

    def _should_discard(self, prep: Prepare, results: Sequence[PGresult], *more: Any) -> bool:
        if not any((one.command_status or b"").startswith(b"DEALLOCATE ALL") for one in results):
            return False
        self.forgotten = True
        return self.clear()


def keep_statements(connection: "psycopg.Connection[Any]") -> None:
    """Let the server plan each statement of this connection once: there is never much in the tables of a test."""
    connection._prepared = _Kept()
    connection.execute("SET plan_cache_mode = force_generic_plan")
    connection.commit()


def forgotten(connection: "psycopg.Connection[Any]") -> bool:
    """Whether the server does not know the statements of a connection any more."""
    return bool(connection._prepared.forgotten)  # type: ignore[attr-defined]
