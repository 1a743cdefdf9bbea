"""WeChat's verdicts on pictures, as they are pushed: the handler of their event."""

from datetime import timedelta

from app.core import clock
from app.moderation import checking
from app.wechat_events.bodies import Event
from app.wechat_events.handling import Handler

_MAY_COME_FIRST = timedelta(minutes=2)


class NotAskedYet(Exception):
    """The verdict was quicker than the record of the question: try once more."""


def media_checked(event: Event) -> str:
    """Take a verdict over. One on something that nobody asked about is dropped."""
    trace_id = event.data.get("trace_id")
    if isinstance(trace_id, str) and checking.picture_verdict(trace_id, event.data.get("result")):
        return "verdict"
    if clock.now() - event.pushed_at < _MAY_COME_FIRST:
        raise NotAskedYet
    return "unknown_trace"


HANDLERS: dict[str, Handler] = {"wxa_media_check": media_checked}
