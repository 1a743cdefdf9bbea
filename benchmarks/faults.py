"""The faults of the table in docs/reliability.md: what WeChat answers, and what is killed or restarted when."""

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, LiteralString

from app.core import clock, queueing
from app.notifications import fan_out
from benchmarks.town import Town
from launcher import marks

Rule = Callable[[int], dict[str, Any]]
"""A rule of the simulator (wechat_simulator.faults.Rule) for so many residents."""
Act = Callable[[Town], None]


@dataclass(frozen=True)
class Case:
    """One fault.

    acts        what is done once this share of the messages has its outcome
    threads     of the sender
    at_least_s  WeChat answers so slowly that the fan-out takes about so long: time to kill something
    doubts      whether replies may be lost, so that messages stay in doubt
    """

    name: str
    rules: tuple[Rule, ...] = ()
    acts: tuple[tuple[float, Act], ...] = ()
    threads: int = 32
    at_least_s: float = 0
    doubts: bool = False


def kill(program: str, signum: signal.Signals) -> Act:
    """Send a signal to a program of the group with all its processes; the supervisor starts it again."""

    def act(town: Town) -> None:
        for process in marks.members(town.settings.data_dir, program):
            process.send_signal(signum)

    return act


def restart_postgres(town: Town) -> None:
    """Ask PostgreSQL for a fast shutdown: every session is cut off."""
    postmaster = int((town.settings.data_dir / "postgres" / "postmaster.pid").read_text().splitlines()[0])
    os.kill(postmaster, signal.SIGINT)


def flush(town: Town) -> None:
    """Empty Valkey."""
    queueing.connection().flushall()


def next_day(town: Town) -> None:
    """Wait until nothing is due any more, then let the next day begin, with a fresh quota."""
    while town.due():
        time.sleep(0.1)
    town.faults()
    tomorrow = clock.now().astimezone(clock.SHANGHAI).replace(hour=0, minute=6) + timedelta(days=1)
    town.simulator.put("/_sim/clock", json={"now": tomorrow.isoformat()}).raise_for_status()


def kill_while_writing(town: Town) -> None:
    """Kill the worker once it has written some pages of the fan-out."""
    query: LiteralString = "SELECT count(*) FROM outbox"
    while town.rows(query)[0][0] <= fan_out.PAGE and town.rows("SELECT count(*) FROM fan_out")[0][0]:
        time.sleep(0.005)
    kill("worker", signal.SIGKILL)(town)


def _always(**rule: Any) -> Rule:
    return lambda residents: rule


def _quota_of_half(residents: int) -> dict[str, Any]:
    return {"errcode": 45009, "after": residents // 2}


CASES = (
    Case("nothing goes wrong"),
    Case("latency 80 ms", (_always(latency_ms=80),)),
    Case("−1 (busy), 20 % of calls", (_always(errcode=-1, probability=0.2),)),
    Case("40001 storm: as many as there are messages", (lambda n: {"errcode": 40001, "probability": 0.5, "count": n},)),
    Case("43101 (refused), 10 % of people", (_always(errcode=43101, probability=0.1),)),
    Case("connection dropped before WeChat acts, 10 %", (_always(drop_connection=True, probability=0.1),), doubts=True),
    Case("reply lost after acceptance, 10 %", (_always(lose_reply=True, probability=0.1),), doubts=True),
    Case(
        "sender killed (kill -9) at 25 % and 60 %",
        acts=((0.25, kill("sender", signal.SIGKILL)), (0.6, kill("sender", signal.SIGKILL))),
        at_least_s=6,
        doubts=True,
    ),
    Case("worker killed (kill -9) while it writes the messages", acts=((0, kill_while_writing),)),
    Case("sender stopped (SIGTERM) at 25 %", acts=((0.25, kill("sender", signal.SIGTERM)),), at_least_s=6),
    Case("WeChat's server gone at 25 %", acts=((0.25, kill("simulator", signal.SIGTERM)),), at_least_s=6, doubts=True),
    Case("Valkey flushed at 25 % and 60 %", acts=((0.25, flush), (0.6, flush)), at_least_s=6),
    Case("Valkey killed at 25 %", acts=((0.25, kill("valkey", signal.SIGKILL)),), at_least_s=6),
    Case("PostgreSQL restarted at 25 %", acts=((0.25, restart_postgres),), at_least_s=6),
    Case("PostgreSQL killed (kill -9) at 25 %", acts=((0.25, kill("postgres", signal.SIGKILL)),), at_least_s=6),
    Case("45009 (quota) halfway, then the next day", (_quota_of_half,), ((0.4, next_day),)),
    Case("latency 2 s", (_always(latency_ms=2000),), threads=200),
)
