"""Jobs of wishes."""

from app.core.unit_of_work import unit_of_work
from app.wishes import service
from tasks.sweeping import each, in_turns


def settle() -> int:
    """Release claims that were not begun in time, and end wishes that nobody claimed; how many of both."""
    return sum(each(service.wishes_to_settle, service.settle_wish))


def forget_photos() -> int:
    """Erase the photographs of wishes that ended long ago, some at a time; of how many wishes."""
    return in_turns(forget_photos, _forget_some)


def _forget_some() -> int | None:
    with unit_of_work():
        return service.forget_photos() or None
