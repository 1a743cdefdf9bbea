"""Jobs of the audit log."""

from app.core.audit_log import chaining
from tasks.sweeping import each


def chain() -> int:
    """Give every new row of the audit log its place in its compound's chain, a batch a chain and run; how many."""
    return sum(each(lambda: [(compound_id,) for compound_id in chaining.chains_to_extend()], chaining.extend))
