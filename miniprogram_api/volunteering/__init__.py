"""Volunteering (志愿服务)."""

from miniprogram_api.volunteering.attendance.routes import bp as attendance
from miniprogram_api.volunteering.brands.routes import bp as brands
from miniprogram_api.volunteering.calendars.routes import bp as calendar_feed
from miniprogram_api.volunteering.calendars.routes import feeds_bp as calendars
from miniprogram_api.volunteering.certificates.routes import bp as certificates
from miniprogram_api.volunteering.certificates.routes import checks_bp as certificate_checks
from miniprogram_api.volunteering.hours.routes import bp as service_records
from miniprogram_api.volunteering.offerings.routes import bp as activities
from miniprogram_api.volunteering.posts.routes import bp as posts
from miniprogram_api.volunteering.reporting_in.routes import bp as reports_in
from miniprogram_api.volunteering.services.routes import bp as services
from miniprogram_api.volunteering.slots.routes import bp as slots
from miniprogram_api.volunteering.volunteers.routes import bp as volunteers

BLUEPRINTS = (
    volunteers,
    posts,
    activities,
    services,
    slots,
    attendance,
    service_records,
    certificates,
    certificate_checks,
    calendar_feed,
    calendars,
    reports_in,
    brands,
)
