"""How often something may be asked for, counted in Redis over all processes; without Redis each counts for itself."""

import redis
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import FixedWindowRateLimiter

_shared: FixedWindowRateLimiter | None = None
_own = FixedWindowRateLimiter(MemoryStorage())


def configure(redis_url: str) -> None:
    """Count in this Redis."""
    global _shared
    address = f"redis+{redis_url}" if redis_url.startswith("unix:") else redis_url
    _shared = FixedWindowRateLimiter(RedisStorage(address))


def allows(per_minute: int, *key: str) -> bool:
    """Count one more of `key`; whether that is within the limit for this minute."""
    item = RateLimitItemPerMinute(per_minute)
    assert _shared is not None, "rate_limits.configure() was not called"
    try:
        return _shared.hit(item, *key)
    except redis.RedisError:
        return _own.hit(item, *key)


def forget() -> None:
    """Begin to count anew."""
    assert _shared is not None, "rate_limits.configure() was not called"
    _shared.storage.reset()
