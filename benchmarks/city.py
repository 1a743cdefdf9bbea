"""A made city to measure on: a database for each size, kept between runs, since a large one takes minutes to build."""

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import psutil
import psycopg
from flask import Flask

from app.bootstrap import create_app, upgrade_schema
from app.core.db import dispose_of_engines
from app.core.settings import Settings, load_settings
from benchmarks import processor
from benchmarks.town import load_average
from commands.city.building import build
from commands.city.shape import Shape
from launcher.embedded import create_database, embedded_servers

FOLDER: Final = Path(".data/city")


@contextmanager
def servers(folder: Path, **options: Any) -> Iterator[Settings]:
    """PostgreSQL, with a quarter of the machine's memory, and Valkey over the folder of the cities."""
    chosen = {"log_level": "ERROR", "database_url": "", "redis_url": ""}
    quarter = f"{psutil.virtual_memory().total // 4 // 2**20}MB"
    settings = load_settings(data_dir=folder, embedded_shared_buffers=quarter, **{**chosen, **options})
    with embedded_servers(settings):
        yield settings


@contextmanager
def built(settings: Settings, city: Shape) -> "Iterator[tuple[Settings, Flask]]":
    """The settings of this city's database and an application over it, inside its context; built if it is not there."""
    own = settings.model_copy(update={"embedded_database": f"city_{city.compounds}_{city.homes}_{city.seed}"})
    create_database(own, own.embedded_database)
    application = create_app(own)
    with application.app_context():
        upgrade_schema()
        build(own.libpq_url, city, _told())
        try:
            yield own, application
        finally:
            dispose_of_engines()


def _told() -> Any:
    started: dict[str, float] = {}

    def report(what: str, done: int, total: int) -> None:
        since = started.setdefault(what, time.monotonic())
        print(f"{what}: {done}/{total}, {time.monotonic() - since:.0f} s", end="\r", file=sys.stderr)
        if done == total:
            print(file=sys.stderr)

    return report


def main() -> None:
    """Build a city and print one JSON line: how long it took and how large it is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--compounds", type=int, default=3800)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    given = parser.parse_args()
    with servers(given.folder) as settings:
        started = time.monotonic()
        with processor.spent() as spent, built(settings, Shape(given.compounds)) as (own, _):
            seconds, size = time.monotonic() - started, _size(own)
    figures = {"compounds": given.compounds, "seconds": round(seconds, 1), "processor_s": round(sum(spent.values()), 1)}
    print(json.dumps({"benchmark": "city", **figures, **size, "load_average": load_average(), "cores": os.cpu_count()}))


def _size(settings: Settings) -> dict[str, Any]:
    with psycopg.connect(settings.libpq_url) as connection:
        row = connection.execute(
            "SELECT (SELECT count(*) FROM unit), (SELECT count(*) FROM account), (SELECT count(*) FROM ballot),"
            " pg_database_size(current_database())"
        ).fetchone()
    assert row is not None, "a SELECT without FROM gives a row"
    return {"units": row[0], "accounts": row[1], "ballots": row[2], "gigabytes": round(row[3] / 1e9, 2)}


if __name__ == "__main__":
    main()
