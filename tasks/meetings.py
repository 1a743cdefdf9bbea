"""Jobs of owners' meetings."""

from app.core.unit_of_work import unit_of_work
from app.meetings import service


def tell_openings() -> int:
    """Tell the owners of meetings that have opened; how many meetings."""
    with unit_of_work():
        return service.tell_openings()
