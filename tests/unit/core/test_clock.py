"""The movable clock: forward only, for all processes at once, in embedded mode only."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.core import clock


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    clock.configure(tmp_path / "clock")
    yield tmp_path / "clock"
    clock.configure(None)


def test_without_a_file_the_clock_is_the_machines(file: Path):
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=1)


def test_the_clock_moves_forward_and_runs_on(file: Path):
    target = datetime.now(UTC) + timedelta(days=20)
    assert abs(clock.move_to(target) - target) < timedelta(seconds=1)
    assert clock.now() >= target


def test_the_clock_never_moves_back(file: Path):
    clock.move_to(datetime.now(UTC) + timedelta(days=20))
    with pytest.raises(ValueError, match="forward only"):
        clock.move_to(datetime.now(UTC) + timedelta(days=19))
    assert clock.offset() > timedelta(days=19, hours=23)


def test_another_process_sees_the_move(file: Path):
    clock.now()
    file.write_text("86400")
    assert clock.offset() == timedelta(days=1)


def test_a_clock_that_is_not_movable_stays(tmp_path: Path):
    clock.configure(None)
    with pytest.raises(ValueError, match="not movable"):
        clock.move_to(datetime.now(UTC) + timedelta(days=1))


def test_today_is_the_day_in_china(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 5, 1, 16, 30, tzinfo=UTC))
    assert clock.today().isoformat() == "2026-05-02"
