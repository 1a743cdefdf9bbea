"""Before sending: addresses, templates and accepts of a claimed batch."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import structlog

from app.core.settings import Settings
from app.notifications.catalogue import Kind, rendered
from app.notifications.channels import routes
from app.notifications.channels.routes import Route, Ways
from app.notifications.delivery import Answer, Claimed, Closed, Delivery, Outcome
from app.notifications.kinds import Channel
from app.notifications.preferences import is_muted

log = structlog.get_logger(__name__)

NOTHING_PARKED: Mapping[str, datetime] = {}


class Prepared(NamedTuple):
    """A claimed message with its fields and the channels that are open for it, at least one, in order.

    `accept`: the template whose accept is taken for it, if its subscribe message needs one. `rests`: a channel that is
    open too and is parked, and until when.
    """

    message: Claimed
    fields: dict[str, str]
    routes: tuple[Route, ...]
    closed: tuple[Closed, ...] = ()
    accept: str | None = None
    rests: tuple[Route, datetime] | None = None

    def rests_until(self, parked: Mapping[str, datetime]) -> datetime | None:
        """Until when even the channel that is tried first is left alone; None: it can be sent now."""
        return self.routes[0].rests_until(parked)

    def outcome(self, delivery: Delivery, code: str, due_at: datetime | None = None) -> Outcome:
        """What became of it."""
        return self.answered(self.routes[0], Answer(delivery, code), due_at)

    def answered(self, route: Route, answer: Answer, due_at: datetime | None = None) -> Outcome:
        """What a channel said of it."""
        return Outcome(
            self.message,
            answer.delivery,
            answer.code,
            route.template_id,
            route.channel,
            due_at,
            answer.errcode,
            answer.words,
            answer.msgid,
            self.accept,
            closed=self.closed,
        )


def prepare(
    settings: Settings, claimed: Sequence[Claimed], parked: Mapping[str, datetime] = NOTHING_PARKED
) -> tuple[list[Prepared], list[Outcome]]:
    """What can be sent, with an accept taken for each that needs one, and the outcome of what cannot.

    A channel that is parked (until when, by channel) is passed over where another is open.
    """
    people = routes.people(message.account_id for message in claimed)
    found: list[Ways | Outcome] = []
    fields: dict[int, dict[str, str]] = {}
    for message in claimed:
        try:
            person = people[message.account_id]
            if is_muted(message.kind, person.muted):
                found.append(Outcome(message, Delivery.REFUSED, "muted"))
                continue
            way = routes.ways(settings, message, person)
            fields[id(way)] = rendered(Kind(message.kind), message.data)
            found.append(way)
        except Exception as error:
            # Of another version, of an account that is gone, of a moment that no calendar has: it must not stop the
            # others, and it would stop them all, since it would be the next to be claimed again.
            name = type(error).__name__  # the error itself may quote the message
            log.error("message_cannot_be_rendered", message_id=str(message.id), kind=message.kind, error=name)
            found.append(Outcome(message, Delivery.FAILED, "cannot_be_rendered"))
    open_ways = [one for one in found if isinstance(one, Ways)]
    routes.take_accepts(settings, open_ways)
    sendable = [_prepared(one, fields[id(one)], parked) for one in open_ways if one.routes]
    hopeless = [_hopeless(one) for one in open_ways if not one.routes]
    return sendable, [one for one in found if isinstance(one, Outcome)] + hopeless


def _prepared(one: Ways, fields: dict[str, str], parked: Mapping[str, datetime]) -> Prepared:
    awake = [route for route in one.routes if not route.rests_until(parked)]
    resting = [(route, until) for route in one.routes if (until := route.rests_until(parked))]
    rests = min(resting, key=lambda one: one[1]) if awake and resting else None
    return Prepared(one.message, fields, tuple(awake or one.routes), tuple(one.closed), one.accept, rests)


def _hopeless(one: Ways) -> Outcome:
    """Why no channel is open: what the subscribe message lacks, which everybody could have."""
    reasons = dict(one.closed)
    code = reasons[Channel.SUBSCRIBE]
    delivery = Delivery.FAILED if code in ("no_template", "undelivered") else Delivery.REFUSED
    return Outcome(one.message, delivery, code, closed=tuple(one.closed))
