"""Run a command against Debian's own PostgreSQL 15 and Redis: `python -m launcher.external COMMAND...`.

Both are started on free loopback ports in a temporary folder, named to the command by TEST_DATABASE_URL and
TEST_REDIS_URL, and stopped afterwards. Nothing is installed.
"""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import redis

from launcher.errors import LauncherError, StartError
from launcher.ports import free_port

POSTGRES_BIN = Path("/usr/lib/postgresql/15/bin")
_POSTGRES_OPTIONS = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200"]


def main(command: list[str]) -> int:
    """Exit code: the command's own, or 1 where the servers cannot be started."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # an exit, so that the servers are stopped
    try:
        _check_packages()
        with tempfile.TemporaryDirectory(prefix="community-external-") as folder:
            Path(folder).chmod(0o711)
            with postgres(Path(folder)) as database_url, redis_server(Path(folder)) as redis_url:
                environment = {**os.environ, "TEST_DATABASE_URL": database_url, "TEST_REDIS_URL": redis_url}
                return subprocess.run(command, env=environment, check=False).returncode  # noqa: S603
    except LauncherError as error:
        print(error, file=sys.stderr)
        return 1


@contextlib.contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """PostgreSQL 15 with a cluster under `folder`. Yields its address; raises StartError with its log."""
    cluster, port, user = folder / "postgres", free_port(), _postgres_user()
    cluster.mkdir(mode=0o700)
    if user:
        os.chown(cluster, user.pw_uid, user.pw_gid)
    initdb = [str(POSTGRES_BIN / "initdb"), "-D", str(cluster), "-U", "postgres", "--auth=trust", "--no-sync"]
    _as(user, [*initdb, "--encoding=UTF8", "--locale=C.UTF-8"], folder / "initdb.log").wait()
    command = [str(POSTGRES_BIN / "postgres"), "-D", str(cluster), "-h", "127.0.0.1", "-p", str(port), "-k", ""]
    command += [word for option in _POSTGRES_OPTIONS for word in ("-c", option)]
    url = f"postgresql://postgres@127.0.0.1:{port}/postgres"
    with _running(_as(user, command, folder / "postgres.log"), signal.SIGINT) as process:
        _wait(process, lambda: psycopg.connect(url, connect_timeout=2).close(), psycopg.OperationalError, folder)
        yield url


@contextlib.contextmanager
def redis_server(folder: Path) -> Iterator[str]:
    """Redis without persistence. Yields its address; raises StartError with its log."""
    port = free_port()
    command = ["redis-server", "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--dir", str(folder)]
    with (
        _running(_as(None, command, folder / "redis.log"), signal.SIGTERM) as process,
        redis.Redis(host="127.0.0.1", port=port) as client,
    ):
        _wait(process, lambda: client.ping(), redis.ConnectionError, folder)
        yield f"redis://127.0.0.1:{port}/0"


def _check_packages() -> None:
    present = {"postgresql-15": (POSTGRES_BIN / "initdb").exists(), "redis-server": shutil.which("redis-server")}
    missing = [name for name, found in present.items() if not found]
    if missing:
        names = " ".join(missing)
        raise StartError(f"Missing Debian packages: {names}. Install them with: apt-get install {names}")


def _postgres_user() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root: then it runs as the package's user, or as nobody."""
    if os.geteuid() != 0:
        return None
    with contextlib.suppress(KeyError):
        return pwd.getpwnam("postgres")
    return pwd.getpwnam("nobody")


def _as(user: pwd.struct_passwd | None, command: list[str], log: Path) -> "subprocess.Popen[bytes]":
    with log.open("wb") as output:
        return subprocess.Popen(  # noqa: S603
            command,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=user.pw_uid if user else None,
            group=user.pw_gid if user else None,
            extra_groups=[] if user else None,
        )


@contextlib.contextmanager
def _running(process: "subprocess.Popen[bytes]", stop_signal: signal.Signals) -> Iterator["subprocess.Popen[bytes]"]:
    try:
        yield process
    finally:
        process.send_signal(stop_signal)
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(
    process: "subprocess.Popen[bytes]", attempt: Callable[[], object], not_yet: type[Exception], folder: Path
) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            attempt()
        except not_yet:
            if process.poll() is not None or time.monotonic() > deadline:
                logs = "\n".join(log.read_text(errors="replace") for log in sorted(folder.glob("*.log")))
                raise StartError(f"A server did not start:\n{logs}") from None
            time.sleep(0.05)
        else:
            return


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
