"""Jobs of the organisation."""

from app.core.unit_of_work import unit_of_work
from app.org import appointments


def end_terms() -> int:
    """End the appointments whose term is over; how many."""
    with unit_of_work():
        return appointments.end_lapsed_terms()
