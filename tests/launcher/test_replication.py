"""A standby: statistics are read from it, and it takes over when the primary dies."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import psycopg
import pytest
from flask import Flask
from sqlalchemy import delete, text
from sqlalchemy.exc import OperationalError

from app.bootstrap import create_app
from app.core import clock
from app.core.db import HotStatement, db, dispose_of_engines, fetch_one_alone
from app.core.settings import Settings
from app.core.unit_of_work import unit_of_work
from app.statistics import replica
from app.statistics.models import RefreshedMonth
from launcher import replication
from launcher.replication import Pair

KEEP = HotStatement.of("INSERT INTO kept VALUES (%(number)s) RETURNING number")
WAIT = HotStatement.of("SELECT pg_sleep(0.2)::text")
POOLED = 3


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """For all tests of the module, in their order: the last one leaves it with the roles changed."""
    with replication.pair(tmp_path_factory.mktemp("pair")) as made:
        yield made


@pytest.fixture
def program(pair: Pair, settings: Settings) -> Iterator[Flask]:
    own = {"database_url": pair.address("postgres"), "statistics_database_url": pair.standby.address()}
    external = {"redis_url": settings.effective_redis_url, **settings.secrets}
    application = create_app(settings.model_copy(update={**own, **external}))
    with application.app_context():
        yield application
        dispose_of_engines()


def fill(application: Flask) -> None:
    """Let the pools hold some connections, by asking at the same time."""

    def ask(_: int) -> None:
        with application.app_context():
            fetch_one_alone(WAIT, {})
            numbers()

    with ThreadPoolExecutor(POOLED) as threads:
        list(threads.map(ask, range(POOLED)))


def numbers() -> list[int]:
    with unit_of_work():
        return list(db.session.scalars(text("SELECT number FROM kept ORDER BY number")))


def where_read() -> str:
    """Who answers a question of the statistics now, if the replica is asked at all."""
    replica.try_again()
    return asked()


def asked() -> str:
    with unit_of_work():
        return replica.read(lambda session: session.scalar(text("SHOW cluster_name")))


def refreshed(ago: timedelta) -> None:
    with unit_of_work():
        db.session.execute(delete(RefreshedMonth))
        db.session.add(RefreshedMonth(month=clock.today(), refreshed_at=clock.now() - ago))


def until(answer: str) -> None:
    deadline = time.monotonic() + 20
    while where_read() != answer:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_statistics_are_read_from_the_standby_unless_it_is_away_or_behind(program: Flask, pair: Pair):
    with unit_of_work():
        RefreshedMonth.__table__.create(db.session.connection())
    refreshed(timedelta(hours=1))
    until("b")

    pair.standby.execute("SELECT pg_wal_replay_pause()")
    refreshed(timedelta(seconds=30))
    assert where_read() == "b", "some seconds do not matter"
    refreshed(timedelta(minutes=10))
    assert where_read() == "a"
    pair.standby.execute("SELECT pg_wal_replay_resume()")
    assert replica.read(lambda session: session.scalar(text("SHOW cluster_name"))) == "a", (
        "it is left alone for a while"
    )
    until("b")

    pair.standby.stop()
    assert where_read() == "a"
    pair.standby.start()
    until("b")


def test_the_program_goes_on_with_the_promoted_standby(program: Flask, pair: Pair):
    with unit_of_work():
        db.session.execute(text("CREATE TABLE kept (number bigint PRIMARY KEY)"))
    assert fetch_one_alone(KEEP, {"number": 1}) == (1,)
    fill(program)

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
