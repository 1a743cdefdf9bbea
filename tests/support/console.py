"""The console for the tests: served over a database of its own, with WeChat's simulator and a movable clock."""

import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, BrowserContext, Page
from werkzeug.test import TestResponse

from app.bootstrap import configure, create_app
from app.core import clock, crypto
from app.core.db import db, dispose_of_engines
from app.core.settings import Settings
from app.identity.console import sessions
from console import register as register_console
from console.security import SESSION_COOKIE
from miniprogram_api import register as register_miniprogram_api
from tests.support import servers
from tests.support.serving import served
from tests.support.wechat import WeChat, simulator
from tests.support.world import Person, World

DESKTOP = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}
BROWSER = "Linux 上的 Chrome"
CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
"""Debian's. The shell is the same engine without a desktop's window around it: it takes half the time."""
OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)
_TOKEN = re.compile(r'name="csrf-token" content="([0-9a-f]*)"')


@dataclass
class Product:
    """The served product: where it is, its settings, and its application for what a test does beside the browser."""

    url: str
    settings: Settings
    application: Flask
    wechat: WeChat

    def move_clock(self, moment: datetime) -> None:
        """Move the clock of the whole product forward."""
        clock.move_to(moment)


@contextmanager
def product(settings: Settings, folder: Path) -> Iterator[Product]:
    """Serve API and console over a fresh database beside the worker's own, with a clock of their own."""
    port = servers.free_port()
    options = {
        "movable_clock": True,
        "wechat_api_base_url": f"http://127.0.0.1:{servers.free_port()}",
        "port": port,
        "public_url": f"http://127.0.0.1:{port}",
        "log_level": "ERROR",
    }
    with servers.apart(settings, f"console_{servers.database_of(settings)}") as made:
        own = made.model_copy(update=options)
        application = create_app(own)
        register_miniprogram_api(application)
        register_console(application)
        configure(settings)
        with simulator(own, folder) as wechat, served(own, port=own.port):
            yield Product(f"http://127.0.0.1:{own.port}", own, application, wechat)
        with application.app_context():
            dispose_of_engines()


class ConsoleWorld(World):
    """A world of its own in the served product's database: committed, with meetings that are near today."""

    def __init__(self, product: Product) -> None:
        super().__init__(product.application)
        self.product = product

    def soon(self, **of_timedelta: float) -> datetime:
        """A moment from now, in whole minutes."""
        return (clock.now() + timedelta(**of_timedelta)).replace(second=0, microsecond=0)

    def draft(self, *matters: int, **options: Any) -> str:
        """A draft that opens in 16 days and closes ten days later; its path in the API."""
        api = self.api(options.get("secretary") or self.secretary)
        body = {
            "title": "第一次业主大会",
            "convenor": "committee",
            "opens_at": self.soon(days=16).isoformat(),
            "closes_at": self.soon(days=26).isoformat(),
        }
        created = api("POST", self.meetings_path(), body)
        assert created.status_code == 201, created.text
        path = f"{self.meetings_path()}/{created.json['id']}"
        for matter in matters or (5,):
            motion = {"matter": matter, "title": f"事项{matter}", "text": "事项说明"}
            assert api("POST", f"{path}/motions", motion).status_code == 201
        return path


@dataclass
class Visitor:
    """Somebody who is signed in to the console, without a browser: for walking many pages quickly."""

    application: Flask
    token: str

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> TestResponse:
        answer = self._client().get(path, headers=dict(headers or {}))
        answer.get_data()
        answer.close()  # a static file
        return answer

    def post(self, path: str, headers: Mapping[str, str] | None = None, **fields: Any) -> TestResponse:
        """Send a form, with the token that the page would give."""
        form = {"csrf_token": crypto.mac("console_csrf", self.token).hex(), **fields}
        answer = self._client().post(path, data=form, headers=dict(headers or {}), content_type="multipart/form-data")
        answer.request.environ["wsgi.input"].close()  # a large form's is a file
        return answer

    def _client(self) -> FlaskClient:
        client = self.application.test_client()
        if self.token:
            client.set_cookie(SESSION_COOKIE, self.token, path="/console")
        return client


def visitor(town: "ConsoleWorld", person: Person | None) -> Visitor:
    """The person without a browser; None: nobody who is signed in."""
    token = ""
    if person:
        token = sessions.open_session(person.account_id, BROWSER).token
        db.session.commit()
    return Visitor(town.product.application, token)


@dataclass
class Desk:
    """A browser at the console."""

    browser: Browser
    product: Product
    contexts: list[BrowserContext] = field(default_factory=list)

    def opened(self, person: Person | None = None, viewport: Mapping[str, int] = DESKTOP, **options: Any) -> Page:
        """A page in a browser of its own, signed in as the person; faults of scripts and policy fail the test."""
        page = opened(self.browser, self.product, viewport, **options)
        self.contexts.append(page.context)
        if person:
            self.sign_in(page.context, person)
        return page

    def sign_in(self, context: BrowserContext, person: Person) -> None:
        """Give the browser a sign-in, as a confirmed scan does."""
        sign_in(self.product, context, person)

    def close(self) -> None:
        """Close what was opened."""
        for context in self.contexts:
            context.close()


@dataclass
class Window:
    """One page that stays open from test to test: for looking at many pages without a browser of its own for each."""

    page: Page
    product: Product

    def shown_to(self, person: Person | None) -> Page:
        """The page, with nobody signed in but the person."""
        self.page.context.clear_cookies()
        if person:
            sign_in(self.product, self.page.context, person)
        return self.page


def opened(browser: Browser, product: Product, viewport: Mapping[str, int] = DESKTOP, **options: Any) -> Page:
    """A page in a browser of its own, whose faults are kept."""
    context = browser.new_context(
        viewport=dict(viewport), base_url=product.url, locale="zh-CN", timezone_id="Asia/Shanghai", **options
    )
    context.set_default_timeout(20_000)
    page = context.new_page()
    page.on("pageerror", lambda error: _FAULTS.append(str(error)))
    page.on("console", lambda message: _FAULTS.append(message.text) if _is_fault(message.text) else None)
    return page


def timed(page: Page) -> Page:
    """The page, for whose scripts the time can be moved forward with `later`; it runs on by itself as well."""
    page.clock.install()
    return page


def later(seconds: float, *pages: Page) -> None:
    """Let the scripts of the pages find that so much time has passed: what they were to do by then they do now."""
    for page in pages:
        page.clock.fast_forward(round(seconds * 1000))


def sign_in(product: Product, context: BrowserContext, person: Person) -> None:
    """Give a browser a sign-in, as a confirmed scan does."""
    token = sessions.open_session(person.account_id, BROWSER).token
    db.session.commit()
    context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": product.url + "/console"}])


_FAULTS: list[str] = []


def _is_fault(text: str) -> bool:
    return "Content Security Policy" in text or "Uncaught" in text


def faults() -> list[str]:
    """What scripts and the policy complained of since the last time."""
    found = list(_FAULTS)
    _FAULTS.clear()
    return found


def csrf_of(answer: TestResponse) -> str:
    """The token that a page gives to its forms."""
    found = _TOKEN.search(answer.text)
    assert found, "the page has no token"
    return found[1]
