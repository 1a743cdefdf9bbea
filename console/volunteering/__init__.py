"""The volunteering desk (志愿服务): posts, activities, services, check-in, hours, certificates."""

from console.volunteering import activities, certificates, check_in, hours, neighbours, overview, posts, services, slots
from console.volunteering.public import bp as public_certificates

PAGES = (slots, neighbours)
"""The pages of a slot, which share one blueprint."""
BLUEPRINTS = (
    overview.bp,
    posts.bp,
    activities.bp,
    services.bp,
    slots.bp,
    check_in.bp,
    hours.bp,
    certificates.bp,
    public_certificates,
)
