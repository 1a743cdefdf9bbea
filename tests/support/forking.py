"""Programs of the product that tests start, forked from one process that has loaded it.

Loading the product takes a program three seconds of processor time, and a run starts some hundred. So the process
that controls the run starts this one, which loads the product when it is first asked for a program, and forks it; the
program runs from its beginning, as `python -m` runs it, in a process and with settings of its own. That programs start
from their files is held by tests/launcher, tests/recovery and tests/reliability. Linux only; elsewhere they are
executed.
"""

import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, NoReturn, Protocol

from launcher import marks
from launcher.child import end_with_parent

ROOT = Path(__file__).parents[2]
ADDRESS = "TEST_PROGRAMS"
"""The variable of the environment that says where the process listens."""
LOADED = (
    "launcher.preloading",
    "granian.cli",
    "miniprogram_api",
    "console",
    "tasks.schedule",
    "tasks.sender",
    "tasks.worker",
    "wechat_simulator.application",
)
LONGEST = 100_000
"""Bytes of what is asked: mostly the environment."""


class Running(Protocol):
    """A program that was started, as `subprocess.Popen` has it."""

    pid: int
    returncode: int | None

    def poll(self) -> int | None: ...

    def wait(self, timeout: float | None = None) -> int: ...

    def send_signal(self, sig: int) -> None: ...

    def terminate(self) -> None: ...

    def kill(self) -> None: ...


def start(
    module: str,
    *arguments: str,
    environment: Mapping[str, str],
    name: str = "test",
    stdin: int | None = None,
    stdout: int | None = None,
    stderr: int = 2,
) -> Running:
    """`python -m MODULE ARGUMENTS` in this environment alone; without a file its output goes nowhere.

    `name`: what it is among the processes of the run, of at most 14 letters. It ends with the process that started it.
    """
    marked = marks.marked(environment, Path(os.environ["TEST_DATA_DIR"]), name)
    with open(os.devnull, "r+b") as nothing:
        files = [nothing.fileno() if stdin is None else stdin, nothing.fileno() if stdout is None else stdout, stderr]
        if ADDRESS in os.environ:
            return _Forked([module, *arguments], marked, files)
        command = [sys.executable, "-m", "launcher.child", "--parent", str(os.getpid()), name, "--"]
        command += [sys.executable, "-m", module, *arguments]
        return subprocess.Popen(command, cwd=ROOT, env=marked, stdin=files[0], stdout=files[1], stderr=files[2])


def output_of(module: str, *arguments: str, environment: Mapping[str, str], timeout: float = 60) -> tuple[int, str]:
    """Run a program to its end: its exit code and all that it said."""
    reading, writing = os.pipe()
    with open(reading, encoding="utf-8") as said:
        program = start(module, *arguments, environment=environment, stdout=writing, stderr=writing)
        os.close(writing)
        overdue = threading.Timer(timeout, program.kill)
        overdue.start()
        text = said.read()
        overdue.cancel()
    return program.wait(timeout), text


@contextmanager
def offered() -> Iterator[None]:
    """Let the tests of this run, in whatever process, have programs forked."""
    if sys.platform != "linux":
        yield
        return
    address = f"{os.environ['TEST_DATA_DIR']}/programs.sock"
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)) as listener:
        listener.bind(address)
        listener.listen(64)
        command = [sys.executable, "-m", "tests.support.forking", str(listener.fileno())]
        own = marks.marked(os.environ, Path(os.environ["TEST_DATA_DIR"]), "programs")  # and of all that it forks
        process = subprocess.Popen(command, cwd=ROOT, env=own, pass_fds=[listener.fileno()], stdin=subprocess.DEVNULL)
    os.environ[ADDRESS] = address
    try:
        yield
    finally:
        del os.environ[ADDRESS]
        process.terminate()
        process.wait()


class _Forked:
    """A program that was forked. While its connection is open it may run; its exit code comes over it."""

    def __init__(self, command: list[str], environment: Mapping[str, str], files: list[int]) -> None:
        self.returncode: int | None = None
        self._connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._connection.connect(os.environ[ADDRESS])
        asked = json.dumps({"command": command, "environment": dict(environment)}).encode()
        assert len(asked) < LONGEST
        socket.send_fds(self._connection, [asked], files)
        self.pid = int(self._connection.recv(100))

    def poll(self) -> int | None:
        """The exit code, once it has ended."""
        with suppress(subprocess.TimeoutExpired):
            return self.wait(0)
        return None

    def wait(self, timeout: float | None = None) -> int:
        """The exit code, when it has ended; raises TimeoutExpired when that takes too long."""
        if self.returncode is None:
            self._connection.settimeout(timeout)
            try:
                told = self._connection.recv(100)
            except (TimeoutError, BlockingIOError):
                raise subprocess.TimeoutExpired(f"program {self.pid}", timeout or 0) from None
            self._connection.close()
            self.returncode = int(told) if told else -signal.SIGKILL
        return self.returncode

    def send_signal(self, sig: int) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, sig)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


class _Forking:
    """The process that forks: one connection for each program, from whoever wants it and is told how it ended."""

    def __init__(self, listener: socket.socket) -> None:
        self._running: dict[int, socket.socket] = {}
        self._ended, self._told = socket.socketpair()
        self._told.setblocking(False)
        signal.set_wakeup_fd(self._told.fileno())
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self._selector = selectors.DefaultSelector()
        self._wait_for(listener, self._accept)
        self._wait_for(self._ended, self._reap)

    def serve(self) -> NoReturn:
        """Fork whatever is asked for."""
        while True:
            for key, _ in self._selector.select():
                key.data(key.fileobj)

    def _wait_for(self, one: socket.socket, act: Callable[[socket.socket], None]) -> None:
        self._selector.register(one, selectors.EVENT_READ, act)

    def _accept(self, listener: socket.socket) -> None:
        self._wait_for(listener.accept()[0], self._asked)

    def _asked(self, connection: socket.socket) -> None:
        with suppress(OSError):  # who asked was killed
            told, files, _, _ = socket.recv_fds(connection, LONGEST, 3)
            if told:
                _load()
                self._fork(json.loads(told), connection, files)
                return
        for pid, owner in self._running.items():
            if owner is connection:  # nobody waits for it any more
                os.kill(pid, signal.SIGKILL)
        self._selector.unregister(connection)
        connection.close()

    def _fork(self, asked: dict[str, Any], connection: socket.socket, files: list[int]) -> None:
        pid = os.fork()
        if pid == 0:
            self._become(asked, files)
        self._running[pid] = connection
        for file in files:
            os.close(file)
        with suppress(OSError):
            connection.send(str(pid).encode())

    def _reap(self, ended: socket.socket) -> None:
        ended.recv(1000)
        with suppress(ChildProcessError):
            while (found := os.waitpid(-1, os.WNOHANG))[0]:
                pid, status = found
                with suppress(OSError):
                    self._running.pop(pid).send(str(os.waitstatus_to_exitcode(status)).encode())

    def _become(self, asked: dict[str, Any], files: list[int]) -> NoReturn:
        """Keep nothing of the process that forks but what is loaded, and be the program."""
        from launcher.preloading import become

        signal.set_wakeup_fd(-1)
        for key in list(self._selector.get_map().values()):
            key.fileobj.close()  # type: ignore[union-attr]
        self._told.close()
        self._selector.close()
        for place, file in enumerate(files):
            os.dup2(file, place)
            os.close(file)
        module, *arguments = asked["command"]
        become(asked["environment"], module, arguments)


def _load() -> None:
    """Load the product, once. A program would find a thread that it does not have."""
    if LOADED[0] in sys.modules:
        return
    from launcher.preloading import take_in

    for module in LOADED:
        take_in(module)
    assert threading.active_count() == 1


def main() -> None:
    """Fork until the process that controls the run ends this one."""
    end_with_parent(signal.SIGTERM)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C comes to all; who started a program ends it
    _Forking(socket.socket(fileno=int(sys.argv[1]))).serve()


if __name__ == "__main__":
    main()
