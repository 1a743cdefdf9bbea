"""Answering what is asked for most before Flask sees the request.

To lead a request through Flask costs several times as much as to look whether a home is still the same, and as much
again as to make one or to cast a ballot. This layer answers as the route would, with the request id, log line, count
and headers of every answer. Whatever is refused or goes wrong is handed on to the route, which renders it.

Only so many are in work at a time as API_AT_ONCE says, in the order in which they came. If all threads ask the database
and take the interpreter from each other at will, the work is done no sooner, but some wait twice as long as others.
"""

import re
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cached_property
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

import structlog
from flask import Flask
from sqlalchemy import Engine

from app.core import tracing
from app.core.db import ALONE, db, statements_alone_on
from app.core.in_order import InOrder
from miniprogram_api.auth import bearer
from miniprogram_api.http import REQUEST_ID, always, note, request_id

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

REFUSED = "early.refused"
"""The key under which a request carries what was raised when it was to be answered early."""
LONGEST = 16 * 1024
"""Bodies of more bytes are the routes'."""
PATIENCE_S = 0.05
"""Nobody waits longer for those who came before: one of them may wait for a lock."""
_UUID = "([0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})"
_PLACE = re.compile("<uuid:[a-z_]+>")
_QUOTED = re.compile(r'"([^"]{1,400})"')


class Answer(NamedTuple):
    """An answer of JSON; without a body it has none. `status` with its phrase."""

    status: str
    body: bytes | None
    headers: Mapping[str, str] = {}


class EarlyRoute(NamedTuple):
    """A route that is answered early: its method, its address with <uuid:…> in it, and by what.

    `answer(environ, token, *ids)` begins no session, so that none must be ended. It gives None, or raises, where it has
    done nothing and there is more to do than it can: that is the route's.
    """

    method: str
    rule: str
    answer: "Callable[..., Answer | None]"


class EarlyAnswers:
    """The application behind a layer that answers for some routes."""

    def __init__(self, application: Flask, routes: Sequence[EarlyRoute]) -> None:
        self._application, self._behind = application, application.wsgi_app
        self._routes = [(route, re.compile(_PLACE.sub(_UUID, route.rule))) for route in routes]
        self._in_turn = InOrder(application.config["SETTINGS"].most_at_once, PATIENCE_S)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer, or pass the request on; to be traced, it is led through Flask."""
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        for route, address in () if tracing.is_on() else self._routes:
            found = address.fullmatch(path) if route.method == method else None
            token = bearer(environ.get("HTTP_AUTHORIZATION", "")) if found else ""
            if found and token:
                return self._answered(route, token, found.groups(), environ, start_response)
        return self._behind(environ, start_response)

    def _answered(
        self,
        route: EarlyRoute,
        token: str,
        ids: Sequence[str],
        environ: "WSGIEnvironment",
        start_response: "StartResponse",
    ) -> Iterable[bytes]:
        started, given = time.perf_counter(), request_id(environ.get("HTTP_X_REQUEST_ID"))
        structlog.contextvars.bind_contextvars(request_id=given)
        try:
            json_body(environ)  # a slow phone is waited for before its turn
            with self._in_turn, statements_alone_on(self._engines[ALONE]):
                answer = route.answer(environ, token, *map(UUID, ids))
        except Exception as error:  # the route meets it again, or is told, where all errors are rendered
            environ[REFUSED] = error
            answer = None
        if answer is None:
            return self._behind(environ, start_response)
        about = [*answer.headers.items(), (REQUEST_ID, given), *self._always]
        if answer.body is not None:
            about += [("Content-Type", "application/json"), ("Content-Length", str(len(answer.body)))]
        start_response(answer.status, about)
        note(route.method, route.rule, int(answer.status[:3]), started)
        return () if answer.body is None else (answer.body,)

    @cached_property
    def _always(self) -> list[tuple[str, str]]:
        return list(always(self._application.config["SETTINGS"]).items())

    @cached_property
    def _engines(self) -> Mapping[str | None, Engine]:
        with self._application.app_context():
            return db.engines


def json_body(environ: "WSGIEnvironment") -> bytes | None:
    """The body of a request, if it is said to be JSON and is short; whoever comes behind can read it again."""
    length: Any = environ.get("CONTENT_LENGTH")
    kind: str = environ.get("CONTENT_TYPE", "")
    if kind.partition(";")[0].strip().lower() != "application/json" or not (length and length.isdecimal()):
        return None
    if int(length) > LONGEST:
        return None
    body: bytes = environ["wsgi.input"].read(int(length))
    environ["wsgi.input"] = BytesIO(body)
    return body


def seen(environ: Mapping[str, Any]) -> Collection[str]:
    """The tags of what the client has kept."""
    return _QUOTED.findall(environ.get("HTTP_IF_NONE_MATCH", ""))


def tagged(tag: str) -> Mapping[str, str]:
    """The headers of an answer with a tag: it may be kept, and is asked for anew each time."""
    return {"ETag": f'W/"{tag}"', "Cache-Control": "private, no-cache"}


def unchanged(tag: str) -> Answer:
    """That what the client has kept under the tag is still the same."""
    return Answer("304 NOT MODIFIED", None, tagged(tag))
