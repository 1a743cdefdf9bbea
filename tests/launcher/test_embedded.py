"""The embedded servers alone, as tests and benchmarks use them."""

import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import psutil
import psycopg
import pytest

from app.core.settings import Settings, load_settings
from launcher import embedded, marks, servers
from launcher.embedded import create_database, embedded_servers, wait_until_ready
from launcher.errors import AlreadyRunning, StartError
from launcher.ports import free_port
from launcher.programs import plan_for

pytestmark = pytest.mark.timeout(60)


def query(settings: Settings, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(
        host=str(settings.socket_dir), user="postgres", dbname="community", autocommit=True
    ) as session:
        cursor = session.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def test_servers_start_keep_data_over_kill_9_and_leave_nothing(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path, database_url="", redis_url="")
    with embedded_servers(settings) as running:
        assert create_database(settings)
        assert not create_database(settings), "an existing database is left as it is"
        query(settings, "CREATE TABLE kept (n int)")
        query(settings, "INSERT INTO kept VALUES (1314)")
        assert query(settings, "SHOW fsync") == [("on",)]
        assert settings.socket_dir.stat().st_mode & 0o077 == 0
        lock = tmp_path / "postgres" / "postmaster.pid"
        assert servers._is_held(lock, tmp_path / "postgres")
        assert not servers._is_held(lock, tmp_path), "its number may be another PostgreSQL's after a crash"
        os.kill(running.postgres_pid, signal.SIGKILL)
        os.kill(running.valkey_pid, signal.SIGKILL)

    assert lock.exists(), "a killed server leaves its lock file"
    with embedded_servers(settings) as running:
        assert query(settings, "SELECT n FROM kept") == [(1314,)]
        with pytest.raises(AlreadyRunning, match=str(os.getpid())), embedded_servers(settings):
            pass
        assert psutil.pid_exists(running.postgres_pid)

    assert marks.members(tmp_path) == []
    assert not settings.socket_dir.exists()


def test_a_throwaway_database_is_copied_from_a_template(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path, database_url="", redis_url="")
    with embedded_servers(settings, durable=False):
        create_database(settings, "blueprint")
        create_database(settings, "community", template="blueprint")
        assert query(settings, "SHOW fsync") == [("off",)]


def test_a_server_that_replays_its_log_is_waited_for_however_long_it_takes(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path, database_url="", redis_url="")
    with embedded_servers(settings):
        pass
    cluster = tmp_path / "postgres"
    (cluster / "standby.signal").touch()  # it replays until it is promoted
    with (cluster / "postgresql.auto.conf").open("a") as file:
        file.write("hot_standby = off\n")
    commands = embedded.server_commands(settings)
    started = {name: embedded._start(tmp_path, name, command) for name, command in commands.items()}
    try:
        eventually(lambda: embedded._postgres_recovers(settings))
        promotion = threading.Timer(1.2, promote, [cluster, started["postgres"].pid])
        promotion.start()
        began = time.monotonic()
        wait_until_ready(settings, timeout_s=0.3)
        assert time.monotonic() - began > 1, "it was not ready before"
        promotion.join()

        started["postgres"].kill()
        started["postgres"].wait()
        with pytest.raises(StartError, match="PostgreSQL"):
            wait_until_ready(settings, timeout_s=0.3)
    finally:
        embedded._stop(started, durable=False)
        marks.end_left_overs(tmp_path)


def promote(cluster: Path, postmaster: int) -> None:
    (cluster / "promote").touch()
    os.kill(postmaster, signal.SIGUSR1)


def eventually(condition: Callable[[], bool], timeout_s: float = 15) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.02)


@pytest.mark.skipif(sys.platform != "linux", reason="granian's workers share the port's queue only there")
def test_an_api_process_that_is_killed_takes_no_other_with_it(tmp_path: Path) -> None:
    port = free_port()
    settings = load_settings(data_dir=tmp_path, database_url="", redis_url="", port=port, api_workers=2)
    api = next(one for one in plan_for(settings).programs if one.name == "api")
    command = ["tests.launcher.tiny:application" if word == "wsgi:application" else word for word in api.command]
    main = psutil.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        eventually(lambda: answer(port) is not None and len(main.children()) == 2)
        killed, spared = (child.pid for child in main.children())
        os.kill(killed, signal.SIGKILL)
        eventually(lambda: len({one.pid for one in main.children()} - {killed}) == 2)
        assert spared in {one.pid for one in main.children()}
        [replaced] = {one.pid for one in main.children()} - {spared}
        eventually(lambda: answer(port) == replaced)  # one that still begins does not hear that it shall end
        assert {answer(port) for _ in range(20)} <= {one.pid for one in main.children()}
    finally:
        main.terminate()
        main.wait(10)


def answer(port: int) -> int | None:
    """The process that answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as reply:
            return int(reply.read())
    except OSError:
        return None
