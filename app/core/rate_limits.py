"""How often something may be asked for, counted in Redis over all processes; without Redis each counts for itself."""

import time
from collections.abc import Callable
from typing import Final

import redis
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import FixedWindowRateLimiter

from app.core import redis_client

TIMEOUT_S: Final = 0.5
AWAY_S: Final = 5
"""How long Redis is left alone that did not answer, so that no request waits for it again and again."""

_away_until = 0.0
_shared: FixedWindowRateLimiter | None = None
_own = FixedWindowRateLimiter(MemoryStorage())


def configure(redis_url: str) -> None:
    """Count in this Redis."""
    global _shared, _away_until
    counting = redis_client.client(redis_url, timeout_s=TIMEOUT_S, connect_timeout_s=TIMEOUT_S)
    _shared = FixedWindowRateLimiter(RedisStorage("redis://", connection_pool=counting.connection_pool))
    _away_until = 0.0


def allows(per_minute: int, *key: str) -> bool:
    """Count one more of `key`; whether that is within the limit for this minute."""
    return _asked(lambda limiter: limiter.hit(RateLimitItemPerMinute(per_minute), *key))


def used_up(per_minute: int, *key: str) -> bool:
    """Whether the limit of `key` is reached; counts nothing. For what counts only when it fails: a guessed code."""
    return not _asked(lambda limiter: limiter.test(RateLimitItemPerMinute(per_minute), *key))


def _asked(question: Callable[[FixedWindowRateLimiter], bool]) -> bool:
    """Redis' answer, or this process's own while Redis is away: it is asked again some seconds later."""
    global _away_until
    assert _shared is not None, "rate_limits.configure() was not called"
    if time.monotonic() < _away_until:
        return question(_own)
    try:
        return question(_shared)
    except redis.RedisError:
        _away_until = time.monotonic() + AWAY_S
        return question(_own)


def forget() -> None:
    """Begin to count anew."""
    assert _shared is not None, "rate_limits.configure() was not called"
    _shared.storage.reset()
