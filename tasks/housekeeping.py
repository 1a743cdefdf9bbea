"""Jobs that throw away what nobody needs any more."""

from app.compounds.service import forget_unapplied_rolls
from app.core.unit_of_work import unit_of_work
from app.identity.service import forget_ended_sessions


def sweep() -> int:
    """Forget sign-ins that have ended and the rows of uploads that were never applied; how many of both."""
    with unit_of_work():
        return forget_ended_sessions() + forget_unapplied_rolls()
