"""Jobs by name. `app` never imports `tasks`: a job is a dotted name that a worker resolves.

RQ is the messenger, PostgreSQL the truth: a job that is lost with Redis is found again by a periodic sweep, so a
failure to enqueue is logged and nothing more.
"""

from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import redis
import structlog
from rq import Queue

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
