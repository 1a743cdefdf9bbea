"""A worker process: `python -m tasks.worker`. It serves the queues by urgency and forks a child for each job."""

import sys
from time import perf_counter
from types import FrameType
from typing import Any

import structlog
from flask import Flask
from redis.client import Pipeline
from rq import Queue, Worker
from rq.exceptions import StopRequested
from rq.job import Job
from rq.worker import WorkerStatus

from app.bootstrap import create_app
from app.core import metrics, queueing, statements, tracing
from app.core.errors import ConfigurationError
from app.core.queueing import Urgency
from app.core.settings import load_settings
from app.core.work import JOBS

log = structlog.get_logger(__name__)


class JobWorker(Worker):
    """Runs each job inside the application, under the request id of what asked for it."""

    application: Flask

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        """Stop, after the job at hand.

        A flag says so too, for the next heartbeat: what is raised here may be caught by what runs at that moment, as by
        a handler of log lines, which keeps every error to itself.
        """
        self._stop_requested = True
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call]

    def heartbeat(self, timeout: int | None = None, pipeline: Pipeline | None = None) -> None:
        super().heartbeat(timeout, pipeline)
        queueing.heartbeat(queueing.WORKER, self.pid)
        if self._stop_requested and self.get_state() != WorkerStatus.BUSY:
            raise StopRequested

    def register_death(self) -> None:
        super().register_death()  # type: ignore[no-untyped-call]
        queueing.farewell(queueing.WORKER, self.pid)

    def perform_job(self, job: Job, *args: Any, **kwargs: Any) -> bool:
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(
            request_id=job.get_meta(refresh=False).get("request_id"), job=job.func_name, job_id=job.id
        )
        metrics.this_process_is("job")
        span, began = (
            tracing.begin(name := job.func_name or "none", "consumer", job.get_meta(refresh=False).get("trace")),
            perf_counter(),
        )
        with self.application.app_context():
            done = super().perform_job(job, *args, **kwargs)
        JOBS.observe(perf_counter() - began, name, "done" if done else "failed")
        statements.settle("job", name)
        tracing.end(span, failed=not done)
        metrics.hand_over()
        tracing.flush()
        log.info("job_done" if done else "job_failed")
        return done


def main() -> None:
    """Work until told to stop (SIGTERM or SIGINT): the job at hand is finished first."""
    metrics.this_process_is("worker")
    try:
        settings = load_settings()
    except ConfigurationError as error:
        sys.exit(str(error))
    JobWorker.application = create_app(settings)
    queues = [Queue(urgency, connection=queueing.connection()) for urgency in Urgency]
    JobWorker(queues, connection=queueing.connection(), worker_ttl=60).work(logging_level=None)  # says that it lives


if __name__ == "__main__":
    main()
