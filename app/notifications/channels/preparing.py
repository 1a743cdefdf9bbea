"""Before sending: addresses, templates and accepts of a claimed batch."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy import select

from app.core.db import db
from app.core.settings import Settings
from app.identity.models import Account
from app.notifications import wechat
from app.notifications.catalogue import Kind, rendered
from app.notifications.channels import ledger
from app.notifications.delivery import Claimed, Delivery, Outcome
from app.notifications.preferences import muted_among

SUBSCRIBE_MESSAGE = "subscribe_message"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A claimed message with what the subscribe message needs; an accept of its template is taken."""

    message: Claimed
    openid: str
    template_id: str
    fields: dict[str, str]

    @property
    def channel(self) -> str:
        """The channel that is tried next."""
        return SUBSCRIBE_MESSAGE

    def outcome(self, delivery: Delivery, code: str, due_at: datetime | None = None) -> Outcome:
        """What became of it."""
        return Outcome(self.message, delivery, code, self.template_id, self.channel, due_at)


def prepare(settings: Settings, claimed: Sequence[Claimed]) -> tuple[list[Prepared], list[Outcome]]:
    """What can be sent, with an accept taken for each, and the outcome of what cannot."""
    recipients = {message.account_id for message in claimed}
    accounts = select(Account.id, Account.openid).where(Account.id.in_(recipients))
    openids: dict[UUID, str] = dict(db.session.execute(accounts).all())
    muted = muted_among(recipients)
    found = [
        Outcome(message, Delivery.REFUSED, "muted")
        if (message.account_id, message.kind) in muted
        else _prepared(settings, message, openids)
        for message in claimed
    ]
    ready = [one for one in found if isinstance(one, Prepared)]
    taken = ledger.take((one.message.account_id, one.template_id) for one in ready)
    sendable = [one for one in ready if (one.message.account_id, one.template_id) in taken]
    hopeless = [one for one in found if isinstance(one, Outcome)]
    without = [one for one in ready if (one.message.account_id, one.template_id) not in taken]
    return sendable, hopeless + [Outcome(one.message, Delivery.REFUSED, "not_subscribed") for one in without]


def _prepared(settings: Settings, message: Claimed, openids: dict[UUID, str]) -> Prepared | Outcome:
    try:
        kind, openid = Kind(message.kind), openids[message.account_id]
        fields = rendered(kind, message.data)
    except (KeyError, ValueError):  # of another version, or of an account that is gone: it must not stop the others
        log.error("message_cannot_be_rendered", message_id=str(message.id), kind=message.kind)
        return Outcome(message, Delivery.FAILED, "cannot_be_rendered")
    template_id = wechat.template_id(settings, kind)
    if template_id is None:
        return Outcome(message, Delivery.FAILED, "no_template")
    return Prepared(message, openid, template_id, fields)
