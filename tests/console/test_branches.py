"""Branches at the desk: what the rule of three allows and asks for, and the members, for branch roles alone."""

import threading
from uuid import UUID

from app.core.audit import AuditEvent
from app.core.db import db
from app.org.branches.models import PartyBranch, PartyMember
from app.org.models import Role
from tests.support.console import ConsoleWorld, visitor
from tests.support.console_roll import branch, party_member
from tests.support.phones import fresh_number


def pages(town: ConsoleWorld, rest: str = "", compound: UUID | None = None) -> str:
    return f"/console/compounds/{compound or town.compound}/people/branches{rest}"


def test_the_secretary_enters_members_and_the_community_founds_a_branch(town: ConsoleWorld):
    secretary, community = visitor(town, town.secretary), visitor(town, town.supervisor)
    whom = {"name": "演示党员", "standing": "formal", "registered": "here"}
    without = secretary.post(pages(town, "/members/new"), phone=fresh_number(), **whom)
    assert "没有本人同意，不能登记" in without.text
    for _ in range(3):
        entered = secretary.post(pages(town, "/members/new"), phone=fresh_number(), consent_note="同意书", **whom)
        assert entered.status_code == 303
    shown = secretary.get(pages(town)).text
    assert "本小区有 3 名正式党员，可以成立单独支部" in shown
    assert "成立支部</a>" not in shown
    assert secretary.get(pages(town, "/new")).status_code == 403
    assert community.post(pages(town, "/new"), kind="own", name="演示支部").status_code == 303
    assert "党员 3 名，其中正式党员 3 名" in secretary.get(pages(town)).text
    again = community.post(pages(town, "/new"), kind="own", name="演示支部")
    assert again.status_code == 409
    assert "已经有单独支部或联合支部" in again.text


def test_a_joint_branch_that_fell_below_three_says_what_to_do_and_a_neighbour_joins(town: ConsoleWorld):
    made = branch(town)
    community = visitor(town, town.supervisor)
    shown = community.get(pages(town)).text
    assert "不足三名" in shown
    assert "请再吸收相邻小区" in shown
    neighbour = town.add_compound("戊小区")
    for _ in range(2):
        party_member(town, neighbour)
    assert "演示联合支部" in community.get(pages(town, compound=neighbour)).text
    assert community.post(pages(town, "/join", neighbour), branch=str(made)).status_code == 303
    shown = community.get(pages(town, compound=neighbour)).text
    assert "其中正式党员 4 名" in shown
    assert "请再吸收相邻小区" not in shown
    assert community.post(pages(town, f"/{made}/departure", neighbour)).status_code == 303
    assert "本小区已退出" in community.get(pages(town, compound=neighbour)).text
    assert community.post(pages(town, f"/{made}/dissolution")).status_code == 303
    db.session.rollback()
    assert db.session.get_one(PartyBranch, made).ended_at


def test_members_are_gathered_made_formal_and_erased_when_they_leave(town: ConsoleWorld):
    away = [party_member(town, here=False) for _ in range(4)]
    probationary = party_member(town, formal=False)
    community, secretary = visitor(town, town.supervisor), visitor(town, town.secretary)
    few = community.post(pages(town, "/new"), kind="functional", name="志愿者支部", members=[str(away[0])])
    assert "正式党员只有 1 名" in few.text
    chosen = [str(one) for one in away[:3]]
    assert community.post(pages(town, "/new"), kind="functional", name="志愿者支部", members=chosen).status_code == 303
    made = db.session.query(PartyMember.branch_id).filter_by(compound_id=town.compound, id=away[0]).scalar()
    db.session.rollback()
    assert secretary.post(pages(town, f"/members/{away[3]}/branch"), branch=str(made)).status_code == 303
    assert secretary.post(pages(town, f"/members/{away[0]}/branch")).status_code == 303
    assert secretary.post(pages(town, f"/members/{probationary}/formal")).status_code == 303
    assert secretary.post(pages(town, f"/members/{away[1]}/removal")).status_code == 303
    db.session.rollback()
    rows = {one.id: one for one in db.session.query(PartyMember).filter_by(compound_id=town.compound)}
    assert [rows[one].branch_id for one in away] == [None, None, made, made]
    assert rows[probationary].formal
    assert (rows[away[1]].name, rows[away[1]].phone_hash) == (None, None)
    assert "不足三名" in secretary.get(pages(town)).text


def test_a_steward_sees_no_branch_and_every_look_at_members_is_on_record(town: ConsoleWorld):
    party_member(town)
    steward = visitor(town, town.official(Role.STEWARD, town.compound))
    assert steward.get(pages(town)).status_code == 403
    assert "党支部</a>" not in steward.get(f"/console/compounds/{town.compound}/people").text
    assert "演示党员" in visitor(town, town.secretary).get(pages(town)).text
    db.session.rollback()
    looks = db.session.query(AuditEvent).filter_by(compound_id=town.compound, act="read_party_members").all()
    assert [look.account_id for look in looks] == [town.secretary.account_id]


def test_of_two_who_found_a_branch_of_a_compound_at_once_one_is_told_that_it_has_one(town: ConsoleWorld):
    for _ in range(3):
        party_member(town)
    guests = [visitor(town, town.supervisor) for _ in range(2)]
    answers: list[int] = []
    threads = [
        threading.Thread(
            target=lambda guest=guest: answers.append(
                guest.post(pages(town, "/new"), kind="own", name="演示支部").status_code
            )
        )
        for guest in guests
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(answers) == [303, 409]
