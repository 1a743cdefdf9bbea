"""Where logs go."""

import logging as standard
from collections.abc import Iterator

import pytest
import structlog

from app.core import logging


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root = standard.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.mark.parametrize("of_a_command", [False, True])
def test_logs_are_no_part_of_what_a_command_answers(
    of_a_command: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    if of_a_command:
        monkeypatch.setenv("FLASK_RUN_FROM_CLI", "true")
    else:
        monkeypatch.delenv("FLASK_RUN_FROM_CLI", raising=False)
    logging.configure("INFO")
    structlog.get_logger("any").info("something_happened")
    written = capsys.readouterr()
    logs, other = (written.err, written.out) if of_a_command else (written.out, written.err)
    assert "something_happened" in logs
    assert other == ""
