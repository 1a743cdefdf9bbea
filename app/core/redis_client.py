"""A client of Redis or Valkey: of one server, or of whichever Sentinel says is the primary."""

from typing import Any, Final
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

import redis
from redis.sentinel import Sentinel

SENTINEL: Final = "redis+sentinel"
_PORT: Final = 26379


def client(
    address: str, *, timeout_s: float, connect_timeout_s: float, kind: type[redis.Redis] = redis.Redis
) -> redis.Redis:
    """The client of an address, of this kind; connections open on first use.

    `redis+sentinel://user:password@h1:26379,h2:26379,h3:26379/NAME?db=0`: NAME is what the Sentinels call the group;
    user and password are the servers' own, `sentinel_password` the Sentinels'. After a failover a connection
    that was lost, or leads to a server that takes no writes any more, is replaced by one to the new primary.
    """
    limits = {"socket_timeout": timeout_s, "socket_connect_timeout": connect_timeout_s}
    if not address.startswith(f"{SENTINEL}:"):
        return kind.from_url(address, **limits)
    parts = urlsplit(address)
    asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    user, _, password = parts.netloc.rpartition("@")[0].partition(":")
    own = {name: unquote(given) for name, given in (("username", user), ("password", password)) if given}
    guarded = {"password": asked["sentinel_password"]} if "sentinel_password" in asked else {}
    of_sentinels = {**limits, **guarded}
    sentinels: Any = Sentinel(_hosts(parts), sentinel_kwargs=of_sentinels, **limits)  # type: ignore[no-untyped-call]
    name, number = parts.path.strip("/"), int(asked.get("db", 0))
    found: redis.Redis = sentinels.master_for(name, redis_class=kind, db=number, **own)
    return found


def is_address(text: str) -> bool:
    """Whether a setting can be an address of Redis."""
    if not text.startswith(f"{SENTINEL}:"):
        return text.startswith(("redis://", "rediss://", "unix://"))
    parts = urlsplit(text)
    return bool(parts.netloc and parts.path.strip("/"))


def _hosts(parts: SplitResult) -> list[tuple[str, int]]:
    pairs = [one.rpartition(":") for one in parts.netloc.rpartition("@")[2].split(",")]
    return [(host, int(port)) if host else (port, _PORT) for host, _, port in pairs]
