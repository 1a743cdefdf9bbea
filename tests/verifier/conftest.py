"""Bundles to verify: one of a real meeting, held over the API, and small invented ones."""

import io
from pathlib import Path

import pytest

from benchmarks.bundles import InventedMeeting
from tests.support.ballot_log import counted_meeting
from tests.support.bundles import held_once
from tests.support.world import CLOSES, World, at
from tests.verifier.tampering import Desk


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(tmp_path, lambda: capsys.readouterr().out)


@held_once
def real(world: World) -> bytes:
    """The bundle of a published meeting of nine owners."""
    path = counted_meeting(world, owners=9)
    with at(CLOSES), world.api(world.secretary)("GET", f"{path}/bundle") as answer:
        return answer.data


@pytest.fixture(scope="session")
def invented() -> bytes:
    """The bundle of a meeting with 20 ballots under three heads."""
    file = io.BytesIO()
    InventedMeeting(20, batch=8).write(file)
    return file.getvalue()
