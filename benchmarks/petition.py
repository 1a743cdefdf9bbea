"""How many signatures a second a petition takes over the API: `make bench-petition`.

Prints one JSON line. One compound of 8,000 flats with an owner each; the owners sign one petition, and stop short of
the 20% that would deliver it. Served as `make run` serves; server, database and load share the cores.
"""

import json
import os
import tempfile
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

from app.bootstrap import create_app, upgrade_schema
from app.core.crypto import encrypt
from app.core.settings import Settings, load_settings
from benchmarks import load
from benchmarks.serving import served
from launcher.embedded import create_database, embedded_servers

CONNECTIONS = 16
FLATS = 8000
WARM_UP, SIGNATURES = 200, 1300
COMPOUND = UUID("0198c0de-0000-7000-8000-00000000be7c")
PETITIONS = f"/api/v1/compounds/{COMPOUND}/petitions"
MOTION = {"matter": 4, "title": "解聘现物业服务企业", "text": "合同到期后不再续聘。"}
PETITION = {"title": "提议召开临时业主大会", "text": "由业主共同决定。", "motions": [MOTION]}
SEED = (Path(__file__).parent / "petition.sql").read_text()


def main() -> None:
    """Measure and print one JSON line."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        settings = load_settings(data_dir=Path(folder), log_level="ERROR")
        with embedded_servers(settings):
            create_database(settings)
            with create_app(settings).app_context():
                upgrade_schema()
                name = encrypt("测量业主")
            _seed(settings, name)
            with served(settings, "wsgi:application") as port:
                started = load.run(port, [load.post(PETITIONS, _body(PETITION), "bench-1")], 1, keep_bodies=True)
                petition = json.loads(started.bodies[0])["id"]
                path = f"{PETITIONS}/{petition}/signature"
                requests = [load.post(path, b"", f"bench-{flat}") for flat in range(2, 2 + WARM_UP + SIGNATURES)]
                load.run(port, requests[:WARM_UP], CONNECTIONS)
                signed = load.run(port, requests[WARM_UP:], CONNECTIONS)
                last = load.run(port, [load.get(f"{PETITIONS}/{petition}", "bench-1")], 1, keep_bodies=True)
    print(json.dumps(_figures(signed, json.loads(last.bodies[0])["persons"])))


def _body(data: dict[str, Any]) -> bytes:
    return json.dumps(data).encode()


def _figures(signed: load.Result, persons: int) -> dict[str, Any]:
    return {
        "benchmark": "petition",
        "signatures_per_s": signed.rate(201),
        "p50_ms": signed.percentile(0.5),
        "p99_ms": signed.percentile(0.99),
        "errors": signed.others(201),
        "counted": persons,
        "sent": 1 + WARM_UP + SIGNATURES,
        "units": FLATS,
        "connections": CONNECTIONS,
        "cores": os.cpu_count(),
    }


def _seed(settings: Settings, name: bytes) -> None:
    url = settings.libpq_url
    with psycopg.connect(url, autocommit=True) as connection:
        values = {"compound": COMPOUND, "flats": FLATS, "name": name}
        psycopg.ClientCursor(connection).execute(SEED, values)
        connection.execute("VACUUM ANALYZE")


if __name__ == "__main__":
    main()
