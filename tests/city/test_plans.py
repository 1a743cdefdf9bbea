"""Each statement of the hot paths finds its rows by an index that serves it, so that a large city is not slower.

The tables here are small, so sequential scans, and joins that read all of an index, are switched off: what is left has
no index to take. On a city of 3,800 compounds `make bench-growth` asks the same with the planner free to choose.
"""

from collections.abc import Iterator

import psycopg
import pytest
from flask import Flask
from psycopg import sql

from app.core.db import db, dispose_of_engines
from benchmarks import plans
from tests.city.people import answered, drawn
from tests.support.servers import database_of


@pytest.fixture(scope="module")
def by_index(city: Flask) -> Iterator[list[str]]:
    """The tables that have rows, of a database whose planner takes an index wherever there is one."""
    settings = city.config["SETTINGS"]
    name = sql.Identifier(database_of(settings))
    with psycopg.connect(settings.libpq_url, autocommit=True) as connection:
        for way in ("enable_seqscan", "enable_hashjoin", "enable_mergejoin"):
            connection.execute(sql.SQL("ALTER DATABASE {} SET {} = off").format(name, sql.Identifier(way)))
        dispose_of_engines()
        yield plans.filled_tables(connection)
        connection.execute(sql.SQL("ALTER DATABASE {} RESET ALL").format(name))
        dispose_of_engines()


@pytest.mark.parametrize("what", ["cast", "home", "turnout", "meeting", "first look", "claim", "book"])
def test_every_statement_of_a_hot_path_is_served_by_an_index(what: str, city: Flask, by_index: list[str]):
    with drawn(city, what, 4) as requests, plans.explained() as found:
        for one in requests:
            answered(city, one)
    assert found
    assert plans.bad_ones(found, by_index) == {}


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ("SELECT count(*) FROM ballot WHERE accepted_at > now()", "sequential scan of ballot"),
        ("SELECT id FROM wish WHERE text LIKE '%s' ORDER BY listed_at", "of"),
        ("SELECT count(*) FROM account WHERE openid = 'nobody'", "sequential scan of account"),
    ],
)
def test_a_statement_that_reads_a_whole_table_is_found(query: str, fault: str, city: Flask, by_index: list[str]):
    with plans.explained() as found:
        db.session.execute(db.text(query))
        db.session.remove()
    [[of, *_]] = plans.bad_ones(found, by_index).values()
    assert fault in of


@pytest.mark.parametrize("table", ["voting_party", "voting_party_owner", "voting_party_unit", "ballot"])
def test_the_planner_knows_how_many_rows_a_meeting_has(table: str, city: Flask):
    with psycopg.connect(city.config["SETTINGS"].libpq_url) as connection:
        of_meeting = sql.SQL("FROM {} WHERE compound_id = %s AND meeting_id = %s").format(sql.Identifier(table))
        largest = sql.SQL("SELECT compound_id, meeting_id FROM {} GROUP BY 1, 2 ORDER BY count(*) DESC LIMIT 1")
        meeting = connection.execute(largest.format(sql.Identifier(table))).fetchone()
        cursor = psycopg.ClientCursor(connection)
        [(number,)] = cursor.execute(sql.SQL("SELECT count(*) ") + of_meeting, meeting).fetchall()
        [([plan],)] = cursor.execute(sql.SQL("EXPLAIN (FORMAT JSON) SELECT ") + of_meeting, meeting).fetchall()
    assert number / 3 < plan["Plan"]["Plan Rows"] < number * 3
