"""Statements that stand alone, on connections that PostgreSQL has ended."""

import psycopg
import pytest
from flask import Flask

from app.core.db import HotStatement, dispose_of_engines, fetch_one_alone

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
