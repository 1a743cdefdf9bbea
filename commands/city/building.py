"""A city in an empty database: its rows first, then indexes and keys, then figures by month. Ended half-way it goes on.

What a build has still to do stands in the schema `city_build`, which is dropped when all is done.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import date, datetime
from typing import Any, Final

import psycopg
from flask import Flask, current_app
from psycopg import sql

from app.core import clock
from app.core.db import sql_text
from app.core.unit_of_work import unit_of_work
from app.statistics import refreshing
from commands.city import batches, definitions, names, shape
from commands.city.shape import Shape

Report = Callable[[str, int, int], None]
"""Called with (what is being done, done, total)."""

MONTHS: Final = 25
_THREADS: Final = 2
_ONE_AT_A_TIME: Final = 7_305_020_000
"""The advisory lock of a build."""


class CannotBuild(Exception):
    """The database is not one to build in; the text says why, and what to do."""


def build(url: str, city: Shape, report: Report) -> bool:
    """Build the city, or go on with it; whether there was anything to do. Needs an application context.

    Raises CannotBuild where the database has other data, or another city was begun there.
    """
    with psycopg.connect(url, autocommit=True) as connection:
        if not connection.execute("SELECT pg_try_advisory_lock(%s)", [_ONE_AT_A_TIME]).fetchone() == (True,):
            raise CannotBuild("Another process builds a city in this database. Wait for it.")
        if not _begun(connection, city):
            if _stands(connection, city):
                return False
            begin(connection, city, clock.now())
        write(url, connection, city, report)
        definitions.put_back(url, lambda done, total: report("indexes and keys", done, total))
        _figures(report)
        _vacuum(url, connection, report)
        connection.execute("DROP SCHEMA city_build CASCADE")
    return True


def _begun(connection: "psycopg.Connection[Any]", city: Shape) -> bool:
    if connection.execute("SELECT to_regclass('city_build.plan')").fetchone() == (None,):
        return False
    found = connection.execute("SELECT compounds, homes, seed FROM city_build.plan").fetchone()
    assert found is not None, "the plan is written with the table"
    if Shape(*found) != city:
        compounds, homes, seed = found
        raise CannotBuild(
            f"A city was begun here and not finished: finish it with --compounds {compounds} --homes {homes}"
            f" --seed {seed}, or take another database."
        )
    return True


def _stands(connection: "psycopg.Connection[Any]", city: Shape) -> bool:
    """Whether this very city stands here. Raises CannotBuild where anything else does."""
    found = connection.execute(
        "SELECT id::text, (SELECT count(*) FROM org_unit WHERE kind = 'compound') FROM org_unit WHERE kind = 'city'"
    ).fetchall()
    if not found and connection.execute("SELECT EXISTS (SELECT FROM account)").fetchone() == (False,):
        return False
    if [(f"{city.seed & 4095:03x}" == city_id[20:23], number) for city_id, number in found] == [(True, city.compounds)]:
        return True
    raise CannotBuild("The database has other data. A city is built in an empty one: give another DATA_DIR.")


def begin(connection: "psycopg.Connection[Any]", city: Shape, now: datetime) -> None:
    """In one transaction: what a build needs, the tree of the organisation, and the tables without indexes and keys."""
    with connection.transaction():
        connection.execute(sql_text(batches.SQL / "begin.sql", seed=str(city.seed)).encode())
        plan = [city.compounds, city.homes, city.seed, now]
        connection.execute("INSERT INTO city_build.plan VALUES (%s, %s, %s, %s)", plan)
        cursor = psycopg.ClientCursor(connection)
        cursor.executemany("INSERT INTO city_build.batch (first) VALUES (%s)", [(one[0],) for one in city.batches()])
        cursor.execute(sql_text(batches.SQL / "tree.sql"), _tree(city) | {"now": now})
        with cursor.copy("COPY city_build.name FROM STDIN") as copy:
            for row in names.sealed_names():
                copy.write_row(row)
        connection.execute("ANALYZE city_build.name")
        definitions.take_off(connection, batches.TABLES)


def _tree(city: Shape) -> dict[str, int]:
    return {
        "compounds": city.compounds,
        "communities": city.communities,
        "streets": city.streets,
        "counties": city.counties,
        "compounds_of_a_community": shape.COMPOUNDS_OF_A_COMMUNITY,
        "communities_of_a_street": shape.COMMUNITIES_OF_A_STREET,
        "streets_of_a_county": shape.STREETS_OF_A_COUNTY,
    }


def write(url: str, connection: "psycopg.Connection[Any]", city: Shape, report: Report) -> None:
    """Write the batches that are not written yet, some at a time."""
    [(now,)] = connection.execute("SELECT now FROM city_build.plan").fetchall()
    left = {first for (first,) in connection.execute("SELECT first FROM city_build.batch WHERE loaded_at IS NULL")}
    due = [batch for batch in city.batches() if batch[0] in left]
    done = city.compounds - sum(map(len, due))
    report("compounds", done, city.compounds)
    with ThreadPoolExecutor(_THREADS) as threads:
        running = {threads.submit(batches.write, url, city, batch, now): len(batch) for batch in due}
        try:
            for one in as_completed(running):
                one.result()
                done += running[one]
                report("compounds", done, city.compounds)
        except BaseException:
            threads.shutdown(cancel_futures=True)
            raise


def _figures(report: Report) -> None:
    """As the scheduler's job computes them, month by month."""
    application: Flask = current_app._get_current_object()  # type: ignore[attr-defined]

    def refresh(month: date) -> None:
        with application.app_context(), unit_of_work():
            refreshing.refresh(month)

    _some_at_a_time(refresh, refreshing.months_back(MONTHS), "figures by month", report)


def _vacuum(url: str, connection: "psycopg.Connection[Any]", report: Report) -> None:
    """Tables as they are in use: statistics for the planner, and pages known to be visible to all."""

    def vacuum(table: str) -> None:
        with psycopg.connect(url, autocommit=True) as own:
            own.execute(sql.SQL("VACUUM (ANALYZE) {}").format(sql.Identifier(table)))

    query = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    tables = [name for (name,) in connection.execute(query + " ORDER BY relpages DESC")]
    _some_at_a_time(vacuum, tables, "vacuum", report)


def _some_at_a_time(work: Callable[[Any], None], on: Sequence[Any], what: str, report: Report) -> None:
    with ThreadPoolExecutor(_THREADS) as threads:
        for done, _ in enumerate(threads.map(work, on), 1):
            report(what, done, len(on))
