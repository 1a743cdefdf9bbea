"""The numbers of the whole program, whichever process is asked: sums from Redis, the present from PostgreSQL and RQ.

Where PostgreSQL or Redis is away, its part is left out and `community_up` says so; the rest is still told.
"""

from collections import Counter as Tally
from collections.abc import Callable, Iterable, Iterator
from math import inf
from typing import Any

import redis
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.core import alerts, backups, metrics, queueing
from app.core.alerts import AlertCode
from app.core.db import db
from app.core.pool import CONNECTIONS, NONE_FREE, WAITS
from app.core.statements import SLOW, SPENT, STATEMENTS
from app.core.wechat import CALLS
from app.core.work import BALLOTS, CHECKS, JOBS, REDIS, SIGN_INS
from app.notifications.outbox import standing
from app.notifications.outbox.recording import MESSAGES
from app.wechat_events import handling
from miniprogram_api.metrics.requests import REQUESTS

COUNTERS = (MESSAGES, BALLOTS, SIGN_INS, CHECKS, STATEMENTS, SLOW, NONE_FREE)
HISTOGRAMS = (REQUESTS, CALLS, JOBS, SPENT, WAITS, REDIS)
GAUGES = (CONNECTIONS, metrics.MEMORY, metrics.PROCESSES)


class Community(Collector):
    """One reading of everything."""

    def collect(self) -> Iterator[Metric]:
        """The families of metrics; those of a part that is away are left out."""
        up = GaugeMetricFamily("community_up", "Whether a part of the program answers", labels=["part"])
        for part, read, failures in PARTS:
            try:
                found = list(read())
            except failures:
                up.add_metric([part], 0)
            else:
                up.add_metric([part], 1)
                yield from found
        yield up


def _from_postgresql() -> Iterable[Metric]:
    try:
        return [*_outbox(), *_fan_outs(), *_events(), _alerts(), _backups(), *_server()]
    finally:
        db.session.remove()


def _from_redis() -> Iterable[Metric]:
    metrics.hand_over()
    added_up = [*map(_counter, COUNTERS), *map(_histogram, HISTOGRAMS), *map(_gauge, GAUGES)]
    return [*added_up, *_jobs(), *_processes(), _memory_of_redis()]


PARTS: tuple[tuple[str, Callable[[], Iterable[Metric]], type[Exception]], ...] = (
    ("postgresql", _from_postgresql, SQLAlchemyError),
    ("redis", _from_redis, redis.RedisError),
)


def _outbox() -> Iterator[Metric]:
    waiting, on_the_way = standing.waiting(), standing.on_the_way()
    states = GaugeMetricFamily(
        "community_messages_open",
        "Messages that are not settled: due, later (parked or to be retried), sending, in_doubt (may have arrived)",
        labels=["urgency", "state"],
    )
    oldest = GaugeMetricFamily(
        "community_oldest_message_seconds", "For how long the oldest message that is due has waited", labels=["urgency"]
    )
    for urgency, unsent in waiting.items():
        states.add_metric([urgency, "due"], unsent.due)
        states.add_metric([urgency, "later"], unsent.later)
        states.add_metric([urgency, "sending"], on_the_way[urgency].sending)
        states.add_metric([urgency, "in_doubt"], on_the_way[urgency].in_doubt)
        oldest.add_metric([urgency], unsent.oldest_s)
    yield states
    yield oldest


def _fan_outs() -> Iterator[Metric]:
    left, oldest_s = standing.fan_outs()
    yield GaugeMetricFamily("community_fan_out_recipients", "Messages to many that are still to be written", left)
    yield GaugeMetricFamily(
        "community_oldest_fan_out_seconds", "For how long the oldest of those has been waiting to be written", oldest_s
    )


def _events() -> Iterator[Metric]:
    family = GaugeMetricFamily(
        "community_wechat_events_open",
        "Events pushed by WeChat that are not handled: waiting, failing (tried often in vain), failed (given up)",
        labels=["state"],
    )
    for state, number in handling.standing()._asdict().items():
        family.add_metric([state], number)
    yield family
    yield GaugeMetricFamily(
        "community_oldest_wechat_event_seconds",
        "For how long the oldest event that is due has waited for its handler",
        handling.lag_s(),
    )


def _alerts() -> Metric:
    family = GaugeMetricFamily("community_operator_alerts_open", "What the operator must put right", labels=["code"])
    found = Tally(alert.code for alert in alerts.open_alerts())
    for code in AlertCode:
        family.add_metric([code], found[code])
    return family


def _backups() -> Metric:
    latest = backups.latest()
    age_s = latest.age_s if latest else inf
    return GaugeMetricFamily("community_backup_age_seconds", "How old the newest backup is; +Inf: there is none", age_s)


def _server() -> Iterator[Metric]:
    """What PostgreSQL knows of this database."""
    connections = GaugeMetricFamily("community_database_connections", "Connections by what they do", labels=["state"])
    longest_s = 0.0
    for state, number, seconds in db.session.execute(_ACTIVITY):
        connections.add_metric([state.replace(" ", "_")], number)
        longest_s = max(longest_s, seconds or 0.0)
    limit, size = db.session.execute(_LIMIT_AND_SIZE).one()
    yield connections
    yield GaugeMetricFamily("community_database_connections_limit", "max_connections of the server", limit)
    yield GaugeMetricFamily(
        "community_oldest_transaction_seconds", "How long the oldest transaction is open", longest_s
    )
    yield GaugeMetricFamily("community_database_bytes", "Size of the database on disk", size)


_ACTIVITY = text(
    """
    SELECT coalesce(state, 'other'), count(*), max(extract(epoch FROM clock_timestamp() - xact_start))::float8
    FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend'
    GROUP BY 1 ORDER BY 1
    """
)
_LIMIT_AND_SIZE = text("SELECT current_setting('max_connections')::int, pg_database_size(current_database())")


def _jobs() -> Iterator[Metric]:
    waiting = GaugeMetricFamily("community_jobs_waiting", "Jobs in a queue of RQ", labels=["queue"])
    oldest = GaugeMetricFamily("community_oldest_job_seconds", "How long a queue's first job waits", labels=["queue"])
    failed = GaugeMetricFamily("community_jobs_failed", "Jobs that failed within a week", labels=["queue"])
    for queue, size in queueing.queue_sizes().items():
        waiting.add_metric([queue], size.waiting)
        failed.add_metric([queue], size.failed)
        oldest.add_metric([queue], size.oldest_s)
    yield waiting
    yield oldest
    yield failed


def _processes() -> Iterator[Metric]:
    alive = GaugeMetricFamily("community_processes_alive", "Background processes heard of lately", labels=["kind"])
    silent = GaugeMetricFamily("community_processes_silent", "Background processes gone silent", labels=["kind"])
    found = queueing.processes()
    for kind in queueing.BACKGROUND:
        alive.add_metric([kind], sum(one.alive for one in found if one.kind == kind))
        silent.add_metric([kind], sum(not one.alive for one in found if one.kind == kind))
    yield alive
    yield silent


def _counter(counter: metrics.Counter) -> Metric:
    family = CounterMetricFamily(counter.name, counter.help, labels=counter.labels)
    for values, total in metrics.counts(counter).items():
        family.add_metric(values, total)
    return family


def _gauge(gauge: metrics.Gauge) -> Metric:
    family = GaugeMetricFamily(gauge.name, gauge.help, labels=["process", gauge.label])
    for values, total in metrics.held(gauge).items():
        family.add_metric(values, total)
    return family


def _memory_of_redis() -> Metric:
    told: Any = queueing.connection().info("memory")
    return GaugeMetricFamily("community_redis_bytes", "Memory that Redis uses", told["used_memory"])


def _histogram(histogram: metrics.Histogram) -> Metric:
    family = HistogramMetricFamily(histogram.name, histogram.help, labels=histogram.labels)
    bounds = [*map(str, map(float, histogram.bounds)), "+Inf"]
    for values, (buckets, seconds) in metrics.distributions(histogram).items():
        family.add_metric(values, list(zip(bounds, buckets, strict=True)), seconds)
    return family
