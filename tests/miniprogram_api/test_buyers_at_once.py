"""Two buyers of one unit, and a buyer's double tap, at the same moment: the seat passes once, and both are heard."""

import threading
from collections import Counter
from typing import Any

import pytest
from sqlalchemy import select, text

from app.compounds import service as compounds
from app.compounds.types import NewOwner
from app.core import clock
from app.core.db import db
from app.identity.actor import Actor
from app.meetings import casting
from app.meetings.models import Ballot, VotingParty, VotingPartyOwner
from tests.miniprogram_api.test_co_owners_at_once import Street, at_once, opened, street
from tests.support.phones import proven
from tests.support.world import Person

__all__ = ["street"]


def sold(street: Street, seller: Person, *buyers: Person) -> None:
    new = [NewOwner(f"买{number}某", None, proven(buyer)) for number, buyer in enumerate(buyers)]
    secretary = Actor(street.world.secretary.account_id)
    compounds.transfer_unit(secretary, street.world.compound, seller.unit_ids[0], new, clock.now())
    db.session.commit()


def test_a_buyer_waits_for_a_co_owners_ballot_under_way_and_neither_is_the_others_deadlock(street: Street):
    """A ballot locks its owner's row and then, by its foreign key, the party: so does the passing of a seat."""
    seller = street.world.owner(street.world.unit("801"), name="丙某")
    vote = opened(street.world)
    party_id, buyer = vote.parties[seller.owner_id], street.world.person()  # type: ignore[index]
    sold(street, seller, buyer)
    statuses: list[int] = []

    def cast() -> None:
        answer = street.world.api(buyer)("POST", f"{vote.path}/ballots", vote.ballot(seller, "for"))
        statuses.append(answer.status_code)

    with db.engine.connect() as other:
        other.execute(text("SET deadlock_timeout = '200ms'"))
        rows = select(VotingPartyOwner.owner_id).where(VotingPartyOwner.party_id == party_id)
        other.execute(rows.with_for_update(read=True))
        waiting = threading.Thread(target=cast)
        waiting.start()
        waiting.join(0.7)
        assert not statuses, "it waits"
        party = select(VotingParty.id).where(VotingParty.id == party_id)
        other.execute(party.with_for_update(read=True, key_share=True))
        other.rollback()
        waiting.join(10)
    assert statuses == [201]


def test_two_buyers_casting_contrary_ballots_at_once_are_disputed(street: Street):
    vote = opened(street.world)
    for seller, _ in street.couples[:6]:
        buyers = street.world.person(), street.world.person()
        sold(street, seller, *buyers)
        cast = f"{vote.path}/ballots"
        bodies = [vote.ballot(seller, choice) for choice in ("for", "against")]
        requests = [(buyer, "POST", cast, body) for buyer, body in zip(buyers, bodies, strict=True)]
        assert at_once(street.world.application, *requests) == [201, 201]
        party_id = vote.parties[seller.owner_id]  # type: ignore[index]
        states = db.session.scalars(select(Ballot.state).where(Ballot.party_id == party_id)).all()
        seats = db.session.scalars(select(VotingPartyOwner).where(VotingPartyOwner.party_id == party_id)).all()
        assert sorted(states) == ["contrary", "disputed"]
        assert len(seats) == 4
        db.session.rollback()


def test_a_buyer_whom_the_other_one_seats_meanwhile_is_heard(street: Street, monkeypatch: pytest.MonkeyPatch):
    seller = street.world.owner(street.world.unit("802"), name="丁某")
    vote = opened(street.world)
    buyers = street.world.person(), street.world.person()
    sold(street, seller, *buyers)
    pass_to, others = casting.seats.pass_to, [buyers[0]]

    def after_the_other(*about: Any) -> bool:
        if others:
            first = street.world.api(others.pop())("POST", f"{vote.path}/ballots", vote.ballot(seller, "for"))
            assert first.status_code == 201
        return pass_to(*about)

    monkeypatch.setattr(casting.seats, "pass_to", after_the_other)
    second = street.world.api(buyers[1])("POST", f"{vote.path}/ballots", vote.ballot(seller, "against"))
    assert second.status_code == 201, second.text
    party_id = vote.parties[seller.owner_id]  # type: ignore[index]
    states = db.session.scalars(select(Ballot.state).where(Ballot.party_id == party_id)).all()
    assert sorted(states) == ["contrary", "disputed"]
    db.session.rollback()


def test_a_buyers_double_tap_is_one_ballot_and_says_so(street: Street):
    vote = opened(street.world)
    for _, seller in street.couples[6:]:
        buyer = street.world.person()
        sold(street, seller, buyer)
        request = (buyer, "POST", f"{vote.path}/ballots", vote.ballot(seller, "for"))
        assert Counter(at_once(street.world.application, request, request)) == {201: 1, 409: 1}
        db.session.rollback()
