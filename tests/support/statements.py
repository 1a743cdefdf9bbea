"""Statements that stay prepared on a connection whose transaction goes on from test to test."""

from typing import Any

import psycopg
from psycopg._preparing import PrepareManager


class _Kept(PrepareManager):
    """psycopg forgets all statements at every rollback, lest it was the rollback of a table that they read.

    A test rolls back to savepoints all the time, and makes no tables but temporary ones, which the server looks up.
    """

    prepare_threshold = 1
    prepared_max = 5000

    def _should_discard(self, *statement: Any) -> bool:
        return False


def keep_statements(connection: "psycopg.Connection[Any]") -> None:
    """Let the server plan each statement of this connection once: there is never much in the tables of a test."""
    connection._prepared = _Kept()
    connection.execute("SET plan_cache_mode = force_generic_plan")
    connection.commit()
