"""Jobs of volunteering."""

from app.core.unit_of_work import unit_of_work
from app.volunteering import service
from tasks.sweeping import each


def remind() -> int:
    """Remind people of what they are booked for within a day, once and never at night; how many were told."""
    return sum(each(service.slots_to_remind_of, service.remind_of_slot))


def extend_services() -> int:
    """Make the slots of services that repeat, four weeks ahead; how many."""
    return sum(each(service.services_to_extend, service.extend_service))


def forget_contacts() -> int:
    """Erase phone and note of bookings that are long over; of how many."""
    with unit_of_work():
        return service.forget_contacts()
