"""What becomes of a fan-out while things go wrong: `make reliability`.

Each fault is played on a real group (PostgreSQL, Valkey, sender, scheduler, WeChat simulator under their supervisor):
one message to every resident, and afterwards each phone's inbox beside each row of the outbox. Nobody may have got a
message twice; whoever got none is named by a row in a final state, or by one in doubt. Prints the table of
docs/reliability.md, and ends with 1 where a promise was broken.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby

import httpx

from app.bootstrap import create_app
from app.core.db import dispose_of_engines
from app.notifications.catalogue import Kind
from benchmarks.faults import CASES, Case
from benchmarks.ledger import Result, compare
from benchmarks.town import Town, load_average
from launcher.demo.outbox import Looks
from launcher.demo.rehearsal import fresh_group

KIND = Kind.MEETING_ANNOUNCED
LONGEST_S = 900
SLOWEST_MS = 1000
COLUMNS = ("fault", "messages", "arrived once", "refused", "in doubt: arrived / not", "lost", "twice", "seconds")


def main() -> int:
    """Exit code: 0 when every promise was kept."""
    parser = argparse.ArgumentParser(prog="benchmarks.reliability", description=__doc__)
    parser.add_argument("--recipients", type=int, default=10_000)
    parser.add_argument("--only", action="append", help="play the cases whose name begins so; may be repeated")
    arguments = parser.parse_args()
    cases = [case for case in CASES if arguments.only is None or case.name.startswith(tuple(arguments.only))]
    print(f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}", flush=True)
    results = []
    for result in play(cases, arguments.recipients):
        results.append(result)
        print(result.line(), flush=True)
    print(f"\nLoad average {load_average()}, {os.cpu_count()} cores.")
    return 0 if results and all(result.kept for result in results) else 1


def play(cases: Sequence[Case], recipients: int) -> Iterator[Result]:
    """Play the cases one after another, on a group for each number of threads."""
    for threads, same in groupby(cases, key=lambda case: case.threads):
        with _group(threads) as town:
            town.settle(recipients)
            for case in same:
                yield _play(town, case)


@contextmanager
def _group(threads: int) -> Iterator[Town]:
    os.environ |= {"SEND_THREADS": str(threads), "LOG_LEVEL": "ERROR"}
    with fresh_group() as settings:
        seen = settings.model_copy(update={"movable_clock": True, "send_threads": threads})
        with (
            create_app(seen).app_context(),
            httpx.Client(base_url=settings.simulator_url, timeout=60) as simulator,
            Looks(seen) as looks,
        ):
            yield Town(seen, simulator, looks=looks)
            dispose_of_engines()


def _play(town: Town, case: Case) -> Result:
    dispose_of_engines()  # the last case may have cut their connections
    town.forget()
    town.accept(KIND)
    residents = len(town.openids)
    slow_ms = min(SLOWEST_MS, int(1000 * case.at_least_s * case.threads / residents))
    town.faults({"latency_ms": slow_ms}, *(rule(residents) for rule in case.rules))
    began = time.perf_counter()
    town.tell(KIND)
    for share, act in case.acts:
        while town.finished() < share * residents and not town.settled():
            time.sleep(0.02)
        act(town)
    _wait_until(town.settled)
    seconds = time.perf_counter() - began
    town.faults()
    return compare(town, case, seconds)


def _wait_until(reached: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LONGEST_S
    while not reached():
        if time.monotonic() > deadline:
            raise SystemExit("it did not end")
        time.sleep(0.1)


if __name__ == "__main__":
    sys.exit(main())
