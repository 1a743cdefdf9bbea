"""Every model of volunteering, so that importing this module makes the metadata whole."""

from app.volunteering.brands.models import ServiceBrand
from app.volunteering.calendars.models import CalendarFeed
from app.volunteering.certificates.models import Certificate, CertificateIssuer
from app.volunteering.hours.models import CorrectionRequest, RecordChange, ServiceRecord
from app.volunteering.offerings.models import Offering, Recurrence
from app.volunteering.posts.models import PostClaim, VolunteerPost
from app.volunteering.reporting_in.models import ReportIn
from app.volunteering.slots.models import Booking, Neighbour, Slot
from app.volunteering.volunteers.models import Volunteer

__all__ = [
    "Booking",
    "CalendarFeed",
    "Certificate",
    "CertificateIssuer",
    "CorrectionRequest",
    "Neighbour",
    "Offering",
    "PostClaim",
    "RecordChange",
    "Recurrence",
    "ReportIn",
    "ServiceBrand",
    "ServiceRecord",
    "Slot",
    "Volunteer",
    "VolunteerPost",
]
