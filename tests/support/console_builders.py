"""How the pages of the console that are looked at come to be: what is made for one, who sees it, and where."""

from collections.abc import Callable
from typing import Any, NamedTuple

from app.org import queries
from app.org.models import Role
from tests.support import console_count_pages
from tests.support import console_reviews as reviews
from tests.support.console import ConsoleWorld
from tests.support.console_volunteering import Stage
from tests.support.world import Person, Ref


class Shown(NamedTuple):
    """Somebody, and the address that they open."""

    person: Person | None
    path: str


class Builder(NamedTuple):
    """How a page comes to be: `make` makes what `shown` leads to. Pages with one `begins` can share what is made."""

    begins: Callable[..., object]
    make: Callable[[ConsoleWorld], Any]
    shown: Callable[[ConsoleWorld, Any], Shown]

    def __call__(self, town: ConsoleWorld) -> Shown:
        """Make it in a town, and tell who sees it where."""
        return self.shown(town, self.make(town))


def at(town: ConsoleWorld, rest: str = "", person: Person | None = None) -> Shown:
    """A page of the compound, as its secretary sees it unless somebody else is named."""
    return Shown(person or town.secretary, f"/console/compounds/{town.compound}/{rest}")


def at_meeting(town: ConsoleWorld, path: str, rest: str = "", person: Person | None = None) -> Shown:
    """A page of a meeting, whose path is that of the API."""
    return at(town, f"meetings/{path.rpartition('/')[2]}/{rest}", person)


def officer(town: ConsoleWorld) -> Person:
    """An officer of the street."""
    return town.official(Role.STREET_OFFICER, queries.path_to(town.compound)[-3].id)


def nothing(place: object) -> None:
    """For pages for which nothing has to be there."""


def bare(shown: Callable[[ConsoleWorld], Shown]) -> Builder:
    """A page for which nothing has to be there but whoever sees it."""
    return Builder(nothing, nothing, lambda town, made: shown(town))


def made_for(
    rest: str, make: Callable[[ConsoleWorld], Any], who: Callable[[ConsoleWorld], Person | None] = lambda town: None
) -> Builder:
    """A page whose address ends in what is made for it ("{}", "{0[1]}"); `who` opens it, else the secretary."""

    def shown(town: ConsoleWorld, made: Any) -> Shown:
        return at(town, rest.format(made.id if isinstance(made, Ref) else made), who(town))

    return Builder(make, make, shown)


def at_desk(rest: str, make: Callable[[Stage], Any] = nothing) -> Builder:
    """A page of the volunteering desk whose address has what is made for it ("{}", "{0}", "{1}")."""

    def shown(town: ConsoleWorld, made: Any) -> Shown:
        return at(town, "volunteering/" + rest.format(*made if isinstance(made, tuple) else (made,)))

    return Builder(make, lambda town: make(Stage(town)), shown)


def for_neighbour(rest: str) -> Builder:
    """A page of the steward who posts for a neighbour; `rest` of the address, "{}" is that of the wish."""

    def shown(town: ConsoleWorld, made: tuple[Person, str]) -> Shown:
        steward, path = made
        return at(town, rest.format(path), steward)

    return Builder(reviews.for_a_neighbour, reviews.for_a_neighbour, shown)


def of_meeting(
    make: Callable[[ConsoleWorld], Any],
    rest: str = "{1}",
    who: Callable[[ConsoleWorld], Person | None] = lambda town: None,
) -> Builder:
    """A page of a meeting. What makes it tells its path, or a tuple that begins with it; `rest` may name the others."""

    def shown(town: ConsoleWorld, made: Any) -> Shown:
        found = made if isinstance(made, tuple) else (made,)
        return at_meeting(town, found[0], rest.format(*found), who(town))

    return Builder(make, make, shown)


def supervised(rest: str, make: Callable[[ConsoleWorld], Any]) -> Builder:
    """As `made_for`, but the supervisor sees it."""
    return made_for(rest, make, lambda town: town.supervisor)


def counted(
    make: Callable[[ConsoleWorld], Any], shown: Callable[[ConsoleWorld, Any], console_count_pages.Found]
) -> Builder:
    return Builder(make, make, lambda town, made: Shown(*shown(town, made)))
