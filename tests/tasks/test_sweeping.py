"""A sweep stands in nobody's way: neither its subjects in each other's, nor it in that of other jobs."""

import pytest
import structlog
from rq import Queue
from rq.timeouts import JobTimeoutException
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.core import queueing
from app.core.db import db
from app.core.settings import Settings
from tasks import sweeping
from tasks.sweeping import each, in_turns
from tasks.wishes import settle


def test_a_subject_that_fails_leaves_nothing_and_holds_up_none_of_the_others(own: Settings):
    acts: list[int] = []

    def act(subject: int) -> int:
        db.session.execute(text("CREATE TABLE IF NOT EXISTS swept (subject int)"))
        db.session.execute(text("INSERT INTO swept VALUES (:one)"), {"one": subject})
        acts.append(subject)
        return 10 // (subject - 2)

    with structlog.testing.capture_logs() as logs, pytest.raises(ZeroDivisionError):
        each(lambda: [(1,), (2,), (3,)], act)
    assert acts == [1, 2, 3]
    assert db.session.scalars(text("SELECT subject FROM swept ORDER BY 1")).all() == [1, 3]
    [failed] = [line for line in logs if line["event"] == "subject_failed"]
    assert (failed["subject"], failed["error"]) == (["2"], "ZeroDivisionError")
    db.session.rollback()
    assert each(lambda: [(3,), (12,)], act) == [10, 1]


@pytest.mark.parametrize(
    "error",
    [JobTimeoutException(), PoolTimeout(), DBAPIError("SELECT 1", {}, Exception(), connection_invalidated=True), None],
)
def test_what_is_no_subjects_fault_ends_the_job(own: Settings, error: Exception | None):
    acts: list[int] = []

    def act(subject: int) -> None:
        acts.append(subject)
        if error:
            raise error
        create_engine("postgresql+psycopg://127.0.0.1:1/nobody_listens").connect()

    with pytest.raises(type(error) if error else OperationalError):
        each(lambda: [(1,), (2,)], act)
    assert acts == [1]


def test_a_long_sweep_lets_others_have_their_turn_and_goes_on_behind_them(
    own: Settings, monkeypatch: pytest.MonkeyPatch
):
    queue = Queue("bulk", connection=queueing.connection())
    left = [5, 5, 5]
    assert in_turns(settle, lambda: left.pop() if left else None) == 15
    assert queue.count == 0
    monkeypatch.setattr(sweeping, "TURN_S", 0)
    left = [5, 5, 5]
    assert in_turns(settle, lambda: left.pop() if left else None) == 5
    assert [job.func for job in queue.get_jobs()] == [settle]
