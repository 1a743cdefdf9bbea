"""Making a backup while the product runs: files, the database as of one moment, and the files that came meanwhile.

A file is written before the row that names it, never changed, and goes only after its row, by a sweep that spares the
first day. So a file that the dump names was there either before the dump began, and is copied first, or came while that
went on, and is copied after it.
"""

import fcntl
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from app.core import clock, crypto, signing, storage
from app.core.canonical import moment
from app.core.db import db
from app.core.postgres_programs import environment, programs_for
from app.core.settings import Settings
from app.core.storage import FileMissing, Storage
from commands.backup import heads
from commands.backup.archive import (
    DATABASE,
    FILES,
    HEADS,
    LISTED,
    STORED,
    UNFINISHED,
    Entry,
    Keys,
    Manifest,
    Refused,
    entry_of,
    whole_archives,
    write_lines,
    write_manifest,
)

COUNTED = ("account", "unit", "meeting", "ballot", "audit_event")
"""Tables whose rows a manifest counts, so that a reader can tell one backup from another."""
FILE_COLUMNS = ("storage_key", "thumbnail_key")
"""Columns that name a stored file."""


@dataclass(frozen=True)
class Made:
    """A whole archive: where it is, its manifest, the manifest's SHA-256, and the size of all in bytes."""

    path: Path
    manifest: Manifest
    manifest_sha256: bytes
    size: int


def make(settings: Settings, folder: Path, *, with_files: bool, say: Callable[[str], None]) -> Made:
    """Write an archive into the folder: all of it, or nothing that looks whole.

    Raises Refused for a folder that cannot hold backups or that another backup is being written into.
    """
    _refuse_places(settings, folder)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _alone(folder), _private():
        for left in folder.glob(f"{UNFINISHED}*"):
            shutil.rmtree(left)
        now = clock.now()
        target = _free_name(folder, now)
        draft = folder / f"{UNFINISHED}{target.name}"
        draft.mkdir()
        try:
            manifest, digest = _write(settings, draft, now, with_files, say)
            _sync(draft)
            draft.rename(target)
            _sync_folder(folder)
        except BaseException:
            shutil.rmtree(draft, ignore_errors=True)
            raise
        size = sum(path.stat().st_size for path in target.rglob("*") if path.is_file())
        return Made(target, manifest, digest, size)


def forget_older(folder: Path, keep: int) -> list[Path]:
    """Remove all whole archives but the newest; those that went."""
    gone = whole_archives(folder)[:-keep]
    for path in gone:
        path.rename(path.with_name(f"{UNFINISHED}{path.name}"))  # one that is half removed must not look whole
        shutil.rmtree(path.with_name(f"{UNFINISHED}{path.name}"))
    return gone


def _write(
    settings: Settings, draft: Path, now: datetime, with_files: bool, say: Callable[[str], None]
) -> tuple[Manifest, bytes]:
    store = storage.made_of(settings)  # as it lies there: what is encrypted stays so
    copied = {entry.name: entry for entry in _copied(store, draft, set())} if with_files else {}
    say(f"{len(copied):,} stored files are copied; the database follows.")
    address = settings.libpq_url
    with psycopg.connect(address) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        snapshot = str(_one(connection, "SELECT pg_export_snapshot()"))
        _dump(address, connection.info.server_version // 10000, snapshot, draft / DATABASE)
        write_lines(draft / HEADS, heads.newest(connection))
        counts = {table: int(_one(connection, _counting(table))) for table in COUNTED}
        named = set(named_files(connection))
        schema = str(_one(connection, "SELECT version_num FROM alembic_version"))
        version = str(_one(connection, "SHOW server_version"))
    if with_files:
        copied |= {entry.name: entry for entry in _copied(store, draft, set(copied))}
    write_lines(draft / FILES, (asdict(copied[name]) for name in sorted(copied)))
    manifest = Manifest(
        made_at=moment(now),
        schema=schema,
        postgresql=version,
        keys=keys_of_this_process(),
        contents=tuple(entry_of(draft / name, name) for name in LISTED),
        counts=counts,
        with_files=with_files,
        lost_files=tuple(sorted(named - set(copied))) if with_files else (),
    )
    return manifest, write_manifest(draft, manifest)


def keys_of_this_process() -> Keys:
    """The ids of the keys that the settings give."""
    return Keys(
        encryption=tuple(key.hex() for key in crypto.key_ids()),
        lookup=crypto.chain_id(crypto.lookup_keys()),
        signing=tuple(key.id for key in signing.published()),
    )


def named_files(connection: "psycopg.Connection[Any]") -> Iterator[str]:
    """The keys of all files that rows name, in the connection's transaction."""
    for table in db.metadata.tables.values():
        for column in table.columns:
            if column.name in FILE_COLUMNS:
                names = sql.SQL("SELECT {} FROM {} WHERE {} IS NOT NULL").format(
                    sql.Identifier(column.name), sql.Identifier(table.name), sql.Identifier(column.name)
                )
                yield from (str(row[0]) for row in connection.execute(names))


def _dump(address: str, server_major: int, snapshot: str, file: Path) -> None:
    program = programs_for(server_major).pg_dump
    command = [program, "--format=custom", "--compress=1", f"--snapshot={snapshot}", f"--file={file}", "--no-password"]
    done = subprocess.run(  # noqa: S603
        command, env=environment(address), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Refused(f"pg_dump failed: {done.stderr.strip().splitlines()[-1] if done.stderr.strip() else 'no reason'}")


def _copied(store: Storage, draft: Path, already: set[str]) -> Iterator[Entry]:
    for file in store.list_all():
        if file.key in already:
            continue
        target = draft / STORED / file.key
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with store.open(file.key) as source, target.open("wb") as copy:
                shutil.copyfileobj(source, copy, 1024 * 1024)
        except FileMissing:  # it was swept since it was listed: no row names it
            target.unlink(missing_ok=True)
            continue
        yield entry_of(target, file.key)


def _refuse_places(settings: Settings, folder: Path) -> None:
    inside = folder.resolve()
    if settings.embedded and inside.is_relative_to(settings.data_dir):
        raise Refused(f"{folder} is inside DATA_DIR, where the keys are kept; name a folder elsewhere.")
    if inside.is_relative_to(settings.data_dir / "storage"):
        raise Refused(f"{folder} is inside the storage that is to be backed up; name a folder elsewhere.")


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused(f"Another backup is being written into {folder}.") from None
        yield


@contextmanager
def _private() -> Iterator[None]:
    """What is written is for this user alone."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def _free_name(folder: Path, now: datetime) -> Path:
    first = folder / f"community-{now:%Y%m%dT%H%M%SZ}"
    target, number = first, 1
    while target.exists():
        number += 1
        target = first.with_name(f"{first.name}-{number}")
    return target


def _sync(folder: Path) -> None:
    """Make all files of a folder last through a power cut, before its name says that it is whole."""
    for path in folder.rglob("*"):
        _sync_folder(path)
    _sync_folder(folder)


def _sync_folder(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _counting(table: str) -> sql.Composed:
    return sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))


def _one(connection: "psycopg.Connection[Any]", statement: "str | sql.Composed") -> Any:
    row = connection.execute(statement).fetchone()
    assert row is not None
    return row[0]
