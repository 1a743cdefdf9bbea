"""What passes between the outbox and the channels: a claimed message, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from app.core.queueing import Urgency


class Delivery(StrEnum):
    """What became of one attempt.

    sent            accepted by the channel
    refused         the person does not want it, or has not asked for it: final
    failed          it can never go through: final
    expired         it came too late to be of use: final
    retry           it did not go through, and may in a moment
    next_day        the channel's quota is used up until tomorrow
    misconfigured   it waits for the operator
    released        it was not tried at all: its channel rests, or the worker stops
    unknown         no answer came back: it may have arrived, so it is never sent again by itself
    """

    SENT = "sent"
    REFUSED = "refused"
    FAILED = "failed"
    EXPIRED = "expired"
    RETRY = "retry"
    NEXT_DAY = "next_day"
    MISCONFIGURED = "misconfigured"
    RELEASED = "released"
    UNKNOWN = "unknown"


PARKS = frozenset({Delivery.NEXT_DAY, Delivery.MISCONFIGURED})
"""After these a channel, or a template at it, rests."""


class Claimed(NamedTuple):
    """A message that this worker alone may send now; `data` as the outbox keeps it (catalogue.stored).

    `claimed_at` tells this claim from any other of the same message. `undelivered_by`: channels that took the message
    and then said that it did not arrive.
    """

    compound_id: UUID
    id: UUID
    account_id: UUID
    kind: str
    page: str
    data: dict[str, Any]
    attempts: int
    expires_at: datetime
    claimed_at: datetime
    urgency: Urgency
    undelivered_by: Sequence[str] = ()


def template_at(channel: str, template_id: str) -> str:
    """The name under which a template rests where its channel does not."""
    return f"{channel}:{template_id}"


class Answer(NamedTuple):
    """What a channel says of one attempt. `errcode` and `words` are WeChat's own, where it refused."""

    delivery: Delivery
    code: str
    errcode: int | None = None
    words: str = ""
    msgid: str | None = None


class Closed(NamedTuple):
    """A channel that could not even be tried for a message, and why."""

    channel: str
    code: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a claimed message, and a short code for the record.

    `channel`, `template_id`: what it was tried with. `accept`: the template whose accept was taken for the message.
    `due_at`: when to try again, where that is known. `errcode`, `words`: WeChat's, where it refused; `msgid`: WeChat's,
    where it took it. `earlier`: attempts over other channels. `closed`: channels that could not be tried.
    """

    message: Claimed
    delivery: Delivery
    code: str
    template_id: str | None = None
    channel: str | None = None
    due_at: datetime | None = None
    errcode: int | None = None
    words: str = ""
    msgid: str | None = None
    accept: str | None = None
    earlier: tuple["Outcome", ...] = ()
    closed: tuple[Closed, ...] = ()

    @property
    def attempts(self) -> tuple["Outcome", ...]:
        """Every channel's answer, this one last."""
        return (*self.earlier, self)

    @property
    def parks(self) -> bool:
        """Whether a channel, or a template at it, is to rest from now on."""
        return any(attempt.delivery in PARKS for attempt in self.attempts)
