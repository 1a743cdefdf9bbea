"""Mandates at the same moment, with real commits on real connections: no proxy ever holds more than the cap."""

import threading
from collections.abc import Iterator
from io import BytesIO
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.core.db import db, dispose_of_engines
from app.meetings.models import Ballot, Mandate, VotingPartyOwner
from tests.miniprogram_api.test_co_owners_at_once import Vote, at_once, opened
from tests.support.files import pdf
from tests.support.phones import proven
from tests.support.world import Person, World

OWNERS, ROUNDS, CAP = 6, 4, 3


@pytest.fixture(scope="module")
def world(committing: Flask) -> Iterator[World]:
    with committing.app_context():
        yield World(committing)
        db.session.remove()
        dispose_of_engines()


def given_at_once(application: Flask, vote: Vote, owners: list[Person], number: str) -> list[int]:
    """All owners name the same proxy at the same moment; the statuses."""
    barrier, statuses = threading.Barrier(len(owners)), [0] * len(owners)

    def give(position: int, owner: Person) -> None:
        path = f"/api/v1{vote.path}/parties/{party_of(vote, owner)}/mandates"
        sent = {"proxy_phone": number, "proxy_name": "代某", "file": (BytesIO(pdf()), "委托书.pdf")}
        headers = {"Authorization": f"Bearer {owner.token}"}
        client = application.test_client()
        barrier.wait(10)
        answer = client.post(path, data=sent, headers=headers, content_type="multipart/form-data")
        statuses[position] = answer.status_code

    threads = [threading.Thread(target=give, args=one) for one in enumerate(owners)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return statuses


def party_of(vote: Vote, owner: Person) -> UUID:
    assert owner.owner_id
    return vote.parties[owner.owner_id]


def test_domain_1_the_cap_holds_however_many_owners_name_a_proxy_at_once(world: World):
    owners = [world.owner(world.unit(f"1{number:02}")) for number in range(OWNERS)]
    for _ in range(ROUNDS):
        vote, number = opened(world), proven(world.person())
        statuses = given_at_once(world.application, vote, owners, number)
        assert sorted(statuses) == [201] * CAP + [409] * (OWNERS - CAP)
        held = db.session.scalar(select(func.count()).where(Mandate.meeting_id == vote.meeting_id))
        db.session.rollback()
        assert held == CAP


def test_an_owner_and_the_proxy_casting_at_once_have_one_ballot(world: World):
    owners = [world.owner(world.unit(f"2{number:02}")) for number in range(OWNERS)]
    vote = opened(world)
    for owner in owners:
        proxy = world.person()
        assert given_at_once(world.application, vote, [owner], proven(proxy)) == [201]
        body = {"party_id": str(party_of(vote, owner)), "choices": {vote.motion_id: "for"}}
        statuses = at_once(world.application, *((one, "POST", f"{vote.path}/ballots", body) for one in (owner, proxy)))
        assert sorted(statuses) == [201, 409]
        party = select(VotingPartyOwner.party_id).where(VotingPartyOwner.party_id == party_of(vote, owner))
        states = db.session.scalars(select(Ballot.state).where(Ballot.party_id.in_(party))).all()
        db.session.rollback()
        assert states == ["effective"]
