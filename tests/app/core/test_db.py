"""Statements that stand alone, on connections that PostgreSQL has ended."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text

from app.core import pool
from app.core.db import HotStatement, db, dispose_of_engines, fetch_one_alone

OWN_SERVER_PROCESS = HotStatement.of("SELECT pg_backend_pid()")
ENDED = HotStatement.of("SELECT pg_terminate_backend(%(pid)s)")


def test_a_connection_that_was_ended_fails_once_and_is_not_used_again(application: Flask):
    with application.app_context():
        dispose_of_engines()
        first = fetch_one_alone(OWN_SERVER_PROCESS, {})
        assert first is not None
        with pytest.raises(psycopg.OperationalError):
            fetch_one_alone(ENDED, {"pid": first[0]})
        assert fetch_one_alone(OWN_SERVER_PROCESS, {}) not in (None, first)
        dispose_of_engines()


THREADS = 3
WAIT = HotStatement.of("SELECT pg_advisory_xact_lock_shared(%(key)s)::text")
WAITING = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = :key AND NOT granted")
KEY = 8008


def test_connections_are_told_of_that_statements_alone_hold(application: Flask):
    def held() -> Mapping[str, float]:
        found = pool.CONNECTIONS.read()
        return {state: found[state] - before[state] for state in found}

    def wait(_: int) -> None:
        with application.app_context():
            fetch_one_alone(WAIT, {"key": KEY})

    with application.app_context():
        dispose_of_engines()
        before = {"in_use": 0.0, "idle": 0.0}
        before = held()
        with ThreadPoolExecutor(THREADS) as threads, db.engine.connect() as other:
            other.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": KEY})
            waiting = [threads.submit(wait, number) for number in range(THREADS)]
            while other.scalar(WAITING, {"key": KEY}) != THREADS:
                assert not any(one.done() for one in waiting)
            busy = held()
            other.rollback()
            for one in waiting:
                one.result(20)
        assert busy == {"in_use": THREADS + 1, "idle": 0}
        assert held() == {"in_use": 0, "idle": THREADS + 1}
        dispose_of_engines()
        assert held() == {"in_use": 0, "idle": 0}
