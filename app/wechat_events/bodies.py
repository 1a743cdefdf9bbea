"""The shapes of events, XML and JSON, read into one.

A list comes in three shapes: nested in a wrapper named like the event (XML, and JSON of older accounts), at the top
(JSON), and, if it has one item, as that item itself.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from xml.parsers.expat import ExpatError

import xmltodict

from app.wechat_events.errors import PushUnreadable

HEAD = ("ToUserName", "FromUserName", "CreateTime", "MsgType", "Event")


@dataclass(frozen=True)
class Event:
    """An event in its one shape. `openid` is whom it is about, at the account that it comes from."""

    name: str
    openid: str
    pushed_at: datetime
    data: dict[str, Any]

    @property
    def items(self) -> list[dict[str, Any]]:
        """What the event lists."""
        return [item for item in self.data.get("List", []) if isinstance(item, dict)]


def read(text: str) -> dict[str, Any]:
    """The object in a body of either form. Raises PushUnreadable."""
    try:
        found = _json(text) if text.lstrip().startswith("{") else xmltodict.parse(text).get("xml")
        storable = "\\u0000" not in json.dumps(found) and json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, ExpatError, RecursionError):
        raise PushUnreadable from None
    if not isinstance(found, dict) or not storable:
        raise PushUnreadable
    return found


def event_in(message: dict[str, Any]) -> Event | None:
    """The event in a message; None where it is another kind of message. Raises PushUnreadable."""
    if message.get("MsgType") != "event":
        return None
    try:
        pushed_at = datetime.fromtimestamp(int(message["CreateTime"]), UTC)
        name, openid = _text(message["Event"]), _text(message["FromUserName"])
    except (KeyError, TypeError, ValueError, OverflowError, OSError):
        raise PushUnreadable from None
    rest = {name: value for name, value in message.items() if name not in HEAD}
    return Event(name, openid, pushed_at, _with_list(rest))


def key_of(message: dict[str, Any]) -> bytes:
    """A hash that every attempt to push a message has in common: its content, since events carry no id."""
    canonical = json.dumps(message, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).digest()


def _json(text: str) -> Any:
    return json.loads(text, parse_constant=_no_number)


def _no_number(constant: str) -> None:
    raise ValueError(constant)


def _with_list(data: dict[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in data.items():
        nested = isinstance(value, dict) and "List" in value
        flat |= value if nested else {name: value}
    if "List" in flat:
        flat["List"] = flat["List"] if isinstance(flat["List"], list) else [flat["List"]]
    return flat


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError
    return value
