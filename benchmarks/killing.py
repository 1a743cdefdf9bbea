"""Killing the processes of a group one after another (kill -9), and how long it takes until all are at work again."""

import random
import signal
import socket
import threading
import time
from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import psutil
import redis

from app.core import queueing
from app.core.settings import Settings
from launcher import marks
from launcher.demo.running import started_group, wait_until_ready
from launcher.embedded import postgres_answers, valkey_answers
from launcher.errors import LauncherError
from launcher.programs import plan_for
from launcher.run import answers
from launcher.state import read_state

EVERYTHING: Final = "everything"
SUPERVISOR: Final = "supervisor"
SIMULATOR: Final = "simulator"
_BACK_WITHIN_S: Final = 120
_JOB_WITHIN_S: Final = 10
"""A worker has a child while it does a job; every five seconds there are some."""


class Victim(NamedTuple):
    """What is killed: the program's own process, or one of its children drawn by lot."""

    name: str
    program: str
    child: bool = False


VICTIMS: Final = (
    Victim("api", "api"),
    Victim("api worker", "api", child=True),
    Victim("sender", "sender"),
    Victim("urgent-sender", "urgent-sender"),
    Victim("worker", "worker"),
    Victim("job", "worker", child=True),
    Victim("scheduler", "scheduler"),
    Victim("valkey", "valkey"),
    Victim("postgres", "postgres"),
    Victim("postgres backend", "postgres", child=True),
    Victim(SIMULATOR, SIMULATOR),
)
"""WeChat's simulator is asked to stop (SIGTERM): it stands for the world outside, which forgets no message."""


class MortalGroup:
    """A group in a folder of its own that may be killed whole and is started again. Ends with the stack.

    The kernel ends a group with the thread that started it: that thread must live on.
    """

    def __init__(self, settings: Settings, stack: ExitStack) -> None:
        self.settings, self.plan = settings, plan_for(settings)
        self._stack = stack
        self.start()

    def start(self) -> None:
        """Start it, and wait until it is ready. Raises LauncherError."""
        self._process = self._stack.enter_context(started_group(self.settings))
        wait_until_ready(self.settings, self._process)

    def kill(self) -> None:
        """End everything at once, the launcher and the supervisor too, as where a machine loses its power."""
        simulator = marks.members(self.settings.data_dir, SIMULATOR)
        spared = {process.pid for process in simulator}
        for process in marks.members(self.settings.data_dir):
            if process.pid not in spared:
                with suppress(psutil.NoSuchProcess):
                    process.kill()
        self._process.kill()
        self._process.wait()
        psutil.wait_procs(simulator, timeout=10)  # the kernel asked it to stop when its supervisor had died

    def pids(self) -> dict[str, int]:
        """The programs that run under the supervisor, servers too."""
        state = read_state(self.settings.data_dir)
        return {name: pid for name, pid in (state or {"pids": {}})["pids"].items() if pid}

    def supervisor_pid(self) -> int:
        """The process that starts again whatever ends."""
        return int((read_state(self.settings.data_dir) or {"supervisor_pid": 0})["supervisor_pid"])

    def is_at_work(self, dead: Collection[int] = ()) -> bool:
        """Whether every address and server answers, and Redis has heard of every other program; `dead`: killed ones."""
        pids = self.pids()
        if set(pids) != set(self.plan.program_names) or set(pids.values()) & set(dead):
            return False
        if not postgres_answers(self.settings) or not valkey_answers(self.settings):
            return False
        heard = _heard_of()
        quiet = [one for one in self.plan.programs if one.heard_as and (one.heard_as, pids[one.name]) not in heard]
        return not quiet and self._api_is_whole(pids["api"]) and all(answers(probe) for probe in self.plan.probes)

    def _api_is_whole(self, pid: int) -> bool:
        with suppress(psutil.NoSuchProcess):
            return len(psutil.Process(pid).children()) >= self.settings.api_workers
        return False


@dataclass
class Killer:
    """Kills by turns, in an order drawn by lot, each of VICTIMS before any comes again. Once, when half of the seconds
    are over, it kills everything, and once, after three quarters, the supervisor, with which all else ends.

    back_s: by victim, after how many seconds all was at work again; None: not within two minutes.
    """

    group: MortalGroup
    every_s: float
    seconds: float
    back_s: dict[str, list[float | None]] = field(default_factory=lambda: defaultdict(list))
    _stop: threading.Event = field(default_factory=threading.Event)
    _over: threading.Event = field(default_factory=threading.Event)
    _at_it: threading.Lock = field(default_factory=threading.Lock)

    def run(self) -> None:
        """For a daemon thread, which never ends: the group that it started anew ends with it."""
        lots, began = random.Random(8), time.monotonic()
        deck, due = _dealt(lots), began + self.every_s
        wholes = [(0.75, self._kill_supervisor), (0.5, self._kill_everything)]
        with self._at_it:
            while not self._stop.wait(max(0.0, due - time.monotonic())):
                if wholes and time.monotonic() - began >= wholes[-1][0] * self.seconds:
                    wholes.pop()[1]()
                else:
                    self._kill(next(deck), lots)
                due += self.every_s
        threading.Event().wait()

    def stop(self) -> None:
        """Kill no more; what was killed last may still come back."""
        self._stop.set()

    def end(self) -> None:
        """Wait for nothing any more but a start that is under way."""
        self._stop.set()
        self._over.set()
        with self._at_it:
            pass

    @property
    def killed(self) -> dict[str, int]:
        """How often each was killed."""
        return {name: len(times) for name, times in sorted(self.back_s.items())}

    def _kill(self, victim: Victim, lots: random.Random) -> None:
        process = self._found(victim, lots)
        if process is None:
            return
        with suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGTERM if victim.program == SIMULATOR else signal.SIGKILL)
            self.back_s[victim.name].append(self._seconds_until_back({process.pid}))

    def _kill_everything(self) -> None:
        began, dead = time.monotonic(), set(self.group.pids().values())
        self.group.kill()
        with suppress(LauncherError):  # a start that does not find its way is what is looked for: it is not back then
            self.group.start()
        self.back_s[EVERYTHING].append(self._seconds_until_back(dead, began))

    def _kill_supervisor(self) -> None:
        dead = set(self.group.pids().values())
        with suppress(psutil.NoSuchProcess):
            psutil.Process(self.group.supervisor_pid()).kill()
        self.back_s[SUPERVISOR].append(self._seconds_until_back(dead))

    def _seconds_until_back(self, dead: Collection[int], began: float | None = None) -> float | None:
        began = began or time.monotonic()
        while time.monotonic() - began < max(self.every_s, _BACK_WITHIN_S) and not self._over.is_set():
            time.sleep(0.25)
            if self.group.is_at_work(dead):
                return round(time.monotonic() - began, 1)
        return None

    def _found(self, victim: Victim, lots: random.Random) -> psutil.Process | None:
        deadline = time.monotonic() + (_JOB_WITHIN_S if victim.child else 0)
        while True:
            with suppress(psutil.NoSuchProcess, KeyError):
                process = psutil.Process(self.group.pids()[victim.program])
                if not victim.child:
                    return process
                if children := process.children():
                    return lots.choice(children)
            if time.monotonic() > deadline:
                return None


def _heard_of() -> set[tuple[str, int]]:
    """Kind and process id of whoever Redis has heard of on this machine."""
    with suppress(redis.RedisError):
        return {(one.kind, one.place[1]) for one in queueing.processes() if one.place[0] == socket.gethostname()}
    return set()


def _dealt(lots: random.Random) -> Iterator[Victim]:
    while True:
        yield from lots.sample(VICTIMS, len(VICTIMS))
