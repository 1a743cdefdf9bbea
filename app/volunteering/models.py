"""Every model of volunteering, so that importing this module makes the metadata whole."""

from app.volunteering.offerings.models import Offering
from app.volunteering.posts.models import PostClaim, VolunteerPost
from app.volunteering.slots.models import Booking, Slot
from app.volunteering.volunteers.models import Volunteer

__all__ = ["Booking", "Offering", "PostClaim", "Slot", "Volunteer", "VolunteerPost"]
