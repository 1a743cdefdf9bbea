"""How long requests take, by route."""

from app.core.metrics import Histogram

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

REQUESTS = Histogram(
    "community_http_request_seconds",
    "Requests by method, route and status",
    ("method", "route", "status"),
    (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)


def observe(method: str, route: str | None, status: int, seconds: float) -> None:
    """Count a request. The route is the pattern, never the address: an address holds ids."""
    REQUESTS.observe(seconds, method if method in METHODS else "other", route or "none", str(status))
