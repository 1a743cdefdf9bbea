"""Deciding about what the program leaves to a person: retry, arrived, give-up, resolve."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import click
from flask import current_app
from rich.table import Table

from app.core import alerts, clock
from app.core.unit_of_work import unit_of_work
from app.notifications.outbox import operating
from app.notifications.outbox.operating import Selection, Settlement, Which
from commands.notifications.options import console, selection, selects

RISK = (
    "These messages may have arrived already: WeChat's answer was lost. Whoever has the first one will get a second, "
    "unless the accept was good for one message only; then WeChat refuses it and the message ends as refused."
)
DRY = "Nothing was changed. Repeat with --really to do it."


@click.command("retry")
@click.option(
    "--which",
    type=click.Choice([which.value for which in Which]),
    default=Which.IN_DOUBT.value,
    show_default=True,
    help="Messages in doubt, or messages that failed.",
)
@selects
def retry(which: str, really: bool, operator: str, **chosen: Any) -> None:
    """Send messages again that are in doubt or failed. A dry run unless --really is given."""
    wanted = selection(Which(which), **chosen)
    if wanted.which is Which.IN_DOUBT:
        console().print(RISK, style="yellow")
    if not _shown(wanted, really):
        return
    with unit_of_work():
        put_back = operating.retry(current_app.config["SETTINGS"], wanted, operator)
    click.echo(f"{put_back} messages wait to be sent again. Watch them with: flask --app wsgi notifications status")


@click.command("arrived")
@selects
def arrived(really: bool, operator: str, **chosen: Any) -> None:
    """Say that messages in doubt arrived: they count as sent. A dry run unless --really is given."""
    _settle(Settlement.ARRIVED, really, operator, chosen)


@click.command("give-up")
@selects
def give_up(really: bool, operator: str, **chosen: Any) -> None:
    """Give messages in doubt up: they count as failed; the inbox keeps them. A dry run unless --really is given."""
    _settle(Settlement.GIVEN_UP, really, operator, chosen)


@click.command("resolve")
@click.argument("alert", type=click.UUID)
@click.option("--operator", required=True, help="Who says that it is over, for the record.")
def resolve(alert: UUID, operator: str) -> None:
    """Say that an alert is over; its id is in `status`. If it is not, it will be told anew."""
    with unit_of_work():
        ended = alerts.resolve(alert, operator)
    if not ended:
        raise click.ClickException("There is no open alert of this id; see: flask --app wsgi notifications status")
    click.echo("resolved")


def _settle(settlement: Settlement, really: bool, operator: str, chosen: dict[str, Any]) -> None:
    wanted = selection(Which.IN_DOUBT, **chosen)
    if not _shown(wanted, really):
        return
    with unit_of_work():
        settled = operating.settle(wanted, settlement, operator)
    click.echo(f"{settled} messages are settled as {settlement}.")


def _shown(wanted: Selection, really: bool) -> bool:
    """Show what is selected; whether to go on. Ends with exit code 1 where nothing is."""
    with unit_of_work():
        groups = operating.grouped(wanted)
    which = wanted.which.replace("-", " ")
    if not groups:
        click.echo(f"No message that is {which} is selected by this.")
        raise click.exceptions.Exit(1)
    table = Table("kind", "outcome", "messages", "too late to send", "since", title=f"messages {which}")
    for kind, outcome, messages, too_late, oldest in groups:
        age = timedelta(seconds=int((clock.now() - oldest).total_seconds()))
        table.add_row(kind, outcome or "", str(messages), str(too_late), str(age))
    console().print(table)
    if not really:
        click.echo(DRY)
    return really
