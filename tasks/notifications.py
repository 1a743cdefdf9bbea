"""Jobs of the outbox."""

from app.core.unit_of_work import unit_of_work
from app.notifications import sender


def report_in_doubt() -> int:
    """Log the messages that may or may not have arrived; how many."""
    with unit_of_work():
        return sender.report_in_doubt()
