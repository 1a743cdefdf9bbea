"""`make run`: start everything in order, say where it is, watch over it, and stop it clean."""

import contextlib
import http.client
import os
import signal
import socket
import threading
import time
import xmlrpc.client  # nosec B411
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

import redis
from rich.console import Console

from app.core import queueing
from app.core.settings import Settings
from launcher import marks, service_user
from launcher.embedded import create_database, wait_until_ready, without_libpq
from launcher.errors import LauncherError, StartError
from launcher.group import Group
from launcher.lock import data_dir_lock
from launcher.ports import check_ports
from launcher.programs import Plan, Probe, Program, Step
from launcher.state import remove_state, write_state
from launcher.welcome import welcome_text

READY_TIMEOUT_S = 60
_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopRequested(BaseException):
    """Ctrl-C, or a request to terminate."""


class Loading:
    """The supervisor loads the product, part by part, while the servers come up."""

    def __init__(self, group: Group, modules: tuple[str, ...]) -> None:
        self._group, self._modules = group, modules
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._load, name="loading", daemon=True)

    def __enter__(self) -> "Loading":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()

    def wait(self) -> None:
        """Until all is loaded, or cannot be."""
        self._thread.join()

    def _load(self) -> None:
        """A part that cannot be loaded ends it: the programs are executed then, and say why."""
        with contextlib.suppress(OSError, http.client.HTTPException, xmlrpc.client.Error):
            for module in self._modules:
                if self._stop.is_set() or not self._group.preload(module):
                    return


def run(settings: Settings, plan: Plan, console: Console) -> None:
    """Run the plan until a signal asks to stop. Raises LauncherError when it cannot start.

    The supervisor starts again whatever ends, and is started again itself, with all under it. Whatever happens, no
    process of the group is left afterwards.
    """
    data_dir = settings.data_dir
    with _stop_signals(), data_dir_lock(data_dir):
        if count := marks.end_left_overs(data_dir):
            console.print(f"Ended {count} processes that an earlier run had left behind.")
        check_ports(plan.probes)
        group = _new_group(settings, plan)
        try:
            _start(settings, plan, group, console)
            while True:
                _watch(data_dir, plan, group, console)
                console.print("The supervisor was killed; everything is started again.")
                group.close()
                group = _new_group(settings, plan)
                _start(settings, plan, group, console)
        except StopRequested:
            pass
        finally:
            _ignore_signals()
            with console.status("Stopping …"):
                group.close()
            remove_state(data_dir)
            console.print("Stopped.")


def _new_group(settings: Settings, plan: Plan) -> Group:
    service_user.make_private(settings.socket_dir, service_user.service_user() if plan.servers else None)
    return Group(settings.data_dir, settings.socket_dir, plan, _environment(settings))


def _start(settings: Settings, plan: Plan, group: Group, console: Console) -> None:
    began = time.monotonic()
    group.open()
    write_state(settings.data_dir, plan, group, ready=False)
    if plan.servers:
        group.start("servers")
    with Loading(group, plan.loaded) as loading:
        if plan.servers:
            with _progress(console, "PostgreSQL and Valkey"):
                wait_until_ready(settings, lambda: group.alive)
                create_database(settings)
        if plan.loaded:
            with _progress(console, "the product's code"):
                loading.wait()
    for step in plan.steps:
        if not step.needless():
            with _progress(console, step.title):
                _run_step(settings.data_dir, step, group)
    with _progress(console, ", ".join(program.name for program in plan.programs)):
        group.start("programs")
        _wait_for_programs(settings, plan, group)
    for step in plan.last_steps:
        with _progress(console, step.title):
            _run_step(settings.data_dir, step, group)
    group.forget()
    write_state(settings.data_dir, plan, group, ready=True)
    console.print(f"Ready after {time.monotonic() - began:.1f} s.")
    console.print(welcome_text(settings, plan), markup=False, highlight=False, soft_wrap=True)


def _watch(data_dir: Path, plan: Plan, group: Group, console: Console) -> None:
    """Say when a program was started anew, and keep run.json true, until the supervisor is gone or a signal comes."""
    known = group.states()
    while group.alive:
        time.sleep(0.5)
        with contextlib.suppress(OSError, http.client.HTTPException):
            states = group.states()
            for name, (state, pid) in states.items():
                if state == "RUNNING" and pid != known[name][1]:
                    console.print(f"{name} had ended and was started again; its log: {data_dir}/log/{name}.log")
                    known[name] = (state, pid)
                    write_state(data_dir, plan, group, ready=True)


def _run_step(data_dir: Path, step: Step, group: Group) -> None:
    if code := group.run(step):
        raise StartError(f"{step.title} failed (exit code {code}):\n{_tail(data_dir / 'log' / step.name)}")


def _wait_for_programs(settings: Settings, plan: Plan, group: Group) -> None:
    """Until every address answers and every other program is at work: heard of, or running for a second."""
    deadline = time.monotonic() + READY_TIMEOUT_S
    probes, programs = list(plan.probes), list(plan.programs)
    probed = {probe.name for probe in plan.probes}
    while True:
        probes = [probe for probe in probes if not answers(probe)]
        states, heard = group.states(), pids_heard_of(settings, plan)
        programs = [one for one in programs if not _at_work(one, states[one.name], heard, one.name in probed)]
        if not probes and not programs:
            return
        if not group.alive or time.monotonic() > deadline:
            name = (programs or probes)[0].name
            log = settings.data_dir / "log" / name
            raise StartError(f"{name} was not ready within {READY_TIMEOUT_S} s:\n{_tail(log)}")
        time.sleep(0.05)


def _at_work(program: Program, state: tuple[str, int], heard: set[tuple[str, int]], probed: bool) -> bool:
    name, pid = state
    if program.heard_as:
        return (program.heard_as, pid) in heard
    return name == "RUNNING" or (probed and name == "STARTING")


def pids_heard_of(settings: Settings, plan: Plan) -> set[tuple[str, int]]:
    """Kind and process id of every process of this machine that Redis has heard of."""
    if not any(program.heard_as for program in plan.programs):
        return set()
    queueing.configure(settings.effective_redis_url)
    with contextlib.suppress(redis.RedisError):
        return {(one.kind, one.place[1]) for one in queueing.processes() if one.place[0] == socket.gethostname()}
    return set()


def answers(probe: Probe) -> bool:
    """Whether the address answers 200 now."""
    connection = http.client.HTTPConnection(probe.host, probe.port, timeout=5)
    with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException):
        connection.request("GET", probe.path)
        return connection.getresponse().status == 200
    return False


def _tail(log: Path) -> str:
    file = log.with_suffix(".log")
    lines = file.read_text(errors="replace").splitlines() if file.exists() else []
    return "\n".join([*lines[-15:], f"(from {file})"])


def _environment(settings: Settings) -> dict[str, str]:
    """The environment of all children. In embedded mode the clock can be moved."""
    common = {**os.environ, "DATA_DIR": str(settings.data_dir), "PYTHONUNBUFFERED": "1"}
    if not settings.embedded:
        return common
    return {"MOVABLE_CLOCK": "1", **without_libpq(common)}


@contextlib.contextmanager
def _progress(console: Console, title: str) -> Iterator[None]:
    began = time.monotonic()
    with console.status(f"Starting: {title} …"):
        yield
    console.print(f"  [green]✓[/green] {title} [dim]{time.monotonic() - began:.1f} s[/dim]")


@contextlib.contextmanager
def _stop_signals() -> Iterator[None]:
    """Turn SIGINT, SIGTERM and SIGHUP into StopRequested inside the block."""

    def stop(signum: int, frame: FrameType | None) -> None:
        _ignore_signals()
        raise StopRequested

    before: dict[signal.Signals, Callable[..., object] | int | None] = {}
    try:
        for signum in _STOP_SIGNALS:
            before[signum] = signal.signal(signum, stop)
        yield
    except StopRequested:
        pass
    finally:
        for signum, handler in before.items():
            signal.signal(signum, handler)


def _ignore_signals() -> None:
    for signum in _STOP_SIGNALS:
        signal.signal(signum, signal.SIG_IGN)


def report(error: LauncherError, console: Console) -> None:
    """Print an error for people."""
    console.print(str(error), style="red", markup=False, highlight=False, soft_wrap=True)
