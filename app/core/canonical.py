"""Canonical JSON: one text for one value, so that it can be hashed and signed."""

import json
from typing import Any

_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode


def canonical(value: Any) -> bytes:
    """RFC 8785 for strings, integers, booleans, null, lists and objects: sorted keys, no spaces, UTF-8."""
    return _encode(value).encode()
