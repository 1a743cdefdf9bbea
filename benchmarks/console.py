"""How fast the console's pages are made on a city's data: `make bench-console`.

Prints one JSON line. A hundred compounds of 500 homes and one of 8,000 with meetings in every stage; every link is
followed as a secretary, a steward, two officers and an operator, and every page that was found is opened again and
again, one request at a time. Server and database share the cores with the load.
"""

import json
import os
import re
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from html import unescape
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import httpx
from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from app.bootstrap import create_app, upgrade_schema
from app.core.db import dispose_of_engines
from app.core.settings import load_settings
from app.org.models import Role
from benchmarks import console_city, load
from benchmarks.console_addresses import addresses
from benchmarks.console_city import COMMUNITY, LARGE, STREET
from benchmarks.serving import served
from console import register
from launcher.embedded import create_database, embedded_servers

COMPOUNDS, ROUNDS = 101, 25
WANTED_MS = 150
OF_EACH = 2
"""How many addresses of one page are opened, for each role."""

TRIED = 10
"""How many that somebody may not open, or that answer with a fault."""

_LINK = re.compile(r'(?:href|hx-get)="(/console/[^"#]*)')
_HOME = f"/console/compounds/{LARGE}"
STARTS: Final = {
    Role.SECRETARY: (
        "/console/",
        "/console/devices",
        f"{_HOME}/",
        f"{_HOME}/volunteering/certificates/new?q=测量业主",
        f"{_HOME}/volunteering/certificates/new?q=V000800",
    ),
    Role.STEWARD: ("/console/", f"{_HOME}/"),
    Role.COMMUNITY_OFFICER: ("/console/", f"/console/nodes/{COMMUNITY}/", f"{_HOME}/"),
    Role.STREET_OFFICER: ("/console/", f"/console/nodes/{STREET}/"),
    Role.OPERATOR: ("/console/operator/",),
}
SEARCHES: Final = ("paper/new", "mandates/new", "objections/new", "persons")
"""Pages that find homes by a word, which is asked for."""


def main(compounds: int = COMPOUNDS, rounds: int = ROUNDS) -> None:
    """Measure and print one JSON line."""
    os.environ["MOVABLE_CLOCK"] = "1"
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        settings = load_settings(data_dir=Path(folder), log_level="ERROR")
        with embedded_servers(settings):
            create_database(settings)
            application = create_app(settings)
            register(application)
            with application.app_context():
                upgrade_schema()
                console_city.seed(settings, compounds)
                tokens = console_city.sign_in()
                more = list(addresses(application, settings, OF_EACH))
                dispose_of_engines()
            with served(settings, "wsgi:application") as port:
                found = _walk(application, port, tokens, more)
                results = _measure(port, found, rounds)
    print(json.dumps(_figures(application, results, compounds, rounds)))


def _measure(port: int, found: dict[str, list[bytes]], rounds: int) -> dict[str, load.Result]:
    results: dict[str, load.Result] = defaultdict(load.Result)
    for _ in range(rounds):
        for name, requests in found.items():
            results[name].add(load.run(port, requests, 1))
    return results


def _figures(application: Flask, results: dict[str, load.Result], compounds: int, rounds: int) -> dict[str, object]:
    slowest = sorted(results, key=lambda name: -results[name].percentile(0.99))
    every = {rule.endpoint for rule in application.url_map.iter_rules() if "GET" in (rule.methods or ())}
    return {
        "benchmark": "console",
        "pages": len(results),
        "slowest": slowest[0],
        "slowest_p99_ms": results[slowest[0]].percentile(0.99),
        "over": [name for name in slowest if results[name].percentile(0.99) >= WANTED_MS],
        "errors": sum(one.others(200) for one in results.values()),
        "p50_p99_ms": {name: [results[name].percentile(0.5), results[name].percentile(0.99)] for name in slowest},
        "not_reached": sorted(one for one in every - set(results) if one.startswith("console_")),
        "rounds": rounds,
        "compounds": compounds,
        "units": (compounds - 1) * console_city.FLATS + console_city.LARGE_FLATS,
        "cores": os.cpu_count(),
    }


def _walk(
    application: Flask, port: int, tokens: dict[Role, str], more: Sequence[tuple[Role, str]]
) -> dict[str, list[bytes]]:
    """The requests of every page that somebody comes to, by endpoint; `more`: addresses that no link leads to."""
    found: dict[str, list[bytes]] = defaultdict(list)
    for role, starts in STARTS.items():
        headers = {"Cookie": f"console={tokens[role]}"}
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=60) as http:
            others = [address for whose, address in more if whose == role]
            for endpoint, address in _pages(application, http, starts, others):
                found[endpoint].append(_request(address, tokens[role]))
    return found


def _pages(
    application: Flask, http: httpx.Client, starts: Sequence[str], others: Sequence[str]
) -> Iterator[tuple[str, str]]:
    """What the links lead to from `starts` on, and then the `others`: endpoint and address."""
    waiting, left, seen, of_each, tried = list(starts), list(others), set[str](), Counter[str](), Counter[str]()
    while waiting or left:
        address = waiting.pop(0) if waiting else left.pop(0)
        endpoint = _endpoint(application, address)
        if endpoint is None or address in seen or of_each[endpoint] >= OF_EACH or tried[endpoint] >= TRIED:
            continue
        seen.add(address)
        tried[endpoint] += 1
        answer = http.get(address, follow_redirects=True)
        if answer.status_code != 200 or not answer.headers["content-type"].startswith("text/html"):
            continue
        of_each[endpoint] += 1
        yield endpoint, answer.url.raw_path.decode()
        waiting += [unescape(one) for one in _LINK.findall(answer.text)]
        waiting += [
            f"{address}?q=101" for one in SEARCHES if urlsplit(address).path.endswith(one) and "?" not in address
        ]


def _endpoint(application: Flask, address: str) -> str | None:
    """The page of an address; None for files, which are made to be kept, and for the sign-in."""
    try:
        endpoint = str(application.url_map.bind("localhost").match(urlsplit(address).path)[0])
    except RequestRedirect as redirect:
        return _endpoint(application, redirect.new_url)
    except HTTPException:
        return None
    files = ("document", "bundle_file", "download", "export", "scan", "static", "code")
    return None if endpoint.endswith(files) or endpoint.startswith("console_sign_in.show") else endpoint


def _request(address: str, token: str) -> bytes:
    return f"GET {address} HTTP/1.1\r\nHost: bench\r\nCookie: console={token}\r\n\r\n".encode()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
