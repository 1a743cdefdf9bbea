"""Addresses of servers as the libraries read them."""

from typing import Final
from urllib.parse import parse_qsl, urlencode

_PATIENCE: Final = {"connect_timeout": "3", "tcp_user_timeout": "10000"}
"""What an address of several hosts asks for by itself, so that none is waited for that is gone. `connect_timeout`:
seconds a host; `tcp_user_timeout`: milliseconds until a connection without answer is given up."""


def for_sqlalchemy(address: str, of_several: str = "read-write") -> str:
    """libpq's address of a database (`postgresql://user@a:5432,b:5432/name`) for SQLAlchemy with psycopg 3.

    Several hosts go to the query (`?host=a,b&port=5432,5432`), which libpq reads as well. Of them the first is
    connected to that is `of_several` (libpq's target_session_attrs), unless the address asks for something else.
    """
    rest = address.split("://", 1)[1]
    authority, _, path = rest.partition("/")
    user, at, hosts = authority.rpartition("@")
    if "," not in hosts:
        return f"postgresql+psycopg://{rest}"
    name, _, query = path.partition("?")
    pairs = [_host_and_port(one) for one in hosts.split(",")]
    asked, wanted = dict(parse_qsl(query)), {"target_session_attrs": of_several, **_PATIENCE}
    named = {"host": ",".join(host for host, _ in pairs), "port": ",".join(port for _, port in pairs)}
    return f"postgresql+psycopg://{user}{at}/{name}?{urlencode({**wanted, **asked, **named}, safe=',:/')}"


def _host_and_port(text: str) -> tuple[str, str]:
    if text.startswith("["):
        host, _, port = text[1:].partition("]")
        return host, port.removeprefix(":") or "5432"
    host, _, port = text.partition(":")
    return host, port or "5432"
