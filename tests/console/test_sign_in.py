"""Signing in by scanning, as the secretary does it: browser and phone."""

import re
from datetime import timedelta

from playwright.sync_api import Page, expect

from app.core import clock
from app.core.db import db
from app.org import service as org
from app.org.models import Role
from tests.support.console import PHONE, ConsoleWorld, Desk
from tests.support.wechat import fresh_number


def appointed(town: ConsoleWorld, role: Role = Role.SECRETARY) -> tuple[str, str]:
    """A phone number that a role in the compound was given to: the number and its phone in the simulator."""
    number = fresh_number()
    org.appoint(role, town.compound, number)
    db.session.commit()
    return number, town.product.wechat.phone(number)


def phone_page(desk: Desk, openid: str) -> Page:
    page = desk.opened(viewport=PHONE)
    page.goto(f"{desk.product.settings.effective_wechat_api_base_url}/phones/{openid}")
    return page


def scanned(desk: Desk, openid: str) -> Page:
    """The phone, with the newest code scanned."""
    phone = phone_page(desk, openid)
    phone.get_by_role("link", name="扫这个码").first.click()
    return phone


def test_a_secretary_signs_in_by_scanning_and_arrives_at_the_compound(town: ConsoleWorld, desk: Desk):
    _, openid = appointed(town)
    page = desk.opened()
    page.goto("/console/")
    expect(page.get_by_role("heading", name="用微信扫码登录")).to_be_visible()
    image = page.get_by_role("img", name="登录用的小程序码")
    assert image.evaluate("one => one.complete && one.naturalWidth > 200")
    number = page.locator(".digits").inner_text()
    phone = scanned(desk, openid)
    assert phone.locator(".digits").inner_text() == number
    phone.get_by_role("button", name="确认登录").click()
    expect(phone.get_by_role("status")).to_contain_text("已确认")
    expect(page.get_by_text("测试小区")).to_be_visible(timeout=10_000)
    page.wait_for_url("**/console/compounds/**")


def test_that_was_not_me_lets_nobody_in(town: ConsoleWorld, desk: Desk):
    _, openid = appointed(town)
    page = desk.opened()
    page.goto("/console/sign-in")
    scanned(desk, openid).get_by_role("button", name="不是我").click()
    expect(page.get_by_role("alert").filter(has_text="没有登录")).to_be_visible(timeout=10_000)
    page.get_by_role("button", name="换一个二维码").click()
    expect(page.get_by_role("heading", name="用微信扫码登录")).to_be_visible()


def test_without_scripts_the_button_leads_on(town: ConsoleWorld, desk: Desk):
    _, openid = appointed(town)
    page = desk.opened(java_script_enabled=False)
    page.goto("/console/")
    page.get_by_role("button", name="我已在手机上确认").click()
    expect(page.get_by_role("alert")).to_contain_text("手机上还没有确认")
    scanned(desk, openid).get_by_role("button", name="确认登录").click()
    page.get_by_role("button", name="我已在手机上确认").click()
    page.wait_for_url("**/console/compounds/**")


def test_somebody_without_a_role_is_told_what_to_do(town: ConsoleWorld, desk: Desk):
    page = desk.opened(town.person())
    page.goto("/console/")
    expect(page.get_by_text("您目前没有小区工作人员的任职")).to_be_visible()


def test_a_code_that_ran_out_is_replaced(town: ConsoleWorld, desk: Desk):
    page = desk.opened()
    page.goto("/console/sign-in")
    town.product.move_clock(clock.now() + timedelta(minutes=4))
    expect(page.get_by_role("alert").filter(has_text="二维码已过期")).to_be_visible(timeout=10_000)


def test_another_browser_may_be_signed_out_and_is_out_at_once(town: ConsoleWorld, desk: Desk):
    here, there = desk.opened(town.secretary), desk.opened(town.secretary)
    for page in (here, there):
        page.goto("/console/devices")
    here.reload()
    expect(here.get_by_text("本机")).to_have_count(1)
    here.get_by_role("button", name="让它退出").click()
    expect(here.get_by_role("status")).to_contain_text("已退出登录")
    there.goto("/console/")
    expect(there.get_by_role("heading", name="用微信扫码登录")).to_be_visible()


def test_after_an_idle_hour_the_sign_in_has_ended_and_leads_back_to_the_page(town: ConsoleWorld, desk: Desk):
    page = desk.opened(town.secretary)
    page.goto(f"/console/compounds/{town.compound}/")
    town.product.move_clock(clock.now() + timedelta(minutes=61))
    page.goto("/console/devices")
    assert re.search(r"next=/console/devices", page.url)


def test_leaving_signs_out(town: ConsoleWorld, desk: Desk):
    page = desk.opened(town.secretary)
    page.goto("/console/devices")
    page.evaluate("sessionStorage.setItem('kept:/console/somewhere#form', '[]')")
    page.get_by_role("button", name="退出", exact=True).click()
    expect(page.get_by_text("您已退出登录")).to_be_visible()
    assert page.evaluate("sessionStorage.getItem('kept:/console/somewhere#form')") is None
    page.goto("/console/devices")
    expect(page.get_by_role("heading", name="用微信扫码登录")).to_be_visible()
