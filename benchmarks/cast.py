"""How many ballots a second are accepted, beside a bare Flask handler with the same statements: `make bench-cast`.

Prints one JSON line. Product and peer take turns on the same PostgreSQL, the same granian and the same cores as the
load, the product once with all ballots in one meeting (`one`), once with meetings in turn (`eight`): `ratio` is that of
one meeting to the bare handler's, `ratio_pgbench` to that of PostgreSQL's own pgbench with the bare handler's
statements over as many connections as the server holds. `each_us` is processor time by program, in microseconds.
"""

import json
import os
import re
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from app.bootstrap import create_app, upgrade_schema
from app.core.crypto import encrypt
from app.core.postgres_programs import EMBEDDED_BIN
from app.core.settings import Settings, load_settings
from app.meetings.rules.rule_set import RuleSet
from benchmarks import load
from benchmarks.serving import served
from benchmarks.turns import Turns
from launcher.embedded import create_database, embedded_servers

CONNECTIONS = 32
ROUNDS = 5
BALLOTS = 8000
WARM_UP = 500
COMPOUND = UUID("00000000-0000-7000-8000-000000000001")
ONE, BARE, PGBENCH, *EIGHT = [UUID(f"00000000-0000-7000-8000-0000000000{number:02x}") for number in range(16, 27)]
MEETINGS = (ONE, BARE, PGBENCH, *EIGHT)
MOTIONS = [UUID(f"00000000-0000-7000-8000-0000000000c{position}") for position in range(5)]
_FOLDER = Path(__file__).parent


class Person(NamedTuple):
    """An owner who has signed in."""

    account_id: UUID
    party_id: UUID
    token: str


def main() -> None:
    """Measure and print one JSON line."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        settings = load_settings(data_dir=Path(folder), log_level="ERROR")
        with embedded_servers(settings):
            create_database(settings)
            with create_app(settings).app_context():
                upgrade_schema()
            people = seed(settings)
            one, eight, bare = _measure(settings, people)
            pgbench = _pgbench(settings)
            stored = _stored(settings)
    print(json.dumps(_figures(one, eight, bare, pgbench, stored)))


def _measure(settings: Settings, people: Sequence[Person]) -> tuple[Turns, Turns, Turns]:
    """All ballots in one meeting, in eight in turn, and the bare handler's."""
    one, eight, bare = Turns(), Turns(), Turns()
    with ExitStack() as servers:
        one.port = eight.port = servers.enter_context(served(settings, "wsgi:application"))
        bare.port = servers.enter_context(served(settings, "benchmarks.bare:application"))
        in_one, in_eight = _product(people, [ONE]), _product(people, EIGHT)
        in_bare = [_bare(person) for person in people]
        for turns, requests in ((one, in_one), (eight, in_eight), (bare, in_bare)):
            load.run(turns.port, requests[:WARM_UP], CONNECTIONS)
        for turn in range(ROUNDS):
            some = slice(WARM_UP + turn, None, ROUNDS)
            one.run(in_one[some])
            bare.run(in_bare[some])
            eight.run(in_eight[some])
    return one, eight, bare


def _figures(one: Turns, eight: Turns, bare: Turns, pgbench: float, stored: int) -> dict[str, Any]:
    accepted = one.rate(201)
    return {
        "benchmark": "cast",
        "accepted_per_s": accepted,
        "p50_ms": one.percentile(0.5),
        "p99_ms": one.percentile(0.99),
        "errors": one.others(201) + eight.others(201),
        "bare_per_s": bare.rate(201),
        "bare_p99_ms": bare.percentile(0.99),
        "ratio": round(accepted / bare.rate(201), 3),
        "eight_per_s": eight.rate(201),
        "eight_p99_ms": eight.percentile(0.99),
        "one_to_eight": round(accepted / eight.rate(201), 3),
        "pgbench_per_s": pgbench,
        "ratio_pgbench": round(accepted / pgbench, 3),
        "each_us": one.each_us(),
        "each_us_bare": bare.each_us(),
        "connections": CONNECTIONS,
        "ballots": stored,
        "cores": os.cpu_count(),
    }


def seed(settings: Settings, voters: int = BALLOTS, meetings: Sequence[UUID] = MEETINGS) -> list[Person]:
    """A compound with an owner, an account, a session and a party for each voter, who may vote in each of the meetings.

    The meetings are open.
    """
    given = {
        "compound": COMPOUND,
        "people": voters,
        "name": encrypt("测量业主"),
        "rule_set": Jsonb(RuleSet().to_dict()),
        "motions": MOTIONS,
        "meetings": list(meetings),
    }
    with _connect(settings) as connection:
        psycopg.ClientCursor(connection).execute((_FOLDER / "cast.sql").read_text(), given)
        rows = connection.execute("SELECT account_id, party_id, token FROM person ORDER BY number").fetchall()
        connection.execute("DROP TABLE person")
    with _connect(settings) as connection:
        connection.autocommit = True
        connection.execute("VACUUM ANALYZE")
    return [Person(*row) for row in rows]


def _product(people: Sequence[Person], meetings: Sequence[UUID]) -> list[bytes]:
    """A ballot of each, in the meetings in turn."""
    choices = {str(motion): "for" for motion in MOTIONS}
    return [
        load.post(
            f"/api/v1/compounds/{COMPOUND}/meetings/{meetings[number % len(meetings)]}/ballots",
            json.dumps({"party_id": str(person.party_id), "choices": choices}).encode(),
            person.token,
        )
        for number, person in enumerate(people)
    ]


def _bare(person: Person) -> bytes:
    fixed = {"compound_id": str(COMPOUND), "meeting_id": str(BARE), "choices": [1] * len(MOTIONS)}
    ids = {"account_id": str(person.account_id), "party_id": str(person.party_id)}
    return load.post("/ballots", json.dumps({**fixed, **ids}).encode())


def _pgbench(settings: Settings) -> float:
    """Transactions a second, by as many clients as the server has threads, the first call of each left out."""
    clients = settings.api_workers * settings.api_threads
    each = BALLOTS // clients
    given = {"compound": COMPOUND, "meeting": PGBENCH, "each": each, "number": 0}
    command = [
        str(EMBEDDED_BIN / "pgbench"),
        "--no-vacuum",
        "--protocol=prepared",
        "--file",
        str(_FOLDER / "cast.pgbench"),
    ]
    command += [f"--define={name}={value}" for name, value in given.items()]
    command += [f"--client={clients}", f"--jobs={clients}", f"--transactions={each}"]
    address = [f"--host={settings.socket_dir}", "--username=postgres", "community"]
    told = subprocess.run([*command, *address], check=True, capture_output=True, text=True).stdout
    found = re.search(r"tps = ([\d.]+)", told)
    assert found, told
    return round(float(found[1]), 1)


def _stored(settings: Settings) -> int:
    with _connect(settings) as connection:
        row = connection.execute("SELECT count(*) FROM ballot").fetchone()
        assert row is not None
        return int(row[0])


def _connect(settings: Settings) -> "psycopg.Connection[Any]":
    return psycopg.connect(settings.libpq_url)


if __name__ == "__main__":
    main()
