"""A backup comes back whole, or it is said in plain words what is not; and no key is ever in one."""

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
import pytest
from click.testing import Result
from cryptography.fernet import Fernet
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import text

from app.bootstrap import configure, create_app
from app.core import audit, backups, storage
from app.core.db import db, dispose_of_engines
from app.core.postgres_programs import programs_for
from app.core.settings import Settings
from commands import register as register_commands
from commands.backup import making, restoring
from commands.backup.archive import MANIFEST, Refused, read_manifest, write_manifest
from miniprogram_api import register as register_miniprogram_api
from tasks import audit as jobs
from tests.miniprogram_api.test_attachments import attach
from tests.support import servers
from tests.support.ballot_log import counted_meeting
from tests.support.files import pdf
from tests.support.keys import other_keys
from tests.support.world import START, World, at

pytestmark = pytest.mark.timeout(120)


@dataclass
class Town:
    """A product with a counted meeting, a stored file and audit logs; `archive`: its backup."""

    settings: Settings
    application: Flask
    folder: Path
    archive: Path
    output: str


@pytest.fixture(scope="module")
def town(settings: Settings, worker_id: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("backups")
    with servers.apart(settings, f"backed_up_{worker_id}") as own:
        application = create_app(own)
        register_miniprogram_api(application)
        register_commands(application)
        with application.app_context():
            with at(START):
                world = World(application)
                counted_meeting(world, owners=3)
                attach(world, world.draft(5), pdf())
                jobs.chain()
            done = run(application, "backup", str(folder))
            assert done.exit_code == 0, done.output
            (archive,) = (path for path in folder.iterdir() if not path.name.startswith("."))
            yield Town(own, application, folder, archive, done.output)
            dispose_of_engines()
    configure(settings)


def run(application: Flask, *args: str) -> Result:
    return FlaskCliRunner(application).invoke(args=list(args))


@contextmanager
def empty(town: Town) -> Iterator[Flask]:
    """A product with an empty database and an empty storage."""
    with servers.apart(town.settings, f"restored_{servers.database_of(town.settings)}", template=None) as own:
        shutil.rmtree(own.data_dir / "storage", ignore_errors=True)
        application = create_app(own)
        register_commands(application)
        with application.app_context():
            try:
                yield application
            finally:
                db.session.remove()
                dispose_of_engines()
                configure(town.settings)


def tables(application: Flask) -> int:
    settings: Settings = application.config["SETTINGS"]
    with psycopg.connect(settings.libpq_url) as connection:
        row = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    assert row
    return int(row[0])


def copied(town: Town, tmp_path: Path) -> Path:
    return Path(shutil.copytree(town.archive, tmp_path / town.archive.name))


def test_a_backup_comes_back_whole_and_its_logs_are_checked(town: Town):
    ballots = db.session.execute(text("SELECT * FROM ballot ORDER BY id")).all()
    people = db.session.execute(text("SELECT name FROM voting_party_owner ORDER BY owner_id")).all()
    assert len(ballots) == 2
    assert backups.latest()
    db.session.remove()
    with empty(town) as restored:
        done = run(restored, "restore", str(town.archive))
        assert done.exit_code == 0, done.output
        assert "All is whole: 1 ballot logs, 2 audit logs, 1 stored files." in done.output
        assert db.session.execute(text("SELECT * FROM ballot ORDER BY id")).all() == ballots
        assert db.session.execute(text("SELECT name FROM voting_party_owner ORDER BY owner_id")).all() == people
        key = str(db.session.scalars(text("SELECT storage_key FROM attachment")).one())
        kept = (town.archive / "files" / key).read_bytes()
        assert storage.storage().get(key) == kept
        assert b"%PDF" not in kept, "it is in the archive as it lies in the storage: encrypted"
        acts = db.session.scalars(text("SELECT act FROM audit_event WHERE act = 'restore_backup'")).all()
        assert acts == ["restore_backup"]
        db.session.remove()


def test_no_key_is_in_an_archive_and_the_ids_of_those_that_it_needs_are(town: Town):
    major = int(read_manifest(town.archive).postgresql.split(".")[0])
    program = programs_for(major).pg_restore
    dump = subprocess.run([program, "--file=-", str(town.archive / "database.dump")], capture_output=True, check=True)
    content = dump.stdout + b"".join(path.read_bytes() for path in town.archive.rglob("*") if path.is_file())
    assert b"CREATE TABLE public.ballot" in content
    for name, secret in town.settings.secrets.items():
        for key in filter(None, secret.split(",")):
            assert name == "wechat_appid" or key.encode() not in content, name
    assert read_manifest(town.archive).keys == making.keys_of_this_process()
    assert (town.archive.stat().st_mode & 0o77, (town.archive / MANIFEST).stat().st_mode & 0o77) == (0, 0)


def damage(name: str, change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    def change_it(archive: Path) -> None:
        path = next(path for path in archive.glob(name) if path.is_file())
        path.write_bytes(change(path.read_bytes()))

    return change_it


TAMPERED: dict[str, tuple[Callable[[Path], None], str]] = {
    "a byte of the dump": (damage("database.dump", lambda old: old[:-9] + b"x" + old[-8:]), "SHA-256 differs"),
    "a stored file": (damage("files/*/*/*", lambda old: old + b"x"), "SHA-256 differs"),
    "the list of files": (damage("files.jsonl", lambda old: b""), "SHA-256 differs"),
    "a head": (damage("heads.jsonl", lambda old: old.replace(b'"size":', b'"size" :')), "SHA-256 differs"),
    "the manifest": (damage(MANIFEST, lambda old: old.replace(b'"ballot": 2', b'"ballot": 3')), "changed after"),
    "a torn manifest": (damage(MANIFEST, lambda old: old[:200]), "cannot be read"),
    "no manifest": (lambda archive: (archive / MANIFEST).unlink(), "never finished"),
    "no dump": (lambda archive: (archive / "database.dump").unlink(), "is missing"),
    "a file more": (lambda archive: (archive / "files" / "more").write_text("x") and None, "somebody put it there"),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_a_tampered_archive_is_refused(town: Town, tmp_path: Path, what: str):
    archive = copied(town, tmp_path)
    tamper, words = TAMPERED[what]
    tamper(archive)
    with pytest.raises(Refused, match=words):
        restoring.check(archive)


def test_a_refused_archive_and_a_dry_run_change_nothing(town: Town, tmp_path: Path):
    archive = copied(town, tmp_path)
    TAMPERED["a byte of the dump"][0](archive)
    with empty(town) as target:
        tried = run(target, "restore", "--dry-run", str(town.archive))
        assert (tried.exit_code, tables(target)) == (0, 0)
        assert "is what was backed up at" in tried.output
        refused = run(target, "restore", str(archive))
        assert (refused.exit_code, tables(target)) == (1, 0)
        assert "database.dump is not what was backed up" in refused.output
        settings: Settings = target.config["SETTINGS"]
        with psycopg.connect(settings.libpq_url):
            refused = run(target, "restore", str(town.archive))
        assert (refused.exit_code, tables(target)) == (1, 0)
        assert "1 other connections are open" in refused.output
        assert not list(storage.storage().list_all())


def test_an_archive_that_somebody_else_signed_is_refused(town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    archive = copied(town, tmp_path)
    whole = json.loads((archive / MANIFEST).read_text())
    (archive / MANIFEST).write_text(json.dumps({**whole, "key_id": "0" * 16}))
    with pytest.raises(Refused, match="SIGNING_KEYS does not list"):
        restoring.check(archive)


def test_a_backup_of_a_newer_version_is_refused(town: Town, tmp_path: Path):
    archive = copied(town, tmp_path)
    write_manifest(archive, replace(read_manifest(archive), schema="9999"))
    with pytest.raises(Refused, match="made by a newer one"):
        restoring.check(archive)


def test_without_the_keys_a_backup_is_refused(town: Town):
    newest = read_manifest(town.archive).keys.encryption[0]
    for changed, words in (
        ({"encryption_keys": Fernet.generate_key().decode()}, f"ENCRYPTION_KEYS lacks {newest}"),
        ({"lookup_key": "another look-up key of 32 characters or more"}, "LOOKUP_KEY is not the one"),
    ):
        with other_keys(town.settings, **changed), pytest.raises(Refused, match=words):
            restoring.check(town.archive)


def test_a_look_up_key_that_came_later_is_allowed_and_told(town: Town):
    later = f"{town.settings.secrets['lookup_key']},a later look-up key of 32 characters or more"
    with other_keys(town.settings, lookup_key=later):
        assert "keys rehash" in restoring.check(town.archive).notes[0]


def test_a_database_with_something_in_it_is_replaced_only_where_that_is_said_and_at_once(town: Town, tmp_path: Path):
    torn = copied(town, tmp_path)
    dump = (torn / "database.dump").read_bytes()
    (torn / "database.dump").write_bytes(dump[: len(dump) * 3 // 4])
    with empty(town) as target:
        db.session.execute(text("CREATE TABLE something (id int)"))
        db.session.commit()
        db.session.remove()
        refused = run(target, "restore", str(town.archive))
        assert (refused.exit_code, tables(target)) == (1, 1)
        assert "The database is not empty" in refused.output

        settings: Settings = target.config["SETTINGS"]
        checked = restoring.check(town.archive)
        programs = restoring.require_target(settings, replace=True)
        with pytest.raises(Refused, match="Nothing was changed in the database"):  # the disk fails half-way
            restoring.fill(settings, replace(checked, path=torn), programs, replace=True, say=print)
        assert tables(target) == 1

        done = run(target, "restore", "--replace", str(town.archive))
        assert done.exit_code == 0, done.output
        assert not db.session.scalar(text("SELECT to_regclass('something')"))


def test_what_was_tampered_with_before_the_backup_is_named_after_the_restore(town: Town, tmp_path: Path):
    """An archive can be whole and its content not: then the logs say so."""
    meeting = db.session.scalars(text("SELECT meeting_id FROM ballot LIMIT 1")).one()
    key = db.session.scalars(text("SELECT storage_key FROM attachment")).one()
    with ballots_changed():
        made = making.make(town.settings, tmp_path / "later", with_files=False, say=print)
    with empty(town) as target:
        done = run(target, "restore", str(made.path))
    assert done.exit_code == 1
    assert f"Meeting {meeting} in 测试小区" in done.output
    assert "[ballot_changed]" in done.output
    assert f"The stored file {key} is named by a row and is not in the storage." in done.output
    assert "Do not start the product" in done.output


@contextmanager
def ballots_changed() -> Iterator[None]:
    """What somebody does who owns the database, for the time of the block; committed, then taken back."""
    change = text(
        "UPDATE ballot SET choices = ARRAY[4 - choices[1], choices[2]]::smallint[] WHERE choices[1] IN (1, 3)"
    )
    for back in (False, True):
        db.session.execute(text("SET LOCAL session_replication_role = replica"))
        assert db.session.execute(change).rowcount  # type: ignore[attr-defined]
        db.session.commit()
        db.session.remove()
        if not back:
            yield


def test_a_log_that_ends_earlier_than_the_manifest_says_is_named(town: Town, tmp_path: Path):
    archive = copied(town, tmp_path)
    heads = [json.loads(line) for line in (archive / "heads.jsonl").read_text().splitlines()]
    assert {head["kind"] for head in heads} == {"ballot_log", "audit_log"}
    found = restoring_findings(town, [{**heads[-1], "size": heads[-1]["size"] + 1}, *heads[:-1]])
    assert len(found) == 1
    assert f"under another head than the backup's {heads[-1]['size'] + 1}" in found[0]
    assert "is not in the backup" in restoring_findings(town, heads[1:])[0]
    assert restoring_findings(town, heads) == []


def restoring_findings(town: Town, heads: list[dict[str, object]]) -> list[str]:
    from commands.backup.checking import Findings, _heads

    found = Findings()
    with psycopg.connect(town.settings.libpq_url) as connection:
        _heads(connection, heads, found)
    return found.wrong


def test_a_backup_that_is_killed_leaves_nothing_that_looks_whole(town: Town, tmp_path: Path):
    child = os.fork()
    if child == 0:
        making.make(town.settings, tmp_path, with_files=True, say=lambda _: os.kill(os.getpid(), signal.SIGKILL))
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    (left,) = (path for path in tmp_path.iterdir() if path.is_dir())
    assert left.name.startswith(".unfinished-")
    assert list(left.rglob("*")), "it was at work"
    with pytest.raises(Refused, match="never finished"):
        restoring.check(left)
    made = making.make(town.settings, tmp_path, with_files=True, say=print)
    assert [path for path in tmp_path.iterdir() if path.is_dir()] == [made.path]


def test_a_backup_that_fails_leaves_nothing(town: Town, tmp_path: Path):
    def full(_: str) -> None:
        raise OSError("No space left on device.")

    with pytest.raises(OSError, match="No space"):
        making.make(town.settings, tmp_path, with_files=True, say=full)
    assert [path for path in tmp_path.iterdir() if path.is_dir()] == []


def test_every_column_that_names_a_file_is_known():
    others = {"dedup_key", "file_key", "form_key"}  # no file's: a message's, an envelope, a form's
    named = {column.name for table in db.metadata.tables.values() for column in table.columns}
    assert {name for name in named if name.endswith("_key")} - others == set(making.FILE_COLUMNS)


def test_a_file_that_comes_while_the_backup_runs_is_in_it(town: Town, tmp_path: Path):
    store = storage.storage()
    key = f"{audit.PLATFORM}/attachment/late"
    made = making.make(town.settings, tmp_path, with_files=True, say=lambda _: store.put(key, b"late"))
    store.delete(key)
    assert (made.path / "files" / key).read_bytes() == b"late"


def test_a_file_that_the_storage_has_lost_is_said_and_the_rest_is_backed_up(town: Town, tmp_path: Path):
    store = storage.storage()
    key = str(db.session.scalars(text("SELECT storage_key FROM attachment")).one())
    db.session.remove()
    content = store.get(key)
    store.delete(key)
    try:
        done = run(town.application, "backup", str(tmp_path))
    finally:
        store.put(key, content)
    assert done.exit_code == 1
    assert f"were not in the storage, and are not in the backup: {key}" in done.output
    (archive,) = tmp_path.glob("community-*")
    assert read_manifest(archive).lost_files == (key,)


def test_only_the_newest_archives_are_kept_where_that_is_asked(town: Town, tmp_path: Path):
    for _ in range(3):
        assert run(town.application, "backup", "--keep", "2", "--no-files", str(tmp_path)).exit_code == 0
    assert len(list(tmp_path.glob("community-*"))) == 2


def test_a_folder_beside_the_keys_is_refused(town: Town):
    if servers.external():
        pytest.skip("the keys are not in a folder there")
    refused = run(town.application, "backup", str(town.settings.data_dir / "backups"))
    assert refused.exit_code == 1
    assert "where the keys are kept" in refused.output


def test_the_keys_are_saved_elsewhere_for_the_owner_alone(town: Town, tmp_path: Path):
    beside = run(town.application, "keys", "save", str(town.folder / "keys"))
    assert (beside.exit_code, (town.folder / "keys").exists()) == (1, False)
    file = tmp_path / "keys"
    assert run(town.application, "keys", "save", str(file)).exit_code == 0
    assert file.stat().st_mode & 0o777 == 0o600
    read = subprocess.run(["sh", "-c", f'. {file}; printf %s "$ENCRYPTION_KEYS"'], capture_output=True, text=True)
    assert read.stdout == town.settings.secrets["encryption_keys"]
    assert run(town.application, "keys", "save", str(file)).exit_code == 1
