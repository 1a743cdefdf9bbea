"""How long a verifier takes, and how much memory: `make bench-verify`.

Prints one JSON line: for bundles of 577 and of 100,000 ballots, and of 100,000 with parking and with silence in the
majority (`notes`), the seconds and the peak resident memory (MB) of
`python -m verifier`, a process of its own, and its exit code. This process stays small, since a child's peak begins
with what its parent held.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
SIZES = ((577, "bundles"), (100_000, "bundles"), (100_000, "noted_bundles"))


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        figures = [_measured(ballots, kind, Path(folder)) for ballots, kind in SIZES]
    print(json.dumps({"benchmark": "verify", "bundles": figures, "cores": os.cpu_count()}))


def _measured(ballots: int, kind: str, folder: Path) -> dict[str, Any]:
    path = folder / f"{kind}-{ballots}.zip"
    subprocess.run([sys.executable, "-m", f"benchmarks.{kind}", str(ballots), str(path)], cwd=ROOT, check=True)
    started = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "verifier", str(path)], cwd=ROOT, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return {
        "ballots": ballots,
        "notes": kind == "noted_bundles",
        "bundle_mb": round(path.stat().st_size / 1e6, 1),
        "seconds": round(time.perf_counter() - started, 2),
        "peak_mb": round(_peak_bytes(usage) / 1e6, 1),
        "exit_code": process.returncode,
    }


def _peak_bytes(usage: resource.struct_rusage) -> int:
    return usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    main()
