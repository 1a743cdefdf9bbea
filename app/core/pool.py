"""The pool of connections, which counts how long its users wait, and tells how many connections the process has."""

import weakref
from collections.abc import Mapping
from time import perf_counter
from typing import Any

from sqlalchemy.exc import TimeoutError as NoneCameFree
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from app.core.db import connections_alone
from app.core.metrics import Counter, Gauge, Histogram

WAITS = Histogram(
    "community_pool_wait_seconds",
    "How long a request or job waited for a connection, where none was free or a new one was opened",
    (),
    (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
NONE_FREE = Counter("community_pool_timeouts", "Waits for a connection that were given up")
NOTICED_S = 0.001
OVERFLOW = 4
"""Connections that a pool opens beyond one a thread, and closes when they are given back."""

_pools: "weakref.WeakSet[TimedPool]" = weakref.WeakSet()


class TimedPool(QueuePool):
    """As SQLAlchemy's usual one."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        _pools.add(self)

    def _do_get(self) -> ConnectionPoolEntry:
        began = perf_counter()
        try:
            return super()._do_get()
        except NoneCameFree:
            NONE_FREE.add()
            raise
        finally:
            if (waited := perf_counter() - began) >= NOTICED_S:
                WAITS.observe(waited)


def most_connections(threads: int) -> int:
    """What a process holds at the most that serves with so many threads: its pool, and one a thread for what stands
    alone."""
    return 2 * threads + OVERFLOW


def _connections() -> Mapping[str, float]:
    pools, (busy, idle) = list(_pools), connections_alone()
    return {
        "in_use": busy + sum(one.checkedout() for one in pools),
        "idle": idle + sum(one.checkedin() for one in pools),
    }


CONNECTIONS = Gauge(
    "community_pool_connections",
    "Connections that all processes hold: in their pools, and for statements that stand alone",
    "state",
    _connections,
)
