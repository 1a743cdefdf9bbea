"""Where logs go."""

import json
import logging as standard
import os
import sys
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


def test_both_libraries_write_lines_of_one_form(capsys: pytest.CaptureFixture[str]):
    logging.configure("INFO")
    with structlog.contextvars.bound_contextvars(request_id="req-1"):
        structlog.get_logger("some.part").warning("happened", kind="任意")
        standard.getLogger("some.part").warning("happened")
    ours, theirs = map(json.loads, capsys.readouterr().out.splitlines())
    assert ours.pop("kind") == "任意"
    assert ours.pop("timestamp") <= theirs.pop("timestamp")
    assert ours == theirs == {"event": "happened", "level": "warning", "logger": "some.part", "request_id": "req-1"}


def test_an_exception_keeps_its_first_line_only(capsys: pytest.CaptureFixture[str]):
    logging.configure("INFO")
    try:
        raise ValueError("the constraint\nDETAIL: 13900000001")
    except ValueError:
        structlog.get_logger("some.part").exception("failed")
    line = capsys.readouterr().out
    assert "13900000001" not in line
    assert json.loads(line)["level"] == "error"
    assert json.loads(line)["exception"][0]["exc_value"] == "the constraint"


def test_where_nobody_reads_the_log_the_work_goes_on(monkeypatch: pytest.MonkeyPatch):
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w", closefd=False) as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        logging.configure("INFO")
        structlog.get_logger("any").info("told")
        structlog.get_logger("any").info("told again")
        os.dup2(os.open(os.devnull, os.O_WRONLY), writing)  # what is left in the buffer must go somewhere
    os.close(writing)
