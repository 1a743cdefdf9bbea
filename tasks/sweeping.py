"""The two shapes of a sweep: what is due one by one, and what is done by the batch.

A sweep must not stand in the way of others. A subject that fails is passed over, and the rest has its turn; what is
done by the batch stops after some seconds and is asked for again, behind the jobs that wait.
"""

import time
from collections.abc import Callable, Sequence
from typing import TypeVar, TypeVarTuple

import structlog
from rq.timeouts import BaseTimeoutException
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.core import queueing
from app.core.queueing import Urgency
from app.core.unit_of_work import unit_of_work

log = structlog.get_logger(__name__)

Subject = TypeVarTuple("Subject")
Outcome = TypeVar("Outcome")

TURN_S = 4
"""Seconds after which other jobs have their turn."""


def each(found: Callable[[], Sequence[tuple[*Subject]]], act: Callable[[*Subject], Outcome]) -> list[Outcome]:
    """Do the act for each subject that is found, in a transaction of its own; what each gave.

    Raises the first error of a subject, once all have had their turn: the job failed, and says why.
    """
    with unit_of_work():
        subjects = found()
    outcomes: list[Outcome] = []
    first: Exception | None = None
    for subject in subjects:
        try:
            with unit_of_work():
                outcomes.append(act(*subject))
        except Exception as error:
            if _ends_all(error):
                raise
            log.error("subject_failed", subject=[_name(part) for part in subject], error=type(error).__name__)
            first = first or error
    if first:
        raise first
    return outcomes


def _name(part: object) -> str:
    return getattr(part, "__name__", None) or str(part)


def _ends_all(error: Exception) -> bool:
    """Whether it is not the subject's fault: the job's time is over, or PostgreSQL is away."""
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or error.statement is None  # it broke, or none could be made
    return isinstance(error, (BaseTimeoutException, PoolTimeout))


def in_transaction(act: Callable[[], int]) -> Callable[[], int | None]:
    """A batch for `in_turns`: the act in a transaction of its own; None where it found nothing."""

    def batch() -> int | None:
        with unit_of_work():
            return act() or None

    return batch


def in_turns(job: Callable[[], int], act: Callable[[], int | None]) -> int:
    """Do batch after batch until there is none (None), but not for longer than a turn; what they did in all.

    `act` opens its transactions itself. What is left after a turn is the work of the same `job`, behind all that
    waits: a sweep that always has work keeps no other from its own.
    """
    done, deadline = 0, time.monotonic() + TURN_S
    while (some := act()) is not None:
        done += some
        if time.monotonic() > deadline:
            with unit_of_work():
                queueing.enqueue(f"{job.__module__}.{job.__name__}", urgency=Urgency.BULK)
            break
    return done
