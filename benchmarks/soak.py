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
from benchmarks.killing import Killer, MortalGroup
from benchmarks.mixture import Mixture
from benchmarks.patient import Record
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
            figures = soak(
                stack.enter_context(_town(group.settings)), group, bars, chosen.minutes * 60, chosen.kill_every
            )
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


def soak(town: Town, group: MortalGroup, bars: Progress, seconds: float, every_s: float) -> dict[str, Any]:
    """Measure the most, soak, let everything settle, and compare."""
    calm_s = CALM_SHARE * seconds
    with _stage(bars, "Seeding 准备数据"):
        asked = mixture.seed(town, int((seconds + calm_s + WARM_UP_S + MEASURED_S) * _VOTES_PER_S))
        dispose_of_engines()  # what stands at the end is the product's
    ports, watch, record = [town.settings.port], Watch(town.settings), Record()
    killer = Killer(group, every_s, seconds)
    with _stage(bars, "The most that goes 测最大值", WARM_UP_S + MEASURED_S):
        asyncio.run(mixture.act(asked, ports, Record(), WARM_UP_S, 0.0))
        most = asyncio.run(mixture.act(asked, ports, Record(), MEASURED_S, 0.0))
    rate = SHARE_OF_THE_MOST * most
    for helper in (watch.run, killer.run):
        threading.Thread(target=helper, daemon=True).start()
    with _stage(bars, f"Killing 轮流杀进程, {rate:.0f}/s", seconds, lambda: _so_far(asked, killer)):
        reached = asyncio.run(mixture.act(asked, ports, record, seconds, rate))
        killer.stop()
    with _stage(bars, f"Calm 不再杀, {rate:.0f}/s", calm_s, lambda: _so_far(asked, killer)):
        calm = asyncio.run(mixture.act(asked, ports, record, calm_s, rate))
    with _stage(bars, "Settling and comparing 收尾核对"):
        settled = settling.settle(town, len(asked.promises.ballots))
        watch.stop()
        _wait_until_idle(watch)
        wrong = settling.wrong_in_the_logs(town.settings)
        memory = watch.memory()
        allowed = town.settings.api_workers * most_connections(town.settings.api_threads) + 2 * _OTHERS
        broken = {
            **asked.kept(town),
            "receipts_wrong": settled.receipts_wrong,
            "messages_twice": settled.messages_twice,
            "messages_never_sent": settled.never_sent,
            "logs_not_whole": len(wrong),
            "not_in_the_log": settled.not_in_the_log,
            "never_answered": len(asked.gave_up),
            "refusals_unclear": record.unclear.total(),
            "refused": asked.refused(),
            "not_back": sum(one is None for times in killer.back_s.values() for one in times),
            "not_at_work": int(not group.is_at_work()),
            "growing": sum(
                (one.mb_per_h or 0) > FLAT_MB_PER_H for name, one in memory.items() if "simulator" not in name
            ),
            "connections_left": max(0, watch.connections.last - allowed) + len(watch.connections.in_use),
            "idle_in_transaction": int(watch.connections.idle_in_transaction_s > LONGEST_IDLE_S),
        }
    return {
        "benchmark": "soak",
        "minutes": round(seconds / 60, 1),
        "calm_minutes": round(calm_s / 60, 1),
        "most_per_s": round(most, 1),
        "asked_per_s": round(rate, 1),
        "reached_per_s": round(reached, 1),
        "calm_per_s": round(calm, 1),
        "broken": broken,
        **mixture.figures(asked),
        "unexpected": asked.unexpected(),
        "gave_up": asked.gave_up[:5],
        "logs": wrong[:5],
        "killed": killer.killed,
        "back_s": {name: _longest(times) for name, times in sorted(killer.back_s.items())},
        **_answers(record),
        "memory": watching.words(memory),
        "connections": {**asdict(watch.connections), "allowed": allowed, "told": told_of_connections()},
        **settled.figures(),
        "cores": os.cpu_count(),
        "load": load_average(),
    }


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


def _so_far(asked: Mixture, killer: Killer) -> str:
    last = next(reversed(killer.back_s), "") if killer.back_s else ""
    return f"{len(asked.promises.ballots)} ballots 票, {sum(killer.killed.values())} killed 次 {last}"


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
