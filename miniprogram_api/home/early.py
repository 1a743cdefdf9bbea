"""Answering the first screen before Flask sees the request.

To lead a request through Flask costs several times as much as to look whether the home is still the same, and as much
again as to make it. This layer answers as the route would, with the request id, log line, count and headers of every
answer. Whatever is refused or goes wrong is handed on to the route, which renders it.
"""

import re
import time
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson
from flask import Flask
from sqlalchemy import Engine

from app.core.db import ALONE, db, statements_alone_on
from app.home import feed
from miniprogram_api.auth import bearer
from miniprogram_api.http import REQUEST_ID, SAFETY, note, request_id

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_QUOTED = re.compile(r'"([^"]{1,400})"')
REFUSED = "home.refused"
"""The key under which a request carries what its look-up raised."""


def headers(tag: str) -> Mapping[str, str]:
    """What a home's answer says of how long it may be kept, and of what it was made."""
    return {"ETag": f'W/"{tag}"', "Cache-Control": "private, no-cache"}


def seen(environ: Mapping[str, Any]) -> Collection[str]:
    """The tags of the homes that the client has kept."""
    return _QUOTED.findall(environ.get("HTTP_IF_NONE_MATCH", ""))


def rendered(home: feed.Home) -> bytes:
    """A home as JSON."""
    return orjson.dumps(vars(home))


class EarlyHome:
    """The application behind a layer that answers for the home."""

    def __init__(self, application: Flask, route: str) -> None:
        """`route`: the address of the home, with <uuid:compound_id> in it."""
        before, _, after = route.partition("<uuid:compound_id>")
        self._address = re.compile(f"{before}([0-9A-Fa-f]{{8}}(?:-[0-9A-Fa-f]{{4}}){{3}}-[0-9A-Fa-f]{{12}}){after}")
        self._application, self._behind, self._route = application, application.wsgi_app, route

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer, or pass the request on."""
        address = self._address.fullmatch(environ["PATH_INFO"]) if environ["REQUEST_METHOD"] == "GET" else None
        token = bearer(environ.get("HTTP_AUTHORIZATION", "")) if address else ""
        if not address or not token:
            return self._behind(environ, start_response)
        started = time.perf_counter()
        try:
            tag, body = self._looked_up(token, UUID(address[1]), seen(environ))
        except Exception as error:  # the route raises it again, where all errors are rendered
            environ[REFUSED] = error
            return self._behind(environ, start_response)
        status = "304 NOT MODIFIED" if body is None else "200 OK"
        given = request_id(environ.get("HTTP_X_REQUEST_ID"))
        about = [*headers(tag).items(), (REQUEST_ID, given), *SAFETY.items()]
        if body is not None:
            about += [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
        start_response(status, about)
        note("GET", self._route, int(status[:3]), started, request_id=given)
        return () if body is None else (body,)

    def _looked_up(self, token: str, compound_id: UUID, kept: Collection[str]) -> tuple[str, bytes | None]:
        """The tag of the home and, unless the client has it, the home. No session is begun, so none is ended."""
        with statements_alone_on(self._engines[ALONE]):
            tag = feed.unchanged(token, compound_id, kept)
            if tag:
                return tag, None
            visit = feed.visit(token, compound_id)
        return visit.tag, None if visit.tag in kept else rendered(visit.home)

    @cached_property
    def _engines(self) -> Mapping[str | None, Engine]:
        with self._application.app_context():
            return db.engines
