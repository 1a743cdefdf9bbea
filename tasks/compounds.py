"""Jobs of the roll."""

from app.compounds import service
from app.core.unit_of_work import unit_of_work
from tasks.sweeping import in_turns


def end_leases() -> int:
    """End the bindings of tenants whose lease is over, some at a time; how many."""
    return in_turns(end_leases, _end_some)


def warn_of_lease_ends() -> int:
    """Tell tenants whose lease ends soon, once for each last day, some at a time; how many."""
    return in_turns(warn_of_lease_ends, _warn_some)


def _end_some() -> int | None:
    with unit_of_work():
        return service.end_lapsed_leases() or None


def _warn_some() -> int | None:
    with unit_of_work():
        return service.warn_of_lease_ends() or None
