"""The red/black list at the desk: from the draft, past the guard, to the take-down."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from app.compounds.bindings import unit_at
from app.core import clock
from app.core.db import db
from app.identity.actor import Actor
from app.noticeboard.errors import PersonNotOnRoll, TooManyNominations
from app.noticeboard.models import Category
from app.noticeboard.nominations import nominate
from app.notifications.catalogue import Kind
from app.notifications.models import OutboxMessage
from app.org.models import Role
from tests.support.console import PHONE, ConsoleWorld, Desk, visitor
from tests.support.console_reviews import nominated, own_draft, untold
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


def test_what_is_handed_in_on_paper_goes_on_file_and_is_decided_by_another(town: ConsoleWorld):
    notices = Notices(town)
    entry = f"/console/compounds/{town.compound}/notices/{notices.hearing(about=notices.concerned)}/"
    secretary = visitor(town, town.secretary)
    said = {"text": "情况不属实，东西是施工队放的。", "note": "申诉书第 2 号"}
    concerned, other = str(notices.concerned.owner_id), str(notices.other.owner_id)
    assert concerned in secretary.get(entry + "statements/new").text
    assert other in secretary.get(entry + "statements/new?q=1栋1单元301").text
    assert "请照纸上的内容填写" in secretary.post(entry + "statements/new", owner=concerned, kind="answer").text
    not_concerned = secretary.post(entry + "statements/new", owner=other, kind="answer", **said)
    assert not_concerned.status_code in (403, 409, 422)
    assert said["text"] in not_concerned.text
    assert secretary.post(entry + "statements/new", owner=concerned, kind="answer", **said).status_code == 303
    assert secretary.post(entry + "statements/new", owner=other, kind="appeal", **said).status_code == 303
    assert secretary.post(entry + "statements/new", owner=other, kind="appeal", **said).status_code == 409
    filed = notices.call(notices.officer, "GET", "/appeals?mine=false&state=open").json["items"]
    assert [(one["text"], one["paper_note"]) for one in filed] == [(said["text"], said["note"])]
    assert notices.decide_appeal(town.secretary, filed[0]["id"], True).status_code == 403


def test_a_steward_chooses_whom_an_entry_is_about_by_the_door(town: ConsoleWorld):
    notices = Notices(town)
    path = f"/console/compounds/{town.compound}/notices/{notices.draft()}/persons"
    steward = visitor(town, notices.steward)
    assert "没有找到" in steward.get(path + "?q=甲某某").text
    assert "甲**" in steward.get(path + "?q=1-1-101").text
    assert steward.post(path, owner=str(notices.concerned.owner_id)).status_code == 303
    assert "移除" in steward.get(path).text


def test_a_nomination_becomes_a_draft_or_is_declined_with_a_reason(town: ConsoleWorld):
    first, path = nominated(town), f"/console/compounds/{town.compound}/notices/"
    secretary = visitor(town, town.secretary)
    assert "乙**" in secretary.get(path + "nominations").text
    shown = secretary.get(f"{path}new?nomination={first}").text
    assert "楼上的邻居每天给独居老人送饭。" in shown
    assert f'value="{first}"' in shown
    words = {"colour": "red", "category": "neighbours", "title": "照顾邻居", "text": "有人每天给独居老人送饭。"}
    refused = secretary.post(path + "new", nomination=first, **{**words, "title": ""})
    assert (refused.status_code, f'value="{first}"' in refused.text) == (422, True)
    assert secretary.post(path + "new", nomination=first, **words).status_code == 303
    assert "没有等您处理的推荐" in secretary.get(path + "nominations").text
    assert secretary.get(f"{path}new?nomination={first}").status_code == 409
    notices = town.api(town.secretary)("GET", f"/compounds/{town.compound}/notices?shelf=drafted").json["items"]
    assert [one["colour"] for one in notices] == ["red"]


def test_a_nomination_on_paper_is_entered_for_who_was_found_and_decided_by_another(town: ConsoleWorld):
    notices = Notices(town)
    steward, secretary = visitor(town, notices.steward), visitor(town, town.secretary)
    path = f"/console/compounds/{town.compound}/notices/nominations"
    assert "名册里没有找到" in steward.post(path + "/new", find="1", wanted="9-9-999").text
    home = unit_at(town.compound, "1栋", "1单元", "201")
    sheet = {"who": f"{home}/{notices.neighbour.owner_id}", "wanted": "1-1-201", "category": "neighbours"}
    words = {"text": "三楼的邻居照顾独居老人。", "note": "推荐表第 2 号"}
    assert sheet["who"] in steward.post(path + "/new", find="1", wanted="1-1-201").text
    unfiled = steward.post(path + "/new", **sheet, **words | {"note": ""})
    assert (unfiled.status_code, words["text"] in unfiled.text) == (422, True)
    assert steward.post(path + "/new", **sheet, **words).status_code == 303
    shown = secretary.get(path).text
    assert all(one in shown for one in ("乙** 推荐于", "推荐表第 2 号", words["text"]))
    assert "您登记的推荐，由别人处理" in steward.get(path).text
    [mine] = notices.call(notices.neighbour, "GET", "/nominations").json["items"]
    assert steward.post(f"{path}/{mine['id']}/refusal", reason="已经表扬过").status_code == 403
    assert secretary.post(f"{path}/{mine['id']}/refusal", reason="已经表扬过").status_code == 303
    [told] = notices.call(notices.neighbour, "GET", "/nominations").json["items"]
    assert (told["state"], told["reason"]) == ("declined", "已经表扬过")
    decided = select(OutboxMessage.account_id).where(OutboxMessage.compound_id == town.compound)
    heard = db.session.scalars(decided.where(OutboxMessage.kind == Kind.APPLICATION_DECIDED)).all()
    assert {notices.neighbour.account_id, notices.steward.account_id} <= set(heard)


def test_five_nominations_of_one_neighbour_may_wait_whoever_enters_them(town: ConsoleWorld):
    notices = Notices(town)
    on_paper = {"owner_id": notices.neighbour.owner_id, "note": "推荐表"}
    for number in range(5):
        entered = notices.steward if number % 2 else notices.secretary
        nominate(Actor(entered.account_id), town.compound, Category.NEIGHBOURS, "照顾老人", on_paper)
    with pytest.raises(TooManyNominations):
        nominate(Actor(notices.secretary.account_id), town.compound, Category.NEIGHBOURS, "照顾老人", on_paper)
    stranger = {"owner_id": notices.foreigner.owner_id, "note": "推荐表"}
    with pytest.raises(PersonNotOnRoll):
        nominate(Actor(notices.secretary.account_id), town.compound, Category.NEIGHBOURS, "照顾老人", stranger)


def test_a_declined_nomination_tells_why(town: ConsoleWorld):
    made = nominated(town)
    address = f"/console/compounds/{town.compound}/notices/nominations/{made}/refusal"
    secretary = visitor(town, town.secretary)
    assert "请写明原因" in secretary.post(address).text
    assert secretary.post(address, reason="已经表扬过").status_code == 303
    again = secretary.post(address, reason="已经表扬过")
    assert again.status_code == 409
    assert visitor(town, town.supervisor).get(address).status_code == 403
