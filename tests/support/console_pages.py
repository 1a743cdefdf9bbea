"""Every page of the console that can be opened by its address: who opens it, and what must be there for it.

What holds for all pages (tests/console/test_every_page.py) is tested over this list; a page that is on no list fails.
"""

from collections.abc import Callable
from typing import NamedTuple

from tests.support.console import ConsoleWorld
from tests.support.world import Person


class Shown(NamedTuple):
    """Somebody, and the address that they open."""

    person: Person | None
    path: str


Builder = Callable[[ConsoleWorld], Shown]


def at(town: ConsoleWorld, rest: str = "", person: Person | None = None) -> Shown:
    """A page of the compound, as its secretary sees it unless somebody else is named."""
    return Shown(person or town.secretary, f"/console/compounds/{town.compound}/{rest}")


def at_meeting(town: ConsoleWorld, path: str, rest: str = "", person: Person | None = None) -> Shown:
    """A page of a meeting, whose path is that of the API."""
    return at(town, f"meetings/{path.rpartition('/')[2]}/{rest}", person)


PAGES: dict[str, Builder] = {
    "console_sign_in.show": lambda town: Shown(None, "/console/sign-in"),
    "console_sign_in.devices": lambda town: Shown(town.secretary, "/console/devices"),
    "console_home.start": lambda town: Shown(town.supervisor, "/console/"),
    "console_home.today": at,
    "console_meetings.index": lambda town: at(town, "meetings/"),
    "console_meetings.show": lambda town: at_meeting(town, town.draft(3, 5)),
}
"""Builder by endpoint; a second state of a page is `endpoint#state`."""

NOT_PAGES = {"console.static", "console.nowhere", "console_sign_in.code"}
"""Addresses that answer a GET with something else than a page."""
