"""A primary dies and its standby takes over: the program goes on by the address that names both."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from app.bootstrap import create_app
from app.core.db import ALONE, HotStatement, db, dispose_of_engines, fetch_one_alone
from app.core.settings import Settings
from app.core.unit_of_work import unit_of_work
from launcher import replication
from launcher.replication import Pair

KEEP = HotStatement.of("INSERT INTO kept VALUES (%(number)s) RETURNING number")
POOLED = 3


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    with replication.pair(tmp_path) as made:
        yield made


@pytest.fixture
def program(pair: Pair, settings: Settings) -> Iterator[Flask]:
    own = {"database_url": pair.address("postgres"), "redis_url": settings.effective_redis_url, **settings.secrets}
    application = create_app(settings.model_copy(update=own))
    with application.app_context():
        yield application
        dispose_of_engines()


def fill(engine: str | None) -> None:
    """Let a pool hold some connections."""
    held = [db.engines[engine].raw_connection() for _ in range(POOLED)]
    for one in held:
        one.close()


def numbers() -> list[int]:
    with unit_of_work():
        return list(db.session.scalars(text("SELECT number FROM kept ORDER BY number")))


def test_the_program_goes_on_with_the_promoted_standby(program: Flask, pair: Pair):
    with unit_of_work():
        db.session.execute(text("CREATE TABLE kept (number bigint PRIMARY KEY)"))
    assert fetch_one_alone(KEEP, {"number": 1}) == (1,)
    fill(None)
    fill(ALONE)

    pair.primary.kill()
    with pytest.raises(psycopg.OperationalError):
        fetch_one_alone(KEEP, {"number": 2})
    with pytest.raises(OperationalError):
        numbers()
    with pytest.raises(psycopg.OperationalError, match="read-only"):  # the standby alone is no primary
        fetch_one_alone(KEEP, {"number": 2})

    pair.standby.promote()
    assert fetch_one_alone(KEEP, {"number": 3}) == (3,), "one broken connection speaks for all of its pool"
    assert numbers() == [1, 3]

    pair.primary.rewind(pair.standby)
    pair.primary.start()
    pair.standby.wait_for(pair.primary, synchronous=True)
    assert fetch_one_alone(KEEP, {"number": 4}) == (4,)
    assert pair.primary.execute("SELECT number FROM kept ORDER BY number") == [(1,), (3,), (4,)]
