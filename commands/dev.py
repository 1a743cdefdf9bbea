"""Commands for development: `flask --app wsgi dev demo-data|city`."""

import click
from flask.cli import AppGroup
from sqlalchemy import select

from app.core.db import db
from app.core.unit_of_work import unit_of_work
from app.org import service
from app.org.models import OrgKind, OrgUnit, Role
from commands.city import city

dev = AppGroup("dev", help="Development: demo data, and a whole city.")
dev.add_command(city)

CITY = "演示市"
LINE = ((OrgKind.COUNTY, "演示县"), (OrgKind.STREET, "演示街道"), (OrgKind.COMMUNITY, "演示社区"))
COMPOUNDS = ("演示小区", "峰景台（演示）")
SECRETARY_PHONE = "13900000001"
SUPERVISOR_PHONE = "13900000002"


@dev.command("demo-data")
def demo_data() -> None:
    """Add the demo organisation: a community, two compounds, their secretary and supervisor. Safe to repeat."""
    with unit_of_work():
        if db.session.scalar(select(OrgUnit.id).where(OrgUnit.name == CITY)):
            click.echo("demo organisation: already there")
            return
        parent = service.add_unit(OrgKind.CITY, CITY)
        for kind, name in LINE:
            parent = service.add_unit(kind, name, parent.id)
        service.appoint(Role.COMMUNITY_OFFICER, parent.id, SUPERVISOR_PHONE)
        for name in COMPOUNDS:
            compound = service.add_unit(OrgKind.COMPOUND, name, parent.id)
            service.appoint(Role.SECRETARY, compound.id, SECRETARY_PHONE)
    click.echo(f"demo organisation: {len(COMPOUNDS)} compounds")
