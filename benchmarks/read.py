"""How many reads a second of each kind, beside a bare Flask handler of the same bytes: `make bench-read`.

Prints one JSON line each for the meeting, its turnout and the first screen, all on the same database, the same granian
and the same cores as the load. Every reader asks once for the own compound's; the first look at a meeting is recorded.
"""

import json
import os
import sys
from typing import Any

from benchmarks import feed, load
from benchmarks.serving import served

PAGES = {"meeting": "meetings/{}", "turnout": "meetings/{}/turnout", "feed": "home"}


def main(compounds: int = feed.COMPOUNDS) -> None:
    """Measure and print."""
    with feed.seeded(compounds) as (settings, readers), served(settings, "wsgi:application") as port:
        for name, page in PAGES.items():
            requests = [reader.request(what=page.format(reader.meeting_id)) for reader in readers]
            load.run(port, requests[: feed.WARM_UP], feed.CONNECTIONS)
            body = load.run(port, requests[-1:], 1, keep_bodies=True).bodies[0]
            read, bare = load.Result(), load.Result()
            with feed.bare_server(settings, body) as bare_port:
                for turn in range(feed.ROUNDS):
                    some = requests[feed.WARM_UP + turn :: feed.ROUNDS]
                    read.add(load.run(port, some, feed.CONNECTIONS))
                    bare.add(load.run(bare_port, [load.get("/bytes")] * len(some), feed.CONNECTIONS))
            print(json.dumps(_figures(name, compounds, read, bare, len(body))), flush=True)


def _figures(name: str, compounds: int, read: load.Result, bare: load.Result, size: int) -> dict[str, Any]:
    return {
        "benchmark": "read",
        "what": name,
        "per_s": read.rate(200),
        "p50_ms": read.percentile(0.5),
        "p99_ms": read.percentile(0.99),
        "errors": read.others(200),
        "bare_per_s": bare.rate(200),
        "bytes": size,
        "ratio": round(read.rate(200) / bare.rate(200), 3),
        "compounds": compounds,
        "units": compounds * feed.FLATS,
        "connections": feed.CONNECTIONS,
        "cores": os.cpu_count(),
    }


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
