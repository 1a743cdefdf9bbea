"""Bringing an archive back: nothing is touched before the whole of it was found right, and the database comes in one
transaction, so that a restore that fails leaves what there was.
"""

import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen
from tempfile import TemporaryFile
from typing import IO, Any

import psycopg

from app.core import crypto, signing, storage
from app.core.db import dispose_of_engines
from app.core.postgres_programs import Programs, environment, programs_for
from app.core.settings import Settings
from app.core.storage import FileExists
from commands.backup.archive import DATABASE, STORED, Entry, Manifest, Refused, check_contents, read_manifest

_OTHERS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
_TABLES = (
    "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'S')"
)
_EMPTIED = ("DROP SCHEMA public CASCADE", "CREATE SCHEMA public", "GRANT USAGE ON SCHEMA public TO PUBLIC")


@dataclass(frozen=True)
class Checked:
    """An archive that was found whole and that fits here. `notes`: what its reader should know."""

    path: Path
    manifest: Manifest
    stored: tuple[Entry, ...]
    notes: tuple[str, ...]


def check(archive: Path) -> Checked:
    """Read an archive to its end, and compare it with its manifest, with the keys and with this program.

    Raises Refused.
    """
    manifest = read_manifest(archive)
    stored = check_contents(archive, manifest)
    _require_known_schema(manifest)
    return Checked(archive, manifest, stored, tuple(_compared_keys(manifest)))


def require_target(settings: Settings, *, replace: bool) -> Programs:
    """The programs for the database that is to be filled. Raises Refused where it is in use, or not empty."""
    dispose_of_engines()
    with psycopg.connect(settings.libpq_url, autocommit=True) as connection:
        programs = programs_for(connection.info.server_version // 10000)
        if others := _one(connection, _OTHERS):
            raise Refused(
                f"{others} other connections are open to the database: stop API, senders, workers and the scheduler. "
                "(In embedded mode stop `make run` and start `python -m launcher servers`.)"
            )
        if _one(connection, _TABLES) and not replace:
            raise Refused(
                "The database is not empty. --replace throws away what is in it, all of it; consider a backup of it "
                "first, or another DATABASE_URL."
            )
    if not replace and next(storage.made_of(settings).list_all(), None) is not None:
        raise Refused("The storage is not empty. --replace leaves the files that are there and adds those that lack.")
    return programs


def fill(
    settings: Settings, checked: Checked, programs: Programs, *, replace: bool, say: Callable[[str], None]
) -> None:
    """Put the files into the storage and then the database into its place. Raises Refused."""
    added = _put_files(settings, checked)
    say(f"{added:,} stored files are in place ({len(checked.stored) - added:,} were there already).")
    with psycopg.connect(settings.libpq_url, autocommit=True) as connection:
        emptied = _EMPTIED if replace and _one(connection, _TABLES) else ()
    _load(settings.libpq_url, programs, checked.path / DATABASE, emptied)
    say("The database is in place.")


def _put_files(settings: Settings, checked: Checked) -> int:
    store, added = storage.made_of(settings), 0
    for entry in checked.stored:
        content = (checked.path / STORED / entry.name).read_bytes()
        try:
            store.put(entry.name, content)
            added += 1
        except FileExists:
            if store.get(entry.name) != content:
                raise Refused(
                    f"The storage has another file as {entry.name}: it is not the one of this backup."
                ) from None
    return added


def _load(address: str, programs: Programs, dump: Path, emptied: tuple[str, ...]) -> None:
    """Run the dump as one transaction: all of it is there afterwards, or nothing is changed.

    psql takes the end of its input for the end of the work, so the commit is sent only once all was read.
    """
    as_text = [programs.pg_restore, "--no-owner", "--no-acl", "--file=-", str(dump)]
    loading = [programs.psql, "--no-psqlrc", "--no-password", "--quiet", "--set=ON_ERROR_STOP=1", "--output=/dev/null"]
    with (
        TemporaryFile() as read_badly,
        TemporaryFile() as loaded_badly,
        Popen(as_text, stdout=PIPE, stderr=read_badly) as reader,  # noqa: S603
        Popen(loading, env=environment(address), stdin=PIPE, stdout=DEVNULL, stderr=loaded_badly) as loader,  # noqa: S603
    ):
        assert reader.stdout is not None
        assert loader.stdin is not None
        with suppress(BrokenPipeError):  # psql has stopped at an error
            loader.stdin.write("".join(f"{statement};\n" for statement in ("BEGIN", *emptied)).encode())
            shutil.copyfileobj(reader.stdout, loader.stdin, 1024 * 1024)
            if reader.wait() == 0:
                loader.stdin.write(b"COMMIT;\n")
            loader.stdin.close()
        reader.stdout.close()
        if loader.wait() or reader.wait():
            told = _last_line(loaded_badly) or _last_line(read_badly) or "no reason was given"
            raise Refused(f"Nothing was changed in the database: {told}")


def _last_line(file: IO[bytes]) -> str:
    file.seek(0)
    lines = file.read().decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else ""


def _require_known_schema(manifest: Manifest) -> None:
    from alembic.script import ScriptDirectory  # a quarter of a second, that no other command spends

    known = {one.revision for one in ScriptDirectory("migrations").walk_revisions()}
    if manifest.schema not in known:
        raise Refused(
            f"The backup is of the schema {manifest.schema}, which this version of the program does not know: it was "
            "made by a newer one. Install that version, or a later one."
        )


def _compared_keys(manifest: Manifest) -> list[str]:
    """What is to be said of the keys. Raises Refused where one is missing without which nothing can be read."""
    given = {key.hex() for key in crypto.key_ids()}
    if missing := [key for key in manifest.keys.encryption if key not in given]:
        raise Refused(f"ENCRYPTION_KEYS lacks {', '.join(missing)}, with which the backup is encrypted. Add it.")
    notes = []
    chain = crypto.lookup_keys()
    if manifest.keys.lookup != crypto.chain_id(chain):
        if manifest.keys.lookup not in {crypto.chain_id(chain[:length]) for length in range(1, len(chain))}:
            raise Refused("LOOKUP_KEY is not the one that the backup's hashes were made with. Give that one.")
        notes.append("LOOKUP_KEY has a later key than the backup: run `flask keys rehash --stopped` before you start.")
    published = {key.id for key in signing.published()}
    if gone := [key for key in manifest.keys.signing if key not in published]:
        notes.append(f"SIGNING_KEYS lacks {', '.join(gone)}: what it signed is named below and cannot be checked.")
    return notes


def _one(connection: "psycopg.Connection[Any]", statement: str) -> int:
    row = connection.execute(statement).fetchone()
    assert row is not None
    return int(row[0])
