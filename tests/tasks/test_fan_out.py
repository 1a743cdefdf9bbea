"""A fan-out through real processes: a worker that is killed while it writes, and two that write at once."""

import time
from uuid import UUID

import psutil
from sqlalchemy import delete, func, select, text

from app.core import queueing
from app.core.db import db
from app.core.ids import new_id
from app.core.settings import Settings
from app.core.unit_of_work import unit_of_work
from app.notifications.fan_out import PAGE
from app.notifications.models import FanOut, OutboxMessage
from tasks.notifications import write_fan_outs
from tests.app.notifications.test_fan_out import tell
from tests.support.forking import start
from tests.support.processes import environment
from tests.support.world import World

MANY = 40 * PAGE


def told_of(own: Settings, number: int) -> UUID:
    """The subject of a fan-out to so many."""
    from flask import current_app

    with unit_of_work():
        db.session.execute(delete(FanOut))
        db.session.execute(delete(OutboxMessage))
    world, subject = World(current_app._get_current_object()), new_id()  # type: ignore[attr-defined]
    with unit_of_work():
        tell(world, [new_id() for _ in range(number)], subject)
    return subject


def written() -> int:
    with unit_of_work():
        return db.session.scalars(select(func.count()).select_from(OutboxMessage)).one()


def left() -> int:
    rest = select(func.coalesce(func.sum(func.cardinality(FanOut.recipients) - FanOut.written), 0))
    with unit_of_work():
        return int(db.session.scalars(rest).one())


def test_a_worker_that_is_killed_while_it_writes_loses_nothing_and_doubles_nothing(own: Settings):
    told_of(own, MANY)
    worker = start("tasks.worker", environment=environment(own))
    deadline = time.monotonic() + 30
    try:
        while written() <= 3 * PAGE and time.monotonic() < deadline:
            time.sleep(0.01)
    finally:
        for process in (*psutil.Process(worker.pid).children(recursive=True), psutil.Process(worker.pid)):
            process.kill()
        worker.wait(10)
    time.sleep(0.3)  # the server ends what the dead one had begun
    there, missing = written(), left()
    assert there + missing == MANY
    assert missing > 0, "it was over before the kill"
    queueing.connection().flushdb()  # and Redis has forgotten the job
    assert write_fan_outs() == missing
    assert (written(), left()) == (MANY, 0)


def test_what_one_worker_writes_another_passes_over_without_waiting(own: Settings):
    told_of(own, 2 * PAGE)
    with db.engine.connect() as other:
        other.execute(text("SELECT 1 FROM fan_out FOR UPDATE"))
        assert write_fan_outs() == 0
    assert write_fan_outs() == PAGE
