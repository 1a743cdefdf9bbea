"""The process group, started for real with stand-in programs."""

import os
import queue
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from app.core.settings import load_settings
from launcher import marks
from launcher.state import read_state

pytestmark = pytest.mark.timeout(60)


class Run:
    """A launcher in a process of its own, with what it prints."""

    def __init__(self, data_dir: Path, port: int, *options: str) -> None:
        self.data_dir = data_dir
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.launcher.stand_in", str(port), *options],
            env={**os.environ, "DATA_DIR": str(data_dir)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._lines: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as output:
            for line in output:
                self._lines.put(line)

    def wait_for(self, words: str, timeout_s: float = 40) -> None:
        deadline = time.monotonic() + timeout_s
        while words not in self._lines.get(timeout=max(0.01, deadline - time.monotonic())):
            pass

    def pids(self) -> dict[str, int]:
        state = read_state(self.data_dir)
        assert state is not None
        pids: dict[str, int] = state["pids"]
        return pids

    def end(self, signum: signal.Signals) -> tuple[int, float]:
        """Exit code, and the seconds until the launcher had ended."""
        began = time.monotonic()
        self.process.send_signal(signum)
        code = self.process.wait(timeout=20)
        self._reader.join()
        return code, time.monotonic() - began


def socket_dir(data_dir: Path) -> Path:
    return load_settings(data_dir=data_dir, database_url="", redis_url="").socket_dir


def runs(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def eventually(condition: Callable[[], Any], timeout_s: float = 15) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.05)


@pytest.fixture
def port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        number: int = listener.getsockname()[1]
        return number


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Run]]:
    runs: list[Run] = []

    def start_one(*arguments: Any) -> Run:
        runs.append(Run(tmp_path, *arguments))
        return runs[-1]

    yield start_one
    for one in runs:
        if one.process.poll() is None:
            one.end(signal.SIGKILL)
        one.process.wait()
        one._reader.join()
    marks.end_left_overs(tmp_path)
    shutil.rmtree(socket_dir(tmp_path), ignore_errors=True)


def test_killed_processes_come_back_and_ctrl_c_stops_all_within_5_s(
    start: Callable[..., Run], port: int, tmp_path: Path
) -> None:
    run = start(port, "--servers")
    run.wait_for("Stop with Ctrl-C")
    before = run.pids()
    assert set(before) == {"postgres", "valkey", "web", "stubborn"}
    children = psutil.Process(before["web"]).children()

    for pid in before.values():
        os.kill(pid, signal.SIGKILL)

    eventually(lambda: all(run.pids()[name] not in (0, pid) for name, pid in before.items()))
    eventually(lambda: not any(runs(child) for child in children))

    code, seconds = run.end(signal.SIGINT)
    assert code == 0
    assert seconds < 5
    assert marks.members(tmp_path) == []
    assert read_state(tmp_path) is None
    assert not socket_dir(tmp_path).exists()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux marks a process after it began")
def test_programs_begin_with_what_is_loaded_and_come_back_from_their_files(
    start: Callable[..., Run], port: int, tmp_path: Path
) -> None:
    run = start(port, "--loaded")
    run.wait_for("Stop with Ctrl-C")
    before = run.pids()
    forked = psutil.Process(before["web"])
    assert (forked.name(), "launcher.supervisor" in forked.cmdline()) == ("+web", True)
    assert forked.pid in {process.pid for process in marks.members(tmp_path, "web")}
    assert (tmp_path / "log" / "last.log").read_text() == "True last last.py\n"
    children = forked.children()
    assert children

    os.kill(forked.pid, signal.SIGKILL)
    eventually(lambda: run.pids()["web"] not in (0, before["web"]))
    again = psutil.Process(run.pids()["web"])
    eventually(lambda: "tests.launcher.web" in again.cmdline())
    eventually(lambda: not any(runs(child) for child in children))

    state = read_state(tmp_path)
    assert state is not None
    os.kill(state["supervisor_pid"], signal.SIGKILL)
    run.wait_for("The supervisor was killed; everything is started again.")
    run.wait_for("Stop with Ctrl-C")
    assert not set(run.pids().values()) & {0, *state["pids"].values()}

    code, seconds = run.end(signal.SIGINT)
    assert (code, seconds < 5) == (0, True)
    assert marks.members(tmp_path) == []


@pytest.mark.parametrize("options", [(), ("--loaded",)])
def test_a_step_that_fails_stops_the_run_and_says_why(
    start: Callable[..., Run], port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...]
) -> None:
    monkeypatch.setenv("LAST_FAILS", "1")
    run = start(port, *options)
    run.wait_for("last step failed (exit code 1)")
    run.wait_for("and this is why")
    assert run.process.wait(timeout=10) == 1
    assert marks.members(tmp_path) == []


def test_sigterm_stops_it_while_it_starts(start: Callable[..., Run], port: int, tmp_path: Path) -> None:
    run = start(port)
    eventually(lambda: read_state(tmp_path))
    code, seconds = run.end(signal.SIGTERM)
    assert (code, seconds < 5) == (0, True)
    assert marks.members(tmp_path) == []


def test_a_second_run_is_refused_and_what_a_killed_one_left_is_ended(
    start: Callable[..., Run], port: int, tmp_path: Path
) -> None:
    first = start(port)
    first.wait_for("Stop with Ctrl-C")
    left = marks.members(tmp_path)
    refused = start(port)
    refused.wait_for(f"already runs in {tmp_path}")
    assert refused.process.wait(timeout=10) == 1
    assert first.process.poll() is None

    first.end(signal.SIGKILL)
    second = start(port)
    second.wait_for("left behind")
    second.wait_for("Stop with Ctrl-C")
    assert not any(runs(process) for process in left)


def test_a_port_in_use_is_said_before_anything_starts(start: Callable[..., Run], port: int, tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen(1)
        run = start(port)
        run.wait_for(f"Port {port} is already in use; set PORT to a free one")
        assert run.process.wait(timeout=10) == 1
    assert {path.name for path in tmp_path.iterdir()} == {"launcher.lock"}
