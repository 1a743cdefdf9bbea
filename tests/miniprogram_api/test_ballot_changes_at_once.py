"""Changes at the same moment, with real commits on real connections: one wins; what was accepted is what is counted."""

import threading
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.core import clock
from app.core.db import db, dispose_of_engines
from app.meetings.models import Ballot, Meeting
from tests.miniprogram_api.test_casting_while_closing import OPEN_FOR, count
from tests.miniprogram_api.test_co_owners_at_once import Street, Vote, at_once, opened
from tests.support.changes import adopt_one_change
from tests.support.world import Person, World

HOUSES = 12
RUNS = 5


@pytest.fixture(scope="module")
def street(committing: Flask) -> Iterator[Street]:
    with committing.app_context():
        world = World(committing)
        adopt_one_change(world)
        flats = [world.unit(f"{number:03}") for number in range(HOUSES)]
        couples = [(world.owner(flat, name="甲某"), world.owner(flat, name="乙某")) for flat in flats]
        db.session.commit()
        yield Street(world, couples)
        db.session.remove()
        dispose_of_engines()


def cast(street: Street, vote: Vote, person: Person) -> str:
    answer = street.world.api(person)("POST", f"{vote.path}/ballots", vote.ballot(person, "for"))
    assert answer.status_code == 201, answer.text
    db.session.rollback()
    found: str = answer.json["ballot_id"]
    return found


def rows(vote: Vote, person: Person) -> list[tuple[str, list[int]]]:
    """State and choices of each ballot of the person's party, as they came."""
    assert person.owner_id
    found = select(Ballot.state, Ballot.choices).where(Ballot.party_id == vote.parties[person.owner_id])
    seen = db.session.execute(found.order_by(Ballot.accepted_at)).all()
    db.session.rollback()
    return [(state, choices) for state, choices in seen]


def changing(vote: Vote, person: Person, replaces: str, choice: str) -> tuple[Person, str, str, dict[str, Any]]:
    return person, "POST", f"{vote.path}/ballots", {**vote.ballot(person, choice), "replaces": replaces}


def test_of_two_different_changes_at_once_one_wins(street: Street):
    vote = opened(street.world)
    for person, _ in street.couples:
        first = cast(street, vote, person)
        wanted = [changing(vote, person, first, choice) for choice in ("against", "abstain")]
        statuses = at_once(street.world.application, *wanted)
        assert sorted(statuses) == [201, 409]
        won = {"against": 2, "abstain": 3}[("against", "abstain")[statuses.index(201)]]
        assert rows(vote, person) == [("replaced", [1]), ("effective", [won])]


def test_the_same_change_tapped_twice_at_once_is_one_change(street: Street):
    vote = opened(street.world)
    for person, _ in street.couples:
        twice = [changing(vote, person, cast(street, vote, person), "against")] * 2
        assert at_once(street.world.application, *twice) == [201, 201]
        assert rows(vote, person) == [("replaced", [1]), ("effective", [2])]


def test_a_change_while_the_co_owner_contradicts_is_before_it_or_refused(street: Street):
    vote = opened(street.world)
    outcomes = set()
    for one, other in street.couples:
        first = cast(street, vote, one)
        contrary = (other, "POST", f"{vote.path}/ballots", vote.ballot(other, "abstain"))
        statuses = at_once(street.world.application, changing(vote, one, first, "against"), contrary)
        found = sorted(rows(vote, one))
        assert (statuses, found) in (
            ([201, 201], [("contrary", [3]), ("disputed", [2]), ("replaced", [1])]),
            ([201, 201], [("contrary", [2]), ("disputed", [3]), ("replaced", [1])]),
            ([409, 201], [("contrary", [3]), ("disputed", [1])]),
        )
        outcomes.add(statuses[0])
    assert outcomes <= {201, 409}


@pytest.mark.parametrize("number", range(RUNS))
def test_changes_that_race_with_the_close_and_the_count_are_counted_exactly_if_accepted(street: Street, number: int):
    vote, world = opened(street.world), street.world
    voters = [person for person, _ in street.couples]
    first = [cast(street, vote, person) for person in voters]
    db.session.execute(update(Meeting).where(Meeting.id == vote.meeting_id).values(closes_at=clock.now() + OPEN_FOR))
    db.session.commit()
    accepted: dict[UUID | None, bool] = {}
    record: dict[str, Any] = {}

    def change_at_the_close(person: Person, replaces: str) -> None:
        """Asks for what no sheet may say until the close is near, and then for the change."""
        _, method, path, body = changing(vote, person, replaces, "against")
        client, headers = world.application.test_client(), {"Authorization": f"Bearer {person.token}"}
        pause.wait(OPEN_FOR.total_seconds() * (0.9 + len(accepted) * 0.02))
        accepted[person.owner_id] = (
            client.open(f"/api/v1{path}", method=method, json=body, headers=headers).status_code == 201
        )

    pause = threading.Event()
    threads = [threading.Thread(target=change_at_the_close, args=pair) for pair in zip(voters, first, strict=True)]
    threads.append(threading.Thread(target=lambda: record.update(count(world, vote.path))))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    changed = sum(accepted.values())
    votes = record["motions"][0]["votes"]
    assert (votes["for"]["persons"], votes["against"]["persons"]) == (HOUSES - changed, changed)
    assert record.get("changed_ballots", 0) == changed
    for person in voters:
        wanted = [("replaced", [1]), ("effective", [2])] if accepted[person.owner_id] else [("effective", [1])]
        assert rows(vote, person) == wanted
