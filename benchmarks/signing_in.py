"""People of a made city who sign in with the phones of a simulator."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, LiteralString

import httpx
import psycopg

from benchmarks import load

_FIRST_NUMBER: Final = 18_600_000_000
_DRAWN: Final[LiteralString] = "SELECT openid, account_id FROM wechat_login ORDER BY md5(openid) LIMIT %s"


@contextmanager
def sign_ins(connection: "psycopg.Connection[Any]", simulator: httpx.Client, number: int) -> Iterator[list[bytes]]:
    """Requests to sign in, each of another account, which has the openid of a simulated phone meanwhile."""
    numbers = [str(_FIRST_NUMBER + one) for one in range(number)]
    phones = simulator.post("/_sim/phones", json={"phone_numbers": numbers}, timeout=60).raise_for_status().json()
    openids = [phone["openid"] for phone in phones["phones"]]
    drawn = connection.execute(_DRAWN, [number]).fetchall()
    pairs = [(old, new, account) for (old, account), new in zip(drawn, openids, strict=False)]
    _named(connection, pairs)
    try:
        yield [_request(simulator, new) for _, new, _ in pairs]
    finally:
        _named(connection, [(new, old, account) for old, new, account in pairs])


def _named(connection: "psycopg.Connection[Any]", pairs: list[tuple[str, str, Any]]) -> None:
    """Give each account its second openid instead of its first."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE wechat_login SET openid = %s WHERE openid = %s", [(new, old) for old, new, _ in pairs]
        )
        cursor.executemany(
            "UPDATE account SET openid = %s WHERE id = %s", [(new, account) for _, new, account in pairs]
        )
    connection.commit()


def _request(simulator: httpx.Client, openid: str) -> bytes:
    code = simulator.post(f"/_sim/phones/{openid}/login-code").raise_for_status().json()["code"]
    return load.post("/api/v1/auth/wechat", json.dumps({"code": code}).encode())
