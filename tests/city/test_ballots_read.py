"""A page that many open reads no more of a meeting's ballots than it shows: each lies on a page of its own."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from flask import Flask
from psycopg import sql

from app.core.db import dispose_of_engines
from app.home.shared import kept
from benchmarks import plans
from tests.city.people import answered, drawn
from tests.support.servers import database_of


@pytest.fixture(scope="module")
def as_in_a_large_city(city: Flask) -> Iterator[Flask]:
    """The planner does not read whole tables, which are small here; for the rest it is free."""
    settings = city.config["SETTINGS"]
    name = sql.Identifier(database_of(settings))
    with psycopg.connect(settings.libpq_url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE ballot")
        connection.execute(sql.SQL("ALTER DATABASE {} SET enable_seqscan = off").format(name))
        dispose_of_engines()
        yield city
        connection.execute(sql.SQL("ALTER DATABASE {} RESET ALL").format(name))
        dispose_of_engines()


@pytest.mark.parametrize("what", ["home", "meeting", "turnout"])
def test_ballots_are_counted_from_the_index_and_a_partys_is_looked_up(what: str, as_in_a_large_city: Flask):
    kept.clear()  # where no vote is open, a home that is known to the process reads no ballots
    with drawn(as_in_a_large_city, what, 4) as requests, plans.explained() as found:
        for one in requests:
            answered(as_in_a_large_city, one)
    reads = [node for plan in found.values() if plan for node in of_ballots(plan)]
    assert reads
    for node in reads:
        looked_up, condition = "party_id" in node.get("Index Cond", ""), node.get("Index Cond")
        assert looked_up or (node["Node Type"] == "Index Only Scan" and what != "home"), condition


def of_ballots(node: Any) -> Iterator[Any]:
    if node.get("Relation Name") == "ballot":
        yield node
    for child in node.get("Plans", ()):
        yield from of_ballots(child)
