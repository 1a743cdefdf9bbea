"""Jobs of the roll."""

from app.compounds import service
from app.core.unit_of_work import unit_of_work


def end_leases() -> int:
    """End the bindings of tenants whose lease is over, some at a time; how many."""
    done = 0
    while True:
        with unit_of_work():
            some = service.end_lapsed_leases()
        if not some:
            return done
        done += some
