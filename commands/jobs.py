"""Operators' commands for background jobs: `flask --app wsgi jobs failed|forget`."""

from collections import Counter

import click
from rich.console import Console
from rich.table import Table

from app.core import clock, queueing
from commands.group import OperatorsGroup

jobs = OperatorsGroup("jobs", help="Background jobs that failed. Each is a sweep: the next run finds the same work.")


@jobs.command("failed")
def failed() -> None:
    """List the jobs that failed within a week, the newest first. Exit code 1: there are some."""
    found = queueing.failed_jobs()
    if not found:
        click.echo("No job failed.")
        return
    times = Counter((one.name, one.queue, one.error) for one in found)
    last = {(one.name, one.queue, one.error): one.ended_at for one in reversed(found)}
    table = Table("job", "queue", "error", "times", "last")
    for key, number in times.items():
        table.add_row(*key, str(number), f"{last[key].astimezone(clock.SHANGHAI):%m-%d %H:%M:%S}")
    Console(width=None if Console().is_terminal else 160, highlight=False).print(table)
    raise click.exceptions.Exit(1)


@jobs.command("forget")
def forget() -> None:
    """Empty the list of failed jobs, once their cause is known. The work itself is found again by the next sweep."""
    click.echo(f"{queueing.forget_failed_jobs()} forgotten")
