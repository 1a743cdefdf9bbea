"""Co-owners of one voting party: agreeing, contradicting each other, withdrawing, naming a delegate.

Sources: domain rules, section 1; Civil Code 278; SPC 9 (co-owners are one person).
"""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.core.audit import AuditEvent
from app.core.db import db
from app.meetings.log import sequencing
from app.meetings.models import Ballot, CountRecord, Delegate, DelegateNaming, LogLeaf, VotingPartyOwner
from tests.support.answers import code
from tests.support.files import pdf
from tests.support.kept import kept
from tests.support.world import CLOSES, OPENS, Person, World, at

VOTING = OPENS + timedelta(hours=1)


class House:
    """One flat of two co-owners and one of a neighbour, in a meeting that is announced."""

    def __init__(self, world: World) -> None:
        self.world = world
        flat, other = world.unit("101"), world.unit("102")
        self.wife = world.owner(flat, name="甲某")
        self.husband = world.owner(flat, name="乙某")
        self.neighbour = world.owner(other)
        self.path = world.announced(5, 8)

    def party(self, person: Person | None = None) -> dict[str, Any]:
        person = person or self.wife
        shown = self.world.api(person)("GET", f"{self.path}/parties/{self.party_id}")
        assert shown.status_code == 200, shown.text
        found: dict[str, Any] = shown.json
        return found

    @property
    def party_id(self) -> str:
        found: str = self.world.api(self.wife)("GET", self.path).json["my_parties"][0]["id"]
        return found

    def cast(self, person: Person, *choices: str) -> TestResponse:
        return self.world.cast(person, self.path, *choices)

    def withdraw(self, person: Person, ballot_id: str) -> TestResponse:
        return self.world.api(person)("DELETE", f"{self.path}/ballots/{ballot_id}")

    def name(self, person: Person, delegate: Person, party_id: str | None = None) -> TestResponse:
        path = f"{self.path}/parties/{party_id or self.party_id}/delegate"
        return self.world.api(person)("PUT", path, {"owner_id": str(delegate.owner_id)})

    def enter(self, person: Person, owner_id: object, content: bytes | None = None) -> TestResponse:
        path = f"{self.path}/parties/{self.party_id}/owners/{owner_id}/delegation"
        upload = {"file": (BytesIO(pdf() if content is None else content), "委托书.pdf")}
        return self.world.api(person)("POST", path, data=upload, content_type="multipart/form-data")

    def turnout(self) -> int:
        persons: int = self.world.api(self.world.secretary)("GET", f"{self.path}/turnout").json["persons"]
        return persons

    def count(self) -> dict[str, Any]:
        with at(CLOSES + timedelta(minutes=1)):
            self.world.api(self.world.secretary)("POST", f"{self.path}/count")
            answer = self.world.api(self.world.supervisor)("POST", f"{self.path}/count")
        assert answer.status_code == 200, answer.text
        record: dict[str, Any] = answer.json["record"]
        return record


@pytest.fixture
def house(world: World) -> House:
    return kept(House)(world)


def stored() -> list[Any]:
    """Everything that a refusal must not change."""
    db.session.expire_all()
    rows: list[Any] = [
        *db.session.execute(select(Ballot.id, Ballot.state).order_by(Ballot.id)),
        *db.session.execute(select(Delegate.party_id, Delegate.owner_id)),
        *db.session.execute(select(DelegateNaming.by_owner_id, DelegateNaming.owner_id)),
        *db.session.execute(select(VotingPartyOwner.owner_id).where(VotingPartyOwner.delegate_votes)),
    ]
    return rows


def test_spc_9_co_owners_are_one_party_and_see_each_other_masked(house: House):
    owners = house.party()["owners"]
    assert {owner["name_masked"] for owner in owners} == {"甲*", "乙*"}
    assert [owner["is_me"] for owner in owners].count(True) == 1


def test_an_identical_ballot_of_a_co_owner_is_answered_with_the_first_ones_receipt(house: House):
    with at(VOTING):
        first, second = house.cast(house.wife, "for", "against"), house.cast(house.husband, "for", "against")
        assert (first.status_code, second.status_code) == (201, 201)
        assert second.json == first.json
        assert house.turnout() == 1
    assert len(db.session.scalars(select(Ballot)).all()) == 1


def test_spc_9_a_contrary_ballot_makes_the_party_disputed_and_neither_counts(house: House):
    with at(VOTING):
        house.cast(house.neighbour)
        assert house.cast(house.wife, "for").json["state"] == "effective"
        assert house.turnout() == 2
        contrary = house.cast(house.husband, "against")
        assert (contrary.status_code, contrary.json["state"]) == (201, "disputed")
        assert house.turnout() == 1
        assert house.party(house.husband)["disputed"]
        assert [one["state"] for one in house.party()["ballots"]] == ["disputed", "disputed"]
        mine = house.world.api(house.wife)("GET", house.path).json["my_parties"]
        assert [one["ballot_state"] for one in mine] == ["disputed"]
    record = house.count()
    assert record["turnout"]["persons"] == 1
    assert record["disputed_parties"] == 1
    hashes = {bytes.fromhex(one["leaf_hash"]) for one in record["not_counted"] if one["reason"] == "disputed"}
    leaves = set(db.session.scalars(select(LogLeaf.leaf_hash)))
    assert len(hashes) == 2
    assert hashes < leaves, "what is not counted stays in the log"


def test_the_secretary_sees_disputes_without_choices(house: House):
    with at(VOTING):
        house.cast(house.wife, "for")
        house.cast(house.husband, "against")
        answer = house.world.api(house.world.secretary)("GET", f"{house.path}/disputes")
        assert [(one["party_id"], one["doors"]) for one in answer.json["items"]] == [(house.party_id, ["1栋1单元101"])]
        assert '"for"' not in answer.text
        assert "against" not in answer.text
        assert code(house.world.api(house.wife)("GET", f"{house.path}/disputes")) == (403, "forbidden")
        unknown = house.path.rsplit("/", 1)[0] + f"/{uuid4()}/disputes"
        assert code(house.world.api(house.world.secretary)("GET", unknown)) == (404, "meeting_not_found")


@pytest.mark.parametrize("who", ["wife", "husband"])
def test_withdrawing_one_of_the_two_lets_the_other_count(house: House, who: str):
    with at(VOTING):
        cast = {"wife": house.cast(house.wife, "for").json, "husband": house.cast(house.husband, "against").json}
        assert house.withdraw(getattr(house, who), cast[who]["ballot_id"]).status_code == 204
        assert not house.party()["disputed"]
        assert house.turnout() == 1
    record = house.count()
    left = {"wife": "against", "husband": "for"}[who]
    assert record["motions"][0]["votes"][left]["persons"] == 1
    assert record["disputed_parties"] == 0
    assert [one["reason"] for one in record["not_counted"]] == ["withdrawn"]


def test_spc_9_casting_the_same_as_the_co_owner_after_all_ends_the_dispute(house: House):
    with at(VOTING):
        first = house.cast(house.wife, "for").json
        house.cast(house.husband, "against")
        again = house.cast(house.husband, "for")
        assert (again.status_code, again.json) == (201, first)
        assert house.turnout() == 1
    assert house.count()["motions"][0]["votes"]["for"]["persons"] == 1


def test_the_first_voter_may_come_round_to_the_second(house: House):
    with at(VOTING):
        house.cast(house.wife, "for")
        second = house.cast(house.husband, "against").json
        again = house.cast(house.wife, "against")
        assert again.json == second | {"state": "effective"}
        assert house.turnout() == 1


def test_spc_9_a_delegate_votes_alone_once_all_others_have_named_the_same(house: House):
    with at(VOTING):
        assert house.name(house.husband, house.wife).json["delegate_owner_id"] == str(house.wife.owner_id)
        before = stored()
        assert code(house.cast(house.husband, "against")) == (403, "delegate_votes")
        assert stored() == before
        assert house.cast(house.wife, "for").status_code == 201
        assert code(house.cast(house.husband, "for")) == (403, "delegate_votes")
        assert house.turnout() == 1


def test_naming_oneself_takes_the_others_consent(house: House):
    assert house.name(house.wife, house.wife).json["delegate_owner_id"] is None
    assert house.name(house.husband, house.wife).json["delegate_owner_id"] == str(house.wife.owner_id)


def test_naming_a_delegate_ends_a_dispute_with_the_delegates_ballot(house: House):
    with at(VOTING):
        house.cast(house.wife, "for")
        house.cast(house.husband, "against")
        shown = house.name(house.wife, house.husband).json
        assert {one["state"] for one in shown["ballots"] if one["owner_id"] == str(house.wife.owner_id)} == {
            "withdrawn"
        }
        assert house.turnout() == 1
    assert house.count()["motions"][0]["votes"]["against"]["persons"] == 1


def test_the_secretary_enters_a_delegate_from_a_signed_paper(house: House):
    assert house.enter(house.world.secretary, house.husband.owner_id).status_code == 204
    delegate = db.session.scalars(select(Delegate)).one()
    assert delegate.scan_id is not None
    with at(VOTING):
        assert code(house.cast(house.wife)) == (403, "delegate_votes")
        assert house.cast(house.husband).status_code == 201
    assert "name_delegate" in db.session.scalars(select(AuditEvent.act)).all()


def test_three_co_owners_all_others_have_to_agree_on_the_delegate(world: World):
    flat = world.unit("301")
    people = [world.owner(flat, name=name) for name in ("甲某", "乙某", "丙某")]
    path = world.announced(5)
    party_id = world.api(people[0])("GET", path).json["my_parties"][0]["id"]
    named = [
        world.api(people[by])("PUT", f"{path}/parties/{party_id}/delegate", {"owner_id": str(people[whom].owner_id)})
        for by, whom in ((1, 0), (2, 1), (2, 0))
    ]
    assert [one.json["delegate_owner_id"] for one in named] == [None, None, str(people[0].owner_id)]


Refused = Callable[[House], TestResponse]


def withdraw_without_a_dispute(house: House) -> TestResponse:
    return house.withdraw(house.wife, house.party()["ballots"][0]["ballot_id"])


def withdraw_a_neighbours(house: House) -> TestResponse:
    return house.withdraw(house.neighbour, house.party()["ballots"][0]["ballot_id"])


def withdraw_nothing(house: House) -> TestResponse:
    return house.withdraw(house.wife, str(uuid4()))


def name_after_voting(house: House) -> TestResponse:
    return house.name(house.husband, house.wife)


def name_a_stranger(house: House) -> TestResponse:
    return house.name(house.husband, house.neighbour)


def name_in_anothers_party(house: House) -> TestResponse:
    return house.name(house.neighbour, house.wife)


def name_where_there_is_one_owner(house: House) -> TestResponse:
    own = house.world.api(house.neighbour)("GET", house.path).json["my_parties"][0]["id"]
    return house.name(house.neighbour, house.neighbour, own)


def enter_as_an_owner(house: House) -> TestResponse:
    return house.enter(house.husband, house.wife.owner_id)


def enter_after_voting(house: House) -> TestResponse:
    return house.enter(house.world.secretary, house.wife.owner_id)


def look_into_anothers_party(house: House) -> TestResponse:
    return house.world.api(house.neighbour)("GET", f"{house.path}/parties/{house.party_id}")


def vote_again(house: House) -> TestResponse:
    return house.cast(house.wife, "against")


@pytest.mark.parametrize(
    ("act", "status", "error"),
    [
        pytest.param(withdraw_without_a_dispute, 409, "ballot_not_disputed", id="domain-1-first-stands"),
        pytest.param(withdraw_a_neighbours, 403, "not_your_vote", id="withdraw-anothers"),
        pytest.param(withdraw_nothing, 404, "ballot_not_found", id="withdraw-nothing"),
        pytest.param(name_after_voting, 409, "party_has_voted", id="domain-1-delegate-too-late"),
        pytest.param(name_a_stranger, 422, "delegate_not_co_owner", id="SPC-9-delegate-is-a-co-owner"),
        pytest.param(name_in_anothers_party, 403, "not_your_vote", id="name-in-anothers-party"),
        pytest.param(name_where_there_is_one_owner, 422, "delegate_not_co_owner", id="one-owner-needs-none"),
        pytest.param(enter_as_an_owner, 403, "forbidden", id="paper-is-the-secretarys"),
        pytest.param(enter_after_voting, 409, "party_has_voted", id="paper-after-voting"),
        pytest.param(look_into_anothers_party, 403, "not_your_vote", id="anothers-party"),
        pytest.param(vote_again, 409, "ballot_already_cast", id="PMR-12-one-ballot-a-party"),
    ],
)
def test_a_refusal_changes_nothing(house: House, act: Refused, status: int, error: str):
    with at(VOTING):
        house.cast(house.wife, "for")
        before = stored()
        assert code(act(house)) == (status, error)
        assert stored() == before


def test_a_third_way_in_a_dispute_is_refused_and_changes_nothing(house: House):
    with at(VOTING):
        house.cast(house.wife, "for")
        house.cast(house.husband, "against")
        before = stored()
        assert code(house.cast(house.husband, "abstain")) == (409, "ballot_disputed")
        assert stored() == before


def test_a_dispute_cannot_be_ended_after_the_close(house: House):
    with at(VOTING):
        house.cast(house.wife, "for")
        contrary = house.cast(house.husband, "against").json["ballot_id"]
    with at(CLOSES):
        before = stored()
        assert code(house.withdraw(house.husband, contrary)) == (409, "wrong_meeting_state")
        assert code(house.name(house.husband, house.wife)) == (409, "wrong_meeting_state")
        assert house.cast(house.husband, "for").status_code == 409
        assert stored() == before


def test_the_count_record_without_disputes_is_as_before(house: House):
    with at(VOTING):
        house.cast(house.wife)
    house.count()
    record = db.session.scalars(select(CountRecord)).one().record
    assert "not_counted" not in record


def test_a_disputed_ballot_gets_its_leaf_like_any_other(house: House):
    with at(VOTING):
        house.cast(house.wife, "for")
        house.cast(house.husband, "against")
        assert sequencing.sequence_ballots(house.world.compound, UUID(house.path.rsplit("/", 1)[1])) == 3
