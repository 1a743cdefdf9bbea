"""What holds for every page: readable, reachable, small, usable by keyboard, and closed to whom it does not concern."""

import gzip
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any
from uuid import UUID

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from flask import Flask, url_for
from playwright.sync_api import Page

from app.core.db import db
from app.org.models import Role
from tests.support.console import DESKTOP, PHONE, ConsoleWorld, Desk, Product, Visitor, Window, visitor
from tests.support.console_builders import Builder
from tests.support.console_pages import NOT_PAGES, PAGES
from tests.support.world import Person

LIMIT = 200_000
SMALLEST_TEXT = 18
SMALLEST_TARGET = 44

AXE_FINDINGS = """(() => {
  const mild = axe._audit.rules.filter((rule) => ["minor", "moderate"].includes(rule.impact));
  const rules = Object.fromEntries(mild.map((rule) => [rule.id, {enabled: false}]));
  return axe.run({preload: false, resultTypes: ["violations", "incomplete"], rules})
    .then((found) => JSON.stringify([found.violations, found.incomplete]));
})()"""  # as text: an object is read one by one

TOO_SMALL = """([text, target]) => {
  const shown = {visibilityProperty: true, opacityProperty: true};
  const seen = (one) => one.checkVisibility(shown) && one.getClientRects().length;
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode());) {
    const parent = node.parentElement;
    if (!node.textContent.trim() || !seen(parent) || parent.closest("svg, script, style")) continue;
    const size = parseFloat(getComputedStyle(parent).fontSize);
    if (size < text) found.push(`${size}px: ${node.textContent.trim().slice(0, 20)}`);
  }
  for (const one of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")) {
    if (!seen(one) || one.closest(".skip") || one.matches(".skip")) continue;
    const label = one.matches("[type=checkbox], [type=radio]") ? one.closest("label") || one : one;
    const inText = one.matches("a") && getComputedStyle(one).display === "inline";
    const box = label.getBoundingClientRect();
    if (!inText && box.height < target) found.push(`${Math.round(box.height)}px high: ${one.outerHTML.slice(0, 80)}`);
  }
  const aside = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  return aside > 0 ? [...found, `${aside}px aside`] : found;
}"""


@pytest.fixture(scope="module")
def axe(page: Page) -> None:
    """Every document that is opened has axe, which is sent to the browser once."""
    page.context.add_init_script(AXE_SCRIPT)


@dataclass
class Begun:
    """A town where something was made for pages, and when: what the product's clock said then."""

    begins: object
    town: ConsoleWorld
    made: Any
    clock: str

    @cached_property
    def property_staff(self) -> Person:
        return self.town.official(Role.PROPERTY_STAFF, self.town.compound)


class Towns:
    """What the page before began with, for the next page that begins with the same: opening a page changes nothing."""

    def __init__(self, product: Product) -> None:
        self.product = product
        self._last: Begun | None = None

    def of(self, page: Builder) -> Begun:
        """The town of a page; must be called inside the product."""
        last = self._last
        if last is None or last.begins is not page.begins or last.clock != self._clock():
            self.product.settings.clock_file.unlink(missing_ok=True)
            town = ConsoleWorld(self.product)
            made = page.make(town)
            self._last = last = Begun(page.begins, town, made, self._clock())
        return last

    def _clock(self) -> str:
        file = self.product.settings.clock_file
        return file.read_text() if file.exists() else ""


@pytest.fixture(scope="module")
def towns(product: Product) -> Towns:
    return Towns(product)


FIRST = {page.begins: place for place, page in reversed(list(enumerate(PAGES.values())))}
"""Where the first page stands that begins with this: those that begin with the same follow it."""


@pytest.mark.usefixtures("axe", "inside")
@pytest.mark.parametrize("name", sorted(PAGES, key=lambda name: FIRST[PAGES[name].begins]))
def test_a_page_is_accessible_on_desktop_and_phone_small_and_closed_to_strangers(
    towns: Towns, window: Window, outsiders: Mapping[str, Person | None], name: str
):
    begun = towns.of(PAGES[name])
    shown = PAGES[name].shown(begun.town, begun.made)
    page = window.shown_to(shown.person)
    answer = page.goto(shown.path)
    assert answer is not None
    assert answer.status == 200, page.content()
    assert_accessible(page)
    for viewport in (PHONE, DESKTOP):
        page.set_viewport_size({"width": viewport["width"], "height": viewport["height"]})
        assert_large_enough(page)
    assert_small(begun.town.product.application, answer.body())
    if str(begun.town.compound) in shown.path:
        assert_closed_to_strangers(begun, outsiders, shown.path)


@pytest.fixture(scope="module")
def outsiders(product: Product) -> Mapping[str, Person | None]:
    """Whoever has nothing to do with any compound of these tests."""
    with product.application.app_context():
        world = ConsoleWorld(product)
        alone = world.person()
        db.session.remove()
    return {"nobody": None, "another compound's secretary": world.secretary, "somebody without a role": alone}


def assert_accessible(page: Page) -> None:
    """No serious finding of axe, and no text in the colour of its ground, of which axe is not sure."""
    violations, incomplete = json.loads(page.evaluate(AXE_FINDINGS))
    serious = [one for one in violations if one["impact"] in ("serious", "critical")]
    assert [(one["id"], one["nodes"][0]["html"]) for one in serious] == []
    unsure = [node for one in incomplete if one["id"] == "color-contrast" for node in one["nodes"]]
    assert [node["html"] for node in unsure if '"equalRatio"' in json.dumps(node["any"])] == []


def assert_large_enough(page: Page) -> None:
    """Text and targets of the size that older people need, and no scrolling sideways."""
    assert page.evaluate(TOO_SMALL, [SMALLEST_TEXT, SMALLEST_TARGET]) == []


def assert_small(application: Flask, html: bytes) -> None:
    """Little to load the first time, even on an old line."""
    linked = re.findall(r'(?:src|href)="(/console/static/[^"]+)"', html.decode())
    assert linked
    assert len(gzip.compress(html)) + sum(sent_small(application, address) for address in linked) < LIMIT


@lru_cache
def sent_small(application: Flask, address: str) -> int:
    """How many bytes a file of the pages is on its way."""
    return len(gzip.compress(Visitor(application, "").get(address).data))


def assert_closed_to_strangers(begun: Begun, outsiders: Mapping[str, Person | None], path: str) -> None:
    """Whoever has no role in the compound is sent away."""
    for who, person in {**outsiders, "staff of the property company": begun.property_staff}.items():
        expected = 303 if who == "nobody" else 403
        assert visitor(begun.town, person).get(path).status_code == expected, who


def test_every_page_is_on_the_list(product_application: Flask):
    listed = {name.partition("#")[0] for name in PAGES} | NOT_PAGES
    pages = {
        rule.endpoint
        for rule in product_application.url_map.iter_rules()
        if rule.rule.startswith("/console") and "GET" in (rule.methods or ())
    }
    assert pages == listed


def test_every_address_of_a_compound_asks_who_comes(product_application: Flask):
    for rule in product_application.url_map.iter_rules():
        if "compound_id" in rule.arguments and rule.rule.startswith("/console"):
            assert getattr(product_application.view_functions[rule.endpoint], "authenticates", False), rule


def test_a_form_without_its_token_is_refused_and_changes_nothing(town: ConsoleWorld, product_application: Flask):
    guest = visitor(town, town.secretary)
    posts = [
        rule
        for rule in product_application.url_map.iter_rules()
        if rule.rule.startswith("/console") and "POST" in (rule.methods or ())
    ]
    assert posts
    for rule in posts:
        values = {name: UUID(int=1) for name in rule.arguments} | {"compound_id": town.compound}
        with product_application.test_request_context():
            address = url_for(rule.endpoint, **values)
        assert guest.post(address, csrf_token="forged").status_code == 403, rule
    assert guest.get("/console/devices").status_code == 200


def keyboard_reaches(page: Page, name: str) -> bool:
    """Whether the Tab key comes to the link or button of this name."""
    for _ in range(200):
        page.keyboard.press("Tab")
        if name in (page.evaluate("document.activeElement.textContent") or ""):
            return True
    return False


def test_the_keyboard_comes_past_the_menu_to_the_page(town: ConsoleWorld, desk: Desk):
    page = desk.opened(town.secretary)
    page.goto(PAGES["console_home.today"](town).path)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到正文"
    assert keyboard_reaches(page, "退出")
