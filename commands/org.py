"""Operators' commands for the organisation: `flask --app wsgi org list|add|appoint|end`."""

from uuid import UUID

import click
from flask.cli import AppGroup

from app.core.unit_of_work import unit_of_work
from app.org import queries, service
from app.org.models import OrgKind, Role

org = AppGroup("org", help="The organisation: nodes of the tree, and who holds which role where.")


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
def add(kind: str, name: str, parent: UUID | None) -> None:
    """Add a node to the tree and print its id."""
    with unit_of_work():
        click.echo(service.add_unit(OrgKind(kind), name, parent).id)


@org.command("appoint")
@click.argument("role", type=click.Choice([role.value for role in Role]))
@click.argument("org_unit", type=click.UUID)
@click.argument("phone")
def appoint(role: str, org_unit: UUID, phone: str) -> None:
    """Give a role at a node to whoever proves control of the phone number; print the appointment's id."""
    with unit_of_work():
        click.echo(service.appoint(Role(role), org_unit, phone).id)


@org.command("end")
@click.argument("appointment", type=click.UUID)
def end(appointment: UUID) -> None:
    """End an appointment, at once."""
    with unit_of_work():
        service.end_appointment(appointment)
    click.echo("ended")
