"""WeChat's access token, shared by all processes: one of them fetches it, the others read it from Redis.

Each process keeps a copy for a minute, so that a message costs no question to Redis. A copy never outlives the token:
it leaves Redis two minutes before WeChat ends it. While Redis is away a process goes on with its copy; WeChat's own
refusal (42001) then renews it.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import redis
import structlog

from app.core import queueing

log = structlog.get_logger(__name__)

MARGIN_S = 120
"""How long before its end a token is no longer given out."""
COPY_S = 60
"""How long a process trusts its own copy: less than the margin."""
CONFIRMED_S = 5
"""Where WeChat gives the very token that it has just refused, it is not asked again for so long."""

Fetch = Callable[[], tuple[str, int]]


class SharedToken:
    """The token of one app. Safe for threads; `fetch` gives a token and its seconds, under the lock of all."""

    def __init__(self, appid: str, fetch: Fetch, *, longest_fetch_s: float) -> None:
        self._key, self._lock_key = f"wechat:{appid}:token", f"wechat:{appid}:token_lock"
        self._fetch, self._patience_s = fetch, 2 * longest_fetch_s + 5
        self._here = threading.Lock()
        self._copy: tuple[str, float] | None = None

    def get(self) -> str:
        """The token, fetched by one of all processes when there is none. Raises what `fetch` raises."""
        if copy := self._fresh_copy():
            return copy
        with self._here:
            return self._fresh_copy() or self._stored() or self._renewed(None)

    def renewed(self, rejected: str) -> str:
        """Another token than the one that WeChat has just refused, where there is another. Raises as `get`."""
        with self._here:
            copy = self._copy
            return copy[0] if copy and copy[0] != rejected else self._renewed(rejected)

    def _fresh_copy(self) -> str | None:
        copy = self._copy
        return copy[0] if copy and time.monotonic() - copy[1] < COPY_S else None

    def _renewed(self, rejected: str | None) -> str:
        with self._one_process():
            return self._stored(unlike=rejected) or self._fetched(rejected)

    def _fetched(self, rejected: str | None) -> str:
        token, seconds = self._fetch()
        kept = json.dumps({"token": token, "confirmed_at": time.time() if token == rejected else 0})
        try:
            queueing.connection().set(self._key, kept, ex=max(seconds - MARGIN_S, 30))
        except redis.RedisError as error:
            log.warning("wechat_token_not_shared", error=type(error).__name__)
        return self._copied(token)

    def _stored(self, unlike: str | None = None) -> str | None:
        """The token of all, if it is another than `unlike` or was just confirmed."""
        try:
            stored = queueing.connection().get(self._key)
        except redis.RedisError:
            return self._copy[0] if self._copy and self._copy[0] != unlike else None
        if not isinstance(stored, bytes):
            return None
        kept = json.loads(stored)
        usable = kept["token"] != unlike or kept["confirmed_at"] > time.time() - CONFIRMED_S
        return self._copied(kept["token"]) if usable else None

    def _copied(self, token: str) -> str:
        self._copy = (token, time.monotonic())
        return token

    @contextmanager
    def _one_process(self) -> Iterator[None]:
        """stable_token answers everyone alike, so without Redis only calls are lost, not the token."""
        patience = self._patience_s
        lock = queueing.connection().lock(self._lock_key, timeout=patience, blocking_timeout=patience)
        try:
            held = lock.acquire()
        except redis.RedisError:
            held = False
        try:
            yield
        finally:
            if held:
                with suppress(redis.RedisError):
                    lock.release()
