"""The embedded servers alone, as tests and benchmarks use them."""

import os
import signal
from pathlib import Path

import psutil
import psycopg
import pytest

from app.core.settings import Settings, load_settings
from launcher import marks
from launcher.embedded import create_database, embedded_servers
from launcher.errors import AlreadyRunning

pytestmark = pytest.mark.timeout(60)


def query(settings: Settings, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(
        host=str(settings.socket_dir), user="postgres", dbname="community", autocommit=True
    ) as session:
        cursor = session.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def test_servers_start_keep_data_over_kill_9_and_leave_nothing(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path, database_url="", redis_url="")
    with embedded_servers(settings) as servers:
        assert create_database(settings)
        assert not create_database(settings), "an existing database is left as it is"
        query(settings, "CREATE TABLE kept (n int)")
        query(settings, "INSERT INTO kept VALUES (1314)")
        assert query(settings, "SHOW fsync") == [("on",)]
        assert settings.socket_dir.stat().st_mode & 0o077 == 0
        os.kill(servers.postgres_pid, signal.SIGKILL)
        os.kill(servers.valkey_pid, signal.SIGKILL)

    assert (tmp_path / "postgres" / "postmaster.pid").exists(), "a killed server leaves its lock file"
    with embedded_servers(settings) as servers:
        assert query(settings, "SELECT n FROM kept") == [(1314,)]
        with pytest.raises(AlreadyRunning, match=str(os.getpid())), embedded_servers(settings):
            pass
        assert psutil.pid_exists(servers.postgres_pid)

    assert marks.members(tmp_path) == []
    assert not settings.socket_dir.exists()


def test_a_throwaway_database_is_copied_from_a_template(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path, database_url="", redis_url="")
    with embedded_servers(settings, durable=False):
        create_database(settings, "blueprint")
        create_database(settings, "community", template="blueprint")
        assert query(settings, "SHOW fsync") == [("off",)]
