"""Eight clients cast as fast as they can across the close, while two people count at the first possible moment.

However quick the machine is, some ballots are held until just before it.

What was accepted is what was counted: exactly, with real commits on real connections.
CLOSING_RUNS says how often (`make stress-casting` runs it fifty times).
"""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from app.core import clock
from app.core.db import db, dispose_of_engines, fetch_one
from app.core.unit_of_work import unit_of_work
from app.identity.actor import Actor
from app.meetings import casting
from app.meetings.casting import cast_ballot
from app.meetings.counting import approve_count
from app.meetings.errors import VotingClosed
from app.meetings.models import Ballot, Meeting, MeetingState, Motion, VotingPartyOwner
from app.meetings.states import STATE_TEXT
from app.meetings.tally import Choice
from tests.support.world import Person, World

CLIENTS = 8
OWNERS = 400
RUNS = int(os.environ.get("CLOSING_RUNS", "6"))
OPEN_FOR = timedelta(seconds=0.5)
JUST_BEFORE = timedelta(seconds=0.02)


@contextmanager
def patched_now(moment: datetime) -> Iterator[None]:
    """The clock of a process that stalled between reading the time and asking the database."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(casting.clock, "now", lambda: moment)
        yield


@dataclass
class Voters:
    """A compound with owners, in a database of its own where everything is committed."""

    world: World
    owners: list[Person]


@dataclass
class Run:
    """What the clients were told in one run."""

    receipts: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def voters(committing: Flask) -> Iterator[Voters]:
    with committing.app_context():
        world = World(committing)
        owners = world.owners(OWNERS)
        db.session.commit()
        yield Voters(world, owners)
        db.session.remove()
        dispose_of_engines()


def announced(world: World) -> str:
    """An announced meeting of one motion; its path."""
    times = {"opens_at": clock.now() + timedelta(days=20), "closes_at": clock.now() + timedelta(days=30)}
    body = {"title": "会议", "convenor": "committee", **{name: time.isoformat() for name, time in times.items()}}
    secretary = world.api(world.secretary)
    path = f"{world.meetings_path()}/{secretary('POST', world.meetings_path(), body).json['id']}"
    assert secretary("POST", f"{path}/motions", {"matter": 9, "title": "事项", "text": "说明"}).status_code == 201
    assert secretary("POST", f"{path}/announcement").status_code == 200
    return path


def ballots_of(voters: Voters, path: str) -> list[tuple[Person, dict[str, Any]]]:
    """Every owner's ballot in favour, ready to send."""
    meeting_id = UUID(path.rsplit("/", 1)[1])
    parties = dict(
        db.session.execute(
            select(VotingPartyOwner.owner_id, VotingPartyOwner.party_id).where(
                VotingPartyOwner.meeting_id == meeting_id
            )
        ).all()
    )
    motion_id = str(db.session.scalar(select(Motion.id).where(Motion.meeting_id == meeting_id)))
    return [
        (owner, {"party_id": str(parties[owner.owner_id]), "choices": {motion_id: "for"}}) for owner in voters.owners
    ]


def open_for_a_moment(path: str) -> tuple[UUID, datetime]:
    """Open the meeting now, for half a second: the one place where times are set past the rules. Id and close."""
    meeting_id = UUID(path.rsplit("/", 1)[1])
    now = clock.now()
    times = {"opens_at": now - timedelta(hours=1), "closes_at": now + OPEN_FOR}
    db.session.execute(update(Meeting).where(Meeting.id == meeting_id).values(**times))
    db.session.commit()
    return meeting_id, times["closes_at"]


def cast_all(
    application: Flask, path: str, ballots: list[tuple[Person, dict[str, Any]]], closes_at: datetime, run: Run
) -> None:
    client = application.test_client()
    for place, (person, ballot) in enumerate(ballots):
        if place == len(ballots) * 2 // 3:
            time.sleep(max(0.0, (closes_at - JUST_BEFORE - clock.now()).total_seconds()))
        answer = client.post(f"/api/v1{path}/ballots", json=ballot, headers={"Authorization": f"Bearer {person.token}"})
        if answer.status_code == 201:
            run.receipts.append(answer.json["ballot_id"])
        else:
            run.refusals.append(answer.json["error"]["code"])


def count(world: World, path: str, every_s: float = 0.02) -> dict[str, Any]:
    """Approve by both people as soon as it is allowed, asking no more often than an account may in a minute."""
    deadline = time.monotonic() + 20
    record = None
    for person in (world.secretary, world.supervisor):
        while time.monotonic() < deadline:
            answer = world.api(person)("POST", f"{path}/count")
            if answer.status_code == 200:
                record = answer.json["record"]
                break
            assert answer.json["error"]["details"].get("state_text") == STATE_TEXT[MeetingState.VOTING], answer.json
            time.sleep(every_s)
    assert record, "the count was never allowed"
    return record


@pytest.mark.parametrize("number", range(RUNS))
def test_domain_3_accepted_ballots_are_exactly_the_counted_ones(voters: Voters, number: int):
    world = voters.world
    path = announced(world)
    bodies = ballots_of(voters, path)
    meeting_id, closes_at = open_for_a_moment(path)
    run, record = Run(), {}
    clients = [
        threading.Thread(target=cast_all, args=(world.application, path, bodies[start::CLIENTS], closes_at, run))
        for start in range(CLIENTS)
    ]
    counter = threading.Thread(target=lambda: record.update(count(world, path)))
    for thread in (*clients, counter):
        thread.start()
    for thread in (*clients, counter):
        thread.join(30)
    stored = db.session.scalars(select(Ballot.id).where(Ballot.meeting_id == meeting_id)).all()
    assert sorted(run.receipts) == sorted(map(str, stored))
    assert record["turnout"]["persons"] == len(run.receipts)
    assert record["motions"][0]["votes"]["for"]["persons"] == len(run.receipts)
    assert len(run.receipts) + len(run.refusals) == OWNERS
    assert set(run.refusals) == {"voting_closed"}, "no client was still casting at the close"
    db.session.rollback()


def test_a_count_waits_for_a_ballot_that_is_not_committed_yet(voters: Voters, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(casting, "fetch_one_alone", fetch_one)  # so that the commit can be held back
    world = voters.world
    path = announced(world)
    owner, ballot = ballots_of(voters, path)[0]
    meeting_id, _ = open_for_a_moment(path)
    cast, may_commit = threading.Event(), threading.Event()

    def slow_cast() -> None:
        with world.application.app_context(), unit_of_work():
            choices = {UUID(motion): Choice(choice) for motion, choice in ballot["choices"].items()}
            cast_ballot(Actor(owner.account_id), world.compound, meeting_id, UUID(ballot["party_id"]), choices)
            cast.set()
            may_commit.wait(10)

    record: dict[str, Any] = {}
    voter = threading.Thread(target=slow_cast)
    counter = threading.Thread(target=lambda: record.update(count(world, path)))
    voter.start()
    assert cast.wait(5)
    counter.start()
    counter.join(OPEN_FOR.total_seconds() + 1)
    assert counter.is_alive(), "the count did not wait"
    may_commit.set()
    voter.join(10)
    counter.join(10)
    assert record["turnout"]["persons"] == 1


def test_a_ballot_that_comes_during_the_count_sees_it_and_is_refused(voters: Voters):
    world = voters.world
    path = announced(world)
    owner, ballot = ballots_of(voters, path)[0]
    meeting_id, _ = open_for_a_moment(path)
    before_the_close = clock.now()
    time.sleep(OPEN_FOR.total_seconds() + 0.1)
    refused: list[str] = []

    def late_cast() -> None:
        choices = {UUID(motion): Choice(choice) for motion, choice in ballot["choices"].items()}
        with world.application.app_context():
            try:
                with unit_of_work(), patched_now(before_the_close):
                    cast_ballot(Actor(owner.account_id), world.compound, meeting_id, UUID(ballot["party_id"]), choices)
            except VotingClosed as error:
                refused.append(error.code)

    secretary, supervisor = Actor(world.secretary.account_id), Actor(world.supervisor.account_id)
    approve_count(secretary, world.compound, meeting_id)
    outcome = approve_count(supervisor, world.compound, meeting_id)
    voter = threading.Thread(target=late_cast)
    voter.start()
    voter.join(0.5)
    assert voter.is_alive(), "the ballot did not wait for the count"
    db.session.commit()
    voter.join(10)
    assert refused == ["voting_closed"]
    assert outcome.record is not None
    assert outcome.record["turnout"]["persons"] == 0
    assert db.session.scalar(select(func.count()).where(Ballot.meeting_id == meeting_id)) == 0
