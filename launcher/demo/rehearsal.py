"""One performance of the demonstration on a group of its own, with programs killed in the midst of it."""

import json
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.core.settings import Settings, load_settings
from launcher import marks
from launcher.demo import ledger
from launcher.demo.ledger import Ledger
from launcher.demo.outbox import Looks
from launcher.demo.running import environment_of, product_of, started_group, wait_until_ready
from launcher.embedded import ROOT

SECONDS_OF_VOTE = 3
SECONDS_OF_FAN_OUT = 2
SENDERS = 16
LATEST_KILL_S = 0.2
SHARE = 0.72
PLAY_TIMEOUT_S = 400


@dataclass(frozen=True)
class Kill:
    """A program, and when it is killed: so far into the "vote", or into the "fan-out" of the announcement."""

    program: str
    moment: str
    fraction: float = 0.25


@dataclass
class Outcome:
    """What a performance came to: its exit code, how far it was at each kill, its own summary, the database's word."""

    exit_code: int
    killed_at: list[str]
    summary: dict[str, Any] = field(default_factory=dict)
    ledger: Ledger | None = None
    problems: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Whether all went as expected, and every kill came in time."""
        return not self.problems


def rehearse(case: Sequence[Kill], units: int) -> Outcome:
    """Play the demonstration once with the kills of a case, in their order."""
    with fresh_group() as settings:
        if any(kill.moment == "fan-out" for kill in case):
            _slow_down_sending(settings, units)
        killer = Killer(settings, case, units)
        killer.start()
        summary_file = settings.data_dir / "summary.json"
        played = _play(settings, units, summary_file)
        killer.stop()
        outcome = Outcome(played.returncode, killer.killed_at)
        if summary_file.exists():
            outcome.summary = json.loads(summary_file.read_text())
            outcome.ledger = ledger.check(settings, outcome.summary)
            outcome.problems += outcome.summary["differences"] + outcome.ledger.losses
        if played.returncode and not outcome.problems:
            outcome.problems.append(played.stdout.strip()[-2000:])
        if len(killer.killed_at) < len(case):
            outcome.problems.append("The performance was over before the kill.")
        return outcome


class Killer(threading.Thread):
    """Watches the database for the moments of a case, and kills the programs then."""

    def __init__(self, settings: Settings, case: Sequence[Kill], units: int) -> None:
        super().__init__(daemon=True)
        self.killed_at: list[str] = []
        self._settings = settings
        self._case = case
        self._units = units
        self._over = threading.Event()

    def run(self) -> None:
        with Looks(self._settings) as looks:
            for kill in self._case:
                if (done := self._reached(kill, looks)) is None:
                    return
                time.sleep(random.uniform(0, LATEST_KILL_S))  # noqa: S311 - not always at the same point of a batch
                for process in marks.members(self._settings.data_dir, kill.program):
                    process.send_signal(signal.SIGKILL)
                self.killed_at.append(f"{done} {'ballots' if kill.moment == 'vote' else 'messages'}")

    def _reached(self, kill: Kill, looks: Looks) -> int | None:
        """Wait for the moment of a kill: how far the vote or the fan-out is then; None: it is over before."""
        count, whole = (ledger.ballots_cast, SHARE) if kill.moment == "vote" else (ledger.messages_sent, 1.0)
        threshold = max(1, int(kill.fraction * whole * self._units))
        while (done := count(looks)) < threshold:
            if self._over.wait(0.02):
                return None
        return done

    def stop(self) -> None:
        """Watch no longer."""
        self._over.set()
        self.join()


@contextmanager
def fresh_group() -> Iterator[Settings]:
    """A group in a folder of its own, on free ports, until the block ends."""
    with fresh_settings() as settings, started_group(settings) as process:
        wait_until_ready(settings, process)
        yield settings


@contextmanager
def fresh_settings() -> Iterator[Settings]:
    """A folder and ports for a group of one's own, which is still to be started."""
    with tempfile.TemporaryDirectory(prefix="community-recovery-", ignore_cleanup_errors=True) as folder:
        port, simulator_port = _free_ports(2)
        yield load_settings(
            data_dir=Path(folder), database_url="", redis_url="", port=port, simulator_port=simulator_port
        )


def _play(settings: Settings, units: int, summary: Path) -> "subprocess.CompletedProcess[str]":
    pace = max(1, int(units * SHARE / SECONDS_OF_VOTE))
    options = ["--units", str(units), "--share", str(SHARE), "--pace", str(pace), "--summary", str(summary)]
    return subprocess.run(  # noqa: S603
        [sys.executable, "-m", "launcher.demo", *options],
        cwd=ROOT,
        env=environment_of(settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=PLAY_TIMEOUT_S,
        check=False,
    )


def _slow_down_sending(settings: Settings, units: int) -> None:
    """Let WeChat answer so slowly that a fan-out takes some seconds."""
    latency_ms = 1000 * SECONDS_OF_FAN_OUT * SENDERS // units
    product = product_of(settings, 60)
    rule = {"path": "/cgi-bin/message/subscribe/send", "latency_ms": latency_ms}
    product.simulator.call("PUT", "/faults", json={"rules": [rule]})
    product.close()


def _free_ports(number: int) -> list[int]:
    listeners = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [int(listener.getsockname()[1]) for listener in listeners]
    for listener in listeners:
        listener.close()
    return ports
