"""Canonical JSON: one text for one value, so that it can be hashed and signed."""

import json
from datetime import UTC, datetime
from typing import Any

_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode


def canonical(value: Any) -> bytes:
    """RFC 8785 for strings, integers, booleans, null, lists and objects: sorted keys, no spaces, UTF-8."""
    return _encode(value).encode()


def moment(at: datetime) -> str:
    """An aware moment, as 2026-05-17T01:00:00.000000Z."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"
