"""Migrating while the product runs: nobody waits for long behind it, and what was cut off is carried on."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import flask_migrate
import psycopg
import pytest
from flask import Flask

from app.bootstrap import allow_migrations, create_app
from app.core.db import dispose_of_engines
from app.core.settings import Settings
from launcher.schema import heads
from tests.support import servers

BEFORE = "0290"
"""What came before the migration that builds the turnout's index."""
LONGEST_S = 2
"""For how long a ballot may wait, on a machine that is busy with tests."""

BUILT = "SELECT indexrelid FROM pg_index WHERE indexrelid = to_regclass('uq_ballot_standing_covering') AND indisvalid"
BUILDING = """
SELECT pid FROM pg_stat_activity
WHERE datname = current_database() AND query ~ '^CREATE UNIQUE INDEX' AND wait_event_type = 'Lock'
"""
SWAPPED = """
SELECT indisvalid AND indnatts = 5 AND to_regclass('uq_ballot_standing_covering') IS NULL
FROM pg_index WHERE indexrelid = 'uq_ballot_standing'::regclass
"""


@pytest.fixture
def earlier(settings: Settings, worker_id: str) -> Iterator[Flask]:
    """An application whose database stands at `BEFORE`."""
    application = allow_migrations(create_app(servers.beside(settings, f"migrating_{worker_id}")))
    with application.app_context():
        flask_migrate.downgrade(revision=BEFORE)
    yield application
    with application.app_context():
        dispose_of_engines()


class Upgrade(threading.Thread):
    """The newest schema, on its way in a thread."""

    def __init__(self, application: Flask) -> None:
        super().__init__(daemon=True)
        self._application = application
        self.error: Exception | None = None
        self.start()

    def run(self) -> None:
        with self._application.app_context():
            try:
                flask_migrate.upgrade()
            except Exception as error:
                self.error = error

    def ended(self) -> Exception | None:
        self.join(60)
        assert not self.is_alive()
        return self.error


def connected(application: Flask) -> psycopg.Connection:
    return psycopg.connect(application.config["SETTINGS"].libpq_url, autocommit=True)


def one(connection: psycopg.Connection, statement: Any) -> Any:
    found = connection.execute(statement).fetchone()
    return found and found[0]


def eventually(connection: psycopg.Connection, statement: str) -> Any:
    deadline = time.monotonic() + 60
    while (found := one(connection, statement)) is None:
        assert time.monotonic() < deadline, statement
        time.sleep(0.02)
    return found


def test_no_ballot_waits_behind_a_migration_that_waits_for_a_long_reader(earlier: Flask):
    with connected(earlier) as reading, connected(earlier) as casting:
        reading.execute("BEGIN")
        reading.execute("SELECT count(*) FROM ballot")
        upgrade, waits = Upgrade(earlier), [0.0]
        index = eventually(casting, BUILT)
        until = time.monotonic() + 2.5
        while time.monotonic() < until:
            began = time.monotonic()
            with casting.transaction():
                casting.execute("SET LOCAL lock_timeout = '20s'")
                casting.execute("LOCK TABLE ballot IN ROW EXCLUSIVE MODE")  # as an insert does
            waits.append(time.monotonic() - began)
            time.sleep(0.02)
        assert max(waits) < LONGEST_S
        assert upgrade.is_alive(), "the reader is still there"
        reading.execute("ROLLBACK")
        assert upgrade.ended() is None
        assert {one(casting, "SELECT version_num FROM alembic_version")} == heads()
        assert one(casting, SWAPPED)
        assert one(casting, "SELECT 'uq_ballot_standing'::regclass::oid") == index, "it was built once"


def test_what_was_cut_off_while_it_built_an_index_is_carried_on_by_the_next_start(earlier: Flask):
    with connected(earlier) as casting, connected(earlier) as watching:
        casting.execute("BEGIN")
        casting.execute("LOCK TABLE ballot IN ROW EXCLUSIVE MODE")
        upgrade = Upgrade(earlier)
        watching.execute("SELECT pg_terminate_backend(%s)", [eventually(watching, BUILDING)])
        assert upgrade.ended() is not None
        assert one(watching, "SELECT to_regclass('uq_ballot_standing_covering')"), "a half of it is there"
        assert one(watching, BUILT) is None
        casting.execute("ROLLBACK")
        assert Upgrade(earlier).ended() is None
        assert one(watching, SWAPPED)


def test_who_migrates_waits_for_another_who_does(earlier: Flask):
    with connected(earlier) as other, connected(earlier) as watching:
        other.execute("SELECT pg_advisory_lock(%s)", [0x6D696772617465])
        upgrade = Upgrade(earlier)
        time.sleep(0.8)
        assert upgrade.is_alive()
        assert one(watching, "SELECT version_num FROM alembic_version") == BEFORE
        other.execute("SELECT pg_advisory_unlock_all()")
        assert upgrade.ended() is None
        assert one(watching, SWAPPED)
