"""How far a long request has come, kept in Redis so that another request of the same person can ask.

A request is named by its id, which the client may choose (X-Request-ID). Progress is a courtesy: it is lost with
Redis, outlives the request by ten minutes, and never fails what it reports on.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import timedelta
from uuid import UUID

import redis
import structlog

from app.core import queueing
from app.core.errors import NotFound

KEPT = timedelta(minutes=10)

log = structlog.get_logger(__name__)

Progress = Callable[[int, int], None]
"""Called with (done, total), `done` from 0 to `total`."""


@dataclass(frozen=True)
class Reached:
    """`done` of `total` steps."""

    done: int
    total: int


class ProgressUnknown(NotFound):
    """No request of this person and this id reports progress: not yet, no longer, or never."""

    code = "progress_unknown"
    message = "还没有进度，请稍等片刻再看。"


def reporter(account_id: UUID, request_id: str) -> Progress:
    """What the work calls as it goes on."""

    def report(done: int, total: int) -> None:
        try:
            queueing.connection().set(_key(account_id, request_id), json.dumps(asdict(Reached(done, total))), ex=KEPT)
        except redis.RedisError as error:
            log.warning("progress_not_reported", error=type(error).__name__)

    return report


def reached(account_id: UUID, request_id: str) -> Reached:
    """How far the person's own request has come. Raises ProgressUnknown."""
    try:
        found = queueing.connection().get(_key(account_id, request_id))
    except redis.RedisError:
        found = None
    if found is None:
        raise ProgressUnknown
    return Reached(**json.loads(found))


def _key(account_id: UUID, request_id: str) -> str:
    return f"progress:{account_id}:{request_id}"
