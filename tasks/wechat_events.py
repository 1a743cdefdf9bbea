"""Jobs of the events that WeChat pushes: which event is whose."""

from app.moderation import events as moderation
from app.notifications import feedback
from app.wechat_events import handling
from app.wechat_events.handling import Handler
from tasks.context import settings
from tasks.sweeping import in_transaction, in_turns


def handlers() -> dict[str, Handler]:
    """Event -> what handles it: every event that is kept has a handler."""
    return {**feedback.handlers(settings()), **moderation.HANDLERS}


def sweep() -> int:
    """Handle the events that wait; how many. After a fan-out as many wait as messages were sent."""
    known = handlers()
    return in_turns(sweep, in_transaction(lambda: handling.handle_some(known)))
