"""Jobs of wishes."""

from app.wishes import service
from tasks.sweeping import each, in_transaction, in_turns


def settle() -> int:
    """Release claims that were not begun in time, and end wishes that nobody claimed; how many of both."""
    return sum(each(service.wishes_to_settle, service.settle_wish))


def forget_photos() -> int:
    """Erase the photographs of wishes that ended long ago, some at a time; of how many wishes."""
    return in_turns(forget_photos, in_transaction(service.forget_photos))
