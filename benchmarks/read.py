"""How many reads a second of each kind, beside a bare Flask handler of the same bytes: `make bench-read`.

Prints one JSON line each for the meeting, its turnout and the first screen, all of one made city, the same granian and
the same cores as the load; product and peer take turns. Every reader asks for the own compound's and has looked at the
meeting before: the first look is recorded, and measured by `benchmarks/growth.py`. At first no process knows anything
of the reader's compound, as after a change there; `kept`: asked for again when nearly every process has shown it to
somebody. What has a tag is also asked for with it (`unchanged`). `each_us` is the processor time of a request by
program, in microseconds.
"""

import argparse
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
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
PASSES: Final = 3
"""After so many a page was shown by either of two processes in seven cases of eight."""


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
                requests = hot_paths.requests(connection, what, given.readers)
                connection.commit()
                line = _figures(what, given.compounds, _by_turns(own, port, requests))
            print(json.dumps(line), flush=True)


@dataclass
class Shown:
    """What the product has shown, whole answers for the first time and again, and unchanged ones, and the bare handler;
    the bytes of an answer."""

    read: Turns
    kept: Turns
    again: Turns
    bare: Turns
    size: int


def _by_turns(settings: Settings, port: int, asked: Sequence[hot_paths.Request]) -> Shown:
    requests = [one.rendered() for one in asked]
    load.run(port, requests[: feed.WARM_UP], feed.CONNECTIONS)
    last = load.run(port, requests[-1:], 1, keep_bodies=True, keep_etags=True)
    shown = Shown(Turns(port=port), Turns(port=port), Turns(port=port), Turns(), len(last.bodies[0]))
    with feed.bare_server(settings, last.bodies[0]) as shown.bare.port:
        for turn in range(feed.ROUNDS):
            some = slice(feed.WARM_UP + turn, None, feed.ROUNDS)
            shown.read.run(requests[some])
            load.run(port, requests[some] * (PASSES - 1), feed.CONNECTIONS)
            shown.kept.run(requests[some])
            if last.etags[0]:
                etags = load.run(port, requests[some], 1, keep_etags=True).etags
                shown.again.run([one.rendered(etag) for one, etag in zip(asked[some], etags, strict=True)])
            shown.bare.run([load.get("/bytes")] * len(requests[some]))
    return shown


def _figures(what: str, compounds: int, shown: Shown) -> dict[str, Any]:
    read, kept, again, bare = shown.read, shown.kept, shown.again, shown.bare
    figures = {
        "benchmark": "read",
        "what": what,
        "per_s": read.rate(200),
        "p50_ms": read.percentile(0.5),
        "p99_ms": read.percentile(0.99),
        "kept_per_s": kept.rate(200),
        "kept_p99_ms": kept.percentile(0.99),
        "errors": read.others(200) + kept.others(200) + again.others(200, 304),
        "bare_per_s": bare.rate(200),
        "bytes": shown.size,
        "ratio": round(read.rate(200) / bare.rate(200), 3),
        "each_us": read.each_us(),
        "each_us_kept": kept.each_us(),
        "each_us_bare": bare.each_us(),
        "compounds": compounds,
        "connections": feed.CONNECTIONS,
        "load_average": load_average(),
        "cores": os.cpu_count(),
    }
    if again.latencies_ms:
        figures |= {
            "unchanged_per_s": again.rate(304),
            "unchanged_p99_ms": again.percentile(0.99),
            "sent_anew": again.statuses[200],
            "each_us_unchanged": again.each_us(),
        }
    return figures


if __name__ == "__main__":
    main()
