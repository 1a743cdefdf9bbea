"""What a petition wishes for is put to the vote as it was wished for, elections as elections: PMR 13, GR 21, 31, 32."""

from typing import Any

import pytest
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from app.core.db import db
from app.core.ids import new_id
from app.meetings.petitions.models import Petition
from app.meetings.rules.rule_set import RuleSet
from app.org import service as org
from app.org.models import Role
from tests.support.answers import code
from tests.support.kept import kept
from tests.support.world import CLOSES, OPENS, Person, World, at

ELECTION: dict[str, Any] = {
    "matter": 3,
    "title": "选举第二届业主委员会",
    "text": "业主委员会缺员过半，重新选举。",
    "seats": 7,
    "committee_kind": "owners_committee",
    "term_years": 3,
}
QUESTION: dict[str, Any] = {"matter": 4, "title": "解聘现物业服务企业", "text": "合同到期后不再续聘。"}
PETITION: dict[str, Any] = {"title": "提议召开临时业主大会", "text": "提议由业主共同决定。"}
TIMES = {"convenor": "committee", "opens_at": OPENS.isoformat(), "closes_at": CLOSES.isoformat()}


class Petitioned:
    """A compound of ten owners, two of whom petition, and the secretary who makes the meeting."""

    def __init__(self, world: World) -> None:
        self.world, self.owners = world, world.owners(10)
        self.path = f"/compounds/{world.compound}/petitions"
        self.petition = self.meeting = ""

    def begun(self, *motions: dict[str, Any]) -> TestResponse:
        return self.world.api(self.owners[0])("POST", self.path, {**PETITION, "motions": list(motions)})

    def delivered(self, *motions: dict[str, Any]) -> None:
        begun = self.begun(*motions)
        assert begun.status_code == 201, begun.text
        self.petition = begun.json["id"]
        signed = self.world.api(self.owners[1])("POST", f"{self.path}/{self.petition}/signature")
        assert signed.json["state"] == "delivered"

    def made(self) -> dict[str, Any]:
        """The draft that the secretary makes of the petition."""
        draft = self.world.api(self.world.secretary)("POST", f"{self.path}/{self.petition}/meeting", TIMES)
        assert draft.status_code == 201, draft.text
        self.meeting = f"{self.world.meetings_path()}/{draft.json['id']}"
        found: dict[str, Any] = draft.json
        return found

    def call(self, method: str, path: str, body: Any = None) -> TestResponse:
        return self.world.api(self.world.secretary)(method, self.meeting + path, body)

    def announce(self) -> TestResponse:
        return self.call("POST", "/announcement")

    def motion(self, place: int = 0) -> str:
        return str(self.call("GET", "").json["motions"][place]["id"])

    def replace(self, **changes: Any) -> None:
        """Put another motion in the place of the first, with a candidate where it is an election."""
        assert self.call("DELETE", f"/motions/{self.motion()}").status_code == 204
        added = self.call("POST", "/motions", {**ELECTION, **changes})
        assert added.status_code == 201, added.text
        if added.json["seats"]:
            self.stand(added.json["id"])

    def stand(self, motion: str, name: str = "候选人甲") -> None:
        stood = self.call("POST", f"/motions/{motion}/candidates", {"name": name, "statement": "愿意服务"})
        assert stood.status_code == 201, stood.text

    def adopt(self, **rules: Any) -> None:
        body = {"data": RuleSet(**rules).to_dict(), "note": "业主大会通过"}
        adopted = self.world.api(self.world.secretary)("POST", f"/compounds/{self.world.compound}/rule-sets", body)
        assert adopted.status_code == 201, adopted.text


@pytest.fixture
def petitioned(world: World) -> Petitioned:
    return kept(Petitioned)(world)


def mark(petitioned: Petitioned, person: Person) -> TestResponse:
    """Vote for the first candidate."""
    meeting = petitioned.world.api(person)("GET", petitioned.meeting).json
    [election] = meeting["motions"]
    body = {
        "party_id": meeting["my_parties"][0]["id"],
        "choices": {},
        "marks": {election["id"]: [election["candidates"][0]["id"]]},
    }
    return petitioned.world.api(person)("POST", f"{petitioned.meeting}/ballots", body)


def test_PMR_13_an_election_that_owners_petition_for_is_held_as_an_election(petitioned: Petitioned):
    petitioned.delivered(ELECTION)
    [wished] = petitioned.world.api(petitioned.owners[5])("GET", f"{petitioned.path}/{petitioned.petition}").json[
        "motions"
    ]
    assert {name: wished[name] for name in ELECTION} == ELECTION
    [motion] = petitioned.made()["motions"]
    assert {name: motion[name] for name in ELECTION} == ELECTION
    assert code(petitioned.announce()) == (409, "no_candidates")
    petitioned.stand(motion["id"])
    assert petitioned.announce().status_code == 200
    with at(OPENS):
        assert mark(petitioned, petitioned.owners[0]).status_code == 201


@pytest.mark.parametrize(
    "changes",
    [
        {"seats": None, "committee_kind": None, "term_years": None},
        {"seats": 5},
        {"term_years": 2},
        {"committee_kind": "self_management"},
        {"title": "更换业主委员会"},
        {"text": "另有说明。"},
    ],
    ids=["a yes/no question", "fewer seats", "a shorter term", "another committee", "another title", "another text"],
)
def test_PMR_13_a_petitioned_election_is_announced_as_nothing_else(petitioned: Petitioned, changes: dict[str, Any]):
    petitioned.delivered(ELECTION)
    petitioned.made()
    petitioned.replace(**changes)
    refused = petitioned.announce()
    assert code(refused) == (409, "petition_motion_missing")
    assert "选举 7 名业主委员会委员" in refused.json["error"]["message"]
    assert petitioned.call("GET", "").json["state"] == "draft"
    petitioned.replace()
    assert petitioned.announce().status_code == 200


def test_PMR_13_no_motion_of_a_petition_is_left_out_and_others_may_join(petitioned: Petitioned):
    petitioned.delivered(QUESTION, {**QUESTION, "matter": 9, "title": "公布收支"})
    petitioned.made()
    taken_off = petitioned.motion(1)
    assert petitioned.call("POST", "/motions", {"matter": 5, "title": "修电梯", "text": "说明"}).status_code == 201
    assert petitioned.call("DELETE", f"/motions/{taken_off}").status_code == 204
    refused = petitioned.announce()
    assert code(refused) == (409, "petition_motion_missing")
    assert refused.json["error"]["details"] == {"title": "公布收支", "vote": "表决"}
    petitioned.call("POST", "/motions", {**QUESTION, "matter": 9, "title": "公布收支"})
    assert petitioned.announce().status_code == 200


def test_the_correction_of_a_petitioned_meeting_is_held_to_the_petition_as_well(petitioned: Petitioned):
    petitioned.delivered(QUESTION)
    petitioned.made()
    assert petitioned.announce().status_code == 200
    anew = petitioned.call("POST", "/redraft", {"reason": "时间有误"}).json["id"]
    petitioned.meeting = f"{petitioned.world.meetings_path()}/{anew}"
    petitioned.call("POST", "/motions", {"matter": 5, "title": "修电梯", "text": "说明"})
    petitioned.call("DELETE", f"/motions/{petitioned.motion()}")
    assert code(petitioned.announce()) == (409, "petition_motion_missing")


@pytest.mark.parametrize(
    ("motions", "refusal"),
    [
        ([{**ELECTION, "seats": 6}], (422, "seats_unlawful")),
        ([{**ELECTION, "seats": 3}], (422, "seats_unlawful")),
        ([{**ELECTION, "matter": 4}], (422, "seats_unlawful")),
        ([{**ELECTION, "term_years": 6}], (422, "term_unlawful")),
        ([{**QUESTION, "term_years": 3}], (422, "term_unlawful")),
        ([ELECTION, {**ELECTION, "title": "再选一次"}], (409, "committee_elected_twice")),
        ([{**QUESTION, "scope_building_id": "0198c0de-0000-7000-8000-000000000000"}], (422, "scope_not_allowed")),
        ([{**QUESTION, "matter": 5, "scope_stairwell": "1单元"}], (422, "scope_unknown")),
    ],
    ids=[
        "GR 31 even",
        "GR 31 too few",
        "seats of what is no committee",
        "GR 32 six years",
        "a term of no election",
        "GR 31 twice",
        "a company of one building",
        "a stairwell of no building",
    ],
)
def test_what_could_not_be_put_to_the_vote_is_not_petitioned_for(
    petitioned: Petitioned, motions: list[dict[str, Any]], refusal: tuple[int, str]
):
    assert code(petitioned.begun(*motions)) == refusal
    assert db.session.scalars(select(Petition)).all() == []


def test_Civil_Code_284_beside_a_property_company_nobody_petitions_for_self_management(petitioned: Petitioned):
    org.appoint(Role.PROPERTY_STAFF, petitioned.world.compound, "13911111111")
    assert code(petitioned.begun({**ELECTION, "committee_kind": "self_management"})) == (409, "property_company_serves")
    assert petitioned.begun(ELECTION).status_code == 201


def test_GR_31_an_election_whose_seats_the_rules_have_overtaken_takes_others_but_stays_an_election(
    petitioned: Petitioned,
):
    petitioned.delivered(ELECTION)
    petitioned.adopt(max_committee_seats=5)
    assert petitioned.made()["motions"][0]["seats"] == 7
    petitioned.stand(petitioned.motion())
    assert code(petitioned.announce()) == (422, "seats_unlawful")
    petitioned.replace(seats=None, committee_kind=None, term_years=None)
    assert code(petitioned.announce()) == (409, "petition_motion_missing")
    petitioned.replace(seats=5)
    assert petitioned.announce().status_code == 200


def test_Civil_Code_284_a_company_that_came_since_hinders_self_management_and_not_the_rest(petitioned: Petitioned):
    petitioned.delivered({**ELECTION, "committee_kind": "self_management"}, QUESTION)
    org.appoint(Role.PROPERTY_STAFF, petitioned.world.compound, "13911111111")
    petitioned.stand(petitioned.made()["motions"][0]["id"])
    assert code(petitioned.announce()) == (409, "property_company_serves")
    petitioned.call("DELETE", f"/motions/{petitioned.motion()}")
    assert petitioned.announce().status_code == 200


def test_a_building_s_own_matter_is_petitioned_for_and_voted_on_by_that_building(petitioned: Petitioned):
    world = petitioned.world
    building = world.building("1栋")
    petitioned.delivered({"matter": 5, "title": "修电梯", "text": "说明", "scope_building_id": str(building)})
    [motion] = petitioned.made()["motions"]
    assert (motion["scope_building_id"], bool(motion["scope_name"])) == (str(building), True)
    assert petitioned.announce().status_code == 200


def test_a_building_that_the_roll_has_lost_since_hinders_its_own_matter_and_not_the_rest(petitioned: Petitioned):
    gone = {"matter": 5, "title": "修电梯", "text": "说明", "scope_building_id": str(new_id())}
    petitioned.delivered(QUESTION)
    db.session.execute(update(Petition).values(motions=[gone, QUESTION]))
    db.session.commit()
    petitioned.made()
    assert code(petitioned.announce()) == (409, "scope_empty")
    petitioned.call("DELETE", f"/motions/{petitioned.motion()}")
    assert petitioned.announce().status_code == 200


def test_a_petition_stored_before_wishes_had_seats_reads_and_convenes_as_before(petitioned: Petitioned):
    """A wish on the committee that names no seats may also be answered by its election."""
    plain = {"matter": 3, "title": ELECTION["title"], "text": ELECTION["text"]}
    petitioned.delivered(QUESTION)
    db.session.execute(update(Petition).values(motions=[plain]))
    db.session.commit()
    assert petitioned.made()["motions"][0]["seats"] is None
    petitioned.replace()
    assert petitioned.announce().status_code == 200
