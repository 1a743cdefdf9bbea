"""How many ballots a second are accepted, beside a bare Flask handler with the same statements: `make bench-cast`.

Prints one JSON line. Both run one after the other on the same PostgreSQL, the same granian and the same cores as the
load: `ratio` is accepted_per_s / bare_per_s.
"""

import json
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from app.bootstrap import create_app, upgrade_schema
from app.core.crypto import encrypt
from app.core.settings import Settings, load_settings
from app.meetings.rules.rule_set import RuleSet
from benchmarks import load
from benchmarks.serving import served
from launcher.embedded import create_database, embedded_servers

CONNECTIONS = 32
BALLOTS = 8000
WARM_UP = 500
COMPOUND = UUID("00000000-0000-7000-8000-000000000001")
MEETINGS = {
    "product": UUID("00000000-0000-7000-8000-00000000000a"),
    "bare": UUID("00000000-0000-7000-8000-00000000000b"),
}
MOTIONS = [UUID(f"00000000-0000-7000-8000-0000000000c{position}") for position in range(5)]


def main() -> None:
    """Measure both and print one JSON line."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        settings = load_settings(data_dir=Path(folder), log_level="WARNING")
        with embedded_servers(settings):
            create_database(settings)
            with create_app(settings).app_context():
                upgrade_schema()
            people = seed(settings)
            bare = _measure(settings, "benchmarks.bare:application", _bare_requests(people))
            product = _measure(settings, "wsgi:application", _product_requests(people))
            stored = _stored(settings)
    print(json.dumps(_figures(product, bare, stored)))


def _figures(product: load.Result, bare: load.Result, stored: dict[str, int]) -> dict[str, Any]:
    accepted, peer = product.rate(201), bare.rate(201)
    return {
        "benchmark": "cast",
        "accepted_per_s": accepted,
        "p50_ms": product.percentile(0.5),
        "p99_ms": product.percentile(0.99),
        "errors": sum(count for status, count in product.statuses.items() if status != 201),
        "bare_per_s": peer,
        "bare_p99_ms": bare.percentile(0.99),
        "ratio": round(accepted / peer, 3) if peer else None,
        "connections": CONNECTIONS,
        "ballots": stored,
        "cores": os.cpu_count(),
    }


def seed(
    settings: Settings, voters: int = BALLOTS, meetings: Sequence[UUID] = tuple(MEETINGS.values())
) -> list[tuple[UUID, UUID, str]]:
    """A compound with an owner, an account, a session and a party for each voter; (account, party, token) of each.

    All may vote in each of the meetings, which are open.
    """
    with _connect(settings) as connection:
        psycopg.ClientCursor(connection).execute(
            SEED,
            {
                "compound": COMPOUND,
                "people": voters,
                "name": encrypt("测量业主"),
                "rule_set": Jsonb(RuleSet().to_dict()),
                "motions": MOTIONS,
                "meetings": list(meetings),
            },
        )
        rows = connection.execute("SELECT account_id, party_id, token FROM person ORDER BY number").fetchall()
        connection.execute("DROP TABLE person")
    with _connect(settings) as connection:
        connection.autocommit = True
        connection.execute("VACUUM ANALYZE")
    return [(row[0], row[1], row[2]) for row in rows]


SEED = (Path(__file__).parent / "cast.sql").read_text()


def _product_requests(people: list[tuple[UUID, UUID, str]]) -> list[bytes]:
    path = f"/api/v1/compounds/{COMPOUND}/meetings/{MEETINGS['product']}/ballots"
    choices = {str(motion): "for" for motion in MOTIONS}
    return [
        load.post(path, json.dumps({"party_id": str(party), "choices": choices}).encode(), token)
        for _, party, token in people
    ]


def _bare_requests(people: list[tuple[UUID, UUID, str]]) -> list[bytes]:
    fixed = {"compound_id": str(COMPOUND), "meeting_id": str(MEETINGS["bare"]), "choices": [1] * len(MOTIONS)}
    return [
        load.post("/ballots", json.dumps({**fixed, "account_id": str(account), "party_id": str(party)}).encode())
        for account, party, _ in people
    ]


def _measure(settings: Settings, application: str, requests: list[bytes]) -> load.Result:
    with served(settings, application) as port:
        load.run(port, requests[:WARM_UP], CONNECTIONS)
        return load.run(port, requests[WARM_UP:], CONNECTIONS)


def _stored(settings: Settings) -> dict[str, int]:
    with _connect(settings) as connection:
        return {
            name: connection.execute("SELECT count(*) FROM ballot WHERE meeting_id = %s", (meeting,)).fetchone()[0]  # type: ignore[index]
            for name, meeting in MEETINGS.items()
        }


def _connect(settings: Settings) -> "psycopg.Connection[Any]":
    return psycopg.connect(settings.sqlalchemy_url.replace("postgresql+psycopg", "postgresql"))


if __name__ == "__main__":
    main()
