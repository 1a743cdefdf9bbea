"""Whether the hot paths are as fast in a large city as in a small one: `make bench-growth`.

The cities take turns, so that whatever slows the machine down for a while slows all of them. Prints one JSON line for
each path and size: the median over one connection, so that it is the time of a request and not of a queue, and the
processor time of a request, which other work on the machine changes less. Then one line a path: the largest city's by
the smallest's. And for each size which statements read a whole table, as the planner may well choose in a small city.
Exit code 1: a path's median grows by more than 1.2, or a large city's plan is bad.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
import psycopg

from app.core.settings import Settings
from benchmarks import growth_picture, hot_paths, load, plans, processor
from benchmarks.city import FOLDER, built, servers
from benchmarks.read import PASSES
from benchmarks.serving import served
from benchmarks.signing_in import sign_ins
from benchmarks.town import load_average, simulated
from benchmarks.turns import Turns
from commands.city.shape import Shape
from launcher.ports import free_port

SIZES: Final = (10, 100, 1000, 3800)
REQUESTS: Final = 600
SIGN_IN: Final = "sign in"
PATHS: Final = (*hot_paths.READS, *hot_paths.WRITES, SIGN_IN)
BEFORE: Final = 2000
"""Requests of other people that come first, as many at once as `WARMING`. A server at work has in its memory what is in
use, and has written the pages that change once since the last checkpoint; one that was just started has not."""
WARMING: Final = 8
TURNS: Final = 8
MOST_GROWTH: Final = 1.2
LARGE: Final = 1000
"""From so many compounds on a plan that reads a whole table is a fault."""


@dataclass(frozen=True)
class City:
    """A city of so many compounds that is served."""

    compounds: int
    connection: "psycopg.Connection[Any]"
    port: int


Found = dict[int, Turns]
"""What a path has shown, by number of compounds."""


def main() -> int:
    """Measure and print; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--requests", type=int, default=REQUESTS)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument("--plans-only", action="store_true")
    parser.add_argument("--paths", nargs="+", choices=PATHS, default=PATHS)
    parser.add_argument("--picture", action="store_true", help=f"draw {growth_picture.FILE}")
    given = parser.parse_args()
    with servers(given.folder, simulator_port=free_port(), api_workers=1) as settings:
        bad = {compounds: _plans(settings, compounds) for compounds in given.sizes}
        measured = {} if given.plans_only else _measured(settings, given.sizes, given.paths, given.requests)
    ratios = [_grown(what, of) for what, of in measured.items()]
    if given.picture and measured:
        growth_picture.draw({what: {n: one.percentile(0.5) for n, one in of.items()} for what, of in measured.items()})
    return int(any(bad[one] for one in bad if one >= LARGE) or any(ratio > MOST_GROWTH for ratio in ratios))


def _grown(what: str, of: Found) -> float:
    """Print how a path grew from the smallest city to the largest; by how much its median did."""
    small, large = of[min(of)], of[max(of)]
    ratio = round(large.percentile(0.5) / small.percentile(0.5), 2)
    line = {"benchmark": "growth", "what": what, "from": min(of), "to": max(of), "ratio": ratio, "wanted": MOST_GROWTH}
    print(json.dumps(line | {"ratio_processor": round(_each_us(large) / _each_us(small), 2)}), flush=True)
    return ratio


def _measured(settings: Settings, sizes: Sequence[int], paths: Sequence[str], number: int) -> dict[str, Found]:
    """Every path, printed as soon as it is measured. One process serves a city: it comes to know what all would."""
    measured = {}
    with ExitStack() as stack:
        simulator = stack.enter_context(simulated(settings))
        cities = [stack.enter_context(_served(settings, compounds)) for compounds in sizes]
        for what in paths:
            with ExitStack() as undone:
                measured[what] = _by_turns(cities, what, number, undone, simulator)
            for compounds, result in measured[what].items():
                print(json.dumps(_figures(what, compounds, result)), flush=True)
    return measured


@contextmanager
def _served(settings: Settings, compounds: int) -> Iterator[City]:
    with (
        built(settings, Shape(compounds)) as (own, _),
        psycopg.connect(own.libpq_url) as connection,
        served(own, "wsgi:application") as port,
    ):
        yield City(compounds, connection, port)


def _by_turns(cities: Sequence[City], what: str, number: int, undone: ExitStack, simulator: httpx.Client) -> Found:
    """A path in each city. What is read is known to nearly every process; what is done is done for the first time, by
    people who have opened its screen.

    A checkpoint comes before all of it, so that none begins meanwhile: after one each page is written whole once more.
    """
    asked, found = {}, {}
    drawn_in = {city.compounds: _drawn(city, what, number + BEFORE, undone, simulator) for city in cities}
    with psycopg.connect(cities[0].connection.info.dsn, autocommit=True) as connection:
        connection.execute("CHECKPOINT")
    for city in cities:
        drawn, opened = drawn_in[city.compounds]
        asked[city.compounds] = drawn[-min(number, len(drawn) * 3 // 4) :]
        before = drawn * PASSES if what in hot_paths.READS else drawn[: -len(asked[city.compounds])]
        load.run(city.port, [*opened, *before], WARMING)
        found[city.compounds] = Turns(port=city.port, connections=1)
    for turn in range(TURNS):
        for compounds, result in found.items():
            result.run(asked[compounds][turn::TURNS])
    return found


def _drawn(
    city: City, what: str, number: int, undone: ExitStack, simulator: httpx.Client
) -> tuple[list[bytes], list[bytes]]:
    """At most so many requests of a path, and those that come before; what they change is taken back with `undone`."""
    if what == SIGN_IN:
        return undone.enter_context(sign_ins(city.connection, simulator, number)), []
    undone.enter_context(hot_paths.taken_back(city.connection))
    drawn = hot_paths.requests(city.connection, what, number)
    city.connection.commit()
    return [one.rendered() for one in drawn], [opened for one in drawn if (opened := one.opened())]


def _each_us(result: Turns) -> int:
    """Microseconds of processor time of a request, but for asking it."""
    return sum(taken for program, taken in result.each_us().items() if program != processor.LOAD)


def _figures(what: str, compounds: int, result: Turns) -> dict[str, Any]:
    expected = (200, 201)
    return {
        "benchmark": "growth",
        "what": what,
        "compounds": compounds,
        "p50_ms": result.percentile(0.5),
        "p90_ms": result.percentile(0.9),
        "p99_ms": result.percentile(0.99),
        "each_us": _each_us(result),
        "requests": len(result.latencies_ms),
        "errors": result.others(*expected),
        "load_average": load_average(),
    }


def _plans(settings: Settings, compounds: int) -> int:
    """Print what reads a whole table in this city; how many statements do."""
    from miniprogram_api import register

    asked = 0
    with (
        built(settings, Shape(compounds)) as (own, application),
        psycopg.connect(own.libpq_url) as connection,
        hot_paths.taken_back(connection),
    ):
        register(application)
        client = application.test_client()
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
