"""How often an address may be asked by one client: for what needs no sign-in. Counted in Redis, over all processes.

The library behind Flask-Limiter, without its hooks: those would run at every request, casting a ballot among them.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import redis
from flask import Flask, request
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import FixedWindowRateLimiter

from app.core.errors import AppError
from app.core.settings import Settings
from miniprogram_api.http import fails_with

View = TypeVar("View", bound=Callable[..., Any])

_shared: FixedWindowRateLimiter | None = None
_own = FixedWindowRateLimiter(MemoryStorage())


class TooManyRequests(AppError):
    code = "too_many_requests"
    status = 429
    message = "操作太频繁，请过一分钟再试。"


def install(application: Flask) -> None:
    """Count in the settings' Redis; while that is away, each process counts for itself."""
    global _shared
    settings: Settings = application.config["SETTINGS"]
    address = settings.effective_redis_url
    _shared = FixedWindowRateLimiter(RedisStorage(f"redis+{address}" if address.startswith("unix:") else address))


def limited(per_minute: int) -> Callable[[View], View]:
    """Let a client ask for an operation so many times a minute. Raises TooManyRequests (429)."""
    item = RateLimitItemPerMinute(per_minute)

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            if not _hit(item, request.endpoint or "", request.remote_addr or ""):
                raise TooManyRequests
            return view(*args, **kwargs)

        return fails_with(TooManyRequests)(wrapped)  # type: ignore[return-value]

    return decorate


def forget() -> None:
    """Begin to count anew."""
    assert _shared is not None, "rate_limits.install() was not called"
    _shared.storage.reset()


def _hit(item: RateLimitItemPerMinute, *key: str) -> bool:
    assert _shared is not None, "rate_limits.install() was not called"
    try:
        return _shared.hit(item, *key)
    except redis.RedisError:
        return _own.hit(item, *key)
