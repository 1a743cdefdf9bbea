"""Jobs of wishes."""

from app.core.unit_of_work import unit_of_work
from app.wishes import service


def settle() -> int:
    """Release claims that were not begun in time, and end wishes that nobody claimed; how many of both."""
    with unit_of_work():
        due = service.wishes_to_settle()
    settled = 0
    for compound_id, wish_id in due:
        with unit_of_work():
            settled += service.settle_wish(compound_id, wish_id)
    return settled


def forget_photos() -> int:
    """Erase the photographs of wishes that ended long ago, some at a time; of how many wishes."""
    forgotten = 0
    while some := _forgotten():
        forgotten += some
    return forgotten


def _forgotten() -> int:
    with unit_of_work():
        return service.forget_photos()
