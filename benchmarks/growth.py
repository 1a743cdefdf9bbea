"""Whether the hot paths are as fast in a large city as in a small one: `make bench-growth`.

Prints one JSON line for each path and size: the median over one connection, so that it is the time of a request and not
of a queue, and the processor time of a request, which other work on the machine changes less. Then one line a path: the
largest city's by the smallest's. And for each size which statements read a whole table, as the planner may well choose
in a small city. Exit code 1: a path's median grows by more than 1.2, or a large city's plan is bad.
"""

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
import psycopg
from flask import Flask

from app.core.settings import Settings
from benchmarks import growth_picture, hot_paths, load, plans, processor
from benchmarks.city import FOLDER, built, servers
from benchmarks.serving import served
from benchmarks.signing_in import sign_ins
from benchmarks.town import load_average, simulated
from commands.city.shape import Shape
from launcher.ports import free_port

SIZES: Final = (10, 100, 1000, 3800)
REQUESTS: Final = 600
BEFORE: Final = 2000
"""Requests of other people that come first, as many at once as `WARMING`. A server at work has in its memory what is in
use, and has written the pages that change once since the last checkpoint; one that was just started has not."""
WARMING: Final = 8
AT_LEAST: Final = 150
"""Of what a small city has few, as free wishes, it is asked again once it is taken back."""
MOST_GROWTH: Final = 1.2
LARGE: Final = 1000
"""From so many compounds on a plan that reads a whole table is a fault."""


@dataclass
class Measured(load.Result):
    """What a path has shown so far."""

    processor_s: float = 0.0
    """Of the server, PostgreSQL, Valkey and the simulator."""

    def take_in(self, port: int, before: list[bytes], requests: list[bytes]) -> None:
        """Measure the requests once those before them are answered."""
        load.run(port, before, WARMING)
        with processor.spent() as seconds:
            self.add(load.run(port, requests, 1))
        self.processor_s += sum(of for program, of in seconds.items() if program != processor.LOAD)

    @property
    def each_us(self) -> float:
        """Microseconds of processor time of a request."""
        return self.processor_s * 1e6 / len(self.latencies_ms)


Found = dict[str, dict[int, Measured]]
"""By path and number of compounds."""


def main() -> int:
    """Measure and print; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--requests", type=int, default=REQUESTS)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument("--plans-only", action="store_true")
    parser.add_argument("--picture", action="store_true", help=f"draw {growth_picture.FILE}")
    given = parser.parse_args()
    measured: Found = defaultdict(dict)
    faults = 0
    for compounds in given.sizes:
        with ExitStack() as stack:
            # one connection asks one process, which then knows what all of them know after a while
            settings = stack.enter_context(servers(given.folder, simulator_port=free_port(), api_workers=1))
            own, application = stack.enter_context(built(settings, Shape(compounds)))
            bad = _plans(own, application, compounds)
            faults += bad if compounds >= LARGE else 0
            if not given.plans_only:
                simulator = stack.enter_context(simulated(own))
                for what, result in _measured(own, simulator, given.requests):
                    measured[what][compounds] = result
                    print(json.dumps(_figures(what, compounds, result)), flush=True)
    ratios = [_grown(what, of) for what, of in measured.items()]
    if given.picture and measured:
        growth_picture.draw({what: {n: one.percentile(0.5) for n, one in of.items()} for what, of in measured.items()})
    return int(bool(faults) or any(ratio > MOST_GROWTH for ratio in ratios))


def _grown(what: str, of: dict[int, Measured]) -> float:
    """Print how a path grew from the smallest city to the largest; by how much its median did."""
    small, large = of[min(of)], of[max(of)]
    ratio = round(large.percentile(0.5) / small.percentile(0.5), 2)
    line = {"benchmark": "growth", "what": what, "from": min(of), "to": max(of), "ratio": ratio, "wanted": MOST_GROWTH}
    print(json.dumps(line | {"ratio_processor": round(large.each_us / small.each_us, 2)}), flush=True)
    return ratio


def _measured(settings: Settings, simulator: httpx.Client, number: int) -> Iterator[tuple[str, Measured]]:
    """Each path by itself, as soon as it is measured."""
    with psycopg.connect(settings.libpq_url) as connection, served(settings, "wsgi:application") as port:
        for what in (*hot_paths.READS, *hot_paths.WRITES):
            found = Measured()
            for _ in range(4):
                if len(found.latencies_ms) < min(AT_LEAST, number * 3 // 4):
                    with hot_paths.taken_back(connection):
                        drawn = hot_paths.requests(connection, what, number + BEFORE)
                        connection.commit()
                        found.take_in(port, *_parted([one.rendered() for one in drawn], number, what))
            yield what, found
        with sign_ins(connection, simulator, number + BEFORE) as requests:
            found = Measured()
            found.take_in(port, *_parted(requests, number, "sign in"))
            yield "sign in", found


def _parted(requests: list[bytes], number: int, what: str) -> tuple[list[bytes], list[bytes]]:
    """What is asked before, and at most so many to measure: what is read has been read before, what is done has not."""
    measured = requests[-min(number, len(requests) * 3 // 4) :]
    return (requests if what in hot_paths.READS else requests[: -len(measured)]), measured


def _figures(what: str, compounds: int, result: Measured) -> dict[str, Any]:
    expected = (200, 201)
    return {
        "benchmark": "growth",
        "what": what,
        "compounds": compounds,
        "p50_ms": result.percentile(0.5),
        "p90_ms": result.percentile(0.9),
        "p99_ms": result.percentile(0.99),
        "each_us": round(result.each_us),
        "requests": len(result.latencies_ms),
        "errors": result.others(*expected),
        "load_average": load_average(),
    }


def _plans(settings: Settings, application: Flask, compounds: int) -> int:
    """Print what reads a whole table in this city; how many statements do."""
    from miniprogram_api import register

    register(application)
    client, asked = application.test_client(), 0
    with psycopg.connect(settings.libpq_url) as connection, hot_paths.taken_back(connection):
        requests = [
            one for what in (*hot_paths.READS, *hot_paths.WRITES) for one in hot_paths.requests(connection, what, 8)
        ]
        connection.commit()
        with plans.explained() as found:
            for one in requests:
                headers = {"Authorization": f"Bearer {one.token}"}
                answer = client.open(
                    one.path, method="GET" if one.body is None else "POST", headers=headers, json=one.body
                )
                asked += answer.status_code == one.status
        bad = plans.bad_ones(found, plans.filled_tables(connection))
    line = {"benchmark": "plans", "compounds": compounds, "statements": len(found), "requests": asked}
    named = {" ".join(text.split())[:120]: of for text, of in bad.items()}
    print(json.dumps(line | {"refused": len(requests) - asked, "bad": named}, ensure_ascii=False), flush=True)
    return len(bad)


if __name__ == "__main__":
    sys.exit(main())
