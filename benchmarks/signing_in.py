"""People of a made city who sign in with the phones of a simulator."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, LiteralString

import httpx
import psycopg

from benchmarks import load

_FIRST_NUMBER: Final = 18_600_000_000
_DRAWN: Final[LiteralString] = "SELECT openid, unionid, account_id FROM wechat_login ORDER BY md5(openid) LIMIT %s"


@contextmanager
def sign_ins(connection: "psycopg.Connection[Any]", simulator: httpx.Client, number: int) -> Iterator[list[bytes]]:
    """Requests to sign in, each of another account, which has the openid of a simulated phone meanwhile."""
    numbers = [str(_FIRST_NUMBER + one) for one in range(number)]
    phones = simulator.post("/_sim/phones", json={"phone_numbers": numbers}, timeout=60).raise_for_status().json()
    drawn = connection.execute(_DRAWN, [number]).fetchall()
    pairs = list(zip(drawn, phones["phones"], strict=False))
    _named(connection, [(account, was, phone["openid"], phone["unionid"]) for (was, _, account), phone in pairs])
    try:
        yield [_request(simulator, phone["openid"]) for _, phone in pairs]
    finally:
        _named(connection, [(account, phone["openid"], was, unionid) for (was, unionid, account), phone in pairs])


def _named(connection: "psycopg.Connection[Any]", ids: list[tuple[Any, str, str, str | None]]) -> None:
    """Give each account another openid, and a unionid: that of a phone, as if it had signed in before."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE wechat_login SET openid = %s, unionid = %s WHERE openid = %s",
            [(openid, unionid, was) for _, was, openid, unionid in ids],
        )
        cursor.executemany(
            "UPDATE account SET openid = %s WHERE id = %s", [(openid, account) for account, _, openid, _ in ids]
        )
    connection.commit()


def _request(simulator: httpx.Client, openid: str) -> bytes:
    code = simulator.post(f"/_sim/phones/{openid}/login-code").raise_for_status().json()["code"]
    return load.post("/api/v1/auth/wechat", json.dumps({"code": code}).encode())
