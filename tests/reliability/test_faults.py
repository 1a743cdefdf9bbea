"""The table of docs/reliability.md, small, in the faults that are the hardest. `make reliability` plays all."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PLAYED = ("sender killed", "PostgreSQL restarted")


@pytest.mark.timeout(300)
def test_nobody_gets_a_message_twice_and_none_is_lost_whatever_dies() -> None:
    command = [sys.executable, "-m", "benchmarks.reliability", "--recipients", "150"]
    played = subprocess.run(
        [*command, *(f"--only={name}" for name in PLAYED)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert played.returncode == 0, played.stdout + played.stderr[-3000:]
    assert sum(line.startswith(f"| {name}") for line in played.stdout.splitlines() for name in PLAYED) == len(PLAYED)
