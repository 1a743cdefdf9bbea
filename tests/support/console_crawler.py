"""Walking the console as somebody: every link is followed, every form is sent with what nobody should type."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import UUID

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.test import TestResponse

from tests.support.answers import UUID_TEXT
from tests.support.console import Visitor

NOWHERE = "0198c0de-0000-7000-8000-00000000dead"
SECRETS = ("sign-out", "devices", "sign-in", "/console/me/")
"""Addresses that end a sign-in or begin one are not walked: the walk would lose its own. Nor are those that take the
consent back or close the account: the walk would end at every act that needs them."""

WORDS = (
    "",
    "长" * 5000,
    "零\x00字节",
    "<script>alert(1)</script>",
    "' OR 1=1 --",
    "{{ 7 * 7 }}%s%(x)s",
    "\u202e反\ufeff向😀",
    "../../etc/passwd",
    NOWHERE,
    "-1",
    "0",
    "9" * 40,
    "1e400",
    "NaN",
    "٣",
    "2026-02-30",
    "0001-01-01",
    "9999-12-31",
    "9999-12-31T23:59",
    "24:61",
    "[]",
)


@dataclass
class SentForm:
    """A form as a page shows it: what its fields hold, and which of them a person fills in."""

    action: str
    method: str
    held: dict[str, str] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)


class Page(HTMLParser):
    """The addresses and forms of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.forms: list[SentForm] = []
        self._outside: dict[str, list[tuple[str, dict[str, str]]]] = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Take in links, forms and their fields."""
        found = {name: value or "" for name, value in attributes}
        self.addresses += [found[name] for name in ("href", "src", "hx-get") if name in found]
        if tag == "form":
            self.forms.append(SentForm(found.get("action", ""), found.get("method", "get").lower()))
        elif tag in ("input", "textarea", "select", "button") and self.forms and found.get("name"):
            self._take(tag, found)

    def _take(self, tag: str, found: dict[str, str]) -> None:
        form, name, kind = self.forms[-1], found["name"], found.get("type", "text")
        if kind == "file":
            form.files.append(name)
        elif kind == "hidden" or tag == "button":
            form.held[name] = found.get("value", "")
        else:
            form.typed.setdefault(name, found.get("value", ""))


@dataclass
class Walk:
    """What somebody comes to: pages and forms by endpoint, and the faults. `unread`: words that must nowhere stand."""

    application: Flask
    visitor: Visitor
    unread: tuple[str, ...] = ()
    limit: int = 2
    pages: dict[str, list[str]] = field(default_factory=dict)
    forms: dict[str, list[SentForm]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def from_pages(self, *starts: str) -> "Walk":
        """Follow every link from these addresses on; of one endpoint, `limit` addresses of each shape."""
        waiting, seen = list(starts), set[str]()
        while waiting:
            address = waiting.pop(0)
            endpoint = self.endpoint_of(address)
            shape = f"{endpoint}?{sorted(name for name, _ in parse_qsl(urlsplit(address).query))}"
            if endpoint is None or address in seen or len(self.pages.get(shape, ())) >= self.limit:
                continue
            seen.add(address)
            answer = self.get(address)
            if answer.status_code in (301, 302, 303, 308):
                waiting.append(answer.location)
            if answer.status_code != 200:
                continue
            self.pages.setdefault(shape, []).append(address)
            if answer.mimetype == "text/html":
                waiting += self._read(address, answer.text)
        return self

    def _read(self, address: str, text: str) -> list[str]:
        page = Page(text)
        for form in page.forms:
            form.action = form.action or address
            endpoint = self.endpoint_of(form.action, form.method.upper())
            if endpoint and len(self.forms.setdefault(endpoint, [])) < self.limit:
                self.forms[endpoint].append(form)
        return [one.partition("#")[0] for one in page.addresses if one.startswith("/console") and "/static/" not in one]

    def endpoint_of(self, address: str, method: str = "GET") -> str | None:
        """The endpoint of an address of the console; None for what is not walked."""
        path = urlsplit(address).path
        if not path.startswith("/console") or any(one in path for one in SECRETS):
            return None
        try:
            return str(self.application.url_map.bind("localhost").match(path, method)[0])
        except RequestRedirect as redirect:
            return self.endpoint_of(redirect.new_url.removeprefix("http://localhost"), method)
        except HTTPException:
            return None

    def take_faults(self) -> str:
        """The faults since the last time, a line each."""
        found, self.faults = self.faults, []
        return "\n".join(found)

    def get(self, address: str) -> TestResponse:
        """Open an address; a fault is written down."""
        return self.checked(self.visitor.get(address), f"GET {address}")

    def send(self, form: SentForm, fields: Mapping[str, Any]) -> TestResponse:
        """Send a form; a fault is written down."""
        if form.method == "get":
            return self.get(f"{form.action.partition('?')[0]}?{urlencode(fields)}")
        return self.checked(self.visitor.post(form.action, **fields), f"POST {form.action} {str(fields)[:300]}")

    def checked(self, answer: TestResponse, what: str) -> TestResponse:
        """Write down a fault of the program, and a word that this person must never read."""
        if answer.status_code >= 500:
            self.faults.append(f"{answer.status_code}: {what}")
        text = answer.text if answer.mimetype.startswith("text/") else ""
        self.faults += [f"reads {word}: {what}" for word in self.unread if word in text]
        return answer


def nonsense(form: SentForm, chance: random.Random) -> Iterator[dict[str, Any]]:
    """Ways to send a form as nobody should: empty, with hostile words and files, with hostile hidden fields."""
    yield dict(form.held)
    files = {name: (BytesIO(chance.randbytes(64)), "名册.xlsx") for name in form.files}
    yield {**form.held, **{name: chance.choice(WORDS) for name in form.typed}, **files}
    if any(name != "csrf_token" for name in form.held):
        yield {**form.typed, **{name: chance.choice(WORDS) for name in form.held if name != "csrf_token"}}


def elsewhere(address: str, compound: UUID, other: str) -> str:
    """The address with every id but the compound's replaced."""
    return UUID_TEXT.sub(lambda found: found[0] if found[0] == str(compound) else other, address)
