"""The periodic jobs, and the process that asks for them: `python -m tasks.schedule`.

Each is a sweep that finds its work in PostgreSQL, so a run that is missed or doubled does no harm.
"""

import sys
from collections.abc import Callable
from typing import Any, NamedTuple

from rq.cron import CronJob, CronScheduler
from rq.utils import now

from app.bootstrap import create_app
from app.core import metrics, queueing
from app.core.errors import ConfigurationError
from app.core.queueing import Urgency
from app.core.settings import load_settings
from tasks import (
    audit,
    compounds,
    housekeeping,
    meetings,
    moderation,
    notifications,
    org,
    privacy,
    statistics,
    volunteering,
    wechat_events,
    wishes,
)


class Periodic(NamedTuple):
    """A job, the queue that it goes to, and every how many seconds it is asked for."""

    job: Callable[..., Any]
    args: tuple[Any, ...]
    urgency: Urgency
    seconds: int


PERIODIC = (
    Periodic(meetings.tell_openings, (), Urgency.NORMAL, 5),
    Periodic(meetings.remind, (), Urgency.BULK, 300),
    Periodic(meetings.tell_buyers, (), Urgency.NORMAL, 300),
    Periodic(meetings.sequence_ballots, (), Urgency.CRITICAL, 60),
    Periodic(audit.chain, (), Urgency.CRITICAL, 60),
    Periodic(org.end_terms, (), Urgency.NORMAL, 600),
    Periodic(compounds.end_leases, (), Urgency.NORMAL, 600),
    Periodic(compounds.warn_of_lease_ends, (), Urgency.BULK, 3600),
    Periodic(meetings.warn_of_ending_terms, (), Urgency.BULK, 3600),
    Periodic(meetings.warn_of_petitions, (), Urgency.BULK, 3600),
    Periodic(meetings.collect_deliveries, (), Urgency.BULK, 300),
    Periodic(meetings.sweep_files, (), Urgency.BULK, 3600),
    Periodic(moderation.check, (), Urgency.NORMAL, 30),
    Periodic(moderation.settle, (), Urgency.NORMAL, 60),
    Periodic(moderation.sweep_files, (), Urgency.BULK, 3600),
    Periodic(wishes.settle, (), Urgency.NORMAL, 300),
    Periodic(wishes.forget_photos, (), Urgency.BULK, 86400),
    Periodic(wechat_events.sweep, (), Urgency.BULK, 5),
    Periodic(volunteering.remind, (), Urgency.BULK, 600),
    Periodic(volunteering.extend_services, (), Urgency.BULK, 3600),
    Periodic(volunteering.forget_contacts, (), Urgency.BULK, 86400),
    Periodic(notifications.write_fan_outs, (), Urgency.NORMAL, 5),
    Periodic(notifications.match_followers, (), Urgency.NORMAL, 10),
    Periodic(notifications.read_followers, (), Urgency.BULK, 86400),
    Periodic(statistics.refresh_recent, (), Urgency.BULK, 600),
    Periodic(statistics.refresh_corrected, (), Urgency.BULK, 86400),
    Periodic(notifications.report_in_doubt, (), Urgency.NORMAL, 600),
    Periodic(privacy.close_accounts, (), Urgency.BULK, 3600),
    Periodic(privacy.forget, (), Urgency.BULK, 86400),
    Periodic(housekeeping.sweep, (), Urgency.BULK, 86400),
)


class Scheduler(CronScheduler):
    """RQ's, but what waits is not asked for again, and nothing that waits is dropped.

    And it stops whatever it is at: a log handler swallows an Exception that a signal raises within it.
    """

    def enqueue_jobs(self) -> list[CronJob]:
        due = [job for job in self.get_jobs() if job.should_run()]
        for job in due:
            queueing.enqueue_now(job.func_name, *job.args, urgency=Urgency(job.queue_name))
            job.set_enqueue_time(now())
        return due

    def _request_stop(self, signum: int, frame: object) -> None:
        raise KeyboardInterrupt


def main() -> None:
    """Ask for the periodic jobs until told to stop."""
    metrics.this_process_is("scheduler")
    try:
        settings = load_settings()
    except ConfigurationError as error:
        sys.exit(str(error))
    create_app(settings)
    scheduler = Scheduler(queueing.connection())
    for job, args, urgency, seconds in PERIODIC:
        scheduler.register(job, urgency.value, args=args, interval=seconds)
    scheduler.start()  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    main()
