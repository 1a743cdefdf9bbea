"""Units sold around a vote: it passes with its units, once; the electorate stays frozen. Civil Code 273, SPC 9."""

from collections.abc import Sequence
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.compounds import service as compounds
from app.compounds.models import Owner
from app.compounds.types import NewOwner
from app.core import clock
from app.core.audit import AuditEvent
from app.core.crypto import lookup_hash
from app.core.db import db
from app.identity.actor import Actor
from app.identity.models import Account
from app.meetings.models import Ballot, VotingParty, VotingPartyOwner
from tests.support.answers import code
from tests.support.files import pdf
from tests.support.kept import kept
from tests.support.phones import proven
from tests.support.world import CLOSES, OPENS, Person, World, at

VOTING = OPENS + timedelta(hours=1)


class Street:
    """An owner of five flats, a couple with one, and a neighbour; 100 m² each flat; announced."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.flats = [world.unit(f"10{number}") for number in range(1, 6)]
        self.collector = world.owner(*self.flats, name="多某")
        self.home = world.unit("201")
        self.wife, self.husband = world.owner(self.home, name="甲某"), world.owner(self.home, name="乙某")
        self.neighbour = world.owner(world.unit("301"), name="邻某")
        self.path = world.announced(5)
        self.motion = world.api(self.neighbour)("GET", self.path).json["motions"][0]["id"]

    def parties(self, person: Person) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.world.api(person)("GET", self.path).json["my_parties"]
        return found

    def cast(self, person: Person, party_id: str, choice: str = "for") -> TestResponse:
        body = {"party_id": party_id, "choices": {self.motion: choice}}
        return self.world.api(person)("POST", f"{self.path}/ballots", body)

    def sell(self, unit_ids: Sequence[UUID], *buyers: Person) -> None:
        """Record sales; the buyers are matched by their phones."""
        new = [NewOwner(f"买{number}某", None, proven_once(buyer)) for number, buyer in enumerate(buyers)]
        for unit_id in unit_ids:
            secretary = Actor(self.world.secretary.account_id)
            compounds.transfer_unit(secretary, self.world.compound, unit_id, new, clock.now())
        db.session.commit()
        for buyer, one in zip(buyers, new, strict=True):
            owners = db.session.scalars(select(Owner).where(Owner.compound_id == self.world.compound)).all()
            buyer.owner_id = next(owner.id for owner in owners if owner.name == one.name)

    def turnout(self) -> tuple[int, int, int, int]:
        shown = self.world.api(self.world.secretary)("GET", f"{self.path}/turnout").json
        return (
            shown["persons"],
            shown["area_centi"],
            shown["electorate_persons"],
            shown["electorate_area_centi"],
        )


def proven_once(person: Person) -> str:
    """The number that the person has proven, now or before."""
    return db.session.get_one(Account, person.account_id).phone or proven(person)


@pytest.fixture
def street(world: World) -> Street:
    return kept(Street)(world)


def stored() -> list[Any]:
    db.session.expire_all()
    return [
        *db.session.execute(select(Ballot.id, Ballot.state).order_by(Ballot.id)),
        *db.session.execute(select(VotingPartyOwner.owner_id, VotingPartyOwner.joined_at)),
    ]


def test_spc_9_one_owner_of_five_units_is_one_person_whose_area_adds_up(street: Street):
    [party] = street.parties(street.collector)
    assert (len(party["doors"]), party["area_centi"]) == (5, 50000)
    with at(VOTING):
        assert street.cast(street.collector, party["id"]).status_code == 201
        assert street.turnout() == (1, 50000, 3, 70000)


def test_domain_1_a_unit_sold_after_its_party_voted_the_vote_stands(street: Street):
    buyer = street.world.person()
    with at(VOTING):
        [party] = street.parties(street.wife)
        street.cast(street.wife, party["id"])
    with at(VOTING + timedelta(days=1)):
        street.sell([street.home.id], buyer)
        before = stored()
        refused = street.cast(buyer, party["id"], "against")
        assert code(refused) == (409, "seat_voted")
        assert "从下一次会议起" in refused.json["error"]["message"]
        [shown] = street.parties(buyer)
        assert (shown["refusal"]["code"], shown["choices"]) == ("seat_voted", None), "the seller's vote is secret"
        assert stored() == before
        assert street.turnout() == (1, 10000, 3, 70000)


def test_civil_code_273_a_unit_sold_before_its_party_voted_the_buyer_votes(street: Street):
    buyer = street.world.person()
    with at(VOTING):
        [party] = street.parties(street.wife)
        street.sell([street.home.id], buyer)
        [shown] = street.parties(buyer)
        assert (shown["id"], shown["refusal"]) == (party["id"], None)
        assert street.cast(buyer, party["id"]).status_code == 201
        assert code(street.cast(buyer, party["id"], "against")) == (409, "ballot_already_cast")
        assert street.turnout() == (1, 10000, 3, 70000)
    assert db.session.scalars(select(Ballot)).one().owner_id == buyer.owner_id
    assert "pass_seat" in db.session.scalars(select(AuditEvent.act)).all()


def test_civil_code_273_the_seller_no_longer_votes(street: Street):
    with at(VOTING):
        [party] = street.parties(street.wife)
        street.sell([street.home.id], street.world.person())
        assert code(street.cast(street.wife, party["id"])) == (403, "not_your_vote")


def test_two_buyers_are_co_owners_of_the_place_they_take(street: Street):
    buyers = [street.world.person() for _ in range(2)]
    with at(VOTING):
        [party] = street.parties(street.wife)
        street.sell([street.home.id], *buyers)
        assert street.cast(buyers[0], party["id"]).json["state"] == "effective"
        assert street.cast(buyers[1], party["id"], "against").json["state"] == "disputed"


def test_domain_1_a_seller_of_one_of_several_units_does_not_vote_with_the_area_that_is_gone(street: Street):
    buyer = street.world.person()
    with at(VOTING):
        [party] = street.parties(street.collector)
        street.sell([street.flats[0].id], buyer)
        before = stored()
        for person in (street.collector, buyer):
            refused = street.cast(person, party["id"])
            assert code(refused) == (403, "seat_divided")
            assert "共同签署" in refused.json["error"]["message"]
            [shown] = street.parties(person)
            assert shown["refusal"]["code"] == "seat_divided"
        assert stored() == before
        street.sell([flat.id for flat in street.flats[1:]], buyer)
        assert street.cast(buyer, party["id"]).status_code == 201, "all five are in one hand again"
        assert street.turnout() == (1, 50000, 3, 70000)


def test_a_share_sold_by_one_co_owner_the_other_still_votes(street: Street):
    buyer = street.world.person()
    with at(VOTING):
        [party] = street.parties(street.wife)
        wife = db.session.get_one(Owner, (street.world.compound, street.wife.owner_id))
        number = proven(street.wife)
        wife.phone, wife.phone_hash = number, lookup_hash("phone", number)
        db.session.commit()
        secretary = Actor(street.world.secretary.account_id)
        new = [NewOwner("甲某", None, number), NewOwner("买某", None, proven(buyer))]
        compounds.transfer_unit(secretary, street.world.compound, street.home.id, new, clock.now())
        db.session.commit()
        assert code(street.cast(street.husband, party["id"])) == (403, "not_your_vote")
        assert street.cast(street.wife, party["id"]).status_code == 201
        assert code(street.cast(buyer, party["id"], "against")) == (409, "seat_voted")


def test_a_sale_ends_the_sellers_dispute(street: Street):
    buyer = street.world.person()
    with at(VOTING):
        [party] = street.parties(street.wife)
        street.cast(street.wife, party["id"])
        assert street.cast(street.husband, party["id"], "against").json["state"] == "disputed"
        street.sell([street.home.id], buyer)
        assert street.cast(buyer, party["id"]).json["state"] == "effective"
        assert street.turnout()[0] == 1


def test_a_delegate_named_before_the_sale_does_not_bind_the_buyer(street: Street):
    buyer = street.world.person()
    with at(VOTING):
        [party] = street.parties(street.wife)
        path = f"{street.path}/parties/{party['id']}/delegate"
        named = street.world.api(street.husband)("PUT", path, {"owner_id": str(street.wife.owner_id)})
        assert named.json["delegate_owner_id"] == str(street.wife.owner_id)
        street.sell([street.home.id], buyer)
        assert code(street.cast(street.wife, party["id"])) == (403, "not_your_vote")
        assert street.cast(buyer, party["id"]).status_code == 201


def give(street: Street, by: Person, party_id: str, proxy: Person) -> TestResponse:
    sent = {"proxy_phone": proven_once(proxy), "proxy_name": "代某", "file": (BytesIO(pdf()), "委托书.pdf")}
    path = f"{street.path}/parties/{party_id}/mandates"
    return street.world.api(by)("POST", path, data=sent, content_type="multipart/form-data")


def test_a_sellers_mandate_lapses_and_the_buyer_may_give_one(street: Street):
    buyer, proxy = street.world.person(), street.world.person()
    with at(VOTING):
        [party] = street.parties(street.wife)
        assert give(street, street.wife, party["id"], proxy).status_code == 201
        street.sell([street.home.id], buyer)
        assert code(street.cast(proxy, party["id"])) == (409, "mandate_lapsed")
        other = street.world.person()
        assert give(street, buyer, party["id"], other).status_code == 201
        assert street.cast(other, party["id"]).status_code == 201
    assert db.session.scalars(select(Ballot)).one().owner_id == buyer.owner_id


def test_spc_9_a_developer_who_delivered_a_unit_does_not_vote_with_its_area(world: World):
    units = [world.unit(f"9{number:02}", held_by_developer=True) for number in range(3)]
    street = Street(world)
    delegate, buyer = world.person(), world.person()
    party_id = str(db.session.scalars(select(VotingParty.id).where(VotingParty.is_developer)).one())
    sent = {"proxy_phone": proven_once(delegate), "proxy_name": "代某", "file": (BytesIO(pdf()), "授权书.pdf")}
    path = f"{street.path}/parties/{party_id}/paper-mandates"
    named = world.api(world.secretary)("POST", path, data=sent, content_type="multipart/form-data")
    assert named.status_code == 201
    with at(VOTING):
        street.sell([units[0].id], buyer)
        for person in (delegate, buyer):
            assert code(street.cast(person, party_id)) == (403, "seat_divided")


def test_a_sale_before_voting_opens_passes_nothing_by_itself(street: Street):
    """Until then the electorate is corrected: the published list shows who votes."""
    buyer = street.world.person()
    street.sell([street.home.id], buyer)
    assert street.parties(buyer) == []
    with at(VOTING):
        [party] = street.parties(buyer)
        assert street.cast(buyer, party["id"]).status_code == 201, "not corrected: it passes when voting runs"


def test_the_published_list_stays_as_frozen(street: Street):
    buyer = street.world.person()
    with at(VOTING):
        [party] = street.parties(street.wife)
        street.sell([street.home.id], buyer)
        street.cast(buyer, party["id"])
        listed = street.world.api(street.neighbour)("GET", f"{street.path}/electorate").json
        [shown] = [one for one in listed["items"] if one["number"] == party["number"]]
        assert sorted(shown["owners"]) == ["乙*", "甲*"]


def test_nothing_passes_after_the_close(street: Street):
    buyer = street.world.person()
    [party] = street.parties(street.wife)
    with at(CLOSES + timedelta(minutes=1)):
        street.sell([street.home.id], buyer)
        before = stored()
        assert street.cast(buyer, party["id"]).status_code in (403, 409)
        assert stored() == before
