"""Counters and histograms that add up over all processes and outlive them.

A process adds in memory, which costs microseconds, and hands its sums to Redis every two seconds, at the end of a job
and when it stops. Whichever process is asked reads the sums of all. Workers fork for each job: a child begins at zero.
Labels are names of kinds, routes and codes: never an id, a phone or anything else of a person.

A process that is killed takes at most two seconds of its sums with it. A flushed Redis begins at zero, which Prometheus
knows as the reset of a counter.

What a process holds at the moment (`Gauge`) is handed over with the sums, and forgotten when it is not renewed.
"""

import bisect
import json
import os
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing.util import Finalize
from time import perf_counter
from typing import Any, Final

import redis

from app.core import queueing
from app.core.errors import AppError

HAND_OVER_EVERY_S = 2.0
_KEY = "metrics:"
_HELD = "held:"
_HELD_FOR_S = 15
_SUM = "sum"

_lock = threading.Lock()
_pending: dict[tuple[str, str], float] = {}
_handing_over = False


@dataclass(frozen=True)
class Counter:
    """How often something happened. `name` without the ending `_total`."""

    name: str
    help: str
    labels: tuple[str, ...] = ()

    def add(self, *values: str, amount: float = 1) -> None:
        """Count it under these label values."""
        _add([(self.name, _field(values), amount)])


ACCEPTED: Final = "accepted"
"""What became of an act that was not refused."""


@contextmanager
def counting(counter: Counter, *values: str) -> Iterator[None]:
    """Count an act by what became of it: "accepted", or the code of its refusal. Also for decorating its function."""
    outcome = "error"
    try:
        yield
        outcome = ACCEPTED
    except AppError as error:
        outcome = error.code
        raise
    finally:
        counter.add(*values, outcome)


@dataclass(frozen=True)
class Histogram:
    """How long something took, in seconds, by upper bounds."""

    name: str
    help: str
    labels: tuple[str, ...]
    bounds: tuple[float, ...]

    def observe(self, seconds: float, *values: str) -> None:
        """Count a duration under these label values."""
        place = str(bisect.bisect_left(self.bounds, seconds))
        _add([(self.name, _field((*values, place)), 1), (self.name, _field((*values, _SUM)), seconds)])

    @contextmanager
    def timed(self) -> Iterator[list[str]]:
        """Observe the block; it puts the label values into the list."""
        values: list[str] = []
        began = perf_counter()
        try:
            yield values
        finally:
            self.observe(perf_counter() - began, *values)


def _memory() -> Mapping[str, float]:
    """Of this process, as the kernel counts it (Linux)."""
    with suppress(OSError), open("/proc/self/statm") as file:
        return {"resident": int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")}
    return {}


@dataclass(frozen=True)
class Gauge:
    """What each process holds now, by the kind of process and one more label: all that are alive add up."""

    name: str
    help: str
    label: str
    read: Callable[[], Mapping[str, float]]

    def __post_init__(self) -> None:
        _gauges[self.name] = self


_gauges: dict[str, Gauge] = {}
MEMORY = Gauge("community_process_memory_bytes", "Memory of all processes of a kind", "state", _memory)
PROCESSES = Gauge(
    "community_reporting_processes", "Processes that count for these metrics", "state", lambda: {"alive": 1}
)
_kind = "command" if "FLASK_RUN_FROM_CLI" in os.environ else "api"


def process_kind() -> str:
    """What this process is: api, worker, job, sender, scheduler or command."""
    return _kind


def this_process_is(kind: str) -> None:
    """Say what this process is; one that says nothing serves the API, or is an operator's command."""
    global _kind
    _kind = kind


def held(gauge: Gauge) -> dict[tuple[str, str], float]:
    """The sums of a gauge over all living processes, by kind of process and label. Raises redis.RedisError."""
    sums: dict[tuple[str, str], float] = {}
    for told in _told_by_processes():
        for label, value in told["held"].get(gauge.name, {}).items():
            sums[told["kind"], label] = sums.get((told["kind"], label), 0) + value
    return sums


def _told_by_processes() -> list[dict[str, Any]]:
    keys = list(queueing.connection().scan_iter(_HELD + "*"))
    found: Any = queueing.connection().mget(keys) if keys else []
    return [json.loads(one) for one in found if one]


def _tell_what_is_held() -> None:
    told = {"kind": _kind, "held": {gauge.name: dict(gauge.read()) for gauge in _gauges.values()}}
    with suppress(redis.RedisError, AttributeError, ValueError):
        key = f"{_HELD}{socket.gethostname()}.{os.getpid()}"
        queueing.connection().set(key, json.dumps(told), ex=_HELD_FOR_S)


def hand_over() -> None:
    """Give this process's sums to Redis; they are kept for the next time where it is away."""
    with _lock:
        sums = dict(_pending)
        _pending.clear()
    if not sums:
        return
    try:
        with queueing.connection().pipeline() as pipeline:
            for (name, field), amount in sums.items():
                pipeline.hincrbyfloat(_KEY + name, field, amount)
            pipeline.execute()
    except (redis.RedisError, AttributeError, ValueError):  # the last two where another thread closes the connection
        with _lock:
            for key, amount in sums.items():
                _pending[key] = _pending.get(key, 0) + amount


def counts(counter: Counter) -> dict[tuple[str, ...], float]:
    """The sums of a counter over all processes, by label values. Raises redis.RedisError."""
    return {tuple(json.loads(field)): float(value) for field, value in _stored(counter.name)}


def distributions(histogram: Histogram) -> dict[tuple[str, ...], tuple[list[float], float]]:
    """Of each combination of label values: how many up to each bound and beyond, adding up; and the seconds in all.

    Raises redis.RedisError.
    """
    found: dict[tuple[str, ...], tuple[list[float], float]] = {}
    for field, value in _stored(histogram.name):
        *labels, place = json.loads(field)
        buckets, total = found.get(tuple(labels), ([0.0] * (len(histogram.bounds) + 1), 0.0))
        if place == _SUM:
            total = float(value)
        else:
            buckets[int(place)] = float(value)
        found[tuple(labels)] = buckets, total
    return {labels: (_added_up(buckets), total) for labels, (buckets, total) in found.items()}


def _stored(name: str) -> list[tuple[bytes, bytes]]:
    stored: dict[bytes, bytes] = queueing.connection().hgetall(_KEY + name)  # type: ignore[assignment]
    return sorted(stored.items())


def _added_up(buckets: list[float]) -> list[float]:
    return [sum(buckets[: place + 1]) for place in range(len(buckets))]


@lru_cache(maxsize=4096)
def _field(values: tuple[str, ...]) -> str:
    return json.dumps(values, ensure_ascii=False)


def _add(entries: list[tuple[str, str, float]]) -> None:
    with _lock:
        for name, field, amount in entries:
            _pending[name, field] = _pending.get((name, field), 0) + amount
    if not _handing_over:
        _begin_handing_over()


def _begin_handing_over() -> None:
    global _handing_over
    _handing_over = True
    threading.Thread(target=_hand_over_for_ever, name="metrics", daemon=True).start()
    Finalize(None, hand_over, exitpriority=10)  # an HTTP server's process leaves without atexit, but runs finalizers


def _hand_over_for_ever() -> None:
    pause = threading.Event()
    while not pause.wait(HAND_OVER_EVERY_S):
        hand_over()
        _tell_what_is_held()


def _begin_anew() -> None:
    """A forked child has no thread, and its parent's sums are not its own."""
    global _lock, _handing_over
    _lock, _handing_over = threading.Lock(), False
    _pending.clear()


os.register_at_fork(after_in_child=_begin_anew)
