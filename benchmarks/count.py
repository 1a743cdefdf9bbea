"""How fast ballots are counted, beside a bare SQL aggregate of the same ballots: `make bench-count`.

Counts 10,000, 100,000 and 1,000,000 ballots over five motions through the code that counts meetings, from the stored
ballots to every motion's result. Prints one JSON line: for each size seconds, rows a second and `ratio`, the product's
rate by the bare one's; `linear`, how many times longer a ballot takes among a million than among ten thousand; and the
largest memory of this process. Each figure is the best of RUNS, product and bare by turns.
"""

import json
import os
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from app.bootstrap import create_app, upgrade_schema
from app.core.db import db, dispose_of_engines
from app.core.settings import Settings, load_settings
from app.meetings import counting, reading
from app.meetings.models import Meeting
from app.meetings.rules.rule_set import RuleSet
from launcher.embedded import create_database, embedded_servers

SIZES = (10_000, 100_000, 1_000_000)
RUNS = 3
COMPOUND = UUID("00000000-0000-7000-8000-000000000001")
MOTIONS = [UUID(f"00000000-0000-7000-8000-0000000000c{position}") for position in range(5)]
SEED = (Path(__file__).parent / "count.sql").read_text()
BARE = """
    SELECT position, choice, count(*), sum(area_centi)
    FROM ballot, unnest(choices) WITH ORDINALITY AS mark (choice, position)
    WHERE compound_id = %s AND meeting_id = %s GROUP BY position, choice
"""


def main() -> None:
    """Measure every size and print one JSON line."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        settings = load_settings(data_dir=Path(folder), log_level="ERROR")
        with embedded_servers(settings):
            create_database(settings)
            with create_app(settings).app_context():
                upgrade_schema()
                sizes = [_measure(settings, size) for size in SIZES]
                dispose_of_engines()
    first, last = sizes[0], sizes[-1]
    print(
        json.dumps(
            {
                "benchmark": "count",
                "motions": len(MOTIONS),
                "sizes": sizes,
                "ratio": last["ratio"],
                "linear": round(first["rows_per_s"] / last["rows_per_s"], 2),
                "process_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
                "cores": os.cpu_count(),
            }
        )
    )


def _measure(settings: Settings, ballots: int) -> dict[str, Any]:
    meeting_id = UUID(int=COMPOUND.int + ballots)
    motions = [UUID(int=motion.int + ballots * 256) for motion in MOTIONS]
    with psycopg.connect(settings.libpq_url) as connection:
        known = {"compound": COMPOUND, "meeting": meeting_id, "motions": motions, "ballots": ballots}
        psycopg.ClientCursor(connection).execute(SEED, {**known, "rule_set": Jsonb(RuleSet().to_dict())})
        connection.commit()
        connection.autocommit = True
        connection.execute("VACUUM ANALYZE ballot")
        meeting = db.session.get_one(Meeting, (COMPOUND, meeting_id))
        agenda, rules = reading.motions_of(meeting), RuleSet.from_dict(meeting.rule_set or {})
        product, bare = list[float](), list[float]()
        for _ in range(RUNS):
            bare.append(_seconds(lambda: connection.execute(BARE, (COMPOUND, meeting_id)).fetchall()))
            product.append(_seconds(lambda: counting.count_ballots(meeting, agenda, rules)))
    db.session.remove()
    return {
        "ballots": ballots,
        "seconds": round(min(product), 4),
        "rows_per_s": round(ballots / min(product)),
        "bare_seconds": round(min(bare), 4),
        "ratio": round(min(bare) / min(product), 3),
    }


def _seconds(act: Callable[[], Any]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
