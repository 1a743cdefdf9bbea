"""Operators' commands: `flask --app wsgi org …`: list, add, import, import-grids, import-building-groups, move, merge,
history, appoint, end.
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from uuid import UUID

import click

from app.compounds.areas import importing as areas
from app.core import clock
from app.core.db import db
from app.core.unit_of_work import unit_of_work
from app.org import appointments, changing, importing, queries, service
from app.org.models import OrgKind, Role
from commands.group import OperatorsGroup, operator_option

org = OperatorsGroup("org", help="The organisation: nodes of the tree, and who holds which role where.")


@org.command("list")
def list_units() -> None:
    """List the tree with the ids of its nodes and its current appointments."""
    with unit_of_work():
        for depth, unit, appointments in queries.tree():
            click.echo(f"{'  ' * depth}{unit.name}  {unit.kind}  {unit.id}")
            for appointment in appointments:
                held = "held" if appointment.account_id else "waits for the phone to be proven"
                click.echo(f"{'  ' * depth}  · {appointment.role}  {appointment.id}  {held}")


@org.command("add")
@click.argument("kind", type=click.Choice([kind.value for kind in OrgKind]))
@click.argument("name")
@click.option("--parent", type=click.UUID, help="Id of the node above; none for the city.")
@operator_option
def add(kind: str, name: str, parent: UUID | None, operator: str) -> None:
    """Add a node to the tree and print its id."""
    with unit_of_work():
        click.echo(service.add_unit(OrgKind(kind), name, parent, operator).id)


@org.command("appoint")
@click.argument("role", type=click.Choice([role.value for role in Role]))
@click.argument("org_unit", type=click.UUID)
@click.argument("phone")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Last day of the term, in Shanghai; none: no term.")
@operator_option
def appoint(role: str, org_unit: UUID, phone: str, until: datetime | None, operator: str) -> None:
    """Give a role at a node to whoever proves control of the phone number; print the appointment's id."""
    term_ends = until.date() if until else None
    with unit_of_work():
        if term_ends:
            appointments.check_term(Role(role), term_ends)
        click.echo(service.appoint(Role(role), org_unit, phone, operator=operator, term_ends=term_ends).id)


@org.command("end")
@click.argument("appointment", type=click.UUID)
@operator_option
def end(appointment: UUID, operator: str) -> None:
    """End an appointment, at once."""
    with unit_of_work():
        service.end_appointment(appointment, operator=operator)
    click.echo("ended")


@org.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--below", type=click.UUID, help="Id of the node below which the file's nodes stand; none: at the top.")
@click.option("--really", is_flag=True, help="Do it; without this, only say what would be added.")
@operator_option
def load(file: Path, below: UUID | None, really: bool, operator: str) -> None:
    """Add the nodes of an .xlsx file: a column a level (区县, 街道, 社区, 小区), a row a node."""
    with unit_of_work():
        outcome = importing.load(file.read_bytes(), below, operator)
        if not really:
            db.session.rollback()
    for kind in OrgKind:
        if outcome.added[kind] or outcome.there[kind]:
            click.echo(f"{kind.value}: {outcome.added[kind]} new, {outcome.there[kind]} there already")
    click.echo("added" if really else "nothing was done, add --really.")


def _of_areas(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command what it takes to import grids or groups."""
    file = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    below = click.option(
        "--below", type=click.UUID, required=True, help="Id of the node whose communities the file speaks of."
    )
    really = click.option("--really", is_flag=True, help="Do it; without this, only say what would be done.")
    return file(below(really(operator_option(command))))


@org.command("import-grids")
@_of_areas
def load_grids(file: Path, below: UUID, really: bool, operator: str) -> None:
    """Make the grids of an .xlsx file: columns 社区, 小区, 网格, 楼栋, 网格员, 手机号, a row a building."""
    _load_areas("grids", file, below, really, operator, areas.GRIDS)


@org.command("import-building-groups")
@_of_areas
def load_building_groups(file: Path, below: UUID, really: bool, operator: str) -> None:
    """Make the building groups of an .xlsx file: columns 社区, 小区, 支部, 楼栋党小组, 楼栋, 组长, 手机号."""
    _load_areas("building groups", file, below, really, operator, areas.GROUPS)


def _load_areas(what: str, file: Path, below: UUID, really: bool, operator: str, sheet: areas.Sheet) -> None:
    with unit_of_work():
        outcome = areas.load(file.read_bytes(), below, operator, sheet)
        if not really:
            db.session.rollback()
    click.echo(f"{what}: {outcome.made} new, {outcome.there} there already; buildings: {outcome.buildings}")
    click.echo("done" if really else "nothing was done, add --really.")


@org.command("move")
@click.argument("node", type=click.UUID)
@click.argument("parent", type=click.UUID)
@operator_option
def move(node: UUID, parent: UUID, operator: str) -> None:
    """Put a node, with all below it, below another one; who serves above it serves it at once."""
    with unit_of_work():
        changing.move(node, parent, operator)
    click.echo("moved")


@org.command("merge")
@click.argument("node", type=click.UUID)
@click.argument("into", type=click.UUID)
@operator_option
def merge(node: UUID, into: UUID, operator: str) -> None:
    """End a node in favour of another of its kind: what stands below it and who serves there go over."""
    with unit_of_work():
        changing.merge(node, into, operator)
    click.echo("merged")


@org.command("history")
@click.argument("node", type=click.UUID)
def history(node: UUID) -> None:
    """List where a node stood, and what it merged into."""
    with unit_of_work():
        for change, before, after in queries.changes_of(node):
            day = f"{change.at.astimezone(clock.SHANGHAI):%Y-%m-%d}"
            click.echo(f"{day}  {change.kind}  {before or '(top)'} -> {after}  {change.operator}")
