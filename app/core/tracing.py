"""Traces of requests, jobs, statements and calls (OpenTelemetry), where TRACES_URL is set; else nothing is loaded.

A span says which route, job, statement or endpoint, how long, and how it ended: never an address with its ids, a query,
a parameter or a header. The request's id is on each span of a request and of the jobs that it asked for, and the
trace's id in each log line.
"""

from collections.abc import Mapping, MutableMapping
from importlib import import_module
from typing import Any, Protocol

import structlog

from app.core.errors import ConfigurationError
from app.core.settings import Settings


class Tracer(Protocol):
    """What `app.core.opentelemetry` does."""

    def begin(self, name: str, kind: str, parent: str | None) -> Any:
        """A span that is the current one from now on."""

    def end(self, span: Any, attributes: Mapping[str, str | int], failed: bool) -> None:
        """End it; the one before is the current one again."""

    def past(self, name: str, seconds: float, attributes: Mapping[str, str | int]) -> None:
        """A span that ends now, within the current one; nothing without one."""

    def current(self) -> str | None:
        """The current span, as `traceparent` writes it."""

    def flush(self) -> None:
        """Send what is waiting, as before a process ends."""

    def shut_down(self) -> None:
        """Send what is waiting and end its thread."""


_tracer: Tracer | None = None


def configure(settings: Settings) -> None:
    """Send traces to where the settings say, or none. Raises ConfigurationError where the packages are missing."""
    global _tracer
    _tracer = None
    if settings.traces_url:
        try:
            _tracer = import_module("app.core.opentelemetry").tracer(settings)
        except ModuleNotFoundError:
            raise ConfigurationError(
                "configuration: TRACES_URL needs what is in requirements-tracing.txt; install that, or unset it."
            ) from None


def is_on() -> bool:
    """Whether there are traces."""
    return _tracer is not None


def begin(name: str, kind: str, parent: str | None = None) -> Any:
    """Begin a span, "server" for a request or "consumer" for a job; None where there are no traces."""
    return _tracer.begin(name, kind, parent) if _tracer else None


def end(span: Any, *, failed: bool = False, **attributes: str | int) -> None:
    """End a span of `begin`."""
    if _tracer and span is not None:
        _tracer.end(span, {**_request(), **attributes}, failed)


def statement(text: str, seconds: float) -> None:
    """A statement to PostgreSQL that ends now, without its parameters."""
    _past(f"postgresql {text.partition(' ')[0]}", seconds, {"db.system.name": "postgresql", "db.query.text": text})


def call(system: str, what: str, seconds: float, **attributes: str | int) -> None:
    """A call of another system that ends now, as ("wechat", "/sns/jscode2session") or ("redis", "get")."""
    _past(f"{system} {what}", seconds, {"peer.service": system, "code.function.name": what, **attributes})


def parent() -> str | None:
    """The current span as a job carries it to its worker."""
    return _tracer.current() if _tracer else None


def flush() -> None:
    """Send what is waiting: a job's process ends at once."""
    if _tracer:
        _tracer.flush()


def shut_down() -> None:
    """Send what is waiting, and trace nothing from now on."""
    global _tracer
    if _tracer:
        _tracer.shut_down()
    _tracer = None


def mark(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Put the trace's id into a log line; a processor of structlog."""
    if _tracer and (current := _tracer.current()):
        event["trace_id"] = current.split("-")[1]
    return event


def _past(name: str, seconds: float, attributes: Mapping[str, str | int]) -> None:
    if _tracer:
        _tracer.past(name, seconds, {**_request(), **attributes})


def _request() -> dict[str, str]:
    request_id = structlog.contextvars.get_contextvars().get("request_id")
    return {"community.request_id": request_id} if request_id else {}
