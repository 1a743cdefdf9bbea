"""A soak and a failover notice what is lost, doubled or there without anybody having been told."""

from typing import Any

import psycopg
import pytest

from app.core.db import db
from app.core.ids import new_id
from benchmarks.desk import Desk
from benchmarks.patient import Record
from benchmarks.promises import Promises
from tests.support.world import World

REFUSED = "服务暂时繁忙，请稍后再试。".encode()
BOOKED = """
INSERT INTO booking (compound_id, id, slot_id, starts_at, ends_at, person_id, entered_by, turn, state, booked_at)
SELECT compound_id, uuid_v7(), id, starts_at, ends_at, %(person)s, %(person)s, %(turn)s, 'booked', now() FROM slot
WHERE id = %(slot)s
"""


@pytest.fixture
def connection(world: World) -> "psycopg.Connection[Any]":
    return db.session.connection().connection.driver_connection  # type: ignore[return-value]


def odd(found: dict[str, int]) -> dict[str, int]:
    return {name: number for name, number in found.items() if number}


def test_what_was_answered_and_is_not_there_is_lost(world: World, connection: "psycopg.Connection[Any]"):
    promises = Promises()
    assert odd(promises.kept(connection, world.compound)) == {}
    promises.ballots[new_id(), new_id()] = new_id()
    promises.wishes["promise-1"] = new_id()
    promises.submitted.append(new_id())
    lost = {"ballots_lost": 1, "wishes_lost": 1, "submissions_lost": 1}
    assert odd(promises.kept(connection, world.compound)) == lost


def test_a_place_is_held_by_whom_it_was_promised_and_by_nobody_else(
    world: World, connection: "psycopg.Connection[Any]"
):
    desk, promised, stranger = Desk(), new_id(), new_id()
    desk.open(connection, world.compound, world.secretary.account_id)
    slot = desk.slots[0]
    desk.bookings.add((slot, promised))
    assert odd(desk.kept(connection, world.compound)) == {"bookings_lost": 1}

    connection.execute(BOOKED, {"person": promised, "slot": slot, "turn": 1})
    assert odd(desk.kept(connection, world.compound)) == {"slots_overbooked": 1}, "its count does not know of it"
    connection.execute("UPDATE slot SET taken = taken + 1 WHERE id = %s", [slot])
    assert odd(desk.kept(connection, world.compound)) == {}

    connection.execute(BOOKED, {"person": stranger, "slot": slot, "turn": 2})
    connection.execute("UPDATE slot SET taken = taken + 1 WHERE id = %s", [slot])
    assert odd(desk.kept(connection, world.compound)) == {"bookings_of_nobody": 1}


def test_a_decision_that_nobody_took_is_no_decision(world: World, connection: "psycopg.Connection[Any]"):
    desk = Desk(decisions={new_id()})
    assert odd(desk.kept(connection, world.compound)) == {"decisions_lost": 1}


@pytest.mark.parametrize(
    ("head", "body", "lacks"),
    [
        (b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 2\r\n\r\n", REFUSED, set()),
        (b"HTTP/1.1 503 Service Unavailable\r\n\r\n", REFUSED, {"Retry-After"}),
        (b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 2\r\n\r\n", b"Service Unavailable", {"a sentence"}),
    ],
)
def test_a_refusal_says_what_is_wrong_and_when_to_try_again(head: bytes, body: bytes, lacks: set[str]):
    record = Record()
    record.look_at_refusal(head, body)
    assert set(record.unclear) == lacks
