"""Operators' commands for the audit log: `flask --app wsgi audit check|export|restrict`. See docs/audit-log.md."""

from pathlib import Path
from uuid import UUID

import click
from sqlalchemy.exc import ProgrammingError

from app.core import audit
from app.core.audit_log import chaining, checking, exporting, restricting
from app.core.canonical import canonical
from app.core.unit_of_work import unit_of_work
from commands.audit_check import NO_COMPOUND, check_log, title_of
from commands.group import OperatorsGroup

audit_log = OperatorsGroup("audit", help="The audit log: whether it is whole, and who may change it.")


class Chain(click.ParamType[UUID]):
    """A compound's id, or "platform"."""

    name = "compound"

    def convert(self, value: str | UUID, param: click.Parameter | None, ctx: click.Context | None) -> UUID:
        if isinstance(value, UUID):
            return value
        try:
            return audit.PLATFORM if value == NO_COMPOUND else UUID(value)
        except ValueError:
            self.fail(f'{value!r} is no id of a compound, nor "{NO_COMPOUND}".', param, ctx)


@audit_log.command("check")
@click.option("--compound", "compounds", multiple=True, type=Chain(), help="This log only; repeat for more.")
def check(compounds: tuple[UUID, ...]) -> None:
    """Say for each log whether it is whole, and name what is not. Exit code 1: something is not."""
    with unit_of_work():
        checked = list(compounds) or chaining.compounds()
        broken = [one for one in checked if not _told(one)]
        rights = checking.rights()
    if rights:
        click.echo("· The program's database role may change the log itself; see docs/operations.md, Database roles.")
    if broken:
        click.echo(f"{len(broken)} of {len(checked)} logs are not whole.")
        raise click.exceptions.Exit(1)
    click.echo(f"All {len(checked)} logs are whole.")


@audit_log.command("export")
@click.option("--compound", required=True, type=Chain(), help='Id of the compound; "platform" for what has none.')
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="File to write; none: standard output.")
def export(compound: UUID, out: Path | None) -> None:
    """Write a log as JSON lines, for `python -m verifier.audit FILE`."""
    with unit_of_work(), click.open_file(str(out or "-"), "wb") as file:
        for line in exporting.lines(compound):
            file.write(canonical(line) + b"\n")


@audit_log.command("restrict")
@click.argument("role")
def restrict(role: str) -> None:
    """Let this database role run the program, without a right to change the log. Run it as the tables' owner."""
    try:
        with unit_of_work():
            restricting.grant_to(role)
    except ProgrammingError as error:
        raise click.ClickException(f"PostgreSQL refused: {str(error.orig).splitlines()[0]}") from None
    click.echo(f"{role} may run the program, and only add to {', '.join(checking.KEPT)}.")


def _told(compound_id: UUID) -> bool:
    """Write one line for a whole log, and everything for one that is not; whether it is whole."""
    whole, findings = check_log(compound_id)
    click.echo(f"{'✓' if whole else '✗'} {title_of(compound_id)}  {compound_id}")
    if not whole:
        click.echo(findings, nl=False)
    return whole
