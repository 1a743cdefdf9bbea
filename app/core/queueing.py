"""Jobs by name. `app` never imports `tasks`: a job is a dotted name that a worker resolves.

RQ is the messenger, PostgreSQL the truth: a job that is lost with Redis is found again by a periodic sweep, so a
failure to enqueue is logged and nothing more.
"""

import os
import re
import socket
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import redis
import structlog
from rq import Queue
from rq.cron import CronScheduler
from rq.job import Job

from app.core import redis_client, tracing

log = structlog.get_logger(__name__)

_BELL = "outbox_bell:"
_ASKED = "asked:"
_ASKED_KEPT_S = 86400
_ALIVE = "alive:"
_ALIVE_KEPT_S = 600
_LISTEN_S = 2.0


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


@dataclass(frozen=True)
class PendingRing:
    """A bell to be rung once the transaction is committed."""

    urgency: Urgency


class TimedRedis(redis.Redis):
    """Redis' client, which tells how long commands take but those that wait for something."""

    def execute_command(self, *args: Any, **options: Any) -> Any:
        began = time.perf_counter()
        try:
            return super().execute_command(*args, **options)  # type: ignore[no-untyped-call]
        finally:
            if (command := str(args[0]).partition(" ")[0]) not in _WAITING_COMMANDS:
                seconds = time.perf_counter() - began
                for tell in tell_of_commands:
                    tell(command.lower(), seconds)


_WAITING_COMMANDS = frozenset({"BLPOP", "BRPOP", "BLMOVE", "BRPOPLPUSH", "XREAD", "XREADGROUP"})
tell_of_commands: list[Callable[[str, float], None]] = []
"""Who counts commands; they stand on this module, and so are not named in it."""

_pending: ContextVar[tuple[PendingJob | PendingRing, ...]] = ContextVar("pending_jobs", default=())
_connection: redis.Redis | None = None


def configure(redis_url: str) -> None:
    """Set the address of Redis; connections open on first use."""
    global _connection
    _connection = redis_client.client(redis_url, timeout_s=5, connect_timeout_s=2, kind=TimedRedis)


def connection() -> redis.Redis:
    """The process's Redis client."""
    assert _connection is not None, "queueing.configure() was not called"
    return _connection


def enqueue(name: str, *args: Any, urgency: Urgency = Urgency.NORMAL) -> None:
    """Ask for a sweep, as `enqueue("tasks.notifications.write_fan_outs")`. It leaves after the commit.

    Where an equal one waits in the queue nothing is added: that one has not looked yet, and will find what was written.
    """
    _after_commit(PendingJob(name, args, urgency))


def enqueue_now(name: str, *args: Any, urgency: Urgency) -> None:
    """As `enqueue`, at once, for who is in no transaction. Raises redis.RedisError."""
    _send(PendingJob(name, args, urgency))


def ring(urgency: Urgency) -> None:
    """Tell the senders that a message of this urgency is in the outbox. It leaves after the commit."""
    _after_commit(PendingRing(urgency))


def _after_commit(asked: PendingJob | PendingRing) -> None:
    if asked not in _pending.get():
        _pending.set((*_pending.get(), asked))


def discard() -> None:
    """Forget the jobs asked for since the last flush."""
    _pending.set(())


def flush() -> None:
    """Send the jobs asked for and ring the bells. Never raises because of Redis: the sweeps find what was lost."""
    pending = _pending.get()
    discard()
    for asked in pending:
        try:
            if isinstance(asked, PendingRing):
                _ring(asked.urgency)
            else:
                _send(asked)
        except redis.RedisError as error:
            log.warning("job_not_enqueued", job=getattr(asked, "name", "ring"), error=type(error).__name__)


def _send(job: PendingJob) -> None:
    queue, note = Queue(job.urgency, connection=connection()), f"{_ASKED}{job.urgency}:{job.name}{job.args}"
    earlier: Any = connection().get(note)
    if earlier and connection().lpos(queue.key, earlier) is not None:
        return
    sent = queue.enqueue(
        job.name,
        args=job.args,
        meta={"request_id": structlog.contextvars.get_contextvars().get("request_id"), "trace": tracing.parent()},
        result_ttl=0,
        failure_ttl=7 * 86400,
        job_timeout=600,
    )
    connection().set(note, sent.id, ex=_ASKED_KEPT_S)


def _ring(urgency: Urgency) -> None:
    connection().publish(_BELL + urgency, b"")


def listening(urgencies: Sequence[Urgency]) -> Iterator[Urgency | None]:
    """The bells as they ring, None every two seconds; says meanwhile that this sender lives. Raises RedisError.

    Every sender hears every bell: the one that is free comes first.
    """
    with connection().pubsub(ignore_subscribe_messages=True) as ear:  # type: ignore[no-untyped-call]
        ear.subscribe(*(_BELL + urgency for urgency in urgencies))
        said_at = 0.0
        while True:
            if time.monotonic() - said_at > _LISTEN_S:
                said_at = time.monotonic()
                heartbeat(sender_kind(urgencies))
            rung: Any = ear.get_message(timeout=_LISTEN_S)
            yield Urgency(rung["channel"].decode().removeprefix(_BELL)) if rung else None


SENDER, WORKER, SCHEDULER = BACKGROUND = ("sender", "worker", "scheduler")
"""The kinds of processes of the background."""
PARTIAL_SENDER = "partial_sender"
"""A sender beside the others that serves some urgencies alone: it must not pass for one that serves them all."""
SILENT_AFTER_S = 90
"""A process that lives says so at least once a minute (tasks.worker, rq.cron, tasks.sender)."""


def sender_kind(urgencies: Collection[Urgency]) -> str:
    """The kind of process that a sender of these urgencies is."""
    return SENDER if set(urgencies) == set(Urgency) else PARTIAL_SENDER


def heartbeat(kind: str, pid: int | None = None) -> None:
    """Say that this process lives, or that of `pid`. Raises redis.RedisError.

    RQ's own register of workers forgets one for good when Redis loses its key, as after an outage of two minutes.
    """
    connection().set(_alive(kind, pid), time.time(), ex=_ALIVE_KEPT_S)


def farewell(kind: str, pid: int | None = None) -> None:
    """Say that this process stops as it should. Never raises because of Redis: silence tells the same later."""
    with suppress(redis.RedisError):
        connection().delete(_alive(kind, pid))


def _alive(kind: str, pid: int | None) -> str:
    return f"{_ALIVE}{kind}:{socket.gethostname()}.{pid or os.getpid()}"


@dataclass(frozen=True)
class Process:
    """A sender, worker or scheduler that Redis knows, and for how long it has been silent (machine's clock)."""

    kind: str
    name: str
    silent_s: float

    @property
    def place(self) -> tuple[str, int]:
        """Host and process id."""
        name = (
            self.name.rpartition(":")[0] if self.kind == SCHEDULER else self.name
        )  # RQ's ends with a number of its own
        host, pid = re.split(r"[.:](?=\d+$)", name)
        return host, int(pid)

    @property
    def alive(self) -> bool:
        """Whether it was heard of lately; one that was killed falls silent, and is forgotten after some minutes."""
        return self.silent_s < SILENT_AFTER_S


@dataclass(frozen=True)
class QueueSize:
    """Jobs that wait in a queue, for how long the first of them has, and jobs that failed within the last week."""

    waiting: int
    failed: int
    oldest_s: float = 0


def processes() -> list[Process]:
    """The senders, workers and schedulers that Redis knows of. Raises redis.RedisError."""
    now = time.time()
    keys: list[bytes] = sorted(connection().scan_iter(_ALIVE + "*"))
    stamps: Any = connection().mget(keys) if keys else []
    beats = [(key.decode().removeprefix(_ALIVE), float(at)) for key, at in zip(keys, stamps, strict=True) if at]
    schedulers = [(one.name, one.last_heartbeat) for one in CronScheduler.all(connection())]
    return [
        *(Process(kind, pid, now - at) for name, at in beats for kind, _, pid in [name.partition(":")]),
        *(Process(SCHEDULER, name, now - at.timestamp()) for name, at in schedulers if at),
    ]


def queue_sizes() -> dict[Urgency, QueueSize]:
    """Of each queue. Raises redis.RedisError."""
    queues = {urgency: Queue(urgency, connection=connection()) for urgency in Urgency}
    return {
        urgency: QueueSize(queue.count, queue.failed_job_registry.count, _waited_s(queue))
        for urgency, queue in queues.items()
    }


def _waited_s(queue: Queue) -> float:
    first = next(iter(queue.get_jobs(0, 1)), None)
    if first is None or first.enqueued_at is None:
        return 0
    return max(0.0, (datetime.now(UTC) - first.enqueued_at.replace(tzinfo=UTC)).total_seconds())


@dataclass(frozen=True)
class FailedJob:
    """A job that raised or lost its worker. `error` is the kind of error only: its text may quote a row."""

    name: str
    queue: str
    ended_at: datetime
    error: str


def failed_jobs() -> list[FailedJob]:
    """The jobs that failed within the last week, the newest first. Raises redis.RedisError."""
    found = []
    for urgency in Urgency:
        queue = Queue(urgency, connection=connection())
        ids = queue.failed_job_registry.get_job_ids()
        for job in filter(None, Job.fetch_many(ids, connection=connection())):
            ended_at = (job.ended_at or job.enqueued_at or datetime.now(UTC)).replace(tzinfo=UTC)
            result = job.latest_result()
            error = _kind_of_error(result.exc_string if result else None)
            found.append(FailedJob(job.func_name or "", urgency, ended_at, error))
    return sorted(found, key=lambda one: one.ended_at, reverse=True)


def forget_failed_jobs() -> int:
    """Empty the lists of failed jobs; how many. Raises redis.RedisError."""
    forgotten = 0
    for urgency in Urgency:
        registry = Queue(urgency, connection=connection()).failed_job_registry
        for job_id in registry.get_job_ids():
            registry.remove(job_id, delete_job=True)
            forgotten += 1
    return forgotten


def _kind_of_error(traceback: str | None) -> str:
    """The class of the exception that a traceback ends with."""
    named = re.findall(r"^([A-Za-z_][\w.]*)(?::|$)", traceback or "", flags=re.M)
    return named[-1] if named else "unknown"
