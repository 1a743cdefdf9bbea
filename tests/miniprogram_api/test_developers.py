"""The developer's ballot: all unsold and undelivered units are one person, for whom a delegate votes. SPC 9."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.core.db import db
from app.meetings.models import Ballot, VotingParty
from app.org.models import Role
from tests.support.answers import code
from tests.support.files import pdf
from tests.support.kept import kept
from tests.support.phones import proven
from tests.support.world import CLOSES, OPENS, Person, World, at

VOTING = OPENS + timedelta(hours=1)


class Estate:
    """A developer with 30 unsold units and twelve owners of one flat each, 100 m² all."""

    def __init__(self, world: World) -> None:
        self.world = world
        for number in range(30):
            world.unit(f"9{number:02}", held_by_developer=True)
        self.owners = world.owners(12)
        self.delegate = world.person()
        self.path = world.announced(5)
        party = select(VotingParty.id, VotingParty.area_centi).where(VotingParty.is_developer)
        party_id, self.area_centi = db.session.execute(party).one()
        self.party_id = str(party_id)

    def name(self, phone: str, by: Person | None = None, **form: Any) -> TestResponse:
        sent = {"proxy_phone": phone, "proxy_name": "建设单位代表", "file": (BytesIO(pdf()), "授权书.pdf"), **form}
        path = f"{self.path}/parties/{self.party_id}/paper-mandates"
        api = self.world.api(by or self.world.secretary)
        return api("POST", path, data=sent, content_type="multipart/form-data")

    def cast(self, person: Person, choice: str = "for") -> TestResponse:
        [motion] = self.world.api(self.world.secretary)("GET", self.path).json["motions"]
        body = {"party_id": self.party_id, "choices": {motion["id"]: choice}}
        return self.world.api(person)("POST", f"{self.path}/ballots", body)


@pytest.fixture
def estate(world: World) -> Estate:
    return kept(Estate)(world)


def test_spc_9_a_developer_with_thirty_units_is_one_person_with_their_area(estate: Estate):
    turnout = estate.world.api(estate.owners[0])("GET", f"{estate.path}/turnout").json
    assert (turnout["electorate_persons"], turnout["electorate_area_centi"]) == (13, 42 * 10000)
    assert estate.area_centi == 30 * 10000


def test_spc_9_the_developers_delegate_casts_one_ballot_with_all_the_area(estate: Estate):
    assert estate.name(proven(estate.delegate)).json["is_developer"] is True
    with at(VOTING):
        [party] = estate.world.api(estate.delegate)("GET", estate.path).json["my_parties"]
        assert (party["id"], len(party["doors"])) == (estate.party_id, 30)
        assert estate.cast(estate.delegate).status_code == 201
        assert code(estate.cast(estate.delegate, "against")) == (409, "ballot_already_cast")
        turnout = estate.world.api(estate.owners[0])("GET", f"{estate.path}/turnout").json
        assert (turnout["persons"], turnout["area_centi"]) == (1, 30 * 10000)
    assert db.session.scalars(select(Ballot)).one().owner_id is None


def test_civil_code_278_area_alone_does_not_carry_a_motion(estate: Estate):
    """13 persons and 4,200 m²; the developer and eight owners vote, the developer alone in favour."""
    estate.name(proven(estate.delegate))
    with at(VOTING):
        estate.cast(estate.delegate)
        for owner in estate.owners[:8]:
            estate.world.cast(owner, estate.path, "against")
    with at(CLOSES + timedelta(minutes=1)):
        estate.world.api(estate.world.secretary)("POST", f"{estate.path}/count")
        record = estate.world.api(estate.world.supervisor)("POST", f"{estate.path}/count").json["record"]
    [motion] = record["motions"]
    assert motion["votes"]["for"] == {"persons": 1, "area_centi": 300000}
    assert record["turnout"]["persons"] == 9
    assert motion["verdict"] == "fails"


def test_only_those_who_run_or_supervise_name_the_developers_delegate(estate: Estate):
    number = proven(estate.delegate)
    for stranger in (estate.owners[0], estate.delegate):
        assert code(estate.name(number, by=stranger)) == (403, "forbidden")
    own = f"{estate.path}/parties/{estate.party_id}/mandates"
    sent = {"proxy_phone": number, "proxy_name": "某", "file": (BytesIO(pdf()), "授权书.pdf")}
    given = estate.world.api(estate.owners[0])("POST", own, data=sent, content_type="multipart/form-data")
    assert code(given) == (403, "not_your_vote")
    assert code(estate.name(number, owner_id=str(estate.owners[0].owner_id))) == (422, "principal_unknown")


def test_property_staff_are_refused_as_the_developers_delegate(estate: Estate):
    staff = estate.world.official(Role.PROPERTY_STAFF, estate.world.compound)
    assert code(estate.name(proven(staff))) == (403, "proxy_is_property_staff")


def test_there_is_one_delegate_who_can_be_replaced_before_voting(estate: Estate):
    first = estate.name(proven(estate.delegate)).json["id"]
    second = estate.world.person()
    number = proven(second)
    assert code(estate.name(number)) == (409, "mandate_exists")
    revoked = estate.world.api(estate.world.secretary)(
        "POST", f"{estate.path}/mandates/{first}/revocation", {"reason": "建设单位更换代表"}
    )
    assert revoked.status_code == 204
    assert estate.name(number).status_code == 201
    with at(VOTING):
        assert code(estate.cast(estate.delegate)) == (403, "not_your_vote")
        assert estate.cast(second).status_code == 201


def test_no_cap_counts_the_developers_authorisation(estate: Estate):
    number = proven(estate.delegate)
    assert estate.name(number).status_code == 201
    for owner in estate.owners[:3]:
        party_id = estate.world.api(owner)("GET", estate.path).json["my_parties"][0]["id"]
        sent = {"proxy_phone": number, "proxy_name": "某", "file": (BytesIO(pdf()), "委托书.pdf")}
        path = f"{estate.path}/parties/{party_id}/mandates"
        given = estate.world.api(owner)("POST", path, data=sent, content_type="multipart/form-data")
        assert given.status_code == 201
