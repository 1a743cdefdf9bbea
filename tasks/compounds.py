"""Jobs of the roll."""

from app.compounds import service
from app.core.unit_of_work import unit_of_work
from tasks.sweeping import in_turns


def end_leases() -> int:
    """End the bindings of tenants whose lease is over, some at a time; how many."""
    return in_turns("tasks.compounds.end_leases", _end_some)


def _end_some() -> int | None:
    with unit_of_work():
        return service.end_lapsed_leases() or None
