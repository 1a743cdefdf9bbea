"""Every model of volunteering, so that importing this module makes the metadata whole."""

from app.volunteering.certificates.models import Certificate, CertificateIssuer
from app.volunteering.hours.models import CorrectionRequest, RecordChange, ServiceRecord
from app.volunteering.offerings.models import Offering, Recurrence
from app.volunteering.posts.models import PostClaim, VolunteerPost
from app.volunteering.slots.models import Booking, Neighbour, Slot
from app.volunteering.volunteers.models import Volunteer

__all__ = [
    "Booking",
    "Certificate",
    "CertificateIssuer",
    "CorrectionRequest",
    "Neighbour",
    "Offering",
    "PostClaim",
    "RecordChange",
    "Recurrence",
    "ServiceRecord",
    "Slot",
    "Volunteer",
    "VolunteerPost",
]
