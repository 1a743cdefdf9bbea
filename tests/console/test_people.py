"""Who holds which role, helping groups, and who reported in."""

from playwright.sync_api import expect

from app.core.audit import AuditEvent
from app.core.db import db
from app.org.models import GroupMember, HelpingGroup, Role
from tests.support.console import PHONE, ConsoleWorld, Desk, visitor
from tests.support.console_roll import group, reported, staffed


def people(town: ConsoleWorld, rest: str = "") -> str:
    return f"/console/compounds/{town.compound}/people{rest}"


def test_a_group_is_added_with_members_and_dissolved(town: ConsoleWorld, desk: Desk):
    page = desk.opened(town.secretary, PHONE)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(people(town))
    page.get_by_role("link", name="共建团队").click()
    page.get_by_role("button", name="添加团队").click()
    expect(page.get_by_text("请填写名称。")).to_be_visible()
    page.get_by_text("五老队伍", exact=True).click()
    page.get_by_label("名称").fill("演示五老队伍")
    page.get_by_role("button", name="添加团队").dblclick()
    expect(page.get_by_role("heading", name="演示五老队伍")).to_be_visible()
    page.get_by_label("成员的手机号").fill("1390001")
    page.get_by_role("button", name="添加成员").click()
    expect(page.get_by_text("请填写 11 位手机号")).to_be_visible()
    page.get_by_label("成员的手机号").fill("139 0001 0005")
    page.get_by_role("button", name="添加成员").click()
    expect(page.get_by_text("139****0005")).to_be_visible()
    page.get_by_role("button", name="移出").click()
    expect(page.get_by_text("还没有成员")).to_be_visible()
    page.get_by_role("button", name="解散团队").click()
    expect(page.get_by_text("还没有团队")).to_be_visible()
    db.session.rollback()
    made = db.session.query(HelpingGroup).filter_by(compound_id=town.compound).one()
    assert made.ended_at
    assert db.session.query(GroupMember).filter_by(group_id=made.id).one().left_at


def test_a_group_of_the_same_name_is_refused_and_what_was_typed_stays(town: ConsoleWorld):
    group(town)
    answer = visitor(town, town.secretary).post(people(town, "/groups"), kind="veterans", name="演示五老队伍")
    assert answer.status_code == 409
    assert "已经有同名的团队" in answer.text
    assert 'value="演示五老队伍"' in answer.text


def test_a_dissolved_group_is_told_as_such(town: ConsoleWorld):
    made, guest = group(town), visitor(town, town.secretary)
    assert guest.post(people(town, f"/groups/{made}/end")).status_code == 303
    assert guest.get(people(town, f"/groups/{made}")).status_code == 404
    assert guest.post(people(town, f"/groups/{made}/members"), phone="13900010006").status_code == 404


def test_roles_are_shown_masked_to_all_who_serve_and_changed_by_none(town: ConsoleWorld):
    staffed(town)
    steward = town.official(Role.STEWARD, town.compound)
    shown = visitor(town, steward).get(people(town)).text
    assert "演****" in shown
    assert "演示楼栋长" not in shown
    assert "还没有登录过" in shown
    assert "共建团队" not in shown
    assert "报到党员" not in shown
    assert visitor(town, steward).get(people(town, "/groups")).status_code == 403


def test_who_reported_in_is_seen_by_branch_roles_and_every_look_is_on_record(town: ConsoleWorld):
    reported(town)
    steward = town.official(Role.STEWARD, town.compound)
    assert visitor(town, steward).get(people(town, "/reports")).status_code == 403
    assert "演示单位党支部" in visitor(town, town.secretary).get(people(town, "/reports")).text
    db.session.rollback()
    looks = db.session.query(AuditEvent).filter_by(compound_id=town.compound, act="read_reports").all()
    assert [look.account_id for look in looks] == [town.secretary.account_id]
