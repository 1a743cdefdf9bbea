"""The import of a large roll: check and apply 100,000 units on a database of its own; one JSON line on stdout.

`python -m benchmarks.roll [UNITS]`. Beside it stands what reading the same file with calamine alone costs: the floor.
Each part runs in a process of its own, so that each peak of memory is its own. `python_cpu_s` and `peak_mb` are with
the process that makes rows beside the one that reads the file, what they share counted once.
"""

import argparse
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread

from rich.console import Console
from rich.progress import Progress as RichProgress

from app.bootstrap import create_app, upgrade_schema
from app.compounds import queries, service
from app.core.db import db, dispose_of_engines
from app.core.ids import new_id
from app.core.progress import Progress
from app.core.settings import load_settings
from app.core.unit_of_work import unit_of_work
from app.identity.actor import Actor
from app.org import service as org
from app.org.models import OrgKind, Role
from benchmarks.processor import spent
from launcher.demo_roll import write_roll
from launcher.embedded import create_database, embedded_servers

UNITS = 100_000
LIMIT_S, LIMIT_MB = 15, 300

CALAMINE_ALONE = """
import json, re, sys, time
from python_calamine import CalamineWorkbook
started = time.perf_counter()
with CalamineWorkbook.from_path(sys.argv[1]) as book:
    cells = sum(len(row) for row in book.get_sheet_by_index(0).iter_rows())
seconds = time.perf_counter() - started
peak_kb = re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]
print(json.dumps({"cells": cells, "seconds": round(seconds, 2), "peak_mb": round(int(peak_kb) / 1024, 1)}))
"""
"""Reads every cell and does nothing with it, in a process that has loaded nothing else."""


def main() -> None:
    """Run all parts and print their figures as one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("units", type=int, nargs="?", default=UNITS)
    parser.add_argument("--part", choices=("write", "import"))
    parser.add_argument("--file", type=Path)
    arguments = parser.parse_args()
    if arguments.part == "write":
        write_roll(arguments.file, arguments.units)
    elif arguments.part == "import":
        print(json.dumps(check_and_apply(arguments.file)))
    else:
        print(json.dumps(everything(arguments.units)))


def everything(units: int) -> dict[str, object]:
    """The figures of a run: seconds, and peak resident memory in MB."""
    with tempfile.TemporaryDirectory(prefix="roll-") as folder:
        file = str(Path(folder) / "roll.xlsx")
        _part("write", str(units), file)
        alone = json.loads(_run("-c", CALAMINE_ALONE, file))
        imported = json.loads(_part("import", str(units), file))
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


def check_and_apply(file: Path) -> dict[str, float]:
    """Import the file into a fresh embedded database, then check it once more against the roll that it made."""
    with tempfile.TemporaryDirectory(prefix="roll-") as folder:
        settings = load_settings(data_dir=Path(folder), database_url="", redis_url="", log_level="ERROR")
        with embedded_servers(settings, durable=True):
            create_database(settings)
            with create_app(settings).app_context():
                upgrade_schema()
                return _measured(file)


def _measured(file: Path) -> dict[str, float]:
    with unit_of_work():
        compound_id = org.add_unit(OrgKind.COMPOUND, "测试小区").id
        actor = Actor(new_id())
        org.appoint(Role.SECRETARY, compound_id, "13900010000").account_id = actor.account_id
    content = file.read_bytes()
    with RichProgress(console=Console(stderr=True)) as shown, _memory_of_all() as seen_mb:
        with spent() as work:
            started, cpu = time.perf_counter(), _python_s()
            with unit_of_work():
                checked = service.check_roll(actor, compound_id, file.name, content, _told(shown, "check"))
                import_id, findings = checked.id, checked.findings
            check_s = time.perf_counter() - started
            with unit_of_work():
                service.apply_roll(actor, compound_id, import_id, _told(shown, "apply"))
            apply_s, peak_mb = time.perf_counter() - started - check_s, max(_peak_mb(), *seen_mb)
            cpu_s = _python_s() - cpu
        started = time.perf_counter()
        with unit_of_work():
            again = service.check_roll(actor, compound_id, file.name, content, _told(shown, "check again"))
            same = again.difference["counts"]
        again_s = time.perf_counter() - started
    totals = queries.roll_totals(compound_id)
    db.session.remove()
    dispose_of_engines()
    assert not findings
    assert (same["units_added"], same["units_changed"], same["owners_changed"], same["persons_changed"]) == (0, 0, 0, 0)
    return {
        "rows": totals.units,
        "owners": totals.owners,
        "check_s": round(check_s, 2),
        "apply_s": round(apply_s, 2),
        "python_cpu_s": round(cpu_s, 2),
        "postgres_cpu_s": round(work["postgresql"], 2),
        "check_again_s": round(again_s, 2),
        "peak_mb": round(peak_mb, 1),
    }


def _told(shown: RichProgress, name: str) -> Progress:
    task = shown.add_task(name, total=None)
    return lambda done, total: shown.update(task, completed=done, total=total)


def _part(part: str, units: str, file: str) -> str:
    return _run("-m", "benchmarks.roll", units, "--part", part, "--file", file)


def _run(*arguments: str) -> str:
    command = [sys.executable, *arguments]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def _python_s() -> float:
    """Processor time of this process, and of those that it has started and outlived."""
    return sum(os.times()[:4])


def _peak_mb() -> float:
    """Peak resident memory of this program; unlike getrusage, without that of the one which started it."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


@contextmanager
def _memory_of_all() -> Iterator[list[float]]:
    """What this process and its forks have in MB, what they share counted once; looked up while the block runs."""
    found, over = [0.0], Event()

    def look() -> None:
        while not over.wait(0.5):
            if forks := multiprocessing.active_children():
                found.append(sum(_proportional_mb(pid) for pid in (os.getpid(), *(fork.pid for fork in forks))))

    thread = Thread(target=look, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        over.set()
        thread.join()


def _proportional_mb(pid: int | None) -> float:
    with suppress(OSError):
        return int(Path(f"/proc/{pid}/smaps_rollup").read_text().split("Pss:")[1].split()[0]) / 1024
    return 0.0


if __name__ == "__main__":
    main()
