"""Addresses of several hosts, as the libraries take them apart."""

import pytest
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import create_engine

from app.core.addresses import for_sqlalchemy

STANDBY = {"target_session_attrs": "read-write", "connect_timeout": "3", "tcp_user_timeout": "10000"}


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (
            "postgresql://me:p%40ss@a:5433,b/name",
            {"host": "a,b", "port": "5433,5432", "user": "me", "password": "p@ss", "dbname": "name", **STANDBY},
        ),
        (
            "postgres://a,b:5433/name?connect_timeout=9&sslmode=require",
            {"host": "a,b", "port": "5432,5433", "dbname": "name", **STANDBY, "connect_timeout": "9"}
            | {"sslmode": "require"},
        ),
        (
            "postgresql+psycopg://me@[::1]:5433,[fe80::2]/name?target_session_attrs=any",
            {"host": "::1,fe80::2", "port": "5433,5432", "user": "me", "dbname": "name", **STANDBY}
            | {"target_session_attrs": "any"},
        ),
        ("postgresql://me@a:5433/name", {"host": "a", "port": "5433", "user": "me", "dbname": "name"}),
        ("postgresql://me@/name?host=/run/x", {"host": "/run/x", "user": "me", "dbname": "name"}),
    ],
)
def test_sqlalchemy_and_libpq_read_the_same_hosts(address: str, expected: dict[str, str]):
    made = for_sqlalchemy(address)
    engine = create_engine(made)
    _, given = engine.dialect.create_connect_args(engine.url)
    assert {name: str(value) for name, value in given.items() if name != "context"} == expected
    assert conninfo_to_dict(made.replace("postgresql+psycopg", "postgresql")) == expected
