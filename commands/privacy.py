"""Operators' command for what is kept: `flask --app wsgi privacy retention`."""

import click
from rich.console import Console
from rich.table import Table

from app.privacy import retention
from commands.group import OperatorsGroup

privacy = OperatorsGroup("privacy", help="Personal data: what is forgotten, and when.")


@privacy.command("retention")
@click.option("--rule", type=click.Choice([rule.name for rule in retention.RULES]), help="This rule alone.")
@click.option("--really", is_flag=True, help="Forget it now; without it only say how many are due.")
def show_retention(rule: str | None, really: bool) -> None:
    """List the rules by which personal data is forgotten, and of how many it is due. Changes nothing by itself."""
    table = Table("rule", "what", "after", "forgotten" if really else "due")
    for one in retention.RULES:
        if rule in (None, one.name):
            number = retention.carry_out(one) if really else retention.due(one)
            table.add_row(one.name, one.what, one.after(), f"{number:,}")
    Console(width=None if Console().is_terminal else 120, highlight=False).print(table)
    if not really:
        click.echo("Nothing was changed; the periodic jobs do it, or --really now.")
