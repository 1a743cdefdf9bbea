"""Two hundred clients at one moment over real HTTP: places never overbook, and the waiting list keeps its order.

VOLUNTEERING_RUNS says how often (`make stress-volunteering` runs each fifty times).
"""

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.core import clock
from app.core.db import db, dispose_of_engines
from app.core.ids import new_id
from app.notifications.models import OutboxMessage
from app.volunteering.posts.models import PostClaim, VolunteerPost
from app.volunteering.slots.models import Booking, Slot
from app.volunteering.volunteers.models import Volunteer
from tests.support.serving import Answer, Request, at_once
from tests.support.volunteering import Volunteering, shift, soon
from tests.support.world import Person, World

CLIENTS, PLACES = 200, 10
RUNS = range(int(os.environ.get("VOLUNTEERING_RUNS", "1")))


@dataclass
class Crowd:
    """Two hundred volunteers in a database of its own where everything is committed, and a server over it."""

    here: Volunteering
    people: list[Person]
    port: int
    days: int = 1

    def next_time(self) -> datetime:
        """A time at which nobody is booked yet."""
        self.days += 1
        return soon(self.days)

    def send(self, *requests: Request) -> list[Answer]:
        answers = at_once(self.port, requests)
        assert {one.status for one in answers} <= {200, 201, 409}, Counter((one.status, one.code) for one in answers)
        return answers


@pytest.fixture(scope="module")
def crowd(committing: Flask, committing_port: int) -> Iterator[Crowd]:
    with committing.app_context():
        world = World(committing)
        with world.together():
            people = [world.owner(world.unit(f"{number:03}")) for number in range(CLIENTS)]
            db.session.add_all(_volunteer(world.compound, person, number) for number, person in enumerate(people))
        yield Crowd(Volunteering(world), people, committing_port)
        db.session.remove()
        dispose_of_engines()


def _volunteer(compound_id: UUID, person: Person, number: int) -> Volunteer:
    return Volunteer(
        compound_id=compound_id,
        id=new_id(),
        account_id=person.account_id,
        number=f"{number:012}",
        name="测试志愿者",
        consent_version="2026-01",
        registered_at=clock.now(),
    )


def rows(slot: str) -> list[Booking]:
    db.session.rollback()
    found = select(Booking).where(Booking.slot_id == UUID(slot.rsplit("/", 1)[1])).order_by(Booking.turn)
    return list(db.session.scalars(found, execution_options={"populate_existing": True}))


def check(slot: str) -> tuple[list[Booking], list[Booking]]:
    """What always holds of a slot: the counter is the truth, nobody passed anybody. The booked, and those who wait."""
    found = rows(slot)
    kept = db.session.get_one(Slot, (found[0].compound_id, found[0].slot_id), populate_existing=True)
    booked = [one for one in found if one.state == "booked"]
    waiting = [one for one in found if one.state == "waiting"]
    assert kept.taken == len(booked) <= kept.capacity
    assert not waiting or kept.taken == kept.capacity, "a place is free though somebody waits"
    assert [one.turn for one in found] == list(range(1, len(found) + 1))
    assert not waiting or max(one.turn for one in booked) < min(one.turn for one in waiting), "somebody was passed"
    return booked, waiting


def booking(people: list[Person], slot: str, may_wait: bool) -> list[Request]:
    return [Request(one, "POST", f"{slot}/booking", {"may_wait": may_wait}) for one in people]


@pytest.mark.parametrize("run", RUNS)
def test_two_hundred_claim_one_post_of_one_place(crowd: Crowd, run: int):
    post = crowd.here.post(places=1)
    answers = crowd.send(*(Request(one, "POST", f"{post}/claim") for one in crowd.people))
    assert Counter((one.status, one.code) for one in answers) == {(201, ""): 1, (409, "post_full"): CLIENTS - 1}
    db.session.rollback()
    post_id = UUID(post.rsplit("/", 1)[1])
    assert db.session.scalar(select(func.count()).where(PostClaim.post_id == post_id)) == 1
    assert db.session.get_one(VolunteerPost, (crowd.here.world.compound, post_id), populate_existing=True).taken == 1


@pytest.mark.parametrize("run", RUNS)
def test_two_hundred_book_the_last_ten_places(crowd: Crowd, run: int):
    slot = crowd.here.slot(shift(crowd.next_time(), capacity=PLACES))
    answers = crowd.send(*booking(crowd.people, slot, may_wait=False))
    assert Counter((one.status, one.code) for one in answers) == {
        (201, ""): PLACES,
        (409, "slot_full"): CLIENTS - PLACES,
    }
    refused = next(one for one in answers if one.status == 409)
    assert "名额已满" in refused.body["error"]["message"]
    assert len(check(slot)[0]) == PLACES


@pytest.mark.parametrize("run", RUNS)
def test_the_waiting_list_is_in_the_order_in_which_people_were_answered(crowd: Crowd, run: int):
    slot = crowd.here.slot(shift(crowd.next_time(), capacity=PLACES))
    answers = crowd.send(*booking(crowd.people, slot, may_wait=True))
    assert Counter(one.status for one in answers) == {201: CLIENTS}
    booked, waiting = check(slot)
    assert (len(booked), len(waiting)) == (PLACES, CLIENTS - PLACES)
    told = {UUID(one.body["my_booking"]["id"]): one.body["my_booking"]["ahead"] for one in answers}
    assert [told[one.id] for one in booked] == [None] * PLACES
    assert [told[one.id] for one in waiting] == list(range(CLIENTS - PLACES)), "each saw those who came before"


@pytest.mark.parametrize("run", RUNS)
def test_cancellations_race_with_bookings_and_promotions(crowd: Crowd, run: int):
    slot = crowd.here.slot(shift(crowd.next_time(), capacity=PLACES), cancel_minutes=0)
    before, after = crowd.people[: CLIENTS // 2], crowd.people[CLIENTS // 2 :]
    crowd.send(*booking(before, slot, may_wait=True))
    leaving = before[::2]
    requests = [*(Request(one, "DELETE", f"{slot}/booking") for one in leaving), *booking(after, slot, may_wait=True)]
    answers = crowd.send(*(requests[place] for place in sorted(range(len(requests)), key=lambda place: place % 50)))
    assert Counter(one.status for one in answers) == {200: len(leaving), 201: len(after)}
    booked, waiting = check(slot)
    assert (len(booked), len(waiting)) == (PLACES, CLIENTS - len(leaving) - PLACES)
    gone = {one.account_id for one in leaving}
    assert not gone & {one.person_id for one in booked + waiting}
    assert _promotions_told(rows(slot)) == {one.id for one in rows(slot) if one.promoted_at}


def _promotions_told(bookings: list[Booking]) -> set[UUID]:
    ids = {f"place_promoted:{one.id}:{one.person_id}": one.id for one in bookings}
    found = db.session.scalars(select(OutboxMessage.dedup_key).where(OutboxMessage.dedup_key.in_(ids)))
    return {ids[key] for key in found}


@pytest.mark.parametrize("run", RUNS)
def test_one_person_tapping_everywhere_gets_one_place(crowd: Crowd, run: int):
    time = crowd.next_time()
    slots = [crowd.here.slot(shift(time + timedelta(minutes=minutes), capacity=5)) for minutes in range(0, 60, 6)]
    person = crowd.people[run % CLIENTS]
    answers = crowd.send(*(request for slot in slots for request in booking([person] * 4, slot, may_wait=False)))
    assert Counter(one.status for one in answers) == {201: 1, 409: len(answers) - 1}
    assert {one.code for one in answers if one.status == 409} <= {"busy_then", "already_booked"}


@pytest.mark.parametrize("run", RUNS)
def test_calling_off_races_with_bookings_and_cancellations(crowd: Crowd, run: int):
    slot = crowd.here.slot(shift(crowd.next_time(), capacity=PLACES), cancel_minutes=0)
    crowd.send(*booking(crowd.people[:40], slot, may_wait=True))
    secretary = crowd.here.world.secretary
    body: dict[str, Any] = {"reason": "暴雨预警"}
    requests = [
        *booking(crowd.people[40:80], slot, may_wait=True),
        Request(secretary, "POST", f"{slot}/cancellation", body),
        *(Request(one, "DELETE", f"{slot}/booking") for one in crowd.people[:20]),
    ]
    answers = crowd.send(*requests)
    assert answers[40].status == 200
    assert {one.code for one in answers if one.status == 409} <= {"slot_cancelled", "not_booked"}
    assert {one.state for one in rows(slot)} == {"cancelled"}
    kept = db.session.get_one(Slot, (crowd.here.world.compound, rows(slot)[0].slot_id), populate_existing=True)
    assert kept.taken == 0
