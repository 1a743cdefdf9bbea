"""Two hundred clients at one moment over real HTTP: one claimant, and a clear answer for everybody else.

WISHES_RUNS says how often (`make stress-wishes` runs each fifty times).
"""

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from app.core import clock
from app.core.db import db, dispose_of_engines
from app.notifications.models import OutboxMessage
from app.wishes.models import Wish, WishClaim
from tests.support.serving import Answer, Request, at_once
from tests.support.wishes import Wishes
from tests.support.world import Person, World

CLIENTS = 200
RUNS = range(int(os.environ.get("WISHES_RUNS", "1")))


@dataclass
class Crowd:
    """Two hundred neighbours in a database of its own where everything is committed, and a server over it."""

    wishes: Wishes
    people: list[Person]
    port: int

    def send(self, *requests: Request) -> list[Answer]:
        return at_once(self.port, requests)

    def request(self, person: Person, method: str, wish: str, path: str = "", body: object = None) -> Request:
        return Request(person, method, f"{self.wishes.path}/{wish}{path}", body)

    def claim_all(self, wish: str) -> Counter[tuple[int, str]]:
        answers = self.send(*(self.request(one, "POST", wish, "/claim") for one in self.people))
        return Counter((one.status, one.code) for one in answers)


@pytest.fixture(scope="module")
def crowd(committing: Flask, committing_port: int) -> Iterator[Crowd]:
    with committing.app_context():
        world = World(committing)
        wishes = Wishes(world)
        with world.together():
            people = [world.owner(world.unit(f"{number:03}", building="2栋")) for number in range(CLIENTS)]
        yield Crowd(wishes, people, committing_port)
        db.session.remove()
        dispose_of_engines()


def claims(wish: str) -> list[tuple[UUID, str | None]]:
    """Who claimed the wish and how it ended, in order."""
    db.session.rollback()
    rows = select(WishClaim.account_id, WishClaim.ending).where(WishClaim.wish_id == UUID(wish)).order_by(WishClaim.id)
    return [(account_id, ending) for account_id, ending in db.session.execute(rows)]


ONE_OF_ALL = {(201, ""): 1, (409, "wish_taken"): CLIENTS - 1}


@pytest.mark.parametrize("run", RUNS)
def test_two_hundred_claim_one_wish_and_one_has_it(crowd: Crowd, run: int):
    wish = crowd.wishes.published(crowd.wishes.steward, **for_neighbour(crowd))
    assert crowd.claim_all(wish) == ONE_OF_ALL
    [(winner, ending)] = claims(wish)
    assert ending is None
    told = select(func.count()).where(OutboxMessage.kind == "wish_claimed", OutboxMessage.dedup_key.contains(wish))
    assert db.session.scalar(told) == 1
    seen = [crowd.wishes.call(one, "GET", f"/{wish}").json for one in crowd.people[:3]]
    assert [one["beneficiary"] is not None for one in seen] == [one.account_id == winner for one in crowd.people[:3]]


@pytest.mark.parametrize("run", RUNS)
def test_two_hundred_claim_a_wish_whose_claim_has_lapsed_and_one_has_it(crowd: Crowd, run: int):
    wish = crowd.wishes.claimed(person=crowd.wishes.steward, **for_neighbour(crowd))
    past = {"claim_lapses_at": clock.now() - timedelta(seconds=1)}
    db.session.execute(update(Wish).where(Wish.id == UUID(wish)).values(**past))
    db.session.commit()
    assert crowd.claim_all(wish) == ONE_OF_ALL
    found = claims(wish)
    assert [ending for _, ending in found] == ["lapsed", None]
    released = select(OutboxMessage.account_id).where(
        OutboxMessage.kind == "wish_released", OutboxMessage.dedup_key.contains(wish)
    )
    told = sorted(db.session.scalars(released))
    assert told == sorted([crowd.wishes.steward.account_id, crowd.wishes.helper.account_id]), "each is told once"


@pytest.mark.parametrize("run", RUNS)
def test_claims_race_with_the_withdrawal_and_nobody_holds_what_was_taken_back(crowd: Crowd, run: int):
    wish = crowd.wishes.published(crowd.wishes.steward, **for_neighbour(crowd))
    withdrawal = crowd.request(crowd.wishes.steward, "POST", wish, "/withdrawal")
    some = [crowd.request(one, "POST", wish, "/claim") for one in crowd.people[:40]]
    answers = crowd.send(*some[:20], withdrawal, *some[20:])
    assert answers[20].status == 200
    assert {(one.status, one.code) for one in answers} <= {
        (200, ""),
        (201, ""),
        (409, "wish_taken"),
        (409, "wrong_wish_state"),
    }
    assert crowd.wishes.state(wish, crowd.wishes.steward) == "withdrawn"
    assert [ending for _, ending in claims(wish)] in ([], ["withdrawn"])
    assert sum(one.status == 201 for one in answers) == len(claims(wish))


@pytest.mark.parametrize("run", RUNS)
def test_the_reviewer_and_the_poster_at_the_same_moment_never_wait_for_each_other(crowd: Crowd, run: int):
    wish = crowd.wishes.submitted(crowd.wishes.steward, **for_neighbour(crowd))
    case = crowd.wishes.case_of(wish)
    reviews = f"/compounds/{crowd.wishes.world.compound}/reviews/{case}/decision"
    refusal = {"accept": False, "ground": "unclear", "reason": "请写清楚"}
    answers = crowd.send(
        Request(crowd.wishes.secretary, "POST", reviews, {"accept": True}),
        Request(crowd.wishes.officer, "POST", reviews, refusal),
        crowd.request(crowd.wishes.steward, "POST", wish, "/withdrawal"),
    )
    assert answers[2].status == 200
    assert sorted(one.status for one in answers[:2]) in ([200, 409], [409, 409])
    assert crowd.wishes.state(wish, crowd.wishes.steward) == "withdrawn"


@pytest.mark.parametrize("run", RUNS)
def test_a_double_tap_makes_one_of_everything(crowd: Crowd, run: int):
    wish = crowd.wishes.claimed(person=crowd.wishes.steward, **for_neighbour(crowd))
    helper, steward = crowd.wishes.helper, crowd.wishes.steward
    for person, method, path, body in (
        (crowd.people[0], "PUT", "/backing", None),
        (helper, "POST", "/claim", None),
        (helper, "POST", "/claim/start", None),
        (helper, "POST", "/fulfilment", {"note": "修好了"}),
        (steward, "POST", "/rating", {"rating": 5}),
    ):
        taps = crowd.send(*[crowd.request(person, method, wish, path, body)] * 3)
        assert {one.status for one in taps} <= {200, 201}, path
    shown = crowd.wishes.call(steward, "GET", f"/{wish}").json
    assert (shown["state"], shown["backings"], shown["claim"]["rating"]) == ("rated", 1, 5)
    assert len(claims(wish)) == 1


def for_neighbour(crowd: Crowd) -> dict[str, object]:
    """The steward posts, who may post as often as the runs need."""
    return {"unit_id": str(crowd.wishes.homes[5].id), "neighbour": {"name": "赵六顺", "consent": "spoken"}}
