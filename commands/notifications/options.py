"""Options that several commands share, and how they read what an operator types."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

import click
from rich.console import Console
from rich.table import Column

from app.notifications.catalogue import Kind
from app.notifications.outbox.operating import Selection, Which
from commands.group import operator_option

Command = TypeVar("Command", bound=Callable[..., Any])
KIND = click.Choice([kind.value for kind in Kind])
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


class Age(click.ParamType[timedelta]):
    """30m, 2h or 3d."""

    name = "age"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        if isinstance(value, timedelta):
            return value
        read = re.fullmatch(r"(\d{1,5})([mhd])", str(value))
        if not read:
            self.fail(f"{value!r} is no age; say 30m, 2h or 3d.", param, ctx)
        return timedelta(**{_UNITS[read[2]]: int(read[1])})


AGE = Age()


def selects(command: Command) -> Command:
    """Add --ids, --kind, --older-than, --limit, --really and --operator."""
    for option in reversed(
        (
            click.option("--ids", multiple=True, type=click.UUID, metavar="ID", help="This message; repeat for more."),
            click.option("--kind", type=KIND, help="Messages of this kind."),
            click.option("--older-than", type=AGE, help="Messages that have stood so for longer: 30m, 2h, 3d."),
            click.option("--limit", type=click.IntRange(1, 10_000), default=1000, show_default=True, help="At most."),
            click.option("--really", is_flag=True, help="Do it; without this, only say what would be done."),
            operator_option,
        )
    ):
        command = option(command)
    return command


def selection(
    which: Which, ids: tuple[UUID, ...], kind: str | None, older_than: timedelta | None, limit: int
) -> Selection:
    """What the options mean. Refuses a selection of everything: it must be said."""
    if not ids and kind is None and older_than is None:
        raise click.UsageError("Say which messages: --ids, --kind or --older-than; `--older-than 0m` means all.")
    return Selection(which, ids, Kind(kind) if kind else None, older_than, limit)


def id_column() -> Column:
    """A column for ids, which are copied and must be whole."""
    return Column("id", no_wrap=True, min_width=36)


def console() -> Console:
    """Where tables go: as wide as the terminal, and wide enough for whole ids where there is none."""
    found = Console(highlight=False)
    return found if found.is_terminal else Console(width=160, highlight=False)
