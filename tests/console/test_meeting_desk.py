"""A meeting from nothing to its announcement, as the secretary makes it: by mouse, by keyboard, on a phone, offline."""

import re
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.core import clock
from app.core.db import db
from app.meetings.models import Meeting
from app.meetings.rules.rule_set import PRESETS, describe
from app.org.models import Role
from tests.support.console import DESKTOP, PHONE, ConsoleWorld, Desk, visitor
from tests.support.console_builders import at, at_meeting
from tests.support.console_meetings import election, id_of, local_day, meeting_of, motions_of, objection, voting
from tests.support.files import pdf
from tests.support.keyboard import keyboard
from tests.support.keyboard import press as pressed

LAW_OF_NOTICE = "应当于会议召开15日以前通知全体业主"


def only_meeting(town: ConsoleWorld) -> Meeting:
    db.session.rollback()
    return db.session.query(Meeting).filter_by(compound_id=town.compound).one()


def opened_list(desk: Desk, town: ConsoleWorld, viewport: dict[str, int] = DESKTOP) -> Page:
    page = desk.opened(town.secretary, viewport)
    page.goto(at(town, "meetings/").path)
    return page


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_meeting_from_nothing_to_its_announcement(
    town: ConsoleWorld, desk: Desk, viewport: dict[str, int], tmp_path: Path
):
    town.owners(3)
    page = opened_list(desk, town, viewport)
    expect(page.get_by_text("还没有业主大会")).to_be_visible()
    page.get_by_role("button", name="准备一次业主大会").click()
    page.get_by_label("会议名称").fill("2026年第一次业主大会")
    page.get_by_label("业主委员会").check()
    page.get_by_role("button", name="开始准备").click()

    page.get_by_role("button", name="添加表决事项").click()
    page.get_by_role("button", name="添加", exact=True).click()
    expect(page.get_by_text("请选择属于哪一类")).to_be_visible()
    page.get_by_label("事项名称").fill("更换3栋电梯")
    page.get_by_label("具体内容").fill("用 28 万元更换两部电梯。")
    page.get_by_label("（五）").check()
    page.get_by_role("button", name="添加", exact=True).click()
    expect(page.get_by_text("过半数").first).to_be_visible()
    attached = tmp_path / "方案.pdf"
    attached.write_bytes(pdf())
    page.get_by_label("选择文件").set_input_files(attached)
    page.get_by_role("button", name="添加附件").click()
    expect(page.get_by_role("link", name="方案.pdf")).to_be_visible()
    page.get_by_role("button", name="回到事项列表").click()

    page.get_by_role("button", name="下一步：谁来定").click()
    expect(page.get_by_text("3 人").first).to_be_visible()
    expect(page.get_by_text("至少 2 人")).to_be_visible()
    page.get_by_role("button", name="保存，下一步：什么时候").click()

    page.get_by_label("哪一天开始投票").fill(local_day(clock.now() + timedelta(days=3)))
    expect(page.locator("#dates-said")).to_contain_text(LAW_OF_NOTICE)
    page.get_by_role("button", name="保存，下一步：检查").click()
    expect(page.locator("#opens_on-error")).to_contain_text(LAW_OF_NOTICE)
    assert only_meeting(town).opens_at > clock.now() + timedelta(days=15)
    page.get_by_label("哪一天开始投票").fill(local_day(clock.now() + timedelta(days=20)))
    page.get_by_label("哪一天截止投票").fill(local_day(clock.now() + timedelta(days=30)))
    page.get_by_role("button", name="保存，下一步：检查").click()

    expect(page.get_by_text("都填好了，可以公告")).to_be_visible()
    page.get_by_role("link", name="什么时候", exact=False).first.click()
    expect(page.get_by_label("哪一天开始投票")).to_have_value(local_day(clock.now() + timedelta(days=20)))
    page.go_back()
    page.get_by_role("button", name="看过了，下一步：公告").click()
    page.get_by_role("button", name="确认公告").dblclick()
    expect(page.get_by_role("heading", name="会议已公告")).to_be_visible()
    expect(page.get_by_text("在小程序里收到通知的人")).to_be_visible()
    meeting = only_meeting(town)
    assert (meeting.electorate_persons, len(meeting.motion_ids)) == (3, 1)


def test_the_keyboard_alone_brings_a_meeting_to_its_announcement(town: ConsoleWorld, desk: Desk):
    town.owners(2)
    page = opened_list(desk, town)

    press = partial(pressed, page)
    press("准备一次业主大会", "/new$")
    keyboard(page, "会议名称")
    page.keyboard.type("键盘开的会")
    keyboard(page, "业主委员会")
    page.keyboard.press("Space")
    press("开始准备", "/what$")
    press("添加表决事项", "/motions/new$")
    keyboard(page, "事项名称")
    page.keyboard.type("修电梯")
    keyboard(page, "具体内容")
    page.keyboard.type("修两部电梯")
    keyboard(page, "（一）")
    for _ in range(4):
        page.keyboard.press("ArrowDown")
    press("添加", "/motions/[0-9a-f-]{36}$")
    press("好了，回到事项列表", "/what$")
    press("下一步：谁来定", "/who$")
    press("保存，下一步：什么时候", "/when$")
    press("保存，下一步：检查", "/check$")
    press("看过了，下一步：公告", "/announcement")
    press("确认公告", "/announced$")
    meeting = only_meeting(town)
    assert meeting.announced_at is not None
    assert [one.matter for one in motions_of(town, f"/{meeting.id}")] == [5]


def test_two_secretaries_do_not_overwrite_each_other(town: ConsoleWorld):
    path = town.draft()
    mine = visitor(town, town.secretary)
    page = at_meeting(town, path, "name").path
    seen = re.search(r'name="seen"[^>]*value="([0-9a-f]+)"', mine.get(page).text)
    assert seen
    other = town.api(town.secretary)("PATCH", path, {"title": "别人改的名称"})
    assert other.status_code == 200
    late = mine.post(page, title="我改的名称", seen=seen[1])
    assert late.status_code == 409
    assert "另一位同事刚刚改过这份草案" in late.text
    assert "我改的名称" in late.text
    assert "别人改的名称" in late.text
    assert meeting_of(town, path).title == "别人改的名称"
    again = re.search(r'name="seen"[^>]*value="([0-9a-f]+)"', late.text)
    assert again
    assert mine.post(page, title="我改的名称", seen=again[1]).status_code == 303
    assert meeting_of(town, path).title == "我改的名称"


def test_what_was_changed_since_the_check_is_not_announced(town: ConsoleWorld):
    town.owners(2)
    path = town.draft()
    mine = visitor(town, town.secretary)
    check = mine.get(at_meeting(town, path, "check").path).text
    onto = re.search(r'href="([^"]+announcement\?seen=([0-9a-f]+))"', check)
    assert onto
    body = {"matter": 8, "title": "出租门厅", "text": "另一位书记加的"}
    assert town.api(town.secretary)("POST", f"{path}/motions", body).status_code == 201
    assert mine.get(onto[1]).status_code == 303
    refused = mine.post(at_meeting(town, path, "announcement").path, seen=onto[2])
    assert refused.status_code == 409
    assert meeting_of(town, path).announced_at is None


def test_a_form_that_is_sent_twice_makes_one_motion(town: ConsoleWorld):
    path = town.draft()
    mine = visitor(town, town.secretary)
    page = at_meeting(town, path, "motions/new").path
    key = re.search(r'name="key"[^>]*value="([0-9a-f-]+)"', mine.get(page).text)
    assert key
    fields = {"key": key[1], "matter": "5", "title": "修门", "text": "修大门", "scope": ""}
    answers = [mine.post(page, **fields) for _ in range(2)]
    assert [one.status_code for one in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    assert [one.title for one in motions_of(town, path)] == ["事项5", "修门"]


def test_a_lost_network_loses_nothing_of_a_motion(town: ConsoleWorld, desk: Desk):
    path = town.draft()
    page = desk.opened(town.secretary)
    page.goto(at_meeting(town, path, "motions/new").path)
    page.get_by_label("事项名称").fill("换水泵")
    page.get_by_label("具体内容").fill("写了很久的内容")
    page.get_by_label("（五）").check()
    page.context.set_offline(True)
    page.get_by_role("button", name="添加", exact=True).click()
    expect(page.locator("#offline")).to_be_visible()
    expect(page.get_by_label("具体内容")).to_have_value("写了很久的内容")
    page.context.set_offline(False)
    page.reload()
    expect(page.get_by_label("具体内容")).to_have_value("写了很久的内容")
    expect(page.get_by_label("（五）")).to_be_checked()
    page.get_by_role("button", name="添加", exact=True).click()
    expect(page.get_by_role("heading", name="换水泵")).to_be_visible()
    assert [one.title for one in motions_of(town, path)] == ["事项5", "换水泵"]


def test_turnout_is_shown_in_exact_numbers_and_refreshed_where_the_reader_is(town: ConsoleWorld, desk: Desk):
    path, people = voting(town, owners=3, cast=1)
    page = desk.opened(town.secretary)
    page.goto(at_meeting(town, path).path)
    expect(page.locator("#turnout")).to_contain_text("33.33%")
    expect(page.locator("#turnout")).to_contain_text("三分之二是 2 人，还差 1 人")
    page.get_by_role("button", name="取消会议").focus()
    assert town.cast(people[1], path).status_code == 201
    page.evaluate(
        "htmx.trigger('#turnout', 'load'); htmx.ajax('GET', location.pathname, "
        "{source: '#turnout', target: '#turnout', swap: 'outerHTML', select: '#turnout'})"
    )
    expect(page.locator("#turnout")).to_contain_text("66.66%")
    expect(page.locator("#turnout")).to_contain_text("三分之二是 2 人，已经达到")
    assert page.evaluate("document.activeElement.textContent") == "取消会议"


def test_a_steward_records_paper_that_was_brought(town: ConsoleWorld):
    path, _ = voting(town, owners=2, cast=0)
    steward = visitor(town, town.official(Role.STEWARD, town.compound))
    page = at_meeting(town, path, "delivery/paper?item=ballot").path
    party = re.search(r'name="parties" value="([0-9a-f-]+)"', steward.get(page).text)
    assert party
    now = clock.now().astimezone(clock.SHANGHAI)
    fields = {"parties": party[1], "handed_by": "楼栋长", "on": now.date().isoformat(), "at": f"{now:%H:%M}"}
    assert steward.post(page, **{**fields, "parties": []}).status_code == 422
    future = now.date() + timedelta(days=1)
    assert steward.post(page, **{**fields, "on": future.isoformat()}).status_code == 422
    assert steward.post(page, **fields).status_code == 303
    status = steward.get(at_meeting(town, path, "delivery/").path).text
    assert "还没收到 1 户" in status
    assert steward.get(at_meeting(town, path, "who").path).status_code == 403


def test_an_objection_is_upheld_with_a_correction(town: ConsoleWorld):
    path, objection_id = objection(town)
    mine = visitor(town, town.secretary)
    page = at_meeting(town, path, f"electorate/objections/{objection_id}").path
    assert "1栋1单元001" in mine.get(page).text
    decision = {"upheld": "yes", "reason": "证上是 89.50", "act": "set_area", "door": "1栋1单元001", "area": "89.50"}
    unknown = mine.post(page, **{**decision, "door": "9栋9单元999", "source": "register"})
    assert unknown.status_code == 422
    assert "名册里没有这套房屋" in unknown.text
    assert mine.post(page, **decision, source="register").status_code == 303
    assert meeting_of(town, path).electorate_area_centi == 28950
    assert mine.post(page, **decision, source="register").status_code == 409


def test_rules_are_adopted_with_the_decision_behind_them(town: ConsoleWorld):
    mine = visitor(town, town.secretary)
    page = at(town, "rules/one_change_allowed").path
    assert mine.post(page, note="").status_code == 422
    assert mine.post(page, note="第一次业主大会通过").status_code == 303
    shown = mine.get(at(town, "rules/").path).text
    assert "第 1 版" in shown
    assert all(sentence in shown for sentence in describe(PRESETS["one_change_allowed"]))
    assert mine.get(at(town, "rules/nothing").path).status_code == 404
    assert visitor(town, town.supervisor).post(page, note="我来改").status_code == 403


def test_an_election_needs_candidates_before_it_is_announced(town: ConsoleWorld):
    town.owners(2)
    path, motion_id = election(town)
    mine = visitor(town, town.secretary)
    check = at_meeting(town, path, "check").path
    assert "还没有候选人" in mine.get(check).text
    added = mine.post(at_meeting(town, path, f"motions/{motion_id}/candidates").path, name="候选人甲", statement="愿意")
    assert added.status_code == 303
    assert "都填好了" in mine.get(check).text


def test_how_a_candidate_was_nominated_is_on_file_for_the_desk_alone(town: ConsoleWorld):
    path, motion_id = election(town)
    mine, page = visitor(town, town.secretary), f"motions/{motion_id}"
    stands = {"name": "候选人甲", "statement": "愿意", "nominated": "owners", "paper_note": "推荐书第 3 号"}
    address = at_meeting(town, path, page).path
    assert mine.post(f"{address}/candidates", **stands | {"nominated": "nobody"}).status_code == 422
    assert mine.post(f"{address}/candidates", **stands).status_code == 303
    assert "业主推荐；推荐书第 3 号" in mine.get(address).text
    assert "推荐书第 3 号" not in town.api(town.secretary)("GET", path).text


def test_a_cancelled_draft_is_over_and_says_so_in_other_tabs(town: ConsoleWorld):
    path = town.draft()
    mine = visitor(town, town.secretary)
    assert mine.post(at_meeting(town, path, "cancellation").path, reason="").status_code == 422
    assert mine.post(at_meeting(town, path, "cancellation").path, reason="不开了").status_code == 303
    assert mine.get(at_meeting(town, path, "what").path).status_code == 303
    assert "已经结束" in mine.get(at(town, "meetings/").path).text
    assert visitor(town, town.supervisor).get(at_meeting(town, path, "name").path).status_code == 403
    assert id_of(path) == meeting_of(town, path).id
