"""What each hot path may ask of PostgreSQL and of Redis: that one needs more is a decision, not a chance."""

from collections.abc import Iterator
from typing import NamedTuple

import pytest
from flask import Flask

from tests.city.people import answered, drawn
from tests.support.wire import Sent, Wire, watched

WARM_UP = 7
"""So many times psycopg sends a statement before it prepares it, and some more."""
OF_A_MEETING = 12
"""More than there are compounds: of one of them what its readers share is kept then, and the rest is prepared."""


class Budget(NamedTuple):
    """Round trips to PostgreSQL, begin and end of a transaction among them, and to Redis."""

    postgres: int
    redis: int


BUDGETS = {
    "cast": Budget(1, 0),  # the sign-in, the ballot and its message are one statement, which commits by itself
    "home": Budget(2, 0),  # one; two for those who hold a role, or of whose own more waits
    "turnout": Budget(1, 0),  # for an owner: the sign-in, who may see, and the sums are one statement
    "meeting": Budget(2, 0),  # for an owner who has looked before; one where the process has the agenda
    "first look": Budget(20, 0),  # which is recorded, once what is answered early has found that it is not
    "claim": Budget(26, 2),
    "book": Budget(19, 1),
}


@pytest.fixture(scope="module")
def wire(city: Flask, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wire]:
    with city.app_context(), watched(tmp_path_factory.mktemp("wire")) as watching:
        yield watching


@pytest.mark.parametrize("what", BUDGETS)
def test_a_hot_path_asks_no_more_than_its_budget(what: str, city: Flask, wire: Wire):
    sent = asked(city, wire, what)
    most = Budget(max(one.round_trips for one in sent), max(len(one.redis) for one in sent))
    assert most.postgres <= BUDGETS[what].postgres, [one.statements for one in sent if one.round_trips == most.postgres]
    assert most.redis <= BUDGETS[what].redis, [one.redis for one in sent]


def test_a_meeting_looked_at_again_is_only_read(city: Flask, wire: Wire):
    with drawn(city, "first look", 16) as requests:
        first, again = ([wire.during(lambda one=one: answered(city, one))[1] for one in requests] for _ in range(2))  # type: ignore[misc]
    assert any(writes(sent) for sent in first)
    assert not any(writes(sent) for sent in again)


def writes(sent: Sent) -> bool:
    return any(text.startswith(("INSERT", "UPDATE", "DELETE")) for text in sent.statements)


def asked(city: Flask, wire: Wire, what: str) -> list[Sent]:
    """What each of some requests of the path sent, once those before it have made the process and its pools warm."""
    warm_up = OF_A_MEETING if what == "meeting" else WARM_UP
    with drawn(city, what, warm_up + 5) as requests:
        assert len(requests) > warm_up, "the city is too small"
        return [wire.during(lambda one=one: answered(city, one))[1] for one in requests][warm_up:]  # type: ignore[misc]
