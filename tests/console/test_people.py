"""Who holds which role, helping groups, and who reported in."""

from datetime import timedelta

from playwright.sync_api import expect

from app.core import clock
from app.core.audit import AuditEvent
from app.core.db import db
from app.org.models import Appointment, GroupMember, HelpingGroup, Role
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


def test_roles_are_shown_masked_to_all_who_serve(town: ConsoleWorld):
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


def test_a_steward_is_appointed_and_withdrawn(town: ConsoleWorld, desk: Desk):
    page = desk.opened(town.secretary, PHONE)
    page.goto(people(town))
    page.get_by_role("button", name="任命楼栋长").click()
    expect(page.get_by_label("楼栋长")).to_be_checked()
    page.get_by_label("姓名").fill("演示楼栋长")
    page.get_by_label("手机号").fill("1390001")
    page.get_by_role("button", name="任命", exact=True).click()
    expect(page.get_by_text("请填写 11 位手机号")).to_be_visible()
    expect(page.get_by_label("姓名")).to_have_value("演示楼栋长")
    page.get_by_label("手机号").fill("139 0001 0008")
    page.get_by_role("button", name="任命", exact=True).dblclick()
    expect(page.get_by_role("status")).to_contain_text("已任命")
    row = page.locator("li", has_text="139****0008")
    expect(row).to_contain_text("演****")
    expect(row).to_contain_text("还没有登录过")
    row.get_by_role("button", name="免去").click()
    expect(page.get_by_role("heading", name="免去 演**** 的楼栋长职务")).to_be_visible()
    page.get_by_role("button", name="免去").click()
    expect(page.get_by_text("请写明原因")).to_be_visible()
    page.get_by_label("免去的原因").fill("搬离本小区")
    page.get_by_role("button", name="免去").click()
    expect(page.get_by_role("status")).to_contain_text("已免去")
    expect(page.get_by_text("139****0008")).to_have_count(0)


def test_the_secretary_appoints_no_secretary_and_nobody_oneself(town: ConsoleWorld):
    address = people(town, "/appointments/new")
    street = town.official(Role.STREET_OFFICER, town.community)
    secretary, officer = visitor(town, town.secretary), visitor(town, street)
    someone = {"name": "演示某", "phone": "13900010009"}
    assert 'value="secretary"' not in secretary.get(address).text
    assert secretary.post(address, role="secretary", **someone).status_code == 422
    assert visitor(town, town.supervisor).post(address, role="secretary", **someone).status_code == 422
    without = officer.post(address, role="secretary", **someone)
    assert without.status_code == 422
    assert "书记任职要有任期" in without.text
    term = {"term_ends": (clock.today() + timedelta(days=700)).isoformat()}
    assert officer.post(address, role="secretary", **term, **someone).status_code == 303
    again = officer.post(address, role="secretary", **term, **someone)
    assert again.status_code == 409
    assert "已经担任这个职务" in again.text
    steward = town.official(Role.STEWARD, town.compound)
    assert visitor(town, steward).get(address).status_code == 403
    db.session.rollback()
    own = {"org_unit_id": town.compound, "account_id": town.secretary.account_id}
    made = db.session.query(Appointment).filter_by(**own).one().id
    refused = secretary.post(people(town, f"/appointments/{made}/end"), reason="搬离本小区")
    assert refused.status_code == 403, "a secretary's role is the street's to end"
    db.session.rollback()
    assert db.session.query(Appointment).filter_by(**own).one().ended_at is None
