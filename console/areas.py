"""The areas of a compound's desk, in the order of the menu, and who sees them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.org.permissions import Act

if TYPE_CHECKING:
    from console.pages import Desk


@dataclass(frozen=True)
class Area:
    """An entry of the menu: its first page, its title, and the acts of which one opens it (none: for all)."""

    endpoint: str
    title: str
    acts: tuple[Act, ...] = ()

    @property
    def blueprint(self) -> str:
        """Name of the blueprint whose pages belong to it."""
        return self.endpoint.partition(".")[0]


AREAS: list[Area] = [
    Area("console_home.today", "今天"),
]


def shown(desk: "Desk") -> Sequence[Area]:
    """The areas that are open to somebody."""
    return [area for area in AREAS if not area.acts or desk.can(*area.acts)]
