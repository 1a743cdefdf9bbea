"""Jobs by name. `app` never imports `tasks`: a job is a dotted name that a worker resolves.

RQ is the messenger, PostgreSQL the truth: a job that is lost with Redis is found again by a periodic sweep, so a
failure to enqueue is logged and nothing more.
"""

from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import redis
import structlog
from rq import Queue, Worker
from rq.cron import CronScheduler

log = structlog.get_logger(__name__)


class Urgency(StrEnum):
    """Queue of a job, the most urgent first; workers serve them in this order."""

    CRITICAL = "critical"
    NORMAL = "normal"
    BULK = "bulk"


@dataclass(frozen=True)
class PendingJob:
    """A job to be sent once the transaction is committed."""

    name: str
    args: tuple[Any, ...]
    urgency: Urgency


_pending: ContextVar[tuple[PendingJob, ...]] = ContextVar("pending_jobs", default=())
_connection: redis.Redis | None = None


def configure(redis_url: str) -> None:
    """Set the address of Redis; connections open on first use."""
    global _connection
    _connection = redis.Redis.from_url(redis_url, socket_timeout=5, socket_connect_timeout=2)


def connection() -> redis.Redis:
    """The process's Redis client."""
    assert _connection is not None, "queueing.configure() was not called"
    return _connection


def enqueue(name: str, *args: Any, urgency: Urgency = Urgency.NORMAL) -> None:
    """Ask for a job, as `enqueue("tasks.notifications.drain")`. It leaves after the commit; equal jobs leave once."""
    job = PendingJob(name, args, urgency)
    if job not in _pending.get():
        _pending.set((*_pending.get(), job))


def discard() -> None:
    """Forget the jobs asked for since the last flush."""
    _pending.set(())


def flush() -> None:
    """Send the jobs asked for. Never raises because of Redis: the sweeps find what was lost."""
    jobs = _pending.get()
    discard()
    request_id = structlog.contextvars.get_contextvars().get("request_id")
    for job in jobs:
        try:
            Queue(job.urgency, connection=connection()).enqueue(
                job.name,
                args=job.args,
                meta={"request_id": request_id},
                result_ttl=0,
                failure_ttl=7 * 86400,
                job_timeout=600,
            )
        except redis.RedisError as error:
            log.warning("job_not_enqueued", job=job.name, error=type(error).__name__)


SILENT_AFTER_S = 90
"""A worker or scheduler that lives says so at least once a minute (tasks.worker, rq.cron)."""


@dataclass(frozen=True)
class Process:
    """A worker or scheduler that is registered in Redis, and for how long it has been silent (machine's clock)."""

    kind: str
    name: str
    silent_s: float

    @property
    def alive(self) -> bool:
        """Whether it was heard of lately; one that was killed falls silent, and is forgotten after some minutes."""
        return self.silent_s < SILENT_AFTER_S


@dataclass(frozen=True)
class QueueSize:
    """Jobs that wait in a queue, and jobs of it that failed within the last week."""

    waiting: int
    failed: int


def processes() -> list[Process]:
    """The workers and schedulers that Redis knows of. Raises redis.RedisError."""
    now = datetime.now(UTC)
    found: list[tuple[str, Any]] = [("worker", worker) for worker in Worker.all(connection())]
    found += [("scheduler", scheduler) for scheduler in CronScheduler.all(connection())]
    seen = [(kind, one.name, one.last_heartbeat) for kind, one in found]
    return [Process(kind, name, (now - at).total_seconds()) for kind, name, at in seen if at]


def queue_sizes() -> dict[Urgency, QueueSize]:
    """Of each queue. Raises redis.RedisError."""
    queues = {urgency: Queue(urgency, connection=connection()) for urgency in Urgency}
    return {urgency: QueueSize(queue.count, queue.failed_job_registry.count) for urgency, queue in queues.items()}
