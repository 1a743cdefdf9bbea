"""One transaction around one act. The edge (a changing request, a job) opens it; services never commit."""

from collections.abc import Iterator
from contextlib import contextmanager

from app.core import queueing
from app.core.db import db, session_begun


@contextmanager
def unit_of_work() -> Iterator[None]:
    """Commit on success and then send the jobs that were asked for meanwhile; roll back and drop them on any error.

    Whatever the outcome, the connection is back in the pool afterwards.
    """
    queueing.discard()
    try:
        yield
        if session_begun():
            db.session.commit()
    except BaseException:
        db.session.rollback()
        queueing.discard()
        raise
    finally:
        db.session.remove()
    queueing.flush()


def release_connection() -> None:
    """End the transaction so far and give the connection back, before a call over the network.

    What was written stays written; what is read afterwards belongs to a new transaction.
    """
    db.session.commit()
    db.session.remove()
