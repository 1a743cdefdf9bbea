"""The operator's two commands."""

from pathlib import Path
from typing import Any

import click
from flask import current_app

from app.bootstrap import upgrade_schema
from app.core import audit, backups, clock
from app.core.canonical import moment
from app.core.ids import new_id
from app.core.key_state import any_keys_allowed
from app.core.settings import Settings
from app.core.unit_of_work import unit_of_work
from commands.backup import checking, making, restoring
from commands.backup.archive import Manifest, Refused
from commands.group import OperatorsCommand


@click.command("backup", cls=OperatorsCommand)
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--keep", type=click.IntRange(min=1), help="Afterwards keep this many of the newest archives only.")
@click.option("--no-files", is_flag=True, help="Leave out the stored files: their store keeps copies of its own.")
def backup(folder: Path, keep: int | None, no_files: bool) -> None:
    """Write database and stored files into a new archive in FOLDER, while the product runs. No key is in it.

    Exit code 1: no archive was written, or it is whole but names files that the storage had lost before.
    """
    try:
        made = making.make(_settings(), folder, with_files=not no_files, say=click.echo)
    except (Refused, OSError) as error:
        raise click.ClickException(f"{error} No archive was written.") from None
    with unit_of_work():
        backups.note(clock.now(), made.size, made.manifest_sha256)
    click.echo(f"{made.path} is whole: {made.size / 2**20:,.1f} MB; {_counts(made.manifest)}.")
    if keep:
        for path in making.forget_older(folder, keep):
            click.echo(f"{path} was removed.")
    keys = made.manifest.keys
    click.echo(
        f"It is of no use without ENCRYPTION_KEYS ({', '.join(keys.encryption)}), LOOKUP_KEY ({keys.lookup}) and "
        "SIGNING_KEYS, which are not in it: keep them elsewhere."
    )
    if lost := made.manifest.lost_files:
        raise click.ClickException(
            f"{len(lost)} files that rows name were not in the storage, and are not in the backup: {lost[0]}"
            f"{' and others' if len(lost) > 1 else ''}. The manifest lists them."
        )


@click.command("restore", cls=OperatorsCommand)
@click.argument("archive", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Throw away what is in the database now.")
@click.option("--dry-run", is_flag=True, help="Read and check the archive only; change nothing.")
def restore(archive: Path, replace: bool, dry_run: bool) -> None:
    """Bring ARCHIVE back into an empty database and storage, and check every log in it. All else must be stopped.

    Exit code 1: it was refused and nothing was changed, or what was restored is not whole; it says which.
    """
    settings = _settings()
    try:
        checked = restoring.check(archive)
        click.echo(f"{archive} is what was backed up at {checked.manifest.made_at}: {_counts(checked.manifest)}.")
        for note in checked.notes:
            click.echo(f"· {note}")
        if dry_run:
            return
        programs = restoring.require_target(settings, replace=replace)
        restoring.fill(settings, checked, programs, replace=replace, say=click.echo)
    except Refused as error:
        raise click.ClickException(str(error)) from None
    with any_keys_allowed():  # a look-up key that came since is for `keys rehash`
        upgrade_schema()
        found = checking.check(settings, archive, click.echo)
        _record(checked.manifest)
        _tell(found, checked.manifest)


def _tell(found: checking.Findings, manifest: Manifest) -> None:
    with unit_of_work():
        waiting = checking.messages_waiting()
    if not manifest.with_files:
        click.echo("· The backup was made without stored files.")
    if waiting:
        click.echo(
            f"· {waiting:,} messages were unsent when the backup was made. Some may have been sent since: decide with "
            "`flask notifications give-up` before you start the senders."
        )
    if found.wrong:
        for sentence in found.wrong:
            click.echo(f"✗ {sentence}")
        raise click.ClickException(
            f"The backup was restored, and {len(found.wrong)} things in it are not right. Do not start the product "
            "before you know why."
        )
    click.echo(
        f"All is whole: {found.meetings:,} ballot logs, {found.audit_logs:,} audit logs, {found.files:,} stored files."
    )


def _record(manifest: Manifest) -> None:
    with unit_of_work():
        after: dict[str, Any] = {"made_at": manifest.made_at, "restored_at": moment(clock.now())}
        audit.record(audit.PLATFORM, None, "restore_backup", new_id(), after=after)


def _counts(manifest: Manifest) -> str:
    counts = {name: f"{number:,}" for name, number in manifest.counts.items()}
    return (
        f"{counts['account']} accounts, {counts['unit']} units, {counts['meeting']} meetings, {counts['ballot']} "
        f"ballots, schema {manifest.schema}"
    )


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
