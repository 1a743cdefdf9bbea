"""The table of docs/reliability.md, small, in the faults that are the hardest. `make reliability` plays all."""

import os

import pytest

from tests.support.forking import output_of

PLAYED = ("sender killed", "PostgreSQL restarted")


@pytest.mark.timeout(300)
def test_nobody_gets_a_message_twice_and_none_is_lost_whatever_dies() -> None:
    asked = ["--recipients", "150", *(f"--only={name}" for name in PLAYED)]
    few = {**os.environ, "API_WORKERS": "1"}
    code, said = output_of("benchmarks.reliability", *asked, environment=few, timeout=280)
    assert code == 0, said
    assert sum(line.startswith(f"| {name}") for line in said.splitlines() for name in PLAYED) == len(PLAYED)
