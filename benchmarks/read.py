"""How many reads a second of each kind, beside a bare Flask handler of the same bytes: `make bench-read`.

Prints one JSON line each for the meeting, its turnout and the first screen, all of one made city, the same granian and
the same cores as the load; product and peer take turns. Every reader asks for the own compound's; the first look at a
meeting is recorded. `each_us` is the processor time of a request by program, in microseconds.
"""

import argparse
import json
import os
from pathlib import Path
from typing import Any, Final

import psycopg

from app.core.settings import Settings
from benchmarks import feed, hot_paths, load
from benchmarks.city import FOLDER, built, servers
from benchmarks.serving import served
from benchmarks.town import load_average
from benchmarks.turns import Turns
from commands.city.shape import Shape

READERS: Final = 4000


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--compounds", type=int, default=100)
    parser.add_argument("--readers", type=int, default=READERS)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    given = parser.parse_args()
    with (
        servers(given.folder) as settings,
        built(settings, Shape(given.compounds)) as (own, _),
        psycopg.connect(own.libpq_url) as connection,
        served(own, "wsgi:application") as port,
    ):
        for what in hot_paths.READS:
            with hot_paths.taken_back(connection):
                requests = [one.rendered() for one in hot_paths.requests(connection, what, given.readers)]
                connection.commit()
                line = _figures(what, given.compounds, *_by_turns(own, port, requests))
            print(json.dumps(line), flush=True)


def _by_turns(settings: Settings, port: int, requests: list[bytes]) -> tuple[Turns, Turns, int]:
    """What the product and the bare handler have shown, and the bytes of an answer."""
    load.run(port, requests[: feed.WARM_UP], feed.CONNECTIONS)
    body = load.run(port, requests[-1:], 1, keep_bodies=True).bodies[0]
    read, bare = Turns(port=port), Turns()
    with feed.bare_server(settings, body) as bare.port:
        for turn in range(feed.ROUNDS):
            some = requests[feed.WARM_UP + turn :: feed.ROUNDS]
            read.run(some)
            bare.run([load.get("/bytes")] * len(some))
    return read, bare, len(body)


def _figures(what: str, compounds: int, read: Turns, bare: Turns, size: int) -> dict[str, Any]:
    return {
        "benchmark": "read",
        "what": what,
        "per_s": read.rate(200),
        "p50_ms": read.percentile(0.5),
        "p99_ms": read.percentile(0.99),
        "errors": read.others(200),
        "bare_per_s": bare.rate(200),
        "bytes": size,
        "ratio": round(read.rate(200) / bare.rate(200), 3),
        "each_us": read.each_us(),
        "each_us_bare": bare.each_us(),
        "compounds": compounds,
        "connections": feed.CONNECTIONS,
        "load_average": load_average(),
        "cores": os.cpu_count(),
    }


if __name__ == "__main__":
    main()
