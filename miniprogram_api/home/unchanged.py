"""Answering that a home has not changed before Flask sees the request.

To route a request through Flask costs several times as much as to look whether the home is still the same. This layer
looks, and where it is, answers 304 as Flask's side would: with request id, log line, count and headers. All else,
whatever goes wrong included, is left to the route.
"""

import re
import time
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

import psycopg
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.http import parse_etags

from app.home import feed
from miniprogram_api.auth import bearer
from miniprogram_api.http import REQUEST_ID, SAFETY, note, request_id

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


def headers(tag: str) -> Mapping[str, str]:
    """What a home's answer says of how long it may be kept, and of what it was made."""
    return {"ETag": f'W/"{tag}"', "Cache-Control": "private, no-cache"}


def seen(environ: Mapping[str, Any]) -> Collection[str]:
    """The tags of the homes that the client has kept."""
    tags = parse_etags(environ.get("HTTP_IF_NONE_MATCH")).as_set(include_weak=True)
    return [tag for tag in tags if tag]  # an empty one is read as None


class Unchanged:
    """The application behind a look whether the home that is asked for is the one that the client has kept."""

    def __init__(self, application: Flask, route: str) -> None:
        """`route`: the address of the home, with <uuid:compound_id> in it."""
        before, _, after = route.partition("<uuid:compound_id>")
        self._address = re.compile(f"{before}([0-9A-Fa-f]{{8}}(?:-[0-9A-Fa-f]{{4}}){{3}}-[0-9A-Fa-f]{{12}}){after}")
        self._application, self._behind, self._route = application, application.wsgi_app, route

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer 304, or pass the request on."""
        if "HTTP_IF_NONE_MATCH" in environ and environ["REQUEST_METHOD"] == "GET":
            started, address = time.perf_counter(), self._address.fullmatch(environ["PATH_INFO"])
            tag = self._kept(environ, UUID(address[1])) if address else None
            if tag:
                given = request_id(environ.get("HTTP_X_REQUEST_ID"))
                start_response("304 NOT MODIFIED", [*headers(tag).items(), (REQUEST_ID, given), *SAFETY.items()])
                note("GET", self._route, 304, started, request_id=given)
                return ()
        return self._behind(environ, start_response)

    def _kept(self, environ: "WSGIEnvironment", compound_id: UUID) -> str | None:
        token, tags = bearer(environ.get("HTTP_AUTHORIZATION", "")), seen(environ)
        if not token or not tags:
            return None
        try:
            with self._application.app_context():
                return feed.unchanged(token, compound_id, tags)
        except (psycopg.Error, SQLAlchemyError):
            return None
