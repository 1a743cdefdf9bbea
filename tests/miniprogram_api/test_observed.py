"""What is counted of acts and statements, what is logged of slow ones, and what traces say: none names anybody."""

import http.server
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from sqlalchemy import text
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from app.core import metrics, queueing, statements, tracing
from app.core.db import db
from app.core.settings import Settings
from miniprogram_api.metrics.collecting import Community
from tests.miniprogram_api.test_metrics import read
from tests.support.world import OPENS, World, at

ROOT = Path(__file__).parents[2]
ASKED = "asked-by-a-test-01"


@pytest.fixture
def fresh(world: World) -> World:
    metrics._begin_anew()
    queueing.connection().flushdb()
    return world


def test_ballots_are_counted_by_what_became_of_them(fresh: World):
    (owner,) = fresh.owners(1)
    path = fresh.announced()
    ballot = fresh.ballot(owner, path, "for")
    fresh.api(owner)("POST", f"{path}/ballots", ballot)
    with at(OPENS):
        assert [fresh.api(owner)("POST", f"{path}/ballots", ballot).status_code for _ in range(3)] == [201, 409, 409]
    found = read(fresh)
    counted = "community_ballots_total{{channel=app,outcome={}}}"
    assert found[counted.format("accepted")] == 1
    assert found[counted.format("ballot_already_cast")] == 2
    assert found[counted.format("voting_not_open")] == 1


def test_statements_are_counted_by_route_and_never_by_address(fresh: World):
    for _ in range(2):
        fresh.api(fresh.secretary)("GET", fresh.meetings_path())
    found = read(fresh)
    of_route = "{kind=request,name=/api/v1/compounds/<uuid:compound_id>/meetings}"
    assert found[f"community_database_seconds_count{of_route}"] == 2
    assert found[f"community_database_statements_total{of_route}"] >= 4
    assert 0 < found[f"community_database_seconds_sum{of_route}"] < 60
    assert not any(str(fresh.compound) in name for name in found)


def test_what_processes_hold_is_added_up_by_kind(fresh: World):
    with db.engine.connect():
        metrics._tell_what_is_held()
        found = read(fresh)
    assert found["community_reporting_processes{process=api,state=alive}"] == 1
    assert found["community_process_memory_bytes{process=api,state=resident}"] > 10_000_000
    assert found["community_pool_connections{process=api,state=in_use}"] >= 1


def test_the_server_is_told_of(fresh: World):
    names = {sample.name: sample.value for family in Community().collect() for sample in family.samples}
    assert names["community_database_connections_limit"] >= 20
    assert names["community_database_bytes"] > 1_000_000
    assert names["community_redis_bytes"] > 10_000
    assert names["community_oldest_job_seconds"] == 0


def test_a_slow_statement_is_logged_with_its_request_and_without_values(fresh: World, settings: Settings):
    (owner,) = fresh.owners(1)
    path = fresh.announced()
    statements.configure(settings.model_copy(update={"slow_statement_ms": 0}))
    try:
        with at(OPENS):
            body = fresh.ballot(owner, path, "for")
        with at(OPENS), capture_logs(processors=[merge_contextvars]) as lines:
            assert fresh.api(owner)("POST", f"{path}/ballots", body, request_id=ASKED).status_code == 201
        slow = [one for one in lines if one["event"] == "slow_statement"]
    finally:
        statements.configure(settings)
    assert slow, "casting goes past SQLAlchemy and is timed all the same"
    assert {one["request_id"] for one in slow} == {ASKED}
    assert any("INSERT INTO ballot" in one["statement"] for one in slow)
    assert all(set(one) >= {"ms", "name", "statement"} for one in slow)
    for secret in (owner.token, str(owner.account_id), body["party_id"]):
        assert not any(secret in str(one) for one in slow)


def test_a_quick_statement_is_not_logged(fresh: World):
    with capture_logs() as lines:
        db.session.execute(text("SELECT 1"))
    assert not [one for one in lines if one["event"] == "slow_statement"]


def test_literals_of_a_statement_are_not_shown():
    assert (
        statements.shown("SELECT *\n  FROM a WHERE b = 'O''Brien' AND c = $1")
        == "SELECT * FROM a WHERE b = '…' AND c = $1"
    )


# ---- traces


@pytest.fixture
def collector() -> Iterator[tuple[str, list[Any]]]:
    """An OTLP collector on loopback: its address, and the spans that came."""
    spans: list[Any] = []

    class Taking(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = ExportTraceServiceRequest.FromString(self.rfile.read(int(self.headers["Content-Length"])))
            spans.extend(span for part in sent.resource_spans for scope in part.scope_spans for span in scope.spans)
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing."""

    server = http.server.HTTPServer(("127.0.0.1", 0), Taking)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", spans
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_request_is_one_trace_that_names_nobody(fresh: World, settings: Settings, collector: tuple[str, list[Any]]):
    address, spans = collector
    tracing.configure(settings.model_copy(update={"traces_url": address, "traces_share": 1}))
    try:
        path = f"{fresh.meetings_path()}?state=voting&phone=13900000001"
        fresh.api(fresh.secretary)("GET", path, request_id=ASKED)
        db.session.execute(text("SELECT 2"))  # of no request
        tracing.flush()
    finally:
        tracing.shut_down()
    told = [{item.key: item.value.string_value or item.value.int_value for item in span.attributes} for span in spans]
    (request,) = [span for span in spans if span.name.startswith("GET ")]
    assert request.name == "GET /api/v1/compounds/<uuid:compound_id>/meetings"
    assert {span.trace_id for span in spans} == {request.trace_id}
    assert {span.parent_span_id for span in spans if span is not request} == {request.span_id}
    assert {one["community.request_id"] for one in told} == {ASKED}
    queries = [one["db.query.text"] for one in told if one.get("db.system.name") == "postgresql"]
    assert len(queries) >= 2
    assert not any("SELECT 2" in query for query in queries)
    for secret in (
        str(fresh.compound),
        str(fresh.secretary.account_id),
        fresh.secretary.token,
        "13900000001",
        "phone=",
    ):
        assert not any(secret in f"{span}" for span in spans), secret


def test_a_job_is_part_of_the_trace_that_asked_for_it_and_sends_its_spans_from_its_own_process(
    settings: Settings, collector: tuple[str, list[Any]]
):
    address, spans = collector
    tracing.configure(settings.model_copy(update={"traces_url": address, "traces_share": 1}))
    try:
        asked = tracing.begin("POST", "server")
        carried = tracing.parent()
        tracing.end(asked)
        if (child := os.fork()) == 0:  # as a worker does for each job
            span = tracing.begin("tasks.audit.chain", "consumer", carried)
            tracing.call("redis", "get", 0.001)
            tracing.end(span, failed=True)
            tracing.flush()
            os._exit(0)
        os.waitpid(child, 0)
        tracing.flush()
    finally:
        tracing.shut_down()
    found = {span.name: span for span in spans}
    assert set(found) == {"POST", "tasks.audit.chain", "redis get"}
    job = found["tasks.audit.chain"]
    assert (job.trace_id, job.parent_span_id) == (found["POST"].trace_id, found["POST"].span_id)
    assert (job.status.code, found["redis get"].parent_span_id) == (2, job.span_id)


def test_without_the_setting_nothing_of_traces_is_loaded():
    code = (
        "import sys, app.core.statements, app.core.logging; from app.core import tracing;"
        "print(tracing.is_on(), tracing.begin('x', 'server'), 'app.core.opentelemetry' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=os.environ, capture_output=True, text=True)
    assert done.stdout.split() == ["False", "None", "False"], done.stderr
