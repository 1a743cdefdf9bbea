"""The tracer of OpenTelemetry's SDK, loaded by `app.core.tracing` alone, and only where there are traces.

Sent in the background, over HTTP (OTLP); what cannot be sent is dropped after a while, and nobody waits for it.
"""

import time
from collections.abc import Mapping
from contextvars import ContextVar

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace import SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from app.core import metrics
from app.core.settings import Settings

SEND_TIMEOUT_S = 5
FLUSH_TIMEOUT_MS = 2000
_KINDS = {"server": SpanKind.SERVER, "consumer": SpanKind.CONSUMER}
_TRACEPARENT = TraceContextTextMapPropagator()
"""Reads and writes the header of that name (W3C Trace Context)."""
_current: ContextVar[trace.Span | None] = ContextVar("span", default=None)


class OpenTelemetry:
    """Spans over the SDK. A request is one thread, so the current span is one of its context."""

    def __init__(self, provider: TracerProvider) -> None:
        self._provider = provider
        self._tracer = provider.get_tracer("community")

    def begin(self, name: str, kind: str, parent: str | None) -> trace.Span:
        context = _TRACEPARENT.extract({"traceparent": parent} if parent else {}, Context())  # malformed: of nobody
        span = self._tracer.start_span(name, context=context, kind=_KINDS[kind])
        _current.set(span)
        return span

    def end(self, span: trace.Span, attributes: Mapping[str, str | int], failed: bool) -> None:
        span.set_attributes(dict(attributes))
        if failed:
            span.set_status(Status(StatusCode.ERROR))
        if "http.route" in attributes:
            span.update_name(f"{attributes['http.request.method']} {attributes['http.route']}")
        span.end()
        _current.set(None)

    def past(self, name: str, seconds: float, attributes: Mapping[str, str | int]) -> None:
        within = _current.get()
        if within is None or not within.is_recording():
            return
        now = time.time_ns()
        context = trace.set_span_in_context(within)
        span = self._tracer.start_span(
            name,
            context=context,
            kind=SpanKind.CLIENT,
            start_time=now - int(seconds * 1e9),
            attributes=dict(attributes),
        )
        span.end(now)

    def current(self) -> str | None:
        span, written = _current.get(), dict[str, str]()
        if span is not None:
            _TRACEPARENT.inject(written, trace.set_span_in_context(span, Context()))
        return written.get("traceparent")

    def flush(self) -> None:
        self._provider.force_flush(FLUSH_TIMEOUT_MS)

    def shut_down(self) -> None:
        self._provider.shutdown()


def tracer(settings: Settings) -> OpenTelemetry:
    """A tracer that sends its spans to the settings' address."""
    provider = TracerProvider(
        resource=Resource.create({"service.name": "community", "service.instance.kind": metrics.process_kind()}),
        sampler=ParentBased(TraceIdRatioBased(settings.traces_share)),
    )
    exporter = OTLPSpanExporter(endpoint=f"{settings.traces_url.rstrip('/')}/v1/traces", timeout=SEND_TIMEOUT_S)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    return OpenTelemetry(provider)
