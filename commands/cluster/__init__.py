"""Operators' commands for a cluster of Citus: `flask --app wsgi cluster plan|distribute`. See docs/scaling.md."""

from collections.abc import Mapping, Sequence

import click

from app.core.unit_of_work import unit_of_work
from commands.cluster import catalogue
from commands.cluster.catalogue import Table
from commands.cluster.distributing import CannotDistribute, Step, distribute, steps
from commands.cluster.intended import DROPPED_TRIGGERS, REBUILT, TENANT, Place, place_of
from commands.cluster.rules import obstacles
from commands.group import OperatorsGroup

cluster = OperatorsGroup("cluster", help="Distribute the database over several nodes. See docs/scaling.md.")


@cluster.command("plan")
@click.option("--sql", is_flag=True, help="Print the statements of `distribute` instead.")
def plan(sql: bool) -> None:
    """Print which tables would be distributed, copied to every node, or left. Exit code 1: something stands in the way.

    It is read from the database's own catalogue, so migrations must be up to date. Changes nothing.
    """
    tables, places = _surveyed()
    if sql:
        _refuse_obstacles(tables, places)
        click.echo("\n".join(f"{step.sql};" for step in _steps(tables, places)))
        return
    by_place: dict[str, list[str]] = {}
    for name, place in places.items():
        by_place.setdefault(str(place) if place else "no class", []).append(name)
    for title, names in sorted(by_place.items()):
        click.echo(f"{title} ({len(names)}):\n  {', '.join(names)}")
    for trigger, without in DROPPED_TRIGGERS.items():
        if any(one.name == trigger for table in tables for one in table.triggers):
            click.echo(f"dropped by distribute:\n  trigger {trigger}: {without}")
    for constraint, rebuilt in REBUILT.items():
        if any(one.name == constraint and TENANT not in one.equal for table in tables for one in table.uniques):
            click.echo(f"made anew by distribute:\n  {constraint} of {rebuilt.table}, with {rebuilt.extension}")
    _refuse_obstacles(tables, places)
    click.echo("Nothing stands in the way.")


@cluster.command("distribute")
@click.option("--really", is_flag=True, help="Do it; without it the plan is only checked.")
def distribute_tables(really: bool) -> None:
    """Distribute the tables as planned. Stop the product first; stopped half-way, this is run again and goes on."""
    tables, places = _surveyed()
    _refuse_obstacles(tables, places)
    wanted = _steps(tables, places)
    if not really:
        click.echo(f"{len(wanted)} steps; see `flask cluster plan --sql`. Say --really to do them.")
        return
    try:
        for step in distribute(wanted):
            click.echo(step.sql)
    except CannotDistribute as error:
        raise click.ClickException(str(error)) from None
    click.echo("All tables are where they belong.")


def _surveyed() -> tuple[Sequence[Table], Mapping[str, Place | None]]:
    with unit_of_work():
        tables = catalogue.tables()
    return tables, {table.name: place_of(table.name, frozenset(table.columns)) for table in tables}


def _refuse_obstacles(tables: Sequence[Table], places: Mapping[str, Place | None]) -> None:
    found = obstacles(tables, places)
    if found:
        lines = "\n".join(f"  {one}" for one in found)
        raise click.ClickException(f"{len(found)} things stand in the way:\n{lines}")


def _steps(tables: Sequence[Table], places: Mapping[str, Place | None]) -> Sequence[Step]:
    try:
        return steps(tables, places)
    except CannotDistribute as error:
        raise click.ClickException(str(error)) from None
