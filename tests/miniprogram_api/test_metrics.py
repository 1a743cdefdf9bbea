"""GET /metrics: who may read it, that Prometheus understands it, and that it is right over all processes."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from rq import Queue

from app.core import alerts, clock, metrics, queueing
from app.core.alerts import AlertCode
from app.core.db import db
from app.core.ids import new_id
from app.core.queueing import Urgency
from app.core.settings import Settings
from app.notifications import sender
from app.notifications.models import OutboxMessage
from tests.app.notifications.test_sending import Resident
from tests.support.wechat import WeChat
from tests.support.world import START, World, at

ROOT = Path(__file__).parents[2]
TOKEN = "a token of at least 16"


@pytest.fixture(autouse=True)
def _from_zero() -> None:
    metrics._begin_anew()


@pytest.fixture
def empty(world: World, settings: Settings) -> World:
    queueing.connection().flushdb()
    return world


class Samples(dict[str, float]):
    """By name and labels, as `name{label=value,...}` with the labels in any order."""

    def __missing__(self, key: str) -> float:
        name, _, labels = key.rstrip("}").partition("{")
        ordered = f"{name}{{{','.join(sorted(labels.split(',')))}}}"
        if ordered == key:
            raise KeyError(key)
        return self[ordered]


def read(world: World, **headers: str) -> Samples:
    """Every sample, as whoever has the token sees it."""
    token = world.application.config["SETTINGS"].metrics_token
    answer = world.application.test_client().get("/metrics", headers={"Authorization": f"Bearer {token}", **headers})
    assert answer.status_code == 200, answer.text
    assert answer.content_type.startswith("text/plain")
    return samples(answer.text)


def samples(text: str) -> Samples:
    found = Samples()
    for family in text_string_to_metric_families(text):
        assert family.documentation, family.name
        assert family.type != "unknown", family.name
        for sample in family.samples:
            labels = ",".join(f"{name}={value}" for name, value in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}"] = sample.value
    return found


def change(world: World, monkeypatch: pytest.MonkeyPatch, **changes: Any) -> None:
    settings = world.application.config["SETTINGS"].model_copy(update=changes)
    monkeypatch.setitem(world.application.config, "SETTINGS", settings)


def test_without_the_token_there_is_no_such_address(empty: World, monkeypatch: pytest.MonkeyPatch):
    change(empty, monkeypatch, metrics_token=TOKEN)
    client = empty.application.test_client()
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": TOKEN}, {"Authorization": "Bearer 口令"}):
        refused = client.get("/metrics", headers=headers)
        assert (refused.status_code, refused.json["error"]["code"]) == (404, "no_such_address")
    assert read(empty, Authorization=f"Bearer {TOKEN}")


def test_without_a_token_set_it_is_open_in_embedded_mode_only(empty: World, monkeypatch: pytest.MonkeyPatch):
    change(empty, monkeypatch, metrics_token="", database_url="postgresql://host/name")
    assert empty.application.test_client().get("/metrics").status_code == 404
    change(empty, monkeypatch, metrics_token="", database_url="")
    assert read(empty)


def test_an_idle_program_tells_zeros_and_that_all_is_up(empty: World):
    found = read(empty)
    assert found["community_up{part=postgresql}"] == found["community_up{part=redis}"] == 1
    for urgency in Urgency:
        assert found[f"community_messages_open{{urgency={urgency},state=due}}"] == 0
        assert found[f"community_oldest_message_seconds{{urgency={urgency}}}"] == 0
        assert found[f"community_jobs_waiting{{queue={urgency}}}"] == 0
    assert found["community_processes_alive{kind=worker}"] == 0
    assert all(found[f"community_operator_alerts_open{{code={code}}}"] == 0 for code in AlertCode)


def test_requests_are_counted_by_route_and_never_by_address(empty: World):
    api = empty.api(empty.secretary)
    for _ in range(3):
        api("GET", empty.meetings_path())
    empty.application.test_client().get(f"/made-up/{new_id()}")
    empty.application.test_client().open("/healthz", method="BREW")
    found = read(empty)
    route = "/api/v1/compounds/<uuid:compound_id>/meetings"
    assert found[f"community_http_request_seconds_count{{method=GET,route={route},status=200}}"] == 3
    assert found["community_http_request_seconds_count{method=GET,route=none,status=404}"] == 1
    assert found["community_http_request_seconds_count{method=other,route=none,status=405}"] == 1
    assert not any(str(empty.compound) in name for name in found)
    assert found[f"community_http_request_seconds_bucket{{method=GET,route={route},status=200,le=+Inf}}"] == 3


def test_the_outbox_is_told_by_urgency_and_age(empty: World):
    now = clock.now()
    for state, due_at, claimed_at in (
        ("created", now - timedelta(seconds=90), None),
        ("created", now - timedelta(seconds=30), None),
        ("created", now + timedelta(hours=1), None),
        ("sending", now, now),
        ("sending", now, now - timedelta(minutes=11)),
        ("sent", now, now),
    ):
        db.session.add(outbox(empty, state=state, due_at=due_at, claimed_at=claimed_at))
    db.session.commit()
    found = read(empty)
    states = {state: found[f"community_messages_open{{urgency=normal,state={state}}}"] for state in STATES}
    assert states == {"due": 2, "later": 1, "sending": 1, "in_doubt": 1}
    assert found["community_oldest_message_seconds{urgency=normal}"] == pytest.approx(90, abs=5)


STATES = ("due", "later", "sending", "in_doubt")


def outbox(world: World, **values: Any) -> OutboxMessage:
    usual = {
        "compound_id": world.compound,
        "account_id": new_id(),
        "kind": "application_decided",
        "data": {},
        "page": "",
        "dedup_key": str(new_id()),
        "urgency": "normal",
        "created_at": clock.now(),
        "due_at": clock.now(),
        "expires_at": clock.now() + timedelta(days=1),
    }
    return OutboxMessage(**{**usual, **values})


def test_what_waits_for_the_morning_is_not_late(empty: World):
    night = START.replace(hour=16)
    with at(night):
        due_at = night - timedelta(hours=2)
        db.session.add(outbox(empty, kind="voting_reminder", urgency="bulk", due_at=due_at))
        db.session.commit()
        found = read(empty)
    assert found["community_messages_open{urgency=bulk,state=later}"] == 1
    assert found["community_oldest_message_seconds{urgency=bulk}"] == 0


def test_messages_and_calls_to_wechat_are_counted_by_what_became_of_them(
    empty: World, wechat: WeChat, settings: Settings
):
    resident = Resident(empty, wechat)
    resident.notify()
    resident.notify()
    sender.drain(settings, Urgency.NORMAL)
    sender.drain(settings, Urgency.NORMAL)
    found = read(empty)
    messages = "community_messages_total{{kind=application_decided,channel={},outcome={}}}"
    assert found[messages.format("subscribe_message", "sent")] == 1
    assert found[messages.format("none", "refused")] == 1, "no accept was left"
    path = "/cgi-bin/message/subscribe/send"
    assert found[f"community_wechat_call_seconds_count{{path={path},errcode=0}}"] == 1
    assert found["community_wechat_call_seconds_count{path=/cgi-bin/stable_token,errcode=0}"] == 1


def test_open_alerts_and_failed_jobs_are_told(empty: World):
    alerts.seen(AlertCode.ADDRESS_NOT_ALLOWED, "subscribe")
    Queue("bulk", connection=queueing.connection()).enqueue("tasks.notifications.drain", "bulk")
    found = read(empty)
    assert found["community_operator_alerts_open{code=address_not_allowed}"] == 1
    assert found["community_jobs_waiting{queue=bulk}"] == 1
    assert found["community_jobs_failed{queue=bulk}"] == 0


def test_without_redis_the_rest_is_still_told(empty: World, settings: Settings):
    queueing.configure("redis://127.0.0.1:1/0")
    try:
        found = read(empty)
    finally:
        queueing.configure(settings.effective_redis_url)
    assert (found["community_up{part=redis}"], found["community_up{part=postgresql}"]) == (0, 1)
    assert "community_oldest_message_seconds{urgency=bulk}" in found
    assert not any(name.startswith("community_http") for name in found)


COUNTING = (
    "import os; from app.core import metrics, queueing; queueing.configure(os.environ['ADDRESS']);"
    "counter = metrics.Counter('tried', 'help', ('by',)); [counter.add('all') for _ in range(1000)];"
    "child = os.fork();"
    "[counter.add('all') for _ in range(10)]; metrics.hand_over();"
    "os._exit(0) if child == 0 else os.waitpid(child, 0)"
)


def test_processes_and_their_forks_add_up(empty: World, settings: Settings):
    counter = metrics.Counter("tried", "help", ("by",))
    environment = {**os.environ, "ADDRESS": settings.effective_redis_url}
    running = [
        subprocess.Popen([sys.executable, "-W", "ignore", "-c", COUNTING], cwd=ROOT, env=environment) for _ in range(3)
    ]
    assert [process.wait(30) for process in running] == [0, 0, 0]
    assert metrics.counts(counter) == {("all",): 3 * (1000 + 10 + 10)}


def test_what_was_counted_while_redis_was_away_is_not_lost(empty: World, settings: Settings):
    counter = metrics.Counter("away", "help")
    counter.add()
    queueing.configure("redis://127.0.0.1:1/0")
    try:
        metrics.hand_over()
        counter.add()
    finally:
        queueing.configure(settings.effective_redis_url)
    metrics.hand_over()
    assert metrics.counts(counter) == {(): 2}


def test_a_duration_falls_into_the_first_bound_that_holds_it(empty: World):
    histogram = metrics.Histogram("slow", "help", ("by",), (0.1, 1))
    for seconds in (0.05, 0.1, 0.5, 7):
        histogram.observe(seconds, "x")
    metrics.hand_over()
    assert metrics.distributions(histogram) == {("x",): ([2, 3, 4], pytest.approx(7.65))}
