"""Pictures of every page of the console, as docs/console shows them: `make screenshots`.

Serves the product, makes for each page what shows most of it, as the tests do (`tests/support/console_pages.py`), and
opens it on a desktop and on a phone; both stand in one picture. Words after the command choose pages by name:
`python -m tests.screenshots roll` renews those of the roll.
"""

import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from app.bootstrap import configure, create_app, upgrade_schema
from app.core.db import db, dispose_of_engines
from app.core.settings import Settings
from console.areas import AREAS
from tests.support import console, servers
from tests.support.console import CHROMIUM, DESKTOP, OPTIONS, PHONE, ConsoleWorld, Desk, Product
from tests.support.console_pages import PAGES

FOLDER: Final = Path(__file__).parent.parent / "docs" / "console"
SCREENS: Final = ((DESKTOP, 0.5, 2000), (PHONE, 0.5, 2200))
"""The screens, to which part of its width a picture is made smaller, and the most of a page that is shown (px)."""
GROUND: Final = (214, 214, 214)
GAP: Final = 12
QUALITY: Final = 40
ABOUT: Final = """# The console's pages

Made by `make screenshots`: each page on a desktop (1366×768) and a phone (390×844), in the state that shows most of it.
Whatever stands there was made up for the picture; a browser in Chinese writes its own fields, as dates, in Chinese.
"""
ELSEWHERE: Final = {
    "console_sign_in": "登录",
    "console_officer": "社区和街道",
    "console_operator": "运维",
    "console_public_results": "公开页面",
    "console_public_certificates": "公开页面",
}
"""Pages that no entry of the menu leads to, by their blueprint."""


def main(*words: str) -> None:
    """Take the pictures, and write the list of them."""
    chosen = [name for name in PAGES if not words or any(word in name for word in words)]
    FOLDER.mkdir(exist_ok=True)
    titles: dict[str, str] = {}
    with ExitStack() as stack:
        settings = _settings(stack)
        product = stack.enter_context(console.product(settings, Path(stack.enter_context(_folder()))))
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(OPTIONS))
        for name in chosen:
            titles[name] = _taken(product, Desk(browser, product), name)
            print(name, titles[name], flush=True)
        browser.close()
        configure(settings)
    if not words:
        _write_list(titles)


def _settings(stack: ExitStack) -> Settings:
    stack.enter_context(servers.running())
    with create_app(servers.settings(servers.TEMPLATE)).app_context():
        upgrade_schema()
        dispose_of_engines()
    return servers.for_worker("master")


def _folder() -> "tempfile.TemporaryDirectory[str]":
    return tempfile.TemporaryDirectory(prefix="screenshots-", ignore_cleanup_errors=True)


def _taken(product: Product, desk: Desk, name: str) -> str:
    """Take the picture of a page; its title."""
    product.settings.clock_file.unlink(missing_ok=True)
    configure(product.settings)
    with product.application.app_context():
        try:
            shown = PAGES[name](ConsoleWorld(product))
            page = desk.opened(shown.person)
            answer = page.goto(shown.path)
            assert answer, shown.path
            assert answer.ok, (shown.path, answer.status)
            _side_by_side(list(_screens(page))).save(_file(name), "WEBP", quality=QUALITY, method=6)
            title = page.title().partition(" · ")[0]
            page.context.close()
            return title
        finally:
            db.session.remove()


def _screens(page: Page) -> Iterator[Image.Image]:
    for size, part, most in SCREENS:
        page.set_viewport_size({"width": size["width"], "height": size["height"]})
        with Image.open(BytesIO(page.screenshot(full_page=True, animations="disabled"))) as whole:
            seen = whole.convert("RGB").crop((0, 0, whole.width, min(whole.height, most)))
        yield seen.resize((round(seen.width * part), round(seen.height * part)), Image.Resampling.LANCZOS)


def _side_by_side(pictures: list[Image.Image]) -> Image.Image:
    width = sum(one.width for one in pictures) + GAP * (len(pictures) + 1)
    height = max(one.height for one in pictures) + GAP * 2
    sheet, left = Image.new("RGB", (width, height), GROUND), GAP
    for one in pictures:
        sheet.paste(one, (left, GAP))
        left += one.width + GAP
    return sheet


def _file(name: str) -> Path:
    return FOLDER / f"{name.removeprefix('console_').replace('.', '-').replace('#', '-')}.webp"


def _area(name: str) -> str:
    blueprint = name.partition(".")[0]
    return ELSEWHERE.get(blueprint) or next((area.title for area in AREAS if area.has(blueprint)), AREAS[0].title)


def _write_list(titles: Mapping[str, str]) -> None:
    """The list by areas, and nothing left of pages that are no more."""
    order = list(dict.fromkeys([*(area.title for area in AREAS), *ELSEWHERE.values()]))
    parts = [ABOUT]
    for area, names in groupby(sorted(titles, key=lambda name: order.index(_area(name))), _area):
        parts.append(f"\n## {area}\n")
        parts += [f"\n### {titles[name]}\n\n![{titles[name]}]({_file(name).name})\n" for name in names]
    (FOLDER / "README.md").write_text("".join(parts))
    for file in set(FOLDER.glob("*.webp")) - {_file(name) for name in titles}:
        file.unlink()


if __name__ == "__main__":
    main(*sys.argv[1:])
