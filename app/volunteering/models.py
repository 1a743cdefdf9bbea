"""Every model of volunteering, so that importing this module makes the metadata whole."""

from app.volunteering.offerings.models import Offering, Recurrence
from app.volunteering.posts.models import PostClaim, VolunteerPost
from app.volunteering.slots.models import Booking, Neighbour, Slot
from app.volunteering.volunteers.models import Volunteer

__all__ = ["Booking", "Neighbour", "Offering", "PostClaim", "Recurrence", "Slot", "Volunteer", "VolunteerPost"]
