"""The red/black list at the desk: from the draft, past the guard, to the take-down."""

from datetime import timedelta

from playwright.sync_api import expect

from app.core import clock
from app.org.models import Role
from tests.support.console import PHONE, ConsoleWorld, Desk, visitor
from tests.support.console_reviews import own_draft, untold
from tests.support.notices import Notices


def test_the_guard_names_what_it_found_and_the_draft_is_handed_in(town: ConsoleWorld, desk: Desk):
    notices = Notices(town)
    page = desk.opened(notices.steward)
    page.goto(f"/console/compounds/{town.compound}/notices/")
    page.get_by_role("button", name="起草一条").click()
    page.get_by_role("button", name="保存草稿").click()
    expect(page.get_by_text("请选择红榜或黑榜。")).to_be_visible()
    page.get_by_label("黑榜：").check()
    page.get_by_label("标题").fill("楼道堆物")
    text = page.get_by_role("textbox", name="内容")
    text.fill("3栋2单元501室在楼道里堆放杂物。")
    page.get_by_role("button", name="保存草稿").click()
    expect(page.locator("#text-error")).to_contain_text("是门牌号或者车位号，请只写到楼栋或单元")
    expect(text).to_have_value("3栋2单元501室在楼道里堆放杂物。")
    text.fill("有人在3栋2单元楼道里堆放杂物。")
    page.context.set_offline(True)
    page.get_by_role("button", name="保存草稿").click()
    expect(page.locator("#offline")).to_be_visible()
    page.context.set_offline(False)
    page.get_by_role("button", name="保存草稿").dblclick()
    expect(page.get_by_role("status")).to_contain_text("草稿已保存")
    page.get_by_role("button", name="提交审核").click()
    expect(page.get_by_text("等另一位书记或社区工作人员审核")).to_be_visible()
    assert len(notices.call(notices.steward, "GET", "?shelf=drafted").json["items"]) == 1


def test_a_person_is_told_on_paper_then_it_is_published_and_taken_down(town: ConsoleWorld, desk: Desk):
    told = untold(town)
    entry = told.partition("/told/")[0]
    page = desk.opened(town.supervisor, PHONE)
    page.goto(f"/console/compounds/{town.compound}/{entry}/")
    expect(page.get_by_text("还有 1 位相关业主没有告知到")).to_be_visible()
    page.get_by_role("button", name="登记书面告知").click()
    page.get_by_label("送达记录").fill("告知书第 3 号，本人签收")
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.get_by_text("书面告知于")).to_be_visible()
    town.product.move_clock(clock.now() + timedelta(days=4))
    desk.sign_in(page.context, town.supervisor)
    page.goto(f"/console/compounds/{town.compound}/{entry}/")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="公布", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("已公布")
    page.get_by_label("撤下后原处显示的话").fill("请找13800138000")
    page.get_by_role("button", name="立即撤下").click()
    expect(page.locator(".error")).to_contain_text("是电话号码")
    page.get_by_label("撤下后原处显示的话").fill("情况已经整改。")
    page.get_by_role("button", name="立即撤下").click()
    expect(page.get_by_text("原处显示：情况已经整改。")).to_be_visible()


def test_whom_an_entry_is_about_is_chosen_from_the_roll(town: ConsoleWorld):
    path = f"/console/compounds/{town.compound}/{own_draft(town)}persons"
    other = town.owner(town.unit("102"), name="己某某")
    secretary = visitor(town, town.secretary)
    assert "己**" in secretary.get(f"{path}?q=102").text
    assert secretary.post(path, owner=str(other.owner_id)).status_code == 303
    assert secretary.get(path).text.count("移除") == 2
    secretary.post(path, owner=str(other.owner_id), off="1")
    assert secretary.get(path).text.count("移除") == 1


def test_nobody_publishes_the_own_draft_or_changes_another_s(town: ConsoleWorld):
    path = f"/console/compounds/{town.compound}/{own_draft(town)}"
    assert '<button type="submit" class="">提交审核' in visitor(town, town.secretary).get(path).text
    other = visitor(town, town.official(Role.SECRETARY, town.compound))
    assert "等起草人修改后提交审核" in other.get(path).text
    refused = other.post(path + "words", colour="black", category="noise", title="别的", text="有人夜间施工。")
    assert refused.status_code == 403
    assert "只有起草人可以修改" in refused.text
