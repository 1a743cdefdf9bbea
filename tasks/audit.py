"""Jobs of the audit log."""

from app.core.audit_log import chaining
from app.core.unit_of_work import unit_of_work


def chain() -> int:
    """Give every new row of the audit log its place in its compound's chain; how many."""
    with unit_of_work():
        waiting = chaining.chains_to_extend()
    appended = 0
    for compound_id in waiting:
        for _ in range(_MOST_BATCHES):
            with unit_of_work():
                came = chaining.extend(compound_id)
            appended += came
            if came < chaining.BATCH:
                break
    return appended


_MOST_BATCHES = 20
"""A first run over a long log goes on in the next minute."""
