"""Every statement of the hot paths is for one node of a cluster: it names the distribution column of each table."""

import pytest
from flask import Flask

from commands.cluster import catalogue
from tests.support.distribution import recorded, touched, unbound
from tests.support.volunteering import Volunteering, shift
from tests.support.wishes import Wishes
from tests.support.world import OPENS, World, at

ALL = None
KEY = {"Idempotency-Key": "0198c0de-0000-7000-8000-000000000001"}


@pytest.fixture
def tables(app: Flask) -> list[catalogue.Table]:
    return list(catalogue.tables())


@pytest.mark.parametrize(
    ("sql", "loose"),
    [
        ("SELECT FROM ballot WHERE compound_id = $1 AND id = $2", set()),
        ("SELECT FROM ballot WHERE id = $1", {"ballot"}),
        ("SELECT FROM ballot WHERE compound_id = $1 OR id = $2", {"ballot"}),
        ("SELECT FROM ballot WHERE compound_id = ANY($1)", {"ballot"}),
        ("SELECT FROM meeting m JOIN ballot b ON b.compound_id = m.compound_id WHERE m.compound_id = $1::uuid", set()),
        ("SELECT FROM meeting m JOIN ballot b ON b.meeting_id = m.id WHERE m.compound_id = $1", {"ballot"}),
        ("SELECT FROM meeting m JOIN ballot b ON (b.compound_id, b.meeting_id) = (m.compound_id, m.id)", ALL),
        ("SELECT FROM meeting m WHERE compound_id = $1 AND EXISTS (SELECT FROM ballot WHERE id = m.id)", {"ballot"}),
        ("SELECT FROM login_session JOIN account ON account.id = account_id WHERE token_hash = $1", set()),
        ("SELECT FROM answered_request WHERE account_id = $1", set()),
        ("SELECT FROM answered_request WHERE key = $1", {"answered_request"}),
        ("INSERT INTO wish_backing (compound_id, wish_id) VALUES ($1, $2)", set()),
        ("INSERT INTO wish_backing (wish_id) VALUES ($2)", {"wish_backing"}),
        ("INSERT INTO wish_backing (compound_id, wish_id) SELECT compound_id, id FROM wish WHERE id = $1", ALL),
        ("INSERT INTO wish_backing (compound_id) SELECT compound_id FROM wish WHERE compound_id = $1", set()),
        ("WITH w AS (UPDATE wish SET text = '' WHERE compound_id = $1 RETURNING compound_id, id)"
         " SELECT FROM wish_claim c, w WHERE c.compound_id = w.compound_id", set()),
        ("WITH w AS (SELECT id FROM wish WHERE compound_id = $1) DELETE FROM wish_claim c USING w WHERE c.id = w.id",
         {"wish_claim"}),
    ],
)  # fmt: skip
def test_a_statement_is_read_as_a_router_reads_it(tables: list[catalogue.Table], sql: str, loose: set[str] | None):
    assert unbound(sql, tables) == (touched(sql, tables) if loose is ALL else loose)


def of_one_node(statements: list[str], tables: list[catalogue.Table]) -> set[str]:
    """The distributed tables that the statements touch, each for one node."""
    for sql in statements:
        assert not unbound(sql, tables), sql
    return set().union(*(touched(sql, tables) for sql in statements))


def test_casting_is_for_one_node(world: World, tables: list[catalogue.Table]):
    with world.together():
        owner, *_ = world.owners(3)
    meeting = world.announced(5)
    with at(OPENS), recorded() as statements:
        assert [world.cast(owner, meeting, "for").status_code for _ in range(2)] == [201, 409]
    assert {"meeting", "voting_party", "ballot", "outbox", "binding", "ownership"} <= of_one_node(statements, tables)


def test_reading_is_for_one_node(world: World, tables: list[catalogue.Table]):
    with world.together():
        owner, *_ = world.owners(3)
    meeting, api = world.announced(5), world.api(owner)
    with at(OPENS), recorded() as statements:
        assert api("GET", meeting).status_code == 200
        assert api("GET", f"{meeting}/turnout").status_code == 200
        for page in (meeting, f"/compounds/{world.compound}/home"):
            seen = api("GET", page)
            again = {"If-None-Match": seen.headers["ETag"], "Authorization": f"Bearer {owner.token}"}
            unchanged = world.application.test_client().get(f"/api/v1{page}", headers=again)
            assert unchanged.status_code == 304
    assert {"meeting", "motion", "ballot", "voting_party", "outbox", "home_version", "wish", "slot"} <= of_one_node(
        statements, tables
    )


def test_claiming_is_for_one_node(world: World, tables: list[catalogue.Table]):
    wishes = Wishes(world)
    wish = wishes.published()
    headers = {"Authorization": f"Bearer {wishes.helper.token}", **KEY}
    with recorded() as statements:
        for _ in range(2):
            made = world.application.test_client().post(f"/api/v1{wishes.path}/{wish}/claim", headers=headers)
            assert made.status_code == 201
    assert {"wish", "wish_claim", "outbox", "answered_request"} <= of_one_node(statements, tables)


def test_booking_is_for_one_node(world: World, tables: list[catalogue.Table]):
    volunteering = Volunteering(world)
    slot, (first, second) = volunteering.slot(shift(capacity=1)), volunteering.volunteers(2)
    with recorded() as statements:
        assert volunteering.book(first, slot).status_code == 201
        assert volunteering.book(second, slot, may_wait=True).status_code == 201
        assert volunteering.cancel(first, slot).status_code == 200
    assert {"slot", "booking", "volunteer", "outbox"} <= of_one_node(statements, tables)
