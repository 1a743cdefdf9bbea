"""The audit log: only added to, chained without anybody waiting, and every tampering with it is caught and named."""

import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from app.core import audit, signing
from app.core.audit import AuditEvent
from app.core.audit_log import chaining, checking, exporting, restricting
from app.core.canonical import canonical
from app.core.db import db
from app.core.ids import new_id
from tasks import audit as jobs
from tests.support.keys import other_keys
from tests.support.world import START, at
from verifier.audit import check, main
from verifier.audit_export import read
from verifier.report import Report

HERE, ELSEWHERE = new_id(), new_id()
ROWS = 9


@pytest.fixture
def log(app: Flask) -> Iterator[list[UUID]]:
    """The ids of nine rows in a compound's log, chained in three batches; another compound has two."""
    with at(START):
        for number in range(ROWS):
            audit.record(HERE, None, "act", new_id(), after={"number": number, "text": "小区", "share": 0.25})
            if number % 3 == 2:
                db.session.flush()
                jobs.chain()
        for _ in range(2):
            audit.record(ELSEWHERE, None, "act", new_id())
        db.session.flush()
        jobs.chain()
        yield [link.event_id for link, _ in exporting.chained(HERE)]


def run(app: Flask, *args: str, code: int = 0) -> str:
    from commands import register

    register(app)
    result = FlaskCliRunner(app).invoke(args=["audit", *args])
    assert result.exit_code == code, (result.output, result.exception)
    return result.output


def findings(compound_id: UUID = HERE) -> set[str]:
    """What is wrong, as the check over the export and the look into the database say it."""
    report = Report(io.StringIO(), "LOG")
    check(exporting.lines(compound_id), report)
    return {*report.broken, *(one.code for one in checking.suspects(compound_id))}


def as_owner(*statements: str, **values: Any) -> None:
    """What somebody does who owns the database and has switched off its triggers and keys."""
    db.session.execute(text("SET LOCAL session_replication_role = replica"))
    for statement in statements:
        db.session.execute(text(statement), {"here": HERE, **values})
    db.session.execute(text("SET LOCAL session_replication_role = DEFAULT"))
    db.session.expire_all()


# ---- what anybody may do


@pytest.mark.parametrize("table", checking.KEPT)
@pytest.mark.parametrize("change", ["UPDATE {} SET compound_id = compound_id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_no_row_of_the_log_is_changed_or_deleted(log: list[UUID], table: str, change: str):
    with pytest.raises(DBAPIError, match="append-only"), db.session.begin_nested():
        db.session.execute(text(change.format(table)))
    assert findings() == set()


def test_each_log_is_chained_by_itself_in_the_order_of_its_rows_under_signed_heads(log: list[UUID]):
    assert log == sorted(log)
    assert len(log) == ROWS
    export = read(exporting.lines(HERE))
    assert [head["size"] for head in export.heads] == [3, 6, 9]
    assert (export.entries, export.waiting) == (ROWS, 0)
    assert read(exporting.lines(ELSEWHERE)).entries == 2
    assert {HERE, ELSEWHERE} <= set(chaining.compounds())
    assert chaining.chains_to_extend() == []


def test_a_row_waits_for_its_place_without_being_suspect(log: list[UUID]):
    audit.record(HERE, None, "act", new_id())
    db.session.flush()
    assert findings() == set()
    assert read(exporting.lines(HERE)).waiting == 1
    assert chaining.chains_to_extend() == [HERE]
    assert jobs.chain() == 1


def test_a_row_of_a_slow_act_comes_to_the_chain_after_rows_that_began_later(log: list[UUID]):
    slow = chaining.floor_of(log[-1]).int + 1
    audit.record(HERE, None, "act", new_id())
    [event] = [one for one in db.session.new if isinstance(one, AuditEvent)]
    event.id = UUID(int=slow)
    event.seal = audit.seal_of(audit.statement_of(event))
    db.session.flush()
    jobs.chain()
    assert findings() == set()
    assert [link.event_id for link, _ in exporting.chained(HERE)][-1] == UUID(int=slow)


def test_rows_from_before_there_were_seals_are_the_beginning_of_their_chain(app: Flask):
    with at(START):
        audit.record(HERE, None, "old", new_id())
        [event] = [one for one in db.session.new if isinstance(one, AuditEvent)]
        event.seal = None
        db.session.flush()
        assert findings() == set()
        jobs.chain()
        assert findings() == set()


def test_rows_stay_genuine_when_a_lookup_key_comes_to_the_others(app: Flask, log: list[UUID]):
    settings = app.config["SETTINGS"]
    chain = f"{settings.secrets['lookup_key']},a later key that only these tests have"
    with other_keys(settings, lookup_key=chain):
        audit.record(HERE, None, "act", new_id())
        db.session.flush()
        jobs.chain()
        assert findings() == set()
    assert findings() == {"altered"}, "who has not the later key cannot tell what it sealed"


# ---- what somebody may try who owns the database

FORGED = (
    "INSERT INTO audit_event (compound_id, id, at, act, subject_id) VALUES (:here, :row, now(), 'forged', :row)",
    "INSERT INTO audit_link SELECT compound_id, index + 1, :row, event_hash, chain_hash, chained_at FROM audit_link"
    " WHERE compound_id = :here ORDER BY index DESC LIMIT 1",
)
RENUMBER = (
    "UPDATE audit_link SET index = -index WHERE compound_id = :here AND index > 4",
    "UPDATE audit_link SET index = -index + ({}) WHERE compound_id = :here AND index < 0",
)
ROOM = ("ALTER TABLE audit_link DROP CONSTRAINT ck_audit_link_index_not_negative",)
GONE = "DELETE FROM audit_link WHERE compound_id = :here AND index = 4"
TAMPERINGS: dict[str, tuple[str, tuple[str, ...]]] = {
    "a row": ("altered", ("UPDATE audit_event SET act = 'other' WHERE id = :row",)),
    "a row's account": ("altered", ("UPDATE audit_event SET account_id = :row WHERE id = :row",)),
    "a row and its seal": ("altered", ("UPDATE audit_event SET act = 'other', seal = NULL WHERE id = :row",)),
    "a seal": ("altered", ("UPDATE audit_event SET seal = sha256('') WHERE id = :row",)),
    "a link": ("altered", ("UPDATE audit_link SET chain_hash = sha256('') WHERE event_id = :row",)),
    "a link's row": ("altered", ("UPDATE audit_link SET event_hash = sha256('') WHERE event_id = :row",)),
    "the last link": (
        "altered",
        ("UPDATE audit_link SET chain_hash = sha256('') WHERE compound_id = :here AND index = 8",),
    ),
    "a row is gone": ("removed", ("DELETE FROM audit_event WHERE id = :row",)),
    "a row and its link are gone": ("removed", ("DELETE FROM audit_event WHERE id = :row", GONE)),
    "the first is gone": (
        "removed",
        ("DELETE FROM audit_link WHERE compound_id = :here AND index = 0",),
    ),
    "so that no number is missing": ("removed", (*ROOM, GONE, RENUMBER[0], RENUMBER[1].format(-1))),
    "the end is gone": ("removed", ("DELETE FROM audit_link WHERE compound_id = :here AND index > 5",)),
    "all are gone": (
        "removed",
        ("DELETE FROM audit_link WHERE compound_id = :here", "DELETE FROM audit_event WHERE compound_id = :here"),
    ),
    "a row is added": ("added", FORGED[:1]),
    "a row is added and chained by the job": ("added", FORGED[:1]),
    "a row and a link are added": ("added", FORGED),
    "a link is put between": (
        "added",
        (*ROOM, *RENUMBER[:1], RENUMBER[1].format(1), FORGED[0], FORGED[1].replace("index + 1", "5")),
    ),
    "two rows change places": (
        "reordered",
        (
            "ALTER TABLE audit_link DROP CONSTRAINT uq_audit_link_compound_id_event_id",
            "UPDATE audit_link AS link SET event_id = other.event_id FROM audit_link AS other"
            " WHERE link.compound_id = :here AND other.compound_id = :here AND link.index IN (2, 4)"
            " AND other.index = 6 - link.index",
        ),
    ),
    "two links change places": (
        "reordered",
        (
            *ROOM,
            "UPDATE audit_link SET index = -index WHERE compound_id = :here AND index IN (2, 4)",
            "UPDATE audit_link SET index = 6 + index WHERE compound_id = :here AND index < 0",
        ),
    ),
    "neighbours change places": (
        "reordered",
        (
            *ROOM,
            "UPDATE audit_link SET index = -index WHERE compound_id = :here AND index IN (4, 5)",
            "UPDATE audit_link SET index = 9 + index WHERE compound_id = :here AND index < 0",
        ),
    ),
    "a head": ("head_signature", ("UPDATE audit_head SET size = 8 WHERE compound_id = :here AND size = 6",)),
    "a head's signature": (
        "head_signature",
        ("UPDATE audit_head SET signature = decode(repeat('00', 64), 'hex') WHERE compound_id = :here",),
    ),
}


@pytest.mark.parametrize("what", TAMPERINGS)
def test_a_tampering_is_caught_and_named(log: list[UUID], what: str):
    named, statements = TAMPERINGS[what]
    row = log[4] if "DELETE" in statements[0] or statements[0].startswith("UPDATE audit_") else new_id()
    as_owner(*statements, row=row)
    if "job" in what:
        with at(START + 2 * chaining.LONGEST_ACT):
            jobs.chain()
    assert named in findings()
    assert findings(ELSEWHERE) == set(), "the other log is as it was"


def test_a_row_dated_back_is_named_and_never_chained(log: list[UUID]):
    old = UUID(int=chaining.floor_of(log[0]).int - 1)
    as_owner(*FORGED[:1], row=old)
    assert chaining.chains_to_extend() == []
    assert list(checking.suspects(HERE)) == [checking.Suspect("added", old)]


def test_a_chain_that_was_written_anew_breaks_the_signed_heads_and_earlier_exports(log: list[UUID], tmp_path: Path):
    earlier = _written(tmp_path / "earlier.jsonl")
    as_owner("UPDATE audit_event SET act = 'other' WHERE id = :row", row=log[4])
    tip = chaining.BEGINNING
    for link, event in list(exporting.chained(HERE)):
        content = chaining.hash_of(audit.statement_of(event))
        tip = chaining.follow(tip, content)
        as_owner(
            "UPDATE audit_link SET event_hash = :content, chain_hash = :tip"
            " WHERE compound_id = :here AND index = :index",
            content=content,
            tip=tip,
            index=link.index,
        )
    assert findings() == {"rewritten", "altered"}
    as_owner("DELETE FROM audit_head WHERE compound_id = :here")
    later = _written(tmp_path / "later.jsonl")
    assert main([str(later)]) == 0, "nothing in the file tells"
    assert findings() == {"altered"}, "but the seal does"
    assert main([str(later), "--earlier", str(earlier)]) == 1, "and so does what was exported before"


# ---- the file, and the commands


def test_an_export_is_checked_without_the_database(log: list[UUID], tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = _written(tmp_path / "log.jsonl")
    keys = [f"--key={key.fingerprint}" for key in signing.published()]
    assert main([str(path), *keys]) == 0
    assert main([str(path), "--key", "0" * 64]) == 1
    assert main([str(path), "--earlier", str(path)]) == 0
    capsys.readouterr()
    lines = path.read_text().splitlines()
    for change, code in (
        (lines[:-1], 2),
        ([line for line in lines if '"index":4' not in line], 2),
        ([line.replace('"act":"act"', '"act":"other"') for line in lines], 1),
        ([*lines[:5], "{", *lines[6:]], 2),
        ([lines[0].replace('"v":1', '"v":2'), *lines[1:]], 2),
        ([], 2),
    ):
        path.write_text("\n".join(change))
        assert main([str(path)]) == code, change
    assert "unreadable" in capsys.readouterr().out
    assert main([str(tmp_path / "none.jsonl")]) == 2


def test_the_standard_library_is_enough_and_what_it_cannot_check_is_said(
    log: list[UUID], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    path = _written(tmp_path / "log.jsonl")
    monkeypatch.setitem(sys.modules, "cryptography.exceptions", None)
    assert main([str(path)]) == 0
    assert "no signature is checked" in capsys.readouterr().out
    path.write_text(path.read_text().replace('"act":"act"', '"act":"other"'))
    assert main([str(path)]) == 1


def test_the_operator_checks_all_logs_and_exports_one(app: Flask, log: list[UUID], tmp_path: Path):
    assert "All 2 logs are whole." in run(app, "check")
    file = tmp_path / "log.jsonl"
    run(app, "export", "--compound", str(HERE), "--out", str(file))
    assert main([str(file)]) == 0
    assert len([line for line in file.read_text().splitlines() if json.loads(line)["kind"] == "entry"]) == ROWS
    as_owner("UPDATE audit_event SET act = 'other' WHERE id = :row", row=log[4])
    told = run(app, "check", code=1)
    assert f"(row {log[4]}) was altered" in told
    assert "1 of 2 logs are not whole." in told
    assert "are whole" in run(app, "check", "--compound", str(ELSEWHERE))
    assert "are whole" in run(app, "check", "--compound", "platform")
    run(app, "check", "--compound", "nonsense", code=2)


def test_the_programs_role_adds_to_the_log_and_has_no_right_to_change_it(app: Flask, log: list[UUID]):
    assert checking.rights(), "the owner of the tables may"
    assert "may change the log" in run(app, "check")
    with db.session.begin_nested():
        db.session.execute(text("CREATE ROLE community_program"))
        restricting.grant_to("community_program")
        db.session.execute(text("SET LOCAL ROLE community_program"))
        assert checking.rights() == []
        audit.record(HERE, None, "act", new_id())
        db.session.flush()
        assert jobs.chain() == 1
        db.session.execute(text("UPDATE org_unit SET name = name"))
        for table in checking.KEPT:
            for change in ("UPDATE {} SET compound_id = compound_id", "DELETE FROM {}", "TRUNCATE {}"):
                _refused(change.format(table))
        _refused("ALTER TABLE audit_event DISABLE TRIGGER USER")
        _refused("SET LOCAL session_replication_role = replica")
        _refused("UPDATE alembic_version SET version_num = version_num")
        db.session.execute(text("RESET ROLE"))
    assert findings() == set()
    run(app, "restrict", "nobody_of_this_name", code=1)


def _refused(statement: str) -> None:
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"), db.session.begin_nested():
        db.session.execute(text(statement))


def _written(path: Path) -> Path:
    path.write_bytes(b"".join(canonical(line) + b"\n" for line in exporting.lines(HERE)))
    return path
