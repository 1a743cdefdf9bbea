"""Jobs of the outbox."""

from app.core.queueing import Urgency
from app.core.unit_of_work import unit_of_work
from app.notifications import sender
from tasks.context import settings


def drain(urgency: str) -> int:
    """Send what waits with this urgency; how many messages were attempted."""
    return sender.drain(settings(), Urgency(urgency))


def report_in_doubt() -> int:
    """Log the messages that may or may not have arrived; how many."""
    with unit_of_work():
        return sender.report_in_doubt()
