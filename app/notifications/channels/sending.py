"""Sending one message over its channels: one after the other, until one takes it."""

from dataclasses import replace

from app.core.settings import Settings
from app.notifications import official, wechat
from app.notifications.channels.preparing import Prepared
from app.notifications.channels.routes import Route
from app.notifications.delivery import Answer, Delivery, Outcome
from app.notifications.kinds import Channel

PASSES_ON = frozenset({Delivery.REFUSED, Delivery.FAILED, Delivery.NEXT_DAY, Delivery.MISCONFIGURED})
WAITS = frozenset({Delivery.NEXT_DAY, Delivery.MISCONFIGURED, Delivery.RETRY})
PATIENCE = 3
"""After how many attempts a channel that is only busy is passed over too."""


def deliver(settings: Settings, prepared: Prepared) -> Outcome:
    """Send one message. Runs on a thread, knows no database, and never raises for what a channel does.

    The next channel is tried only where the one before has surely not taken the message. Where none takes it, and one
    of them may later, or one that is parked was passed over, the message waits for that one.
    """
    attempts: list[Outcome] = []
    for route in prepared.routes:
        attempts.append(prepared.answered(route, _send(settings, prepared, route)))
        if not _passes_on(attempts[-1]):
            break
    decides = attempts[-1]
    if _passes_on(decides):
        decides = next((one for one in attempts if one.delivery in WAITS), None) or _rested(prepared) or decides
    earlier = tuple(one for one in attempts if one is not decides)
    return replace(decides, earlier=earlier) if earlier else decides


def _rested(prepared: Prepared) -> Outcome | None:
    """The message is given back until the channel that rests is awake."""
    if prepared.rests is None:
        return None
    route, until = prepared.rests
    return prepared.answered(route, Answer(Delivery.RELEASED, "parked"), until)


def _passes_on(outcome: Outcome) -> bool:
    tired = outcome.delivery is Delivery.RETRY and outcome.message.attempts >= PATIENCE
    return tired or outcome.delivery in PASSES_ON


def _send(settings: Settings, prepared: Prepared, route: Route) -> Answer:
    message, fields = prepared.message, prepared.fields
    if route.channel is Channel.OFFICIAL:
        return official.send(route.address, route.template_id, message.page, fields, message.id.hex)
    return wechat.send(route.address, route.template_id, message.page, fields, settings.wechat_miniprogram_state)
