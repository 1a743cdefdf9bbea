"""A real worker process takes real jobs from Valkey, under the request id of whoever asked for them."""

import json
import signal
import time
from contextlib import suppress
from typing import Any

import pytest
import redis
import structlog
from rq import Queue
from rq.exceptions import StopRequested
from rq.registry import FailedJobRegistry
from rq.utils import now

from app.core import queueing
from app.core.queueing import Urgency
from app.core.settings import Settings
from app.core.unit_of_work import unit_of_work
from tasks.notifications import report_in_doubt
from tasks.schedule import PERIODIC, Scheduler
from tasks.worker import JobWorker
from tests.support.forking import output_of, start
from tests.support.processes import environment


def worked_off(settings: Settings) -> list[dict[str, Any]]:
    """Run a worker until the queues are empty; its log lines."""
    code, said = output_of("tests.tasks.burst", environment=environment(settings))
    assert code == 0, said
    return [json.loads(line) for line in said.splitlines() if line.startswith("{")]


def test_a_job_leaves_after_the_commit_and_carries_the_request_id(own: Settings):
    with structlog.contextvars.bound_contextvars(request_id="req-1"), unit_of_work():
        queueing.enqueue("tasks.notifications.report_in_doubt")
        queueing.enqueue("tasks.notifications.report_in_doubt")
        assert Queue("normal", connection=queueing.connection()).count == 0
    assert Queue("normal", connection=queueing.connection()).count == 1
    done = [line for line in worked_off(own) if line["event"] == "job_done"]
    assert [(line["request_id"], line["job"]) for line in done] == [("req-1", "tasks.notifications.report_in_doubt")]


def test_a_job_of_an_act_that_failed_never_leaves(own: Settings):
    def act() -> None:
        with unit_of_work():
            queueing.enqueue("tasks.notifications.report_in_doubt")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        act()
    assert Queue("normal", connection=queueing.connection()).count == 0


def asked_for(name: str = "tasks.notifications.report_in_doubt") -> int:
    """Ask for a job; how many jobs wait then."""
    with unit_of_work():
        queueing.enqueue(name)
    return Queue("normal", connection=queueing.connection()).count


def test_a_sweep_that_is_asked_for_a_hundred_times_waits_once(own: Settings):
    assert {asked_for() for _ in range(100)} == {1}
    assert asked_for("tasks.notifications.match_followers") == 2
    assert len([line for line in worked_off(own) if line["event"] == "job_done"]) == 2
    assert asked_for() == 1, "one that has looked does not stand for what was written after"


def test_a_sweep_that_was_lost_is_asked_for_again(own: Settings):
    asked_for()
    queueing.connection().lpop("rq:queue:normal")  # by a worker that was killed at once
    assert asked_for() == 1
    queueing.connection().flushdb()
    assert asked_for() == 1


def test_the_scheduler_asks_for_a_job_once_while_it_waits(own: Settings):
    scheduler = Scheduler(queueing.connection())
    scheduler.register(report_in_doubt, "normal", interval=5)
    for _ in range(3):
        [job] = scheduler.enqueue_jobs()
        assert scheduler.enqueue_jobs() == [], "not due yet"
        job.next_enqueue_time = now()
    assert Queue("normal", connection=queueing.connection()).count == 1
    assert [line["event"] for line in worked_off(own) if line["event"].startswith("job_")] == ["job_done"]


def test_the_scheduler_asks_again_for_what_redis_did_not_take(own: Settings):
    scheduler = Scheduler(queueing.connection())
    scheduler.register(report_in_doubt, "normal", interval=86400)
    queueing.configure("redis://127.0.0.1:1/0")
    try:
        with pytest.raises(redis.RedisError):
            scheduler.enqueue_jobs()
    finally:
        queueing.configure(own.effective_redis_url)
    assert [job.func for job in scheduler.enqueue_jobs()] == [report_in_doubt]


def test_every_periodic_job_runs_on_an_empty_database(own: Settings):
    for periodic in PERIODIC:
        Queue(periodic.urgency, connection=queueing.connection()).enqueue(periodic.job, args=periodic.args)
    done = [line for line in worked_off(own) if line["event"].startswith("job_")]
    assert [line["event"] for line in done] == ["job_done"] * len(PERIODIC)
    logs = {line["job"] for line in done[:2]}
    assert logs == {"tasks.meetings.sequence_ballots", "tasks.audit.chain"}, "the logs wait for no other job"
    for urgency in Urgency:
        assert FailedJobRegistry(urgency, connection=queueing.connection()).count == 0


def test_an_act_succeeds_while_redis_is_away(own: Settings):
    queueing.configure("redis://127.0.0.1:1/0")
    try:
        started = time.monotonic()
        with unit_of_work():
            queueing.enqueue("tasks.notifications.report_in_doubt")
        assert time.monotonic() - started < 5
    finally:
        queueing.configure(own.effective_redis_url)


def test_the_urgent_queue_is_served_first(own: Settings):
    for urgency in reversed(Urgency):
        queue = Queue(urgency, connection=queueing.connection())
        queue.enqueue("tasks.notifications.report_in_doubt", meta={"request_id": f"asked-{urgency}"})
    done = [line["request_id"] for line in worked_off(own) if line["event"] == "job_done"]
    assert done == ["asked-critical", "asked-normal", "asked-bulk"]


def test_a_failed_job_is_told_by_its_kind_of_error_until_it_is_forgotten(own: Settings):
    Queue("bulk", connection=queueing.connection()).enqueue("tasks.notifications.no_such_job")
    worked_off(own)
    [failed] = queueing.failed_jobs()
    assert (failed.name, failed.queue) == ("tasks.notifications.no_such_job", "bulk")
    assert failed.error.endswith("Error")
    assert queueing.queue_sizes()[Urgency.BULK].failed == 1
    assert queueing.forget_failed_jobs() == 1
    assert queueing.failed_jobs() == []


def known(kind: str, number: int = 1) -> list[queueing.Process]:
    """The processes of a kind, once there are so many."""
    deadline = time.monotonic() + 30
    while len(found := [one for one in queueing.processes() if one.kind == kind]) != number:
        assert time.monotonic() < deadline, found
        time.sleep(0.02)
    return found


@pytest.mark.parametrize(
    ("kind", "module"),
    [("sender", "tasks.sender"), ("worker", "tasks.worker"), ("scheduler", "tasks.schedule")],
)
def test_a_process_of_the_background_is_known_while_it_lives_and_gone_when_it_stops(
    own: Settings, kind: str, module: str
):
    process = start(module, environment=environment(own))
    try:
        assert [one.alive for one in known(kind)] == [True]
        process.terminate()
        process.wait(30)
        known(kind, 0)
    finally:
        process.kill()
        process.wait(10)


def test_a_worker_stops_though_what_ran_at_that_moment_kept_the_signal_to_itself(own: Settings):
    connection = queueing.connection()
    worker = JobWorker([Queue("bulk", connection=connection)], connection=connection)
    handlers = {one: signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        with suppress(StopRequested):  # as a handler of log lines does
            worker.request_stop(signal.SIGTERM, None)
        with pytest.raises(StopRequested):
            worker.dequeue_job_and_maintain_ttl(1, max_idle_time=1)
    finally:
        for one, handler in handlers.items():
            signal.signal(one, handler)


def test_a_worker_that_redis_has_forgotten_is_known_again(own: Settings):
    process = start("tasks.worker", environment=environment(own))
    try:
        known("worker")
        queueing.connection().flushdb()
        Queue("normal", connection=queueing.connection()).enqueue("tasks.notifications.report_in_doubt")
        assert [one.alive for one in known("worker")] == [True]
    finally:
        process.kill()
        process.wait(10)


def test_a_process_that_was_killed_falls_silent(own: Settings):
    queueing.connection().set("alive:worker:host.1", time.time() - 91)
    queueing.connection().set("alive:worker:host.2", time.time() - 60)
    assert [one.alive for one in known("worker", 2)] == [False, True]
