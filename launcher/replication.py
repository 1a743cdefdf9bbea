"""PostgreSQL with a synchronous standby, both on loopback, for what must be tried on real replication.

Each server is a process under the caller, run from the embedded PostgreSQL's programs, and ends with the caller.
"""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, LiteralString

import psutil
import psycopg
from psycopg import sql

from app.core.postgres_programs import EMBEDDED_BIN
from launcher import servers, service_user
from launcher.child import end_with_parent
from launcher.errors import StartError
from launcher.ports import free_port

_OPTIONS: Final = {
    **servers.DURABLE,
    "shared_buffers": "128MB",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "wal_level": "replica",
    "wal_keep_size": "1GB",
    "wal_log_hints": "on",
}
_PATIENCE_S: Final = 60


class Server:
    """One PostgreSQL server: a cluster in a folder, a port, and a process while it runs."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name, self.port = name, free_port()
        self.cluster, self._log = folder / name, folder / f"{name}.log"
        self._process: subprocess.Popen[bytes] | None = None

    def address(self, database: str = "postgres") -> str:
        """The address of a database of this server alone."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def make(self) -> None:
        """Make a new cluster."""
        service_user.make_private(self.cluster, service_user.service_user())
        self._run("initdb", "-D", self.cluster, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync")
        with (self.cluster / "postgresql.conf").open("a") as file:  # in the file, so that pg_rewind has them too
            file.writelines(f"{name} = '{value}'\n" for name, value in _OPTIONS.items())

    def copy(self, primary: "Server") -> None:
        """Make the cluster a copy of a running one, which will follow it."""
        service_user.make_private(self.cluster, service_user.service_user())
        self._run("pg_basebackup", "-D", self.cluster, "-d", primary.address(), "-R", "-X", "stream", "-c", "fast")

    def rewind(self, primary: "Server") -> None:
        """Make the cluster, which has stopped, one that follows `primary`: what that one never had is taken back."""
        self._run("pg_rewind", "-D", self.cluster, f"--source-server={primary.address()}", "-R", "--no-sync")

    def start(self) -> None:
        """Start, and wait until it takes connections. Raises StartError with its log."""
        own = [f"--port={self.port}", f"--cluster_name={self.name}"]
        self._process = self._popen(["postgres", "-D", str(self.cluster), *own])
        deadline = time.monotonic() + _PATIENCE_S
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise StartError(f"PostgreSQL '{self.name}' did not start:\n{self._log.read_text(errors='replace')}")
            time.sleep(0.03)

    def kill(self) -> None:
        """End every process of it at once (kill -9)."""
        assert self._process is not None
        with contextlib.suppress(psutil.NoSuchProcess):
            postmaster = psutil.Process(self._process.pid)
            for one in (postmaster, *postmaster.children(recursive=True)):
                with contextlib.suppress(psutil.NoSuchProcess):
                    one.kill()
        self._process.wait()
        self._process = None

    def stop(self) -> None:
        """Stop without waiting for anybody, if it runs."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait()
            self._process = None

    def promote(self) -> None:
        """Make the standby the primary; returns when it takes writes."""
        self.execute("SELECT pg_promote(wait => true, wait_seconds => 60)")

    def hear_no_more(self) -> None:
        """Let the standby take nothing any more of what its primary sends."""
        with psycopg.connect(self.address(), autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET primary_conninfo = ''")
            connection.execute("SELECT pg_reload_conf()")
        deadline = time.monotonic() + _PATIENCE_S
        while self.execute("SELECT pid FROM pg_stat_wal_receiver"):
            if time.monotonic() > deadline:
                raise StartError(f"The standby '{self.name}' goes on hearing.")
            time.sleep(0.01)

    def wait_for(self, standby: "Server", *, synchronous: bool) -> None:
        """Wait until the standby follows; `synchronous`: from then on no commit returns before it has it."""
        names = f"FIRST 1 ({standby.name})" if synchronous else ""
        statement = sql.SQL("ALTER SYSTEM SET synchronous_standby_names = {}").format(sql.Literal(names))
        with psycopg.connect(self.address(), autocommit=True) as connection:
            connection.execute(statement)
            connection.execute("SELECT pg_reload_conf()")
        wanted = ("streaming", "sync" if synchronous else "async")
        deadline = time.monotonic() + _PATIENCE_S
        while wanted not in self.execute("SELECT state, sync_state FROM pg_stat_replication"):
            if time.monotonic() > deadline:
                raise StartError(f"The standby '{standby.name}' does not follow '{self.name}'.")
            time.sleep(0.03)

    def execute(self, query: LiteralString, database: str = "postgres") -> Sequence[tuple[Any, ...]]:
        """The rows of a statement."""
        with psycopg.connect(self.address(database), autocommit=True) as connection:
            return connection.execute(query).fetchall()

    def _answers(self) -> bool:
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(self.address(), connect_timeout=2).close()
            return True
        return False

    def _run(self, program: str, *arguments: str | Path) -> None:
        if self._popen([program, *map(str, arguments)]).wait():
            raise StartError(f"{program} failed:\n{self._log.read_text(errors='replace')}")

    def _popen(self, command: Sequence[str]) -> "subprocess.Popen[bytes]":
        service_user.make_readable(EMBEDDED_BIN.parent)
        user = service_user.service_user()
        with self._log.open("ab") as output:
            return subprocess.Popen(  # noqa: S603
                [str(EMBEDDED_BIN / command[0]), *command[1:]],
                cwd="/",
                env={"LC_ALL": "C", "PATH": os.environ.get("PATH", "")},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=lambda: end_with_parent(signal.SIGQUIT),
                user=user.pw_uid if user else None,
                group=user.pw_gid if user else None,
                extra_groups=[] if user else None,
            )


@dataclass(frozen=True)
class Pair:
    """A primary and its standby."""

    primary: Server
    standby: Server

    def address(self, database: str) -> str:
        """The address of whichever of the two takes writes."""
        ports = f"127.0.0.1:{self.primary.port},127.0.0.1:{self.standby.port}"
        return f"postgresql://postgres@{ports}/{database}"


@contextlib.contextmanager
def pair(folder: Path, *, synchronous: bool = True) -> Iterator[Pair]:
    """Two servers under `folder`, "a" and its standby "b", until the block ends. Raises StartError."""
    service_user.open_the_way(folder / "a")
    made = Pair(Server("a", folder), Server("b", folder))
    try:
        made.primary.make()
        made.primary.start()
        made.standby.copy(made.primary)
        made.standby.start()
        made.primary.wait_for(made.standby, synchronous=synchronous)
        yield made
    finally:
        made.standby.stop()
        made.primary.stop()
