"""`flask --app wsgi dev city`: a whole city of people who do not exist, to measure and to try things on."""

import click
from flask import current_app
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from commands.city.building import CannotBuild, build
from commands.city.shape import FEWEST_HOMES, HOMES, MOST_HOMES, Shape

_COLUMNS = (
    TextColumn("{task.description:<18}"),
    BarColumn(),
    MofNCompleteColumn(),
    TimeElapsedColumn(),
    TimeRemainingColumn(),
)


@click.command("city")
@click.option("--compounds", type=click.IntRange(1, 100_000), default=3800, show_default=True)
@click.option(
    "--homes",
    type=click.IntRange(FEWEST_HOMES, MOST_HOMES),
    default=HOMES,
    show_default=True,
    help="Units of a compound on average.",
)
@click.option("--seed", type=click.IntRange(0, 4095), default=1, show_default=True, help="The same one, the same city.")
def city(compounds: int, homes: int, seed: int) -> None:
    """Fill an empty database with a city: people, rolls, two years of meetings, wishes and volunteering.

    Run again, it goes on where it was ended. Refused where there is other data. See docs/development.md.
    """
    url = current_app.config["SETTINGS"].libpq_url
    with Progress(*_COLUMNS, console=Console(stderr=True)) as bars:
        tasks = {}

        def report(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=total)
            bars.update(tasks[what], completed=done)

        try:
            new = build(url, Shape(compounds, homes, seed), report)
        except CannotBuild as refused:
            raise click.ClickException(str(refused)) from None
    click.echo(f"a city of {compounds:,} compounds: " + ("built" if new else "already there"))
