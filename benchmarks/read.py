"""How many reads a second of each kind, beside a bare Flask handler of the same bytes: `make bench-read`.

Prints one JSON line each for the meeting, its turnout and the first screen, all of one made city, the same granian and
the same cores as the load; product and peer take turns. Every reader asks for the own compound's and has looked at the
meeting before: the first look is recorded, and measured by `benchmarks/growth.py`. How dear a read is depends on what
the process and PostgreSQL know of the reader's compound already:

- no name: nobody has asked for anything of it since PostgreSQL was started, if that was just now. The worst there is;
- `kept`: asked for again when nearly every process has shown it to somebody;
- `unchanged`: what has a tag, asked for with it;
- `restarted`: PostgreSQL has read it before, but the servers were just started and know nothing of any compound;
- `together`: by servers that were just started too, but of TOGETHER readers of each compound, in no order, as in an
  evening of voting: the first one meets a process that knows nothing of it, most others one that does.

`each_us` is the processor time of a request by program, in microseconds.
"""

import argparse
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
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
PASSES: Final = 6
"""After so many, two processes have both shown nearly every page: all but one in thirty-two."""
TOGETHER: Final = 20
"""Readers of a compound within the same minutes: of 500 homes one in twenty-five."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--compounds", type=int, default=100)
    parser.add_argument("--readers", type=int, default=READERS)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument("--paths", nargs="+", choices=hot_paths.READS, default=hot_paths.READS)
    given = parser.parse_args()
    with (
        servers(given.folder) as settings,
        built(settings, Shape(given.compounds)) as (own, _),
        psycopg.connect(own.libpq_url) as connection,
    ):
        for what in given.paths:
            with hot_paths.taken_back(connection):
                few = given.readers // TOGETHER
                asked, together = (
                    hot_paths.requests(connection, what, given.readers, compounds) for compounds in (None, few)
                )
                connection.commit()
                line = _figures(what, given.compounds, _measured(own, asked, together))
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
    restarted: Turns = field(default_factory=Turns)
    together: Turns = field(default_factory=Turns)


def _measured(settings: Settings, asked: Sequence[hot_paths.Request], together: Sequence[hot_paths.Request]) -> Shown:
    with served(settings, "wsgi:application") as port:
        shown = _by_turns(settings, port, asked)
    paths = {one.path for one in together}
    elsewhere = [one for one in asked if one.path not in paths]
    for result, first, of in (
        (shown.restarted, asked[: feed.WARM_UP], asked[feed.WARM_UP :]),
        (shown.together, elsewhere[: feed.WARM_UP], together),
    ):
        with served(settings, "wsgi:application") as result.port:
            load.run(result.port, [one.rendered() for one in first], feed.CONNECTIONS)  # statements are prepared
            result.run([one.rendered() for one in of])
    return shown


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
        "restarted_per_s": shown.restarted.rate(200),
        "restarted_p99_ms": shown.restarted.percentile(0.99),
        "together_per_s": shown.together.rate(200),
        "together_p99_ms": shown.together.percentile(0.99),
        "errors": sum(one.others(200) for one in (read, kept, shown.restarted, shown.together))
        + again.others(200, 304),
        "bare_per_s": bare.rate(200),
        "bytes": shown.size,
        "ratio": round(read.rate(200) / bare.rate(200), 3),
        "each_us": read.each_us(),
        "each_us_kept": kept.each_us(),
        "each_us_restarted": shown.restarted.each_us(),
        "each_us_together": shown.together.each_us(),
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
