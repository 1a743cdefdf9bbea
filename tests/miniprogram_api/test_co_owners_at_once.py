"""Co-owners at the same moment, with real commits on real connections: exactly one standing ballot, always."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.core import clock
from app.core.db import db, dispose_of_engines
from app.meetings.models import Ballot, Meeting, Motion, VotingPartyOwner
from tests.support.world import Person, World

HOUSES = 12


@dataclass
class Street:
    """Houses of two co-owners each, in a database of its own where everything is committed."""

    world: World
    couples: list[tuple[Person, Person]]


@pytest.fixture(scope="module")
def street(committing: Flask) -> Iterator[Street]:
    with committing.app_context():
        world = World(committing)
        couples = []
        for number in range(HOUSES):
            flat = world.unit(f"{number:03}")
            couples.append((world.owner(flat, name="甲某"), world.owner(flat, name="乙某")))
        db.session.commit()
        yield Street(world, couples)
        db.session.remove()
        dispose_of_engines()


@dataclass
class Vote:
    """An open meeting of one motion, and each owner's party."""

    path: str
    meeting_id: UUID
    motion_id: str
    parties: dict[UUID, UUID]

    def ballot(self, person: Person, choice: str) -> dict[str, Any]:
        assert person.owner_id
        return {"party_id": str(self.parties[person.owner_id]), "choices": {self.motion_id: choice}}


def opened(world: World) -> Vote:
    """Announce a meeting in order, then open it now, past the rules."""
    times = {"opens_at": clock.now() + timedelta(days=20), "closes_at": clock.now() + timedelta(days=30)}
    body = {"title": "会议", "convenor": "committee", **{name: time.isoformat() for name, time in times.items()}}
    secretary = world.api(world.secretary)
    path = f"{world.meetings_path()}/{secretary('POST', world.meetings_path(), body).json['id']}"
    assert secretary("POST", f"{path}/motions", {"matter": 9, "title": "事项", "text": "说明"}).status_code == 201
    assert secretary("POST", f"{path}/announcement").status_code == 200
    meeting_id = UUID(path.rsplit("/", 1)[1])
    db.session.execute(
        update(Meeting).where(Meeting.id == meeting_id).values(opens_at=clock.now() - timedelta(hours=1))
    )
    db.session.commit()
    owners = select(VotingPartyOwner.owner_id, VotingPartyOwner.party_id)
    parties = dict(db.session.execute(owners.where(VotingPartyOwner.meeting_id == meeting_id)).all())
    motion_id = str(db.session.scalar(select(Motion.id).where(Motion.meeting_id == meeting_id)))
    db.session.rollback()
    return Vote(path, meeting_id, motion_id, parties)


def at_once(application: Flask, *requests: tuple[Person, str, str, dict[str, Any]]) -> list[int]:
    """Send all at the same moment; their statuses, in order."""
    barrier, statuses = threading.Barrier(len(requests)), [0] * len(requests)

    def send(position: int, person: Person, method: str, path: str, body: dict[str, Any]) -> None:
        headers = {"Authorization": f"Bearer {person.token}"}
        client = application.test_client()
        barrier.wait(10)
        statuses[position] = client.open(f"/api/v1{path}", method=method, json=body, headers=headers).status_code

    threads = [threading.Thread(target=send, args=(number, *request)) for number, request in enumerate(requests)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return statuses


def ballots(vote: Vote, person: Person) -> list[tuple[str, UUID]]:
    """State and owner of each ballot of the person's party, as they came."""
    assert person.owner_id
    found = select(Ballot.state, Ballot.owner_id).where(Ballot.party_id == vote.parties[person.owner_id])
    rows = db.session.execute(found.order_by(Ballot.accepted_at, Ballot.id)).all()
    db.session.rollback()
    return [(state, owner_id) for state, owner_id in rows]


def test_two_co_owners_casting_contrary_ballots_at_once_are_disputed(street: Street):
    vote = opened(street.world)
    for one, other in street.couples:
        cast = f"{vote.path}/ballots"
        statuses = at_once(
            street.world.application,
            (one, "POST", cast, vote.ballot(one, "for")),
            (other, "POST", cast, vote.ballot(other, "against")),
        )
        assert statuses == [201, 201]
        assert sorted(state for state, _ in ballots(vote, one)) == ["contrary", "disputed"]


def test_two_co_owners_casting_the_same_at_once_have_one_ballot(street: Street):
    vote = opened(street.world)
    for one, other in street.couples:
        cast = f"{vote.path}/ballots"
        requests = [(person, "POST", cast, vote.ballot(person, "for")) for person in (one, other)]
        assert at_once(street.world.application, *requests) == [201, 201]
        assert [state for state, _ in ballots(vote, one)] == ["effective"]


def test_a_co_owner_casting_while_the_delegate_is_named_either_voted_first_or_is_refused(street: Street):
    vote = opened(street.world)
    outcomes = set()
    for one, other in street.couples:
        party_id = vote.parties[one.owner_id]  # type: ignore[index]
        name = (other, "PUT", f"{vote.path}/parties/{party_id}/delegate", {"owner_id": str(one.owner_id)})
        named, cast = at_once(
            street.world.application, name, (other, "POST", f"{vote.path}/ballots", vote.ballot(other, "for"))
        )
        assert (named, cast) in {(200, 403), (409, 201)}
        assert ballots(vote, one) == ([("effective", other.owner_id)] if cast == 201 else [])
        outcomes.add(cast)
    assert outcomes <= {201, 403}
