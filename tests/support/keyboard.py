"""A browser that is used by the keyboard alone."""

import re

from playwright.sync_api import Page

NAMED = """() => {
  const one = document.activeElement;
  const said = one.getAttribute("aria-label") || (one.labels?.[0] || one).textContent;
  return said.trim().replace(/\\s+/g, "");
}"""


def keyboard(page: Page, name: str) -> None:
    """Come to the control of this name by the Tab key alone, on a fresh page by the link past its menu."""
    if page.evaluate("document.activeElement === document.body"):
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
    for _ in range(120):
        page.keyboard.press("Tab")
        if str(page.evaluate(NAMED)).startswith(name):
            return
    raise AssertionError(f"the keyboard does not come to {name}")


def press(page: Page, name: str, address: str) -> None:
    """Come to the link or button of this name, press it, and arrive at a new page whose address ends so."""
    keyboard(page, name)
    page.evaluate("document.querySelector('main').dataset.left = '1'")
    with page.expect_navigation(url=re.compile(address)):
        page.keyboard.press("Enter")
    page.locator("main:not([data-left])").wait_for()
    page.locator(".htmx-settling").first.wait_for(state="detached")  # then the focus is where the page puts it
