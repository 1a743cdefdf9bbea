"""Jobs of the events that WeChat pushes: which event is whose."""

import time

from app.core.unit_of_work import unit_of_work
from app.moderation import events as moderation
from app.notifications import feedback
from app.wechat_events import service
from app.wechat_events.service import Handler

TURN_S = 20

HANDLERS: dict[str, Handler] = {**feedback.HANDLERS, **moderation.HANDLERS}
"""Event -> what handles it. An event without a handler waits for one (seven days)."""


def sweep() -> int:
    """Handle the events that wait; how many. Returns after some 20 seconds even if more is there."""
    handled, deadline = 0, time.monotonic() + TURN_S
    while time.monotonic() < deadline:
        with unit_of_work():
            some = service.handle_some(HANDLERS)
        handled += some
        if some < service.BATCH:
            break
    return handled
