"""Seeing what a resident would get: preview, send-test."""

import click
from flask import current_app
from rich.table import Table

from app.notifications import trial
from app.notifications.catalogue import CATALOGUE, LABELS, Kind
from commands.notifications.options import KIND, console


@click.command("preview")
@click.argument("kind", type=KIND)
def preview(kind: str) -> None:
    """Show a kind of message with sample values, as WeChat would show it."""
    template, fields = CATALOGUE[Kind(kind)], trial.sample(Kind(kind))
    table = Table("field", "value", "inbox", "text", title=f"{template.name}  ({kind})")
    for name, field in template.fields.items():
        table.add_row(field, name, LABELS[name], fields[field])
    screen = console()
    screen.print(table)
    screen.print(f"to        {template.recipient}\nbecause   {template.reason}\nlaw       {template.law or '-'}")
    screen.print(f"urgency   {template.urgency}{'' if template.at_night else ', never at night'}")
    screen.print(f"channels  {', '.join(template.channels)}\nopens     {template.page}", markup=False)


@click.command("send-test")
@click.argument("kind", type=KIND)
@click.option("--phone", required=True, metavar="NUMBER", help="Mobile number that the account has proven.")
def send_test(kind: str, phone: str) -> None:
    """Send one message with sample values to one account, now; it uses one of the account's accepts."""
    try:
        outcome = trial.send(current_app.config["SETTINGS"], Kind(kind), phone)
    except trial.NobodyThere:
        raise click.ClickException("No account has proven this number; sign in with it first.") from None
    words = f": {outcome.words}" if outcome.words else ""
    click.echo(f"{outcome.delivery} over {outcome.channel or 'no channel'} ({outcome.code}){words}")
    if outcome.code == "not_subscribed":
        click.echo("The account has no accept left for this kind: accept it in the mini-program first.")
    if outcome.delivery != "sent":
        raise click.exceptions.Exit(1)
