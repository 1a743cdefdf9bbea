"""Operators' commands for the organisation: `flask --app wsgi org list|add|appoint|end`."""

from uuid import UUID

import click

from app.core.unit_of_work import unit_of_work
from app.org import queries, service
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
@operator_option
def appoint(role: str, org_unit: UUID, phone: str, operator: str) -> None:
    """Give a role at a node to whoever proves control of the phone number; print the appointment's id."""
    with unit_of_work():
        click.echo(service.appoint(Role(role), org_unit, phone, operator=operator).id)


@org.command("end")
@click.argument("appointment", type=click.UUID)
@operator_option
def end(appointment: UUID, operator: str) -> None:
    """End an appointment, at once."""
    with unit_of_work():
        service.end_appointment(appointment, operator=operator)
    click.echo("ended")
