"""Alembic's entry: runs the migrations over the application's own engine, a transaction each, one process at a time.

Whoever wants a table queues behind a migration that waits for a lock on it, as all casting behind one that waits for a
backup to have read. So a migration waits half a second for a lock; where that is not enough, all of it is undone and
tried again later. What is done outside of transactions (`migrations/beside.py`) holds nobody up: it waits on.
"""

import time

import structlog
from alembic import context
from flask import current_app
from psycopg.errors import LockNotAvailable
from sqlalchemy import Connection, event, func, select, text
from sqlalchemy.exc import OperationalError

from app.core.db import db

LOCK_TIMEOUT = text("SET LOCAL lock_timeout = '500ms'")
LONGEST_PAUSE_S = 30
PATIENCE_S = 900
ONE_AT_A_TIME = 0x6D696772617465
"""Advisory lock of whoever migrates; it is waited for as any other."""

log = structlog.get_logger(__name__)


def run_migrations() -> None:
    """Upgrade or downgrade the database of the current application."""
    pause, until = 1, time.monotonic() + PATIENCE_S
    while True:
        try:
            with db.engine.connect() as connection:
                try:
                    _run(connection)
                finally:
                    connection.invalidate()  # with it ends the advisory lock
            return
        except OperationalError as error:
            if not isinstance(error.orig, LockNotAvailable) or time.monotonic() > until or _counts_from_here():
                raise
        log.warning("migration_waits_for_lock", tried_again_in_s=pause)
        time.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE_S)


def _run(connection: Connection) -> None:
    event.listen(connection, "begin", lambda one: one.execute(LOCK_TIMEOUT))
    connection.execute(select(func.pg_advisory_lock(ONE_AT_A_TIME)))
    connection.commit()
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        transaction_per_migration=True,
        compare_server_default=True,
        **current_app.extensions["migrate"].configure_args,
    )
    with context.begin_transaction():
        context.run_migrations()


def _counts_from_here() -> bool:
    """Whether it was asked for so many migrations from where the schema stands, which may have moved on meanwhile."""
    return str(context.get_revision_argument()).startswith(("+", "-"))


if context.is_offline_mode():
    context.configure(dialect_name="postgresql", target_metadata=db.metadata, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
else:
    run_migrations()
