"""Jobs of the outbox."""

from app.core.queueing import Urgency
from app.notifications import sender
from tasks.context import settings


def drain(urgency: str) -> int:
    """Send what waits with this urgency; how many messages were attempted."""
    return sender.drain(settings(), Urgency(urgency))
