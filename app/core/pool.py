"""The pool of connections, which counts how long its users wait, and tells how many it has."""

import weakref
from collections.abc import Mapping
from time import perf_counter
from typing import Any

from sqlalchemy.exc import TimeoutError as NoneCameFree
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from app.core.metrics import Counter, Gauge, Histogram

WAITS = Histogram(
    "community_pool_wait_seconds",
    "How long a request or job waited for a connection, where none was free or a new one was opened",
    (),
    (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
NONE_FREE = Counter("community_pool_timeouts", "Waits for a connection that were given up")
NOTICED_S = 0.001

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


def _connections() -> Mapping[str, float]:
    pools = list(_pools)
    return {"in_use": sum(one.checkedout() for one in pools), "idle": sum(one.checkedin() for one in pools)}


CONNECTIONS = Gauge("community_pool_connections", "Connections in the pools of all processes", "state", _connections)
