"""Statements of the hot paths, past SQLAlchemy and psycopg's cursors."""

from datetime import UTC, datetime
from uuid import UUID

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text

from app.core.db import HotStatement, db, fetch_one_alone

KINDS = HotStatement.of(
    "SELECT %(id)s::uuid, %(raw)s::bytea, %(at)s::timestamptz, %(count)s::bigint, %(words)s::text[], %(none)s::text"
)


def test_every_kind_of_value_comes_back_as_it_went(app: Flask):
    values = {
        "id": UUID(int=7),
        "raw": b"\x00\xff",
        "at": datetime(2026, 5, 1, 1, 2, 3, 4, tzinfo=UTC),
        "count": 2**40,
        "words": ["一", 'a"b'],
        "none": None,
    }
    for _ in range(2):
        assert fetch_one_alone(KINDS, values) == tuple(values.values())
    assert fetch_one_alone(KINDS, {**values, "count": 1, "none": "x"}) == (
        *list(values.values())[:3],
        1,
        ["一", 'a"b'],
        "x",
    )


def test_no_row_is_none(app: Flask):
    assert fetch_one_alone(HotStatement.of("SELECT 1 WHERE %(never)s::boolean"), {"never": False}) is None


def test_an_error_is_psycopgs_own_and_the_statement_is_prepared_anew_after_it(app: Flask):
    divided = HotStatement.of("SELECT 1 / %(by)s::integer")
    assert fetch_one_alone(divided, {"by": 1}) == (1,)
    with db.session.begin_nested() as attempt:
        db.session.connection()  # the savepoint is made when a connection is asked for
        with pytest.raises(psycopg.errors.DivisionByZero):
            fetch_one_alone(divided, {"by": 0})
        attempt.rollback()
    db.session.execute(text("DEALLOCATE ALL"))
    assert fetch_one_alone(divided, {"by": 2}) == (0,)


def test_a_connection_that_was_lost_is_told_as_such_and_replaced(application: Flask):
    own = HotStatement.of("SELECT pg_backend_pid()")
    with application.app_context():
        pid = fetch_one_alone(own, {})
        assert pid is not None
        with db.engine.connect() as other:
            other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid[0]})
        with pytest.raises(psycopg.OperationalError):
            fetch_one_alone(own, {})
        assert fetch_one_alone(own, {}) not in (None, pid)
