"""Branches by the rule of three: own, joint with neighbours, functional; and members, for branch roles alone."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.core.audit import AuditEvent
from app.core.db import db
from app.org import queries
from app.org.branches.models import BranchCompound, PartyMember
from app.org.models import Role
from tests.support.answers import code
from tests.support.kept import kept
from tests.support.phones import proven
from tests.support.world import Person, World


class Party:
    """The world's compound, with an officer of its community who founds branches."""

    def __init__(self, world: World) -> None:
        self.world, self.officer, self._numbers = world, world.supervisor, 0

    def call(
        self, method: str, path: str, body: Any = None, person: Person | None = None, compound: UUID | None = None
    ) -> TestResponse:
        address = f"/compounds/{compound or self.world.compound}/party-{path}"
        return self.world.api(person or self.officer)(method, address, body)

    def entered(self, number: int = 1, compound: UUID | None = None, **differing: Any) -> list[str]:
        """So many members more, formal and registered there unless said otherwise."""
        made = []
        for _ in range(number):
            self._numbers += 1
            body = {
                "name": "演示党员",
                "phone": f"139000004{self._numbers:02}",
                "formal": True,
                "registered_here": True,
                "consent_note": "同意书第 3 号",
            } | differing
            answer = self.call("POST", "members", body, compound=compound)
            assert answer.status_code == 201, answer.text
            made.append(str(answer.json["id"]))
        return made

    def founds(self, kind: str, person: Person | None = None, **body: Any) -> TestResponse:
        return self.call("POST", "branches", {"kind": kind, "name": "演示支部", **body}, person)

    def founded(self, kind: str, **body: Any) -> str:
        made = self.founds(kind, **body)
        assert made.status_code == 201, made.text
        return str(made.json["id"])

    def shown(self, compound: UUID | None = None) -> dict[str, Any]:
        answer = self.call("GET", "branches", compound=compound)
        assert answer.status_code == 200, answer.text
        return dict(answer.json)


@pytest.fixture
def party(world: World) -> Party:
    return kept(Party)(world)


def test_three_formal_members_may_form_a_branch_of_their_own_and_two_may_not(party: Party):
    assert "还没有登记正式党员" in party.shown()["advice"]
    party.entered(2)
    party.entered(1, formal=False)
    party.entered(1, registered_here=False)
    refused = party.founds("own")
    assert code(refused) == (409, "too_few_members")
    assert "只有 2 名" in refused.json["error"]["message"]
    assert "不足三名" in party.shown()["advice"]
    party.entered(1)
    assert "可以成立单独支部" in party.shown()["advice"]
    party.founded("own")
    [branch] = party.shown()["branches"]
    assert (branch["kind_text"], branch["formal"], branch["members"], branch["below_three"]) == (
        "单独支部",
        3,
        4,
        False,
    )
    assert party.shown()["advice"] is None
    assert code(party.founds("own")) == (409, "has_its_branch")


def test_a_branch_that_falls_below_three_is_shown_as_such_with_what_to_do(party: Party):
    *_, last = party.entered(3)
    branch = party.founded("own")
    assert party.call("DELETE", f"members/{last}").status_code == 204
    [shown] = party.shown()["branches"]
    assert (shown["below_three"], shown["formal"]) == (True, 2)
    assert "与相邻小区成立联合支部" in shown["advice"]
    assert party.call("POST", f"branches/{branch}/dissolution").status_code == 204
    after = party.shown()
    assert (after["branches"], [one["id"] for one in after["former"]]) == ([], [branch])
    assert code(party.call("POST", f"branches/{branch}/dissolution")) == (404, "branch_not_found")


def test_fewer_than_three_join_a_branch_with_neighbouring_compounds(party: Party):
    world = party.world
    second, third, fourth = (world.add_compound(f"{name}小区") for name in "乙丙丁")
    party.entered(1)
    assert code(party.founds("joint")) == (409, "not_joint")
    party.entered(1, second)
    assert code(party.founds("joint", neighbour_ids=[str(second)])) == (409, "too_few_members")
    assert code(party.founds("joint", neighbour_ids=[str(UUID(int=5))])) == (422, "no_such_neighbour")
    party.entered(1, third)
    branch = party.founded("joint", neighbour_ids=[str(second), str(third)])
    [shown] = party.shown(second)["branches"]
    assert (shown["compounds"], shown["formal"]) == (["丙小区", "乙小区", "测试小区"], 3)
    assert party.call("PUT", f"branches/{branch}", compound=fourth).json["compounds"][0] == "丁小区"
    assert code(party.call("PUT", f"branches/{branch}", compound=fourth)) == (409, "has_its_branch")
    for leaving in (fourth, third):
        assert party.call("DELETE", f"branches/{branch}", compound=leaving).status_code == 200
    assert code(party.call("DELETE", f"branches/{branch}", compound=second)) == (409, "not_joint")
    [shown] = party.shown()["branches"]
    assert (shown["formal"], shown["below_three"]) == (2, True)
    assert [one["id"] for one in party.shown(third)["former"]] == [branch]
    assert db.session.query(BranchCompound).count() == 4, "what was stays on record"


def test_a_joint_branch_takes_no_compound_that_is_served_or_anothers(party: Party):
    world = party.world
    second = world.add_compound("乙小区")
    party.entered(3)
    party.entered(1, second)
    own = party.founded("own")
    refused = party.founds("joint", neighbour_ids=[str(second)])
    assert code(refused) == (409, "has_its_branch")
    assert "测试小区" in refused.json["error"]["message"]
    assert party.shown(second)["branches"] == []
    assert code(party.call("PUT", f"branches/{own}", compound=second)) == (409, "not_a_joint_branch")
    elsewhere = World(world.application)
    assert party.founds("joint", neighbour_ids=[str(elsewhere.compound)]).status_code == 403


def test_a_functional_branch_gathers_who_is_registered_elsewhere(party: Party):
    here = party.entered(3)
    away = party.entered(4, registered_here=False)
    assert code(party.founds("functional", party_member_ids=here)) == (409, "not_gathered")
    assert code(party.founds("functional", party_member_ids=away[:2])) == (409, "too_few_members")
    branch = party.founded("functional", party_member_ids=away[:3])
    [shown] = party.shown()["branches"]
    assert (shown["kind_text"], shown["formal"]) == ("功能型支部", 3)
    assert "可以成立单独支部" in party.shown()["advice"], "it does not stand for the compound's own"
    body = {"branch_id": branch}
    assert party.call("PUT", f"members/{away[3]}/branch", body).json["branch_id"] == branch
    assert code(party.call("PUT", f"members/{here[0]}/branch", body)) == (409, "not_gathered")
    for one in away[:2]:
        assert party.call("PUT", f"members/{one}/branch", {"branch_id": None}).json["branch_id"] is None
    [shown] = party.shown()["branches"]
    assert (shown["below_three"], "再吸收" in shown["advice"]) == (True, True)
    assert party.call("POST", f"branches/{branch}/dissolution").status_code == 204
    assert db.session.scalars(select(PartyMember.branch_id).where(PartyMember.left_at.is_(None))).all() == [None] * 7


def test_branch_roles_alone_see_members_and_every_look_is_on_record(party: Party):
    world = party.world
    steward, owner = world.official(Role.STEWARD, world.compound), world.owner(world.unit("101"))
    party.entered(1)
    for person in (steward, owner):
        for path in ("members", "branches"):
            assert party.call("GET", path, person=person).status_code == 403
    assert party.founds("own", world.secretary).status_code == 403, "the community and the street found branches"
    [shown] = party.call("GET", "members", person=world.secretary).json["items"]
    assert (shown["name"], shown["phone_masked"]) == ("演示党员", "139****0401")
    looks = select(AuditEvent.account_id).where(AuditEvent.act == "read_party_members")
    assert db.session.scalars(looks).all() == [world.secretary.account_id]


def test_membership_is_registered_in_one_compound_and_a_probationary_member_becomes_formal(party: Party):
    second = party.world.add_compound("乙小区")
    [member] = party.entered(1, formal=False)
    again = {"name": "演示党员", "phone": "13900000401", "formal": True, "consent_note": "同意书"}
    assert code(party.call("POST", "members", again | {"registered_here": True})) == (409, "party_member_already")
    refused = party.call("POST", "members", again | {"registered_here": True}, compound=second)
    assert code(refused) == (409, "registered_elsewhere")
    assert party.call("POST", "members", again | {"registered_here": False}, compound=second).status_code == 201
    for _ in range(2):
        assert party.call("PUT", f"members/{member}/formal").json["formal"] is True
    acts = db.session.scalars(select(AuditEvent.act).where(AuditEvent.subject_id == UUID(member))).all()
    assert acts == ["add_party_member", "make_party_member_formal"]


def test_a_member_sees_the_own_entry_and_leaving_erases_it(party: Party):
    person = party.world.person()
    party.entered(1, phone=proven(person))
    assert party.call("GET", "members/mine", person=person).json["name"] == "演示党员"
    assert party.call("DELETE", "members/mine", person=person).status_code == 204
    left = db.session.scalars(select(PartyMember)).one()
    assert (left.name, left.phone, left.phone_hash) == (None, None, None)
    assert left.left_at is not None
    assert code(party.call("GET", "members/mine", person=person)) == (404, "party_member_not_found")
    assert queries.roles_held(person.account_id, party.world.compound) == frozenset()
