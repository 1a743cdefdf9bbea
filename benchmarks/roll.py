"""The import of a large roll: check and apply 100,000 units on a database of its own; one JSON line on stdout.

`python -m benchmarks.roll [UNITS]`. Beside it stands what reading the same file with calamine alone costs: the floor.
Each part runs in a process of its own, so that each peak of memory is its own.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import flask_migrate
from python_calamine import CalamineWorkbook
from rich.console import Console
from rich.progress import Progress

from app.bootstrap import create_app
from app.compounds import queries, service
from app.core.db import db
from app.core.ids import new_id
from app.core.settings import load_settings
from app.core.unit_of_work import unit_of_work
from app.identity.actor import Actor
from app.org import service as org
from app.org.models import OrgKind, Role
from launcher.demo_roll import write_roll
from launcher.embedded import create_database, embedded_servers

UNITS = 100_000
LIMIT_S, LIMIT_MB = 30, 400


def main() -> None:
    """Run all parts and print their figures as one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("units", type=int, nargs="?", default=UNITS)
    parser.add_argument("--part", choices=("write", "read", "import"))
    parser.add_argument("--file", type=Path)
    arguments = parser.parse_args()
    if arguments.part == "write":
        write_roll(arguments.file, arguments.units)
    elif arguments.part == "read":
        print(json.dumps(read_alone(arguments.file)))
    elif arguments.part == "import":
        print(json.dumps(check_and_apply(arguments.file)))
    else:
        print(json.dumps(everything(arguments.units)))


def everything(units: int) -> dict[str, object]:
    """The figures of a run: seconds, and peak resident memory in MB."""
    with tempfile.TemporaryDirectory(prefix="roll-") as folder:
        file = str(Path(folder) / "roll.xlsx")
        _part("write", str(units), file)
        alone, imported = (json.loads(_part(part, str(units), file)) for part in ("read", "import"))
    total = imported["check_s"] + imported["apply_s"]
    return {
        "benchmark": "roll",
        **imported,
        "total_s": round(total, 2),
        "calamine_alone_s": alone["seconds"],
        "calamine_alone_mb": alone["peak_mb"],
        "ratio": round(total / alone["seconds"], 1),
        "within_limits": total < LIMIT_S and imported["peak_mb"] < LIMIT_MB,
    }


def read_alone(file: Path) -> dict[str, float]:
    """Read every cell with calamine and do nothing with it."""
    started = time.perf_counter()
    with CalamineWorkbook.from_path(file) as book:
        for row in book.get_sheet_by_index(0).iter_rows():
            assert row
    return {"seconds": round(time.perf_counter() - started, 2), "peak_mb": _peak_mb()}


def check_and_apply(file: Path) -> dict[str, float]:
    """Import the file into a fresh embedded database, then check it once more against the roll that it made."""
    with tempfile.TemporaryDirectory(prefix="roll-") as folder:
        settings = load_settings(data_dir=Path(folder), database_url="", redis_url="", log_level="WARNING")
        with embedded_servers(settings, durable=True):
            create_database(settings)
            with create_app(settings).app_context():
                flask_migrate.upgrade()
                return _measured(file)


def _measured(file: Path) -> dict[str, float]:
    with unit_of_work():
        compound_id = org.add_unit(OrgKind.COMPOUND, "测试小区").id
        actor = Actor(new_id())
        org.appoint(Role.SECRETARY, compound_id, "13900010000").account_id = actor.account_id
    content = file.read_bytes()
    with Progress(console=Console(stderr=True)) as shown:
        checking, applying, again = (shown.add_task(name, total=None) for name in ("check", "apply", "check again"))
        started = time.perf_counter()
        with unit_of_work():
            roll_import = service.check_roll(
                actor,
                compound_id,
                file.name,
                content,
                lambda done, total: shown.update(checking, completed=done, total=total),
            )
            import_id, findings = roll_import.id, len(roll_import.findings)
        checked = time.perf_counter()
        with unit_of_work():
            service.apply_roll(
                actor, compound_id, import_id, lambda done, total: shown.update(applying, completed=done, total=total)
            )
        applied, peak_mb = time.perf_counter(), _peak_mb()
        with unit_of_work():
            same = service.check_roll(
                actor,
                compound_id,
                file.name,
                content,
                lambda done, total: shown.update(again, completed=done, total=total),
            ).difference["counts"]
        checked_again = time.perf_counter()
        totals = queries.roll_totals(compound_id)
        db.session.remove()
        db.engine.dispose()
    assert not findings
    assert (same["units_added"], same["units_changed"], same["owners_changed"], same["persons_changed"]) == (0, 0, 0, 0)
    return {
        "rows": totals.units,
        "owners": totals.owners,
        "check_s": round(checked - started, 2),
        "apply_s": round(applied - checked, 2),
        "check_again_s": round(checked_again - applied, 2),
        "peak_mb": peak_mb,
    }


def _part(part: str, units: str, file: str) -> str:
    command = [sys.executable, "-m", "benchmarks.roll", units, "--part", part, "--file", file]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def _peak_mb() -> float:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


if __name__ == "__main__":
    main()
