"""The first page of a compound: what waits for whom, and that each line leads to where it is done."""

import re

from playwright.sync_api import expect

from tests.support.console import PHONE, ConsoleWorld, Desk, visitor
from tests.support.console_reviews import busy_desk
from tests.support.wishes import Wishes


def test_an_empty_day_says_so(town: ConsoleWorld):
    shown = visitor(town, town.secretary).get(f"/console/compounds/{town.compound}/")
    assert "今天没有等您办理的事。" in shown.text


def test_from_the_line_to_the_work_and_back_to_an_empty_day(town: ConsoleWorld, desk: Desk):
    busy_desk(town)
    page = desk.opened(town.secretary, PHONE)
    page.goto(f"/console/compounds/{town.compound}/")
    lines = page.locator("main li")
    expect(lines).to_have_count(2)
    expect(lines.first).to_contain_text("还没有公告")
    expect(lines.first).to_contain_text(re.compile(r"须在 \d+年\d+月\d+日（周.） ?\d\d:\d\d 前公告"))
    expect(lines.first).to_contain_text("《物业管理条例》第十四条")
    page.get_by_role("button", name="去审核：1 条内容等您审核").click()
    page.get_by_role("button", name="通过").click()
    page.get_by_role("link", name="今天").click()
    expect(lines).to_have_count(1)


def test_a_line_is_shown_to_whom_its_act_is_open(town: ConsoleWorld):
    wishes = Wishes(town)
    wishes.submitted()
    path = f"/console/compounds/{town.compound}/"
    assert "1 条内容等您审核" in visitor(town, town.supervisor).get(path).text
    assert "等您审核" not in visitor(town, wishes.steward).get(path).text
