"""Every page of the console that can be opened by its address: who opens it, and what must be there for it.

What holds for all pages (tests/console/test_every_page.py) is tested over this list; a page that is on no list fails.
"""

from collections.abc import Callable
from typing import NamedTuple

from tests.support import console_roll
from tests.support.console import ConsoleWorld
from tests.support.world import Person, Ref


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


def _made(rest: str, make: Callable[[ConsoleWorld], object]) -> Builder:
    """A page whose address ends in what is made for it ("{}")."""

    def built(town: ConsoleWorld) -> Shown:
        made = make(town)
        return at(town, rest.format(made.id if isinstance(made, Ref) else made))

    return built


ROLL: dict[str, Builder] = {
    "console_roll.index": lambda town: at(town, "roll"),
    "console_roll.index#homes": _made("roll", console_roll.lived_in),
    "console_roll.building": _made("roll/buildings/{}", console_roll.built),
    "console_roll.without_owner": _made("roll/without-owner", console_roll.lived_in),
    "console_roll.without_phone": _made("roll/without-phone", console_roll.lived_in),
    "console_roll.upload": _made("roll/uploads", console_roll.uploaded),
    "console_roll.checked": _made("roll/uploads/{}", console_roll.uploaded),
    "console_roll.checked#good": _made("roll/uploads/{}", console_roll.uploaded_good),
    "console_roll.applications": _made("roll/applications", console_roll.waiting),
    "console_roll.application": _made("roll/applications/{}", console_roll.waiting),
    "console_roll.unit": _made("roll/units/{}", console_roll.lived_in),
    "console_roll.correct": _made("roll/units/{}/correction", console_roll.lived_in),
    "console_roll.transfer": _made("roll/units/{}/transfer", console_roll.voting),
    "console_roll.binding": _made("roll/{}", console_roll.bound),
    "console_roll.owner": _made("roll/owners/{}", console_roll.owner_of),
    "console_roll.guardian": _made("roll/owners/{}/guardian", console_roll.ward),
    "console_people.index": _made("people", console_roll.staffed),
    "console_people.list_groups": _made("people/groups", console_roll.group),
    "console_people.group": _made("people/groups/{}", console_roll.group),
    "console_people.reports": _made("people/reports", console_roll.reported),
}

PAGES: dict[str, Builder] = {
    "console_sign_in.show": lambda town: Shown(None, "/console/sign-in"),
    "console_sign_in.devices": lambda town: Shown(town.secretary, "/console/devices"),
    "console_home.start": lambda town: Shown(town.supervisor, "/console/"),
    "console_home.today": at,
    "console_meetings.index": lambda town: at(town, "meetings/"),
    "console_meetings.show": lambda town: at_meeting(town, town.draft(3, 5)),
    **ROLL,
}
"""Builder by endpoint; a second state of a page is `endpoint#state`."""

NOT_PAGES = {"console.static", "console.nowhere", "console_sign_in.code", "console_roll.reached"}
"""Addresses that answer a GET with something else than a page."""
