"""One call of WeChat's API."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Call:
    """What arrived: the query, the JSON object of a POST (empty for GET) and its raw bytes."""

    query: dict[str, str]
    body: dict[str, Any]
    raw: bytes


Reply = dict[str, Any] | bytes
OK: dict[str, Any] = {"errcode": 0, "errmsg": "ok"}
