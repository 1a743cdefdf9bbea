"""Operators' commands for what WeChat pushes: `flask --app wsgi events failed|retry|drop`. See docs/runbook.md."""

from collections.abc import Callable
from datetime import datetime

import click
from rich.console import Console
from rich.table import Table

from app.core import clock
from app.core.unit_of_work import unit_of_work
from app.wechat_events import handling
from commands.group import OperatorsGroup, operator_option

events = OperatorsGroup("events", help="Events that WeChat pushed and that could not be handled.")

_name = click.option("--name", help="Only events of this name, as subscribe_msg_popup_event.")
_really = click.option("--really", is_flag=True, help="Do it; without it only say how many.")


@events.command("failed")
def failed() -> None:
    """List what was given up or keeps failing, by name and error. Exit code 1: there is some."""
    with unit_of_work():
        found, standing = handling.failures(), handling.standing()
    if not found:
        click.echo(f"No event failed; {standing.waiting} wait to be handled.")
        return
    table = Table("event", "error", "events", "first", "last")
    for one in found:
        table.add_row(one.name, one.error, str(one.events), _local(one.first_at), _local(one.last_at))
    Console(width=None if Console().is_terminal else 160, highlight=False).print(table)
    click.echo(f"{standing.failed} were given up and wait for you, {standing.failing} are still tried.")
    raise click.exceptions.Exit(1)


@events.command("retry")
@_name
@_really
@operator_option
def retry(name: str | None, really: bool, operator: str) -> None:
    """Have what was given up or keeps failing handled again, once its cause is mended."""
    _decide(name, really, operator, handling.retry_failed, "will be tried again within seconds")


@events.command("drop")
@_name
@_really
@operator_option
def drop(name: str | None, really: bool, operator: str) -> None:
    """Give up for good what was given up or keeps failing."""
    _decide(name, really, operator, handling.drop_failed, "dropped")


def _decide(name: str | None, really: bool, operator: str, act: Callable[[str, str | None], int], done: str) -> None:
    with unit_of_work():
        if really:
            click.echo(f"{act(operator, name)} {done}")
            return
        found = [one for one in handling.failures() if name in (None, one.name)]
    click.echo(f"{sum(one.events for one in found)} events; nothing was done, add --really.")


def _local(moment: datetime) -> str:
    return f"{moment.astimezone(clock.SHANGHAI):%m-%d %H:%M:%S}"
