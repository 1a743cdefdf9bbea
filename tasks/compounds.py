"""Jobs of the roll."""

from app.compounds import service
from tasks.sweeping import in_transaction, in_turns


def end_leases() -> int:
    """End the bindings of tenants whose lease is over, some at a time; how many."""
    return in_turns(end_leases, in_transaction(service.end_lapsed_leases))


def warn_of_lease_ends() -> int:
    """Tell tenants whose lease ends soon, once for each last day, some at a time; how many."""
    return in_turns(warn_of_lease_ends, in_transaction(service.warn_of_lease_ends))
