"""Twenty minutes of everything at once while every process is killed: `make soak` (`MINUTES=3` for a shorter one).

A real group under its supervisor: PostgreSQL, Valkey, API, senders, worker, scheduler, WeChat simulator. Residents
vote, read, write wishes and book; a secretary walks through the console and decides; senders and workers do what that
leaves them. First the most that goes is measured for a while; then 70 % of it are asked for, and every 30 s a process
is killed (kill -9), by turns in an order drawn by lot: each program, one of the API's workers, the child that does a
job, a backend of PostgreSQL; once, half way, everything with launcher and supervisor, which is started again as it
lies; and once the supervisor, which the launcher starts again. For a quarter of that time more nothing is killed, so
that the memory of processes that live can be seen. Prints one JSON line, and ends with 1 where `broken` has anything.

    make soak                                   20 minutes with kills and 5 without   二十分钟混合压力，轮流杀进程
    MINUTES=2 KILL_EVERY=10 make soak           short, and kills closer together      缩短，杀得更密
"""

import argparse
import asyncio
import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from typing import Any, Final

import httpx
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from app.bootstrap import create_app
from app.core import metrics
from app.core.db import dispose_of_engines
from app.core.pool import CONNECTIONS, most_connections
from app.core.settings import Settings
from benchmarks import mixture, settling, watching
from benchmarks.killing import SIMULATOR, Killer, MortalGroup
from benchmarks.patient import Record
from benchmarks.settling import Settled
from benchmarks.town import Town, load_average
from benchmarks.watching import Watch
from launcher.demo.rehearsal import fresh_settings
from launcher.errors import LauncherError

SHARE_OF_THE_MOST: Final = 0.7
WARM_UP_S, MEASURED_S = 5, 15
KILL_EVERY_S: Final = 30
CALM_SHARE: Final = 0.25
"""How much longer it goes on without kills: the last killed are seen to come back, and what the living take."""
FLAT_MB_PER_H: Final = 60
LONGEST_IDLE_S: Final = 60
INTERRUPTED: Final = 130
_VOTES_PER_S: Final = 60
"""Voters to have at hand for each second."""
_OTHERS: Final = 4
"""Processes that hold a connection or two each: two senders, a worker's child, and whoever starts anew."""


def main() -> int:
    """Exit code: 0 when every promise was kept, 1 when one was not, 130 after Ctrl-C."""
    parser = argparse.ArgumentParser(
        prog="benchmarks.soak", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=float(os.environ.get("MINUTES") or 20), help="with kills (20)")
    parser.add_argument(
        "--kill-every",
        type=float,
        default=float(os.environ.get("KILL_EVERY") or KILL_EVERY_S),
        help=f"seconds between kills ({KILL_EVERY_S})",
    )
    chosen = parser.parse_args()
    os.environ["LOG_LEVEL"] = "WARNING"
    metrics.this_process_is("command")
    told = Console(stderr=True, highlight=False)
    try:
        with ExitStack() as stack, Progress(*_COLUMNS, console=told) as bars:
            group = _started(stack, bars)
            town = stack.enter_context(_town(group.settings))
            figures = Soak(town, group, bars, chosen.minutes * 60, chosen.kill_every).run()
    except KeyboardInterrupt:
        told.print("Stopped; nothing is left running. 已停止，所有进程均已结束。")
        return INTERRUPTED
    except LauncherError as error:
        told.print(f"The group did not start: {error} 无法启动。", markup=False)
        return 1
    print(json.dumps(figures, ensure_ascii=False))
    broken = {name: number for name, number in figures["broken"].items() if number}
    told.print(f"Broken 未守住: {broken}" if broken else "Every promise was kept. 全部守住：不丢、不重、可恢复。")
    return 1 if broken else 0


_COLUMNS: Final = (
    TextColumn("{task.description}"),
    BarColumn(bar_width=30),
    TimeElapsedColumn(),
    TimeRemainingColumn(),
    TextColumn("{task.fields[words]}"),
)


class Soak:
    """One soak: the load, what kills, what watches, and what came of it."""

    def __init__(self, town: Town, group: MortalGroup, bars: Progress, seconds: float, kill_every_s: float) -> None:
        self._town, self._group, self._bars = town, group, bars
        self._seconds, self._calm_s = seconds, CALM_SHARE * seconds
        with _stage(bars, "Seeding 准备数据"):
            voters = int((seconds + self._calm_s + WARM_UP_S + MEASURED_S) * _VOTES_PER_S)
            self._asked = mixture.seed(town, voters)
            dispose_of_engines()  # what stands at the end is the product's
        self._watch, self._record = Watch(town.settings), Record()
        self._killer = Killer(group, kill_every_s, seconds)

    def run(self) -> dict[str, Any]:
        """Measure the most, soak, let everything settle, and compare."""
        try:
            rates = self._load()
        finally:
            self._killer.end()
        with _stage(self._bars, "Settling and comparing 收尾核对"):
            settled = settling.settle(self._town, len(self._asked.promises.ballots))
            self._watch.stop()
            _wait_until_idle(self._watch)
            logs = settling.wrong_in_the_logs(self._town.settings)
            broken = self._broken(settled, logs)
        return {
            "benchmark": "soak",
            "minutes": round(self._seconds / 60, 1),
            "calm_minutes": round(self._calm_s / 60, 1),
            **{name: round(rate, 1) for name, rate in rates.items()},
            "broken": broken,
            **mixture.figures(self._asked),
            "unexpected": self._asked.unexpected(),
            "gave_up": self._asked.gave_up[:5],
            "logs": logs[:5],
            "killed": self._killer.killed,
            "back_s": {name: _longest(times) for name, times in sorted(self._killer.back_s.items())},
            **_answers(self._record),
            "memory": watching.words(self._watch.memory()),
            "connections": {
                **asdict(self._watch.connections),
                "allowed": most_of_all(self._town.settings),
                "told": told_of_connections(),
            },
            **settled.figures(),
            "cores": os.cpu_count(),
            "load": load_average(),
        }

    def _load(self) -> dict[str, float]:
        """The most that goes, what is asked for, and what is reached while there are kills and after them."""
        with _stage(self._bars, "The most that goes 测最大值", WARM_UP_S + MEASURED_S):
            self._act(Record(), WARM_UP_S, 0.0)
            most = self._act(Record(), MEASURED_S, 0.0)
        rate = SHARE_OF_THE_MOST * most
        for helper in (self._watch.run, self._killer.run):
            threading.Thread(target=helper, daemon=True).start()
        with _stage(self._bars, f"Killing 轮流杀进程, {rate:.0f}/s", self._seconds, self._so_far):
            reached = self._act(self._record, self._seconds, rate)
            self._killer.stop()
        with _stage(self._bars, f"Calm 不再杀, {rate:.0f}/s", self._calm_s, self._so_far):
            calm = self._act(self._record, self._calm_s, rate)
        return {"most_per_s": most, "asked_per_s": rate, "reached_per_s": reached, "calm_per_s": calm}

    def _act(self, record: Record, seconds: float, rate: float) -> float:
        return asyncio.run(mixture.act(self._asked, [self._town.settings.port], record, seconds, rate))

    def _broken(self, settled: Settled, logs: list[str]) -> dict[str, int]:
        connections = self._watch.connections
        memory = {name: one for name, one in self._watch.memory().items() if not name.startswith(SIMULATOR)}
        return {
            **self._asked.kept(self._town),
            "receipts_wrong": settled.receipts_wrong,
            "messages_twice": settled.messages_twice,
            "messages_never_sent": settled.never_sent,
            "logs_not_whole": len(logs),
            "not_in_the_log": settled.not_in_the_log,
            "never_answered": len(self._asked.gave_up),
            "refusals_unclear": self._record.unclear.total(),
            "refused": self._asked.refused(),
            "not_back": sum(one is None for times in self._killer.back_s.values() for one in times),
            "not_at_work": int(not self._group.is_at_work()),
            "growing": sum((one.mb_per_h or 0) > FLAT_MB_PER_H for one in memory.values()),
            "connections_left": max(0, connections.last - most_of_all(self._town.settings)) + len(connections.in_use),
            "idle_in_transaction": int(connections.idle_in_transaction_s > LONGEST_IDLE_S),
        }

    def _so_far(self) -> str:
        killed = self._killer.killed
        return f"{len(self._asked.promises.ballots)} ballots 票, {sum(killed.values())} killed 次"


def most_of_all(settings: Settings) -> int:
    """How many connections to PostgreSQL all processes together hold at the most."""
    return settings.api_workers * most_connections(settings.api_threads) + 2 * _OTHERS


def told_of_connections() -> int:
    """How many connections the product's processes say that they hold (community_pool_connections)."""
    return int(sum(number for (kind, _), number in metrics.held(CONNECTIONS).items() if kind != "command"))


def _wait_until_idle(watch: Watch) -> None:
    """Until nobody uses a connection: some process asks for something every second."""
    for _ in range(60):
        watch.look()
        if not watch.connections.in_use:
            return
        time.sleep(0.5)


def _answers(record: Record) -> dict[str, Any]:
    waits = sorted(record.latencies_ms)
    return {
        "repeated": record.repeated,
        "no_answer": record.statuses[0],
        "unavailable": sum(record.statuses[one] for one in (502, 503, 504)),
        "unclear": dict(record.unclear),
        "faults_500": record.statuses[500],
        "p50_ms": round(waits[len(waits) // 2]),
        "p99_ms": round(waits[int(0.99 * len(waits))]),
        "longest_wait_s": round(waits[-1] / 1000, 1),
        "longest_silence_s": round(record.longest_silence_s(record.answered_at[0]), 1),
    }


def _longest(times: list[float | None]) -> float | None:
    return None if None in times else max(one for one in times if one is not None)


def _started(stack: ExitStack, bars: Progress) -> MortalGroup:
    with _stage(bars, "Starting the group 启动"):
        return MortalGroup(stack.enter_context(fresh_settings()), stack)


@contextmanager
def _town(settings: Settings) -> Iterator[Town]:
    seen = settings.model_copy(update={"movable_clock": True})
    with create_app(seen).app_context(), httpx.Client(base_url=settings.simulator_url, timeout=120) as simulator:
        yield Town(seen, simulator)
        dispose_of_engines()


@contextmanager
def _stage(bars: Progress, title: str, seconds: float | None = None, words: Any = lambda: "") -> Iterator[None]:
    """A line of the progress bar; of a stage of so many seconds, how far it is."""
    task, over, began = bars.add_task(title, total=seconds, words=""), threading.Event(), time.monotonic()

    def show() -> None:
        while not over.wait(0.5):
            bars.update(task, completed=min(time.monotonic() - began, seconds or 0.0), words=words())

    threading.Thread(target=show, daemon=True).start()
    try:
        yield
        bars.update(task, total=seconds or 1, completed=seconds or 1, words=words())
    finally:
        over.set()
        bars.stop_task(task)


if __name__ == "__main__":
    sys.exit(main())
