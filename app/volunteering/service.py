"""What the jobs of volunteering do, for callers. None commits; the edge of the job does."""

from app.volunteering.offerings.services import extend_service, services_to_extend
from app.volunteering.slots.reminding import remind_of_slot, slots_to_remind_of
from app.volunteering.slots.retention import forget_contacts

__all__ = ["extend_service", "forget_contacts", "remind_of_slot", "services_to_extend", "slots_to_remind_of"]
