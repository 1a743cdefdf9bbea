"""Shapes of the events that WeChat pushes, in XML and in JSON."""

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Event:
    """One event.

    sender    openid of the user (FromUserName)
    official  whether it comes from the official account
    payload   what the event has beside the usual head; a list under "List" is nested in `wrapper` in XML, and in
              JSON stands at the top, as an object if it has one item only
    """

    name: str
    sender: str
    payload: dict[str, Any]
    wrapper: str = ""
    official: bool = False


def subscription_event(kind: str, sender: str, items: list[dict[str, Any]]) -> Event:
    """subscribe_msg_{popup,change,sent}_event with its list."""
    return Event(f"subscribe_msg_{kind}_event", sender, {"List": items}, f"SubscribeMsg{kind.capitalize()}Event")


def render(event: Event, receiver: str, created_at: int, form: str) -> str:
    """The plain body of an event, `form` being "xml" or "json"."""
    head: dict[str, Any] = {
        "ToUserName": receiver,
        "FromUserName": event.sender,
        "CreateTime": created_at,
        "MsgType": "event",
        "Event": event.name,
    }
    if form == "json":
        return json.dumps({**head, **_unwrapped(event.payload)}, ensure_ascii=False)
    payload = {event.wrapper: event.payload} if event.wrapper else event.payload
    return f"<xml>{xml({**head, **payload})}</xml>"


def xml(value: Any) -> str:
    """A value as WeChat writes it: text in CDATA, lists as repeated elements."""
    if isinstance(value, dict):
        return "".join(
            f"<{name}>{xml(item)}</{name}>"
            for name, items in value.items()
            for item in (items if isinstance(items, list) else [items])
        )
    if isinstance(value, str):
        return f"<![CDATA[{value.replace(']]>', ']]]]><![CDATA[>')}]]>"
    return str(value)


def _unwrapped(payload: dict[str, Any]) -> dict[str, Any]:
    items = payload.get("List")
    return {**payload, "List": items[0]} if isinstance(items, list) and len(items) == 1 else payload
