"""How many first screens a second are served, beside a bare Flask handler of the same bytes: `make bench-feed`.

Prints one JSON line. The readers ask for their own compound's home, each once without and once with the ETag that they
got; all take turns on the same PostgreSQL, the same granian and the same cores as the load. `each_us` is the processor
time of a request by program, in microseconds.
"""

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import psycopg

from app.bootstrap import create_app, upgrade_schema
from app.core.crypto import encrypt
from app.core.settings import Settings, load_settings
from benchmarks import load
from benchmarks.serving import served
from benchmarks.turns import Turns
from launcher.embedded import create_database, embedded_servers

CONNECTIONS = 32
COMPOUNDS, FLATS = 100, 500
READERS = 8000
WARM_UP = 500
ROUNDS = 5
SEED = (Path(__file__).parent / "feed.sql").read_text()


class Reader(NamedTuple):
    """Somebody who opens the mini-program."""

    compound_id: UUID
    meeting_id: UUID
    token: str

    def request(self, etag: str | None = None, what: str = "home") -> bytes:
        """The rendered request for something of the own compound."""
        return load.get(f"/api/v1/compounds/{self.compound_id}/{what}", self.token, etag)


def main(compounds: int = COMPOUNDS) -> None:
    """Measure and print one JSON line."""
    with seeded(compounds) as (settings, readers), served(settings, "wsgi:application") as port:
        load.run(port, [reader.request() for reader in readers[:WARM_UP]], CONNECTIONS)
        body = load.run(port, [readers[-1].request()], 1, keep_bodies=True).bodies[0]
        whole, again, bare = Turns(port=port), Turns(port=port), Turns()
        with bare_server(settings, body) as bare.port:
            for turn in range(ROUNDS):
                some = readers[WARM_UP + turn :: ROUNDS]
                whole.run([reader.request() for reader in some])
                etags = load.run(port, [reader.request() for reader in some], 1, keep_etags=True).etags
                again.run([reader.request(etag) for reader, etag in zip(some, etags, strict=True)])
                bare.run([load.get("/bytes")] * len(some))
    print(json.dumps(_figures(compounds, whole, again, bare, len(body))))


@contextmanager
def seeded(compounds: int) -> Iterator[tuple[Settings, list[Reader]]]:
    """A database of so many compounds on embedded servers, and readers of it in no order."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        settings = load_settings(data_dir=Path(folder), log_level="ERROR")
        with embedded_servers(settings):
            create_database(settings)
            with create_app(settings).app_context():
                upgrade_schema()
                name = encrypt("测量业主")
            yield settings, _seed(settings, compounds, name)


@contextmanager
def bare_server(settings: Settings, body: bytes) -> Iterator[int]:
    """The bare handler of these bytes, warmed up; its port."""
    os.environ["BENCH_BYTES"] = body.decode()
    with served(settings, "benchmarks.bare_bytes:application") as port:
        load.run(port, [load.get("/bytes")] * WARM_UP, CONNECTIONS)
        yield port


def _figures(compounds: int, whole: Turns, again: Turns, bare: Turns, size: int) -> dict[str, Any]:
    peer = bare.rate(200)
    return {
        "benchmark": "feed",
        "homes_per_s": whole.rate(200),
        "p50_ms": whole.percentile(0.5),
        "p99_ms": whole.percentile(0.99),
        "unchanged_per_s": again.rate(304),
        "unchanged_p99_ms": again.percentile(0.99),
        "errors": whole.others(200) + again.others(200, 304),
        "sent_anew": again.statuses[200],
        "bare_per_s": peer,
        "bytes": size,
        "ratio": round(whole.rate(200) / peer, 3),
        "ratio_unchanged": round(again.rate(304) / peer, 3),
        "each_us": whole.each_us(),
        "each_us_unchanged": again.each_us(),
        "each_us_bare": bare.each_us(),
        "compounds": compounds,
        "units": compounds * FLATS,
        "connections": CONNECTIONS,
        "cores": os.cpu_count(),
    }


def _seed(settings: Settings, compounds: int, name: bytes) -> list[Reader]:
    url = settings.libpq_url
    with psycopg.connect(url) as connection:
        psycopg.ClientCursor(connection).execute(SEED, {"compounds": compounds, "flats": FLATS, "name": name})
        rows = connection.execute(
            "SELECT compound_id, meeting_id, token FROM person ORDER BY md5(token) LIMIT %s", (READERS,)
        ).fetchall()
        connection.execute("DROP TABLE person")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
    return [Reader(*row) for row in rows]


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
