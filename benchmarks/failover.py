"""The primary dies in the midst of a vote: `make failover`.

Two PostgreSQL servers on loopback with synchronous replication, and two machines with an API, a worker, a scheduler and
senders each. While owners vote and write wishes through both, the standby stops hearing, and the primary is killed
(kill -9) with commits under way; half a second later the standby is promoted. Clients repeat what got no answer: wishes
under an Idempotency-Key, ballots as they are. Later one of the machines is killed too. Afterwards the old primary is
made the new standby. Prints one JSON line, and ends with 1 where a promise was broken.
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg import sql

from app.bootstrap import create_app, upgrade_schema
from app.core.db import dispose_of_engines
from app.core.settings import load_settings
from app.notifications.catalogue import Kind
from benchmarks import cast, settling
from benchmarks.machines import Machine, environment_beside, valkey, wechat
from benchmarks.patient import Client, GaveUp, Record
from benchmarks.promises import Promises, Voter
from benchmarks.town import Town, load_average
from launcher import replication
from launcher.replication import Pair

DATABASE: Final = "community"
MEETING: Final = cast.ONE
DEAF_S: Final = 0.3
"""How long the standby hears nothing before the primary dies: commits that wait for it are under way then."""
UNNOTICED_S: Final = 0.5
"""How long nobody notices that the primary is dead: what a watchdog needs at the least."""
DIES_AT, MACHINE_DIES_AT = 0.3, 0.7
"""Shares of the votes at which the primary dies, and one of the machines."""
_PATIENCE_S: Final = 120


@dataclass
class Mishaps:
    """What was done to the servers, and when (time.monotonic())."""

    deaf_at: float = 0.0
    killed_at: float = 0.0
    promoted_at: float = 0.0
    promotion_s: float = 0.0

    def play(self, pair: Pair, machine: Machine, accepted: Callable[[], float]) -> None:
        """Wait for the shares of the votes, and do it."""
        while accepted() < DIES_AT:
            time.sleep(0.01)
        self.deaf_at = time.monotonic()
        pair.standby.hear_no_more()
        time.sleep(DEAF_S)
        pair.primary.kill()
        self.killed_at = time.monotonic()
        time.sleep(UNNOTICED_S)
        began = time.monotonic()
        pair.standby.promote()
        self.promoted_at = time.monotonic()
        self.promotion_s = self.promoted_at - began
        while accepted() < MACHINE_DIES_AT:
            time.sleep(0.01)
        machine.kill()


def main() -> int:
    """Exit code: 0 when every promise was kept."""
    parser = argparse.ArgumentParser(prog="benchmarks.failover", description=__doc__)
    parser.add_argument("--voters", type=int, default=6000)
    parser.add_argument("--clients", type=int, default=32)
    parser.add_argument(
        "--asynchronous", action="store_true", help="do not wait for the standby, to see what is lost then"
    )
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="failover-", ignore_cleanup_errors=True) as folder:
        figures = play(Path(folder), arguments.voters, arguments.clients, synchronous=not arguments.asynchronous)
    print(json.dumps(figures))
    return 0 if not any(figures["broken"].values()) else 1


def play(folder: Path, voters: int, clients: int, *, synchronous: bool) -> dict[str, Any]:
    """Start everything, let the owners vote through the mishaps, and compare."""
    with ExitStack() as stack:
        pair = stack.enter_context(replication.pair(folder, synchronous=synchronous))
        redis_url = stack.enter_context(valkey(folder))
        simulator, line = stack.enter_context(wechat(folder / "wechat"))
        os.environ |= environment_beside(simulator, pair.address(DATABASE), redis_url)
        os.environ["DATA_DIR"] = str(folder)
        with psycopg.connect(pair.primary.address(), autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
        settings = load_settings()
        stack.enter_context(create_app(settings).app_context())
        upgrade_schema()
        seats = cast.seed(settings, voters, [MEETING])
        people = [Voter(cast.COMPOUND, seat.party_id, seat.account_id, seat.token) for seat in seats]
        town = Town(settings, line)
        give_phones(town)
        dispose_of_engines()
        machines = [Machine(name, folder) for name in ("one", "two")]
        for machine in machines:
            stack.callback(machine.stop)
            machine.start()
        for machine in machines:
            machine.wait()
        mishaps, record, promises = Mishaps(), Record(), Promises()
        watcher = threading.Thread(
            target=mishaps.play, args=(pair, machines[1], lambda: len(promises.ballots) / voters), daemon=True
        )
        watcher.start()
        began = time.monotonic()
        try:
            asyncio.run(_vote(people, clients, [machine.port for machine in machines], record, promises))
        except GaveUp:
            print(*(machine.words() for machine in machines), sep="\n", file=sys.stderr)
            raise
        seconds = time.monotonic() - began
        watcher.join(_PATIENCE_S)
        settled = settling.settle(town, len(promises.ballots))
        with town.database() as connection:
            broken = promises.kept(connection, cast.COMPOUND)
        rejoined = _rejoin(pair, len(promises.ballots))
        broken |= {
            "receipts_wrong": settled.receipts_wrong,
            "messages_twice": settled.messages_twice,
            "messages_never_sent": settled.never_sent,
            "not_in_the_log": settled.not_in_the_log,
            "refusals_unclear": record.unclear.total(),
            "ballots_not_on_the_rejoined": len(promises.ballots) - rejoined["ballots_on_the_rejoined"],
        }
        dispose_of_engines()
    return {
        "benchmark": "failover",
        "synchronous": synchronous,
        "ballots": len(promises.ballots),
        "wishes": len(promises.wishes),
        "broken": broken,
        "unexpected": dict(promises.unexpected),
        "refused_s": round(record.longest_silence_s(mishaps.deaf_at), 2),
        "of_it_deaf_s": round(mishaps.killed_at - mishaps.deaf_at, 2),
        "of_it_unnoticed_s": UNNOTICED_S,
        "promotion_s": round(mishaps.promotion_s, 2),
        "longest_wait_s": round(max(record.latencies_ms) / 1000, 2),
        "repeated": record.repeated,
        "found_in_already": promises.found,
        "faults_500": record.statuses[500],
        "no_answer": record.statuses[0],
        "unavailable": sum(record.statuses[one] for one in (502, 503, 504)),
        "unclear": dict(record.unclear),
        "votes_per_s": round(len(promises.ballots) / seconds, 1),
        **settled.figures(),
        **rejoined,
        "clients": clients,
        "cores": os.cpu_count(),
        "load": load_average(),
    }


async def _vote(
    people: Sequence[Voter], clients: int, ports: Sequence[int], record: Record, promises: Promises
) -> None:
    """Let everybody cast a ballot, and every fourth write a wish."""
    waiting = iter(enumerate(people))

    async def act(number: int) -> None:
        client = Client(ports, record, number)
        for place, voter in waiting:
            await promises.cast(client, voter, MEETING, cast.MOTIONS)
            if place % 4 == 0:
                await promises.wish(client, voter)
        client.close()

    await asyncio.gather(*(act(number) for number in range(clients)))


def give_phones(town: Town) -> None:
    """Give every account a phone at the simulator, and let it accept the messages of receipt."""
    with town.database() as connection:
        town.account_ids = [row[0] for row in connection.execute("SELECT id FROM account ORDER BY id")]
    town.phones(len(town.account_ids))
    with town.database() as connection:
        connection.execute(
            "UPDATE account SET openid = given.openid"
            " FROM unnest(%s::uuid[], %s::text[]) AS given (id, openid) WHERE account.id = given.id",
            [town.account_ids, town.openids],
        )
    town.accept(Kind.BALLOT_RECEIVED)


def _rejoin(pair: Pair, ballots: int) -> dict[str, Any]:
    """Make the old primary the standby of the new one, and count the ballots that it has, once it has caught up."""
    began = time.monotonic()
    pair.primary.rewind(pair.standby)
    pair.primary.start()
    pair.standby.wait_for(pair.primary, synchronous=True)
    seconds = time.monotonic() - began
    while True:
        [(found,)] = pair.primary.execute("SELECT count(*) FROM ballot", DATABASE)
        if found >= ballots or time.monotonic() - began > _PATIENCE_S:
            return {"rejoined_s": round(seconds, 2), "ballots_on_the_rejoined": found}
        time.sleep(0.1)


if __name__ == "__main__":
    sys.exit(main())
