"""The red/black list at the desk: drafting, the hearing, publishing, taking down."""

from console.notices import nominations, people, routes
from console.notices.blueprint import bp

PAGES = (routes, people, nominations)

__all__ = ["PAGES", "bp"]
