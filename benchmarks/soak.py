"""Twenty minutes of everything at once while processes die: `make soak` (`MINUTES=3` for a shorter one).

A real group under its supervisor (PostgreSQL, Valkey, API, senders, worker, scheduler, WeChat simulator). Residents
vote, read meetings, turnout and the first screen, and write wishes under an Idempotency-Key; a secretary walks through
the console; senders and workers do what that leaves them. First the most that goes is measured for a while; then 70 %
of it are asked for, and every 30 s a process drawn by lot is killed (kill -9). Prints one JSON line, and ends with 1
where a ballot or a wish was lost or is there twice, a request did not succeed however often it was repeated, a
process grows, or connections are left over.
"""

import argparse
import asyncio
import json
import os
import random
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any, Final, LiteralString
from uuid import UUID

import httpx
import psutil
import psycopg

from app.bootstrap import create_app
from app.core.db import dispose_of_engines
from app.core.settings import Settings
from app.core.unit_of_work import unit_of_work
from app.identity.console import sessions
from app.notifications.catalogue import Kind
from benchmarks import cast, load
from benchmarks.failover import MEETING, give_phones
from benchmarks.patient import Client, GaveUp, Record
from benchmarks.promises import Promises, Voter
from benchmarks.town import Town, load_average
from benchmarks.watching import Slope, Watch
from launcher import marks
from launcher.demo.rehearsal import fresh_group

MORTAL: Final = ("api", "sender", "urgent-sender", "worker", "scheduler", "valkey", "postgres")
"""The programs that are killed; the simulator stands for the world outside."""
SHARE_OF_THE_MOST: Final = 0.7
CLIENTS: Final = 32
KILL_EVERY_S: Final = 30
MEASURED_S: Final = 15
QUIET_S: Final = 20
"""How long before the end nothing is killed any more, so that the last one is seen to come back."""
FLAT_MB_PER_MIN: Final = 1.0
"""What a process may grow that has lived for LONG_S at the least; younger ones still fill their caches."""
LONG_S: Final = 300
LONGEST_IDLE_S: Final = 60
_VOTES_PER_S: Final = 80
"""Voters to have at hand for each second."""
_SETTLED_S: Final = 180

_SECRETARY: LiteralString = """
INSERT INTO account (id, openid, created_at) VALUES (%(id)s, 'secretary', now());
INSERT INTO appointment (id, org_unit_id, role, phone_hash, account_id, appointed_at)
VALUES (uuid_v7(), %(compound)s, 'secretary', sha256('secretary'), %(id)s, now())
"""
SECRETARY: Final = UUID("0198c0de-0000-7000-8000-0000000000c1")
_PAGES: Final = ("", "meetings/", f"meetings/{MEETING}/", "reviews/")

Act = Callable[[Client], Awaitable[object]]


@dataclass
class Load:
    """What is asked for, by lot in these shares: 20 ballots, 8 wishes, 52 reads, 20 pages of the console of 100."""

    voters: Iterator[Voter]
    readers: Sequence[Voter]
    cookie: str
    promises: Promises = field(default_factory=Promises)
    statuses: Counter[str] = field(default_factory=Counter)
    dice: random.Random = field(default_factory=lambda: random.Random(8))

    def draw(self) -> Act:
        """The next thing that somebody does."""
        what = self.dice.choices(("ballot", "wish", "home", "meeting", "turnout", "page"), (20, 8, 26, 13, 13, 20))[0]
        if what == "ballot" and (voter := next(self.voters, None)):
            return lambda client: self.promises.cast(client, voter, MEETING, cast.MOTIONS)
        reader = self.dice.choice(self.readers)
        if what == "wish":
            return lambda client: self.promises.wish(client, reader)
        if what == "page":
            return self._get(what, f"/console/compounds/{cast.COMPOUND}/{self.dice.choice(_PAGES)}", cookie=self.cookie)
        path = {"home": "home", "turnout": f"meetings/{MEETING}/turnout"}.get(what, f"meetings/{MEETING}")
        return self._get(what, f"/api/v1/compounds/{cast.COMPOUND}/{path}", token=reader.token)

    def _get(self, what: str, path: str, **who: str) -> Act:
        async def act(client: Client) -> None:
            reply = await client.ask(load.get(path, **who))
            self.statuses[f"{what} {reply.status}"] += 1

        return act


@dataclass
class Killer:
    """Kills a process drawn by lot every KILL_EVERY_S seconds until told to stop."""

    settings: Settings
    killed: Counter[str] = field(default_factory=Counter)
    _stop: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """For a thread."""
        lots = random.Random(8)
        while not self._stop.wait(KILL_EVERY_S):
            program = lots.choice(MORTAL)
            found = marks.members(self.settings.data_dir, program)
            if found:
                victim = lots.choice(found)
                try:
                    victim.send_signal(signal.SIGKILL)
                except psutil.NoSuchProcess:
                    continue
                self.killed[program] += 1

    def stop(self) -> None:
        """Kill no more."""
        self._stop.set()


def main() -> int:
    """Exit code: 0 when every promise was kept."""
    parser = argparse.ArgumentParser(prog="benchmarks.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=float(os.environ.get("MINUTES") or 20))
    minutes = parser.parse_args().minutes
    os.environ["LOG_LEVEL"] = "WARNING"
    with fresh_group() as settings:
        seen = settings.model_copy(update={"movable_clock": True})
        with (
            create_app(seen).app_context(),
            httpx.Client(base_url=settings.simulator_url, timeout=120) as simulator,
        ):
            figures = soak(Town(seen, simulator), minutes * 60)
            dispose_of_engines()
    print(json.dumps(figures))
    return 0 if not any(figures["broken"].values()) else 1


def soak(town: Town, seconds: float) -> dict[str, Any]:
    """Measure the most, soak, let everything settle, and compare."""
    asked = _seed(town, int((seconds + MEASURED_S) * _VOTES_PER_S))
    port = [town.settings.port]
    most = asyncio.run(_run(asked, port, Record(), MEASURED_S, 0.0))
    rate = SHARE_OF_THE_MOST * most
    watch, killer, record = Watch(town.settings, MORTAL), Killer(town.settings), Record()
    helpers = [threading.Thread(target=one.run, daemon=True) for one in (watch, killer)]
    for one in helpers:
        one.start()
    gave_up: list[str] = []
    threading.Timer(seconds - QUIET_S, killer.stop).start()
    reached = asyncio.run(_run(asked, port, record, seconds, rate, gave_up))
    killer.stop()
    settled_s = _settle(town, asked.promises)
    watch.stop()
    helpers[0].join(30)
    watch.look()
    with town.database() as connection:
        broken = asked.promises.kept(connection, cast.COMPOUND)
    slopes = watch.slopes()
    allowed = most_connections(town.settings)
    broken |= {
        "messages_twice": sum(count > 1 for count in town.inbox_counts().values()),
        "never_answered": len(gave_up),
        "refused": sum(count for what, count in asked.statuses.items() if not what.endswith((" 200", " 304"))),
        "growing": sum(one.life_s >= LONG_S and one.mb_per_min > FLAT_MB_PER_MIN for one in slopes.values()),
        "connections_left": max(0, watch.connections.last - allowed),
        "idle_in_transaction": int(watch.connections.idle_in_transaction_s > LONGEST_IDLE_S),
    }
    return {
        "benchmark": "soak",
        "minutes": round(seconds / 60, 1),
        "most_per_s": round(most, 1),
        "asked_per_s": round(rate, 1),
        "reached_per_s": round(reached, 1),
        "broken": broken,
        "ballots": len(asked.promises.ballots),
        "wishes": len(asked.promises.wishes),
        "found_in_already": asked.promises.found,
        "unexpected": dict(asked.promises.unexpected),
        "answers": dict(sorted(asked.statuses.items())),
        "gave_up": gave_up[:5],
        "killed": dict(killer.killed),
        "repeated": record.repeated,
        "faults_500": record.statuses[500],
        "longest_wait_s": round(max(record.latencies_ms) / 1000, 1),
        "p99_ms": round(sorted(record.latencies_ms)[int(0.99 * len(record.latencies_ms))]),
        "memory": {name: _words(one) for name, one in sorted(slopes.items())},
        "connections": {"most": watch.connections.most, "last": watch.connections.last, "allowed": allowed},
        "idle_in_transaction_s": round(watch.connections.idle_in_transaction_s, 1),
        "messages": dict(town.rows("SELECT state, count(*) FROM outbox GROUP BY state")),
        "settled_after_s": round(settled_s, 1),
        "cores": os.cpu_count(),
        "load": load_average(),
    }


def most_connections(settings: Settings) -> int:
    """What the pools of all processes hold at the most: two of the API's threads, some of each other process."""
    pooled = 2 * (settings.api_threads + 4)
    return settings.api_workers * pooled + 3 * 4


def _words(slope: Slope) -> str:
    return f"{slope.mb} MB, {slope.mb_per_min:+.2f} MB/min over {slope.life_s:.0f} s"


def _seed(town: Town, voters: int) -> Load:
    seats = cast.seed(town.settings, voters, [MEETING])
    people = [Voter(cast.COMPOUND, party, token) for _, party, token in seats]
    give_phones(town)
    with town.database() as connection:
        psycopg.ClientCursor(connection).execute(_SECRETARY, {"id": SECRETARY, "compound": cast.COMPOUND})
    with unit_of_work():
        cookie = f"console={sessions.open_session(SECRETARY, '测量').token}"
    town.accept(Kind.BALLOT_RECEIVED)
    return Load(iter(people), people, cookie)


async def _run(
    asked: Load,
    ports: Sequence[int],
    record: Record,
    seconds: float,
    rate: float,
    gave_up: list[str] | None = None,
) -> float:
    """Let the clients act for so long, `rate` acts a second together (0: as fast as it goes); the rate reached."""
    began = time.monotonic()
    places = cycle(range(CLIENTS))
    turn = 0

    async def act(number: int) -> None:
        nonlocal turn
        client = Client(ports, record, number, patience_s=90)
        while True:
            turn += 1
            due = began + turn / rate if rate else began
            if max(due, time.monotonic()) >= began + seconds:
                break
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            try:
                await asked.draw()(client)
            except GaveUp as error:
                if gave_up is None:
                    raise
                gave_up.append(str(error))
        client.close()

    await asyncio.gather(*(act(next(places)) for _ in range(CLIENTS)))
    return len(record.answered_at) / (time.monotonic() - began)


def _settle(town: Town, promises: Promises) -> float:
    """Wait until senders and workers have done what is left; the seconds."""
    began = time.monotonic()
    query: LiteralString = "SELECT count(*) FROM log_leaf WHERE ballot_id IS NOT NULL"
    while (late := time.monotonic() - began) < _SETTLED_S:
        if town.settled() and town.rows(query)[0][0] >= len(promises.ballots):
            break
        time.sleep(0.5)
    return late


if __name__ == "__main__":
    sys.exit(main())
