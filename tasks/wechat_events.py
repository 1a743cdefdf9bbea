"""Jobs of the events that WeChat pushes: which event is whose."""

import time

from app.core.unit_of_work import unit_of_work
from app.moderation import events as moderation
from app.notifications import feedback
from app.wechat_events import handling
from app.wechat_events.handling import Handler
from tasks.context import settings

TURN_S = 4
"""Shorter than the pause between two sweeps: after a fan-out as many events wait as messages were sent."""


def handlers() -> dict[str, Handler]:
    """Event -> what handles it: every event that is kept has a handler."""
    return {**feedback.handlers(settings()), **moderation.HANDLERS}


def sweep() -> int:
    """Handle the events that wait; how many. Returns after some seconds even if more is there."""
    handled, deadline, known = 0, time.monotonic() + TURN_S, handlers()
    while time.monotonic() < deadline:
        with unit_of_work():
            some = handling.handle_some(known)
        handled += some
        if some < handling.BATCH:
            break
    return handled
