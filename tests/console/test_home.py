"""The first page of a compound: what waits for whom, and that each line leads to where it is done."""

import re

import pytest
from playwright.sync_api import expect

from app.core import clock
from app.core.ids import new_id
from app.home.desk import DeskTask, Task
from app.identity.actor import Actor
from app.org.models import Role
from console import pages
from console.home import words
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


@pytest.mark.parametrize("task", Task)
def test_every_line_leads_to_a_page(town: ConsoleWorld, task: Task):
    desk = visited(town)
    of_meeting = task in words.OF_MEETINGS
    with town.product.application.test_request_context("/console/"):
        line = words.line(desk, DeskTask(task, 1, clock.now(), meeting_id=new_id() if of_meeting else None))
    routes = town.product.application.url_map.bind("localhost")
    endpoint, _ = routes.match(line.address, method="GET")
    assert endpoint != "console.nowhere", line.address


def visited(town: ConsoleWorld) -> pages.Desk:
    """The secretary at work in the compound."""
    actor = Actor(town.secretary.account_id)
    return pages.Desk(actor, town.compound, "测试小区", frozenset({Role.SECRETARY}))
