"""Operators' commands for the keys of personal data: `flask --app wsgi keys status|new|save|rotate|rehash`."""

import os
import secrets
import shlex
from collections.abc import Callable
from pathlib import Path

import click
from cryptography.fernet import Fernet
from flask import current_app
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from app.core import crypto, rehashing, rotation, sealed_files
from app.core.errors import ConfigurationError
from app.core.key_state import any_keys_allowed
from app.core.rotation import Report
from app.core.settings import Settings
from app.core.unit_of_work import unit_of_work
from commands.backup.archive import whole_archives
from commands.group import OperatorsGroup

keys = OperatorsGroup("keys", help="The keys of personal data at rest. See docs/operations.md.")


@keys.command("status")
def status() -> None:
    """Show which keys wrap how many values, and whether LOOKUP_KEY is the database's. Exit code 1: work is left."""
    with any_keys_allowed(), unit_of_work():
        found, clear, waiting = rotation.standing(), sealed_files.in_clear(), _missing()
    newest, *older = [key.hex() for key in crypto.key_ids()]
    table = Table("table", "key", "values", "")
    for one in found:
        meaning = "newest" if one.key_id == newest else "older" if one.key_id in (*older, "none") else "NOT GIVEN"
        table.add_row(one.table, one.key_id, f"{one.values:,}", meaning)
    Console(width=None if Console().is_terminal else 120, highlight=False).print(table)
    left = sum(one.values for one in found if one.key_id != newest)
    click.echo(f"{left:,} values and {clear:,} rows with files in clear wait for `keys rotate`;")
    click.echo(f"{waiting} look-up keys wait for `keys rehash`.")
    if left or clear or waiting:
        raise click.exceptions.Exit(1)


@keys.command("new")
def new() -> None:
    """Print a new key for the front of ENCRYPTION_KEYS and one for the end of LOOKUP_KEY. Nothing is stored."""
    click.echo(f"ENCRYPTION_KEYS  {Fernet.generate_key().decode()}")
    click.echo(f"LOOKUP_KEY       {secrets.token_urlsafe(32)}")


@keys.command("save")
@click.argument("file", type=click.Path(exists=False, dir_okay=False, path_type=Path))
def save(file: Path) -> None:
    """Write the keys that this process has into FILE, as variables, for a safe. Never beside a backup."""
    if any(whole_archives(folder) for folder in file.resolve().parents if os.access(folder, os.R_OK)):
        raise click.ClickException(f"{file} would lie beside backups: who has both can read everything.")
    settings: Settings = current_app.config["SETTINGS"]
    lines = [f"{name.upper()}={shlex.quote(secret)}\n" for name, secret in settings.secrets.items() if secret]
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise click.ClickException(f"{file} is there already and is not written over.") from None
    with os.fdopen(handle, "w") as out:
        out.writelines(lines)
    click.echo(f"{file} holds {len(lines)} keys, readable by you alone. Move it to a safe.")


@keys.command("rotate")
def rotate() -> None:
    """Wrap every encrypted value, a file's key too, with the newest key, and encrypt files in clear, while the product
    runs. Stopped half-way, it is run again."""
    try:
        left = _with_a_bar("rotating", rotation.rotate)
        clear = _with_a_bar("files", sealed_files.seal_all)
    except crypto.CannotDecrypt as error:
        raise click.ClickException(f"{error}. Give it again; what was rotated is done.") from None
    if left:
        raise click.ClickException(
            f"{left:,} rows are left: they were in use, or a process that has not the newest key first wrote them. "
            "Restart such processes and run this again."
        )
    if clear:
        raise click.ClickException(
            f"{clear:,} rows name files in clear that the storage has not: each is in the log (file_missing)."
        )
    click.echo("Every value is wrapped with the newest key. Older ones are needed for older backups only.")


@keys.command("rehash")
@click.option("--stopped", is_flag=True, help="Say that API, senders, workers and the scheduler are stopped.")
def rehash(stopped: bool) -> None:
    """Hash every look-up hash once more with the new last key of LOOKUP_KEY. All other processes must be stopped."""
    if not stopped:
        raise click.ClickException("Stop API, senders, workers and the scheduler, then say --stopped.")
    with any_keys_allowed():
        try:
            changed = _with_a_bar("rehashing", rehashing.rehash)
        except ConfigurationError as error:
            raise click.ClickException(str(error)) from None
    click.echo(f"{changed:,} rows were changed. Start the processes with this LOOKUP_KEY.")


def _missing() -> int:
    try:
        return len(rehashing.missing_keys())
    except ConfigurationError as error:
        raise click.ClickException(str(error)) from None


def _with_a_bar(what: str, work: Callable[[Report], int]) -> int:
    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(what, total=None)
        return work(lambda done, total: progress.update(task, completed=done, total=total))
