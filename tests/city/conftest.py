"""A small made city, built once a worker, in a database of its own."""

import hashlib
from collections.abc import Iterator

import psycopg
import pytest
from flask import Flask
from psycopg import sql

from app.bootstrap import create_app
from app.core.db import dispose_of_engines
from app.core.settings import Settings
from commands.city import batches, shape
from commands.city.building import build
from commands.city.shape import Shape
from tests.support import servers
from tests.support.world import START, at

CITY = Shape(compounds=8, homes=60, seed=7)


class Ended(Exception):
    """The process was killed."""


@pytest.fixture(scope="session")
def built(settings: Settings) -> Flask:
    """The application over the city. Its build was ended twice: between batches, and between indexes.

    AS_BUILT in its configuration: what it held before any test.
    """
    from miniprogram_api import register

    own = servers.beside(settings, f"{servers.database_of(settings)}_city")
    application = create_app(own)
    register(application)
    with pytest.MonkeyPatch.context() as patch, at(START), application.app_context():
        patch.setattr(shape, "COMPOUNDS_OF_A_BATCH", 4)
        for stop in (("compounds", 4), ("indexes and keys", 60), None):
            build_until(own, stop)
        application.config["AS_BUILT"] = digests(own.libpq_url)
        dispose_of_engines()
    return application


@pytest.fixture(scope="module")
def city(built: Flask) -> Iterator[Flask]:
    """The application over the city, on START. The tests of other modules have their own time and application."""
    with at(START), built.app_context():
        yield built
        dispose_of_engines()


def digests(url: str) -> dict[str, str]:
    """What each table holds, but for sealed texts, which are never the same twice, and what follows from the hour."""
    found = {}
    with psycopg.connect(url) as connection:
        for table in batches.TABLES:
            columns = connection.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND data_type <> 'bytea'"
                " AND table_schema = 'public' ORDER BY 1",
                [table],
            ).fetchall()
            row = sql.SQL(", ").join(sql.Identifier(name) for (name,) in columns)
            query = sql.SQL("SELECT ({})::text FROM {} ORDER BY 1").format(row, sql.Identifier(table))
            rows = [str(one[0]) for one in connection.execute(query)]
            assert rows, f"{table} is empty"
            found[table] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return found


def build_until(settings: Settings, stop: tuple[str, int] | None) -> None:
    """Build the city; given (what, done), end when the build reports that."""

    def report(what: str, done: int, total: int) -> None:
        if (what, done) == stop:
            raise Ended

    if stop is None:
        build(settings.libpq_url, CITY, report)
        return
    with pytest.raises(Ended):
        build(settings.libpq_url, CITY, report)


@pytest.fixture
def rows(city: Flask) -> "Iterator[psycopg.Connection[tuple[object, ...]]]":
    """A connection to the city's database, rolled back after the test."""
    with psycopg.connect(city.config["SETTINGS"].libpq_url) as connection:
        yield connection
        connection.rollback()
