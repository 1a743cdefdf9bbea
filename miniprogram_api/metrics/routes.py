"""GET /metrics, for whoever has METRICS_TOKEN. To everybody else there is no such address."""

import hmac

from flask import Blueprint, Response, abort, current_app, request
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from app.core.settings import Settings
from miniprogram_api.metrics.collecting import Community

bp = Blueprint("metrics", __name__)


@bp.get("/metrics")
def metrics() -> Response:
    """Everything that is counted, over all processes, in Prometheus' text format."""
    if not _allowed(current_app.config["SETTINGS"], request.headers.get("Authorization", "")):
        abort(404)
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Community())
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_PLAIN_0_0_4)


def _allowed(settings: Settings, authorization: str) -> bool:
    """With a token, whoever brings it; without one, everybody in embedded mode and nobody elsewhere."""
    if not settings.metrics_token:
        return settings.embedded
    return hmac.compare_digest(authorization.encode(), f"Bearer {settings.metrics_token}".encode())
