"""Fixtures of the console: a served product, a world in it, and browsers."""

import os
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright

from app.bootstrap import configure
from app.core.db import db
from app.core.settings import Settings
from tests.support import console
from tests.support.console import CHROMIUM, OPTIONS, ConsoleWorld, Desk, Product, Window


@pytest.fixture(scope="session")
def product(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """The served product, once for all tests."""
    with console.product(settings, tmp_path_factory.mktemp("console")) as made:
        yield made


@pytest.fixture(scope="session")
def product_application(product: Product) -> Flask:
    """The application that is served."""
    return product.application


@pytest.fixture
def inside(product: Product, settings: Settings) -> Iterator[Product]:
    """The product, as one of its processes sees it."""
    configure(product.settings)
    with product.application.app_context():
        try:
            yield product
        finally:
            db.session.remove()
    configure(settings)


@pytest.fixture
def town(inside: Product) -> ConsoleWorld:
    """A compound of its own in the product, at the present moment; what a test makes there stays."""
    inside.settings.clock_file.unlink(missing_ok=True)
    return ConsoleWorld(inside)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, headless. Where there is none, what needs it is skipped; in CI that is a failure."""
    if CHROMIUM is None:
        without = pytest.fail if "CI" in os.environ else pytest.skip
        without("There is no Chromium: apt-get install chromium-headless-shell")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(OPTIONS))
        yield browser
        browser.close()


@pytest.fixture
def desk(chromium: Browser, product: Product) -> Iterator[Desk]:
    """Browsers at the console; a fault of a script, or anything that the policy blocks, fails the test."""
    console.faults()
    made = Desk(chromium, product)
    yield made
    made.close()
    assert console.faults() == []


@pytest.fixture(scope="module")
def page(chromium: Browser, product: Product) -> Iterator[Page]:
    """A page that stays open for the tests of a file."""
    page = console.opened(chromium, product)
    yield page
    page.context.close()


@pytest.fixture
def window(page: Page, product: Product) -> Iterator[Window]:
    """The file's page; a fault fails the test, as at a desk."""
    console.faults()
    yield Window(page, product)
    assert console.faults() == []
