"""Rows of the staging, made here or by another process."""

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from fractions import Fraction
from pathlib import Path

import pytest

from app.compounds import roll_beside, roll_rows
from app.compounds.models import UnitUse
from app.compounds.roll_beside import RowMakerBeside
from app.compounds.roll_payload import line_of
from app.compounds.roll_rows import ID_BYTES, Batch, RowMaker
from app.compounds.roll_units import RollOwner, RollUnit
from app.core import crypto
from app.core.settings import load_settings
from tests.support.keys import keys_given_back

OWNERS = [
    RollOwner("演示业主甲", "41010119900101001X", "13900010001", Fraction(2, 3)),
    RollOwner("乙", share=Fraction(1, 3)),
]


@pytest.fixture(autouse=True)
def _keys(tmp_path: Path) -> Iterator[None]:
    with keys_given_back():
        crypto.configure(load_settings(data_dir=tmp_path))
        yield


def batches(number: int, pairs: int = 1) -> Iterator[Batch]:
    for start in range(number):
        units = [
            RollUnit("名册\n一", start, "1栋", "", "101", UnitUse.SHOP, 8957, None, 0, True, OWNERS),
            RollUnit("", start, "1栋", "1单元", "102", held_by_developer=False),
        ]
        lines = b"".join(line_of(unit) + b"\n" for unit in units)
        yield Batch(lines * pairs, bytes(2 * pairs * ID_BYTES))


def nothing_is_left() -> bool:
    return not multiprocessing.active_children() and not any(
        one.name == "roll-batches" for one in threading.enumerate()
    )


def test_another_process_makes_the_same_rows(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(roll_rows, "new_ids_bytes", lambda number: [bytes(ID_BYTES)] * number)
    given = list(batches(300))
    here, beside = RowMaker(), RowMakerBeside()
    assert b"".join(here.rows(given)) == b"".join(beside.rows(given))
    assert here.packed() == beside.packed()
    assert nothing_is_left()


@pytest.mark.parametrize("maker", [RowMaker, RowMakerBeside])
def test_what_fails_while_units_are_read_is_raised_where_rows_are_taken(maker: type[RowMaker]):
    def failing() -> Iterable[Batch]:
        yield from batches(3)
        raise LookupError("the fourth")

    with pytest.raises(LookupError, match="the fourth"):
        list(maker().rows(failing()))
    assert nothing_is_left()


def test_who_gives_up_leaves_no_process_behind():
    with closing(RowMakerBeside().rows(batches(100_000))) as rows:
        next(rows)
    assert nothing_is_left()


def test_a_process_that_is_killed_fails_the_reading():
    rows = RowMakerBeside().rows(batches(100_000))
    next(rows)
    (process,) = multiprocessing.active_children()
    process.kill()
    with pytest.raises(ChildProcessError):
        list(rows)
    assert nothing_is_left()


def test_a_process_that_is_killed_amid_a_batch_fails_the_reading_too():
    rows = RowMakerBeside().rows(batches(9, pairs=5000))
    assert len(next(rows)) > roll_beside._PIPE_BYTES
    (process,) = multiprocessing.active_children()
    waits = 0
    while waits < 10:  # until the next batch has filled the pipe
        time.sleep(0.01)
        waits = waits + 1 if ") S " in Path(f"/proc/{process.pid}/stat").read_text() else 0
    process.kill()
    with pytest.raises(ChildProcessError):
        list(rows)
    assert nothing_is_left()


def test_the_process_ends_with_whoever_asked_for_it():
    reading, writing = os.pipe()

    def ask() -> None:
        os.close(reading)
        next(RowMakerBeside().rows(batches(100_000)))
        os.kill(os.getpid(), signal.SIGKILL)

    asking = multiprocessing.get_context("fork").Process(target=ask)
    asking.start()
    os.close(writing)
    asking.join(20)
    assert asking.exitcode == -signal.SIGKILL
    assert os.read(reading, 1) == b"", "it holds this end as long as it lives"
    os.close(reading)
