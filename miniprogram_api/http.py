"""What every route shares: a blueprint that opens the unit of work, documented errors, request ids, limits."""

import time
from collections.abc import Callable, Mapping
from copy import deepcopy
from functools import wraps
from typing import Any, TypeVar

import flask_smorest
import structlog
from flask import Flask, Request, Response, g, request
from flask_smorest.fields import Upload
from flask_smorest.utils import deepupdate
from marshmallow import Schema
from webargs.flaskparser import FlaskParser
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from werkzeug.middleware.proxy_fix import ProxyFix

from app.core import statements, tracing
from app.core.errors import AppError
from app.core.ids import new_id
from app.core.settings import Settings
from app.core.unit_of_work import unit_of_work
from miniprogram_api.metrics import requests

View = TypeVar("View", bound=Callable[..., Any])

log = structlog.get_logger(__name__)

REQUEST_ID = "X-Request-ID"
TRACE_PARENT = "traceparent"
"""The W3C's header by which a proxy or a client names the span that a request is part of."""
SAFETY = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
"""Headers of every answer, unless a page has its own. No answer lets another site's scripts read it (CORS)."""
DOCS_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:"
)
"""The pages of /docs begin with a script of their own."""
HSTS = "max-age=31536000"
JSON_LIMIT = 1024 * 1024


class Parser(FlaskParser):
    """As webargs', and the location "multipart": an upload with fields beside it."""

    __location_map__ = {**FlaskParser.__location_map__, "multipart": "load_multipart"}  # noqa: RUF012

    def load_multipart(self, sent: Request, schema: Schema) -> Any:
        """Form fields and files together, as webargs gives either; text never passes for a file."""
        files = {name for name, field in schema.fields.items() if isinstance(field, Upload)}
        texts = MultiDict([one for one in sent.form.items(multi=True) if one[0] not in files])
        return self._makeproxy(CombinedMultiDict([texts, sent.files]), schema)


class Blueprint(flask_smorest.Blueprint):  # type: ignore[misc]
    """A group of operations. Each runs in one unit of work: committed on success, rolled back on any error."""

    ARGUMENTS_PARSER = Parser()
    DEFAULT_LOCATION_CONTENT_TYPE_MAPPING = {  # noqa: RUF012
        **flask_smorest.Blueprint.DEFAULT_LOCATION_CONTENT_TYPE_MAPPING,
        "multipart": "multipart/form-data",
    }

    def add_url_rule(self, rule: str, endpoint: str | None = None, view_func: Any = None, **options: Any) -> None:
        super().add_url_rule(rule, endpoint or view_func.__name__, _in_unit_of_work(view_func), **options)

    def arguments(self, schema: type[Schema], **options: Any) -> Any:
        """As in flask-smorest, but the schema is built once instead of at every request."""
        return super().arguments(schema(), **options)


def _in_unit_of_work(view: View) -> View:
    @wraps(view)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        with unit_of_work():
            return view(*args, **kwargs)

    return wrapped  # type: ignore[return-value]


def fails_with(*errors: type[AppError]) -> Callable[[View], View]:
    """Document the refusals of an operation: their status, code and Chinese sentence."""

    def decorate(view: View) -> View:
        responses: dict[str, Any] = {}
        for error in errors:
            response = responses.setdefault(str(error.status), {"description": "", "content": _content()})
            response["description"] += ("; " if response["description"] else "") + f"`{error.code}`"
            response["content"]["application/json"]["examples"][error.code] = {
                "value": {"error": {"code": error.code, "message": error.message, "details": {}, "request_id": "…"}}
            }
        return documented(view, responses=responses)

    return decorate


def documented(view: View, **about: Any) -> View:
    """Add to the documents of an operation, without wrapping it."""
    notes = deepcopy(getattr(view, "_apidoc", {}))
    notes["manual_doc"] = deepupdate(notes.get("manual_doc", {}), about)
    view._apidoc = notes  # type: ignore[attr-defined]
    return view


def _content() -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}, "examples": {}}}


def accepts_upload(limit: int) -> Callable[[View], View]:
    """Let an operation take a body of up to `limit` bytes; all others take JSON_LIMIT."""

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            request.max_content_length = limit
            return view(*args, **kwargs)

        return wrapped  # type: ignore[return-value]

    return decorate


def install(application: Flask) -> None:
    """Give every request an id, which logs, jobs and the answer carry, and write one log line a request.

    Behind proxies its client is whom the outermost of them was called by: `remote_addr`.
    """
    application.config["MAX_CONTENT_LENGTH"] = JSON_LIMIT
    if proxies := application.config["SETTINGS"].trusted_proxies:
        application.wsgi_app = ProxyFix(application.wsgi_app, x_for=proxies, x_proto=0)  # type: ignore[method-assign]

    every = always(application.config["SETTINGS"])

    @application.before_request
    def begin() -> None:
        g.request_id = request_id(request.headers.get(REQUEST_ID))
        g.started = time.perf_counter()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=g.request_id)
        if tracing.is_on():
            g.span = tracing.begin(request.method, "server", request.headers.get(TRACE_PARENT))

    @application.after_request
    def end(response: Response) -> Response:
        asked, headers = request._get_current_object(), response.headers  # type: ignore[attr-defined]
        headers[REQUEST_ID] = g.request_id
        headers.setdefault("Cache-Control", "no-store")
        if asked.endpoint == "swagger_ui.show":
            headers["Content-Security-Policy"] = DOCS_POLICY
        for name, value in every.items():
            headers.setdefault(name, value)
        route = asked.url_rule.rule if asked.url_rule else None
        note(asked.method, route, response.status_code, g.started)
        if "span" in g:
            _end_span(asked.method, route or "none", response.status_code)
        return response


def _end_span(method: str, route: str, status: int) -> None:
    """By pattern, never by address: an address holds ids."""
    about: dict[str, str | int] = {
        "http.request.method": method,
        "http.route": route,
        "http.response.status_code": status,
    }
    tracing.end(g.pop("span"), failed=status >= 500, **about)


def always(settings: Settings) -> Mapping[str, str]:
    """The headers of every answer that has none of its own of their names."""
    return SAFETY if settings.embedded else {**SAFETY, "Strict-Transport-Security": HSTS}


def request_id(given: str | None) -> str:
    """The id of a request: the one that its client gave, if it is one, or a new one."""
    usable = given and len(given) <= 64 and given.replace("-", "").isalnum()
    return given if given and usable else str(new_id())


def note(method: str, route: str | None, status: int, started: float) -> None:
    """Count a request that is answered now and write its log line; `started` as by perf_counter."""
    seconds = time.perf_counter() - started
    requests.observe(method, route, status, seconds)
    statements.settle("request", route or "none")
    log.info("request", method=method, route=str(route), status=status, ms=round(seconds * 1000, 1))
