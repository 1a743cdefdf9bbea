"""The embedded PostgreSQL and Valkey of a data directory.

`embedded_servers` runs them as children of the calling process, for tests, benchmarks and maintenance;
`launcher.run` runs the same commands under a supervisor.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import psycopg
import redis
from psycopg import sql
from psycopg.pq import PGconn, Ping

from app.core.settings import Settings
from launcher import marks, servers
from launcher.errors import StartError
from launcher.lock import data_dir_lock

ROOT = Path(__file__).parent.parent
DATABASE = "community"


@dataclass(frozen=True)
class EmbeddedServers:
    """Process ids of the running servers."""

    postgres_pid: int
    valkey_pid: int


@contextlib.contextmanager
def embedded_servers(settings: Settings, *, durable: bool = True) -> Iterator[EmbeddedServers]:
    """Run PostgreSQL and Valkey under `settings.data_dir` until the block ends.

    durable=False leaves out every wait for the disk: for data that is thrown away.
    Raises AlreadyRunning when something else uses the data directory, StartError when a server does not come up.
    """
    with data_dir_lock(settings.data_dir):
        marks.end_left_overs(settings.data_dir)
        started: dict[str, subprocess.Popen[bytes]] = {}
        try:
            for name, command in server_commands(settings, durable=durable).items():
                started[name] = _start(settings.data_dir, name, command)
            wait_until_ready(settings, lambda: all(process.poll() is None for process in started.values()))
            yield EmbeddedServers(started["postgres"].pid, started["valkey"].pid)
        finally:
            _stop(started, durable=durable)
            marks.end(marks.members(settings.data_dir), patience_s=0)
            with contextlib.suppress(OSError):
                settings.socket_dir.rmdir()


def server_commands(settings: Settings, *, durable: bool = True) -> dict[str, list[str]]:
    """Command lines of the two servers by program name; the wrapper prepares each of them on every start."""
    socket_dir = settings.socket_dir
    wrapper = [sys.executable, "-m", "launcher.child", "--socket-dir", str(socket_dir)]
    if not durable:
        wrapper.append("--throwaway")
    return {
        "postgres": [
            *(*wrapper, "postgres", "--"),
            *servers.postgres_command(settings.data_dir, socket_dir, settings.embedded_shared_buffers, durable=durable),
        ],
        "valkey": [
            *(*wrapper, "valkey", "--"),
            *servers.valkey_command(settings.data_dir, socket_dir, durable=durable),
        ],
    }


def create_database(settings: Settings, name: str = DATABASE, template: str | None = None) -> bool:
    """Create a database in the embedded PostgreSQL, as a copy of `template` if given.

    Returns False where it exists already; it is then left as it is.
    """
    with _connect(settings) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            return False
        statement = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
        if template:
            statement += sql.SQL(" TEMPLATE {}").format(sql.Identifier(template))
        connection.execute(statement)
        return True


def wait_until_ready(settings: Settings, alive: Callable[[], bool] = lambda: True, timeout_s: float = 60) -> None:
    """Wait until both servers answer; one that says that it reads its data or its log is given the time it takes.

    `alive` says whether waiting still makes sense. Raises StartError when it does not, or when a server has said
    nothing for `timeout_s` seconds.
    """
    servers_ = (("PostgreSQL", postgres_answers, _postgres_recovers), ("Valkey", valkey_answers, _valkey_loads))
    for name, answers, is_coming in servers_:
        deadline = time.monotonic() + timeout_s
        while not answers(settings):
            if is_coming(settings):
                deadline = time.monotonic() + timeout_s
            if not alive() or time.monotonic() > deadline:
                raise StartError(f"The embedded {name} in {settings.data_dir} did not start; its log says why.")
            time.sleep(0.03)


def postgres_answers(settings: Settings) -> bool:
    """Whether the embedded PostgreSQL takes a connection now."""
    with contextlib.suppress(psycopg.OperationalError):
        _connect(settings).close()
        return True
    return False


def _postgres_recovers(settings: Settings) -> bool:
    """Whether the embedded PostgreSQL is there, and may take no connection yet: after a crash it replays its log."""
    found = PGconn.ping(f"host={settings.socket_dir} port=5432 dbname=postgres".encode())
    return found in (Ping.REJECT, Ping.OK)


def valkey_answers(settings: Settings) -> bool:
    """Whether the embedded Valkey answers a ping now (it does not while it loads its data)."""
    with contextlib.suppress(redis.RedisError), _valkey(settings) as client:
        return bool(client.ping())
    return False


def _valkey_loads(settings: Settings) -> bool:
    try:
        with _valkey(settings) as client:
            client.ping()
    except redis.exceptions.BusyLoadingError:
        return True
    except redis.RedisError:
        return False
    return False


def _valkey(settings: Settings) -> redis.Redis:
    return redis.Redis(unix_socket_path=str(settings.socket_dir / "valkey.sock"), socket_timeout=2)


def without_libpq(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment without libpq's variables: the embedded PostgreSQL is found by its socket alone."""
    return {key: value for key, value in environment.items() if not key.startswith("PG")}


def _connect(settings: Settings) -> psycopg.Connection:
    return psycopg.connect(
        host=str(settings.socket_dir), port=5432, user="postgres", dbname="postgres", connect_timeout=5, autocommit=True
    )


def _start(data_dir: Path, name: str, command: list[str]) -> "subprocess.Popen[bytes]":
    log = data_dir / "log" / f"{name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        return subprocess.Popen(  # noqa: S603
            [*command[:3], "--parent", str(os.getpid()), *command[3:]],
            cwd=ROOT,
            env=marks.marked(without_libpq(os.environ), data_dir, name),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C goes to the caller, who stops the servers in its own time
        )


def _stop(started: "dict[str, subprocess.Popen[bytes]]", *, durable: bool) -> None:
    """Stop the servers: PostgreSQL with a checkpoint, or at once where the data are thrown away."""
    signals = {"postgres": signal.SIGINT if durable else signal.SIGQUIT, "valkey": signal.SIGTERM}
    for name, process in started.items():
        process.send_signal(signals[name])
    for process in started.values():
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
