"""Trying a kind of message: sample values, and one message to one account, past the outbox."""

from collections import defaultdict
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from app.core import clock
from app.core.crypto import lookup_hash
from app.core.db import db
from app.core.ids import new_id
from app.core.settings import Settings
from app.core.unit_of_work import unit_of_work
from app.identity.models import AccountPhone
from app.notifications import alerts, channels
from app.notifications.catalogue import CATALOGUE, LABELS, Kind, Value, rendered, stored
from app.notifications.delivery import Claimed, Outcome
from app.notifications.fields import MOMENTS, type_of

_TEXTS = {
    "title": "2026年第一次业主大会（测试）",
    "compound": "演示小区",
    "hint": "这是一条测试消息，无需办理",
    "outcome": "已通过",
    "receipt": "0198c0de00007000800000000000abcd",
    "change": "3栋2单元501更正面积",
    "subject": "绑定房屋3栋2单元501",
    "committee": "业主委员会",
    "reason": "公告的时间写错了",
}
_OF_TYPE = {"number": "3", "amount": "12.50", "phone_number": "12345678901", "letter": "A", "phrase": "测试"}
_NOWHERE = UUID(int=0)


class NobodyThere(Exception):
    """No account has proven this phone number."""


def sample(kind: Kind) -> dict[str, str]:
    """The template's fields with sample values, as they would be sent."""
    return rendered(kind, stored(kind, _values(kind)))


def send(settings: Settings, kind: Kind, phone: str) -> Outcome:
    """Send sample values to the account of this number, now. It takes the way of every message, but leaves no row.

    Opens its own transactions, and holds none while WeChat is asked. Raises NobodyThere.
    """
    with unit_of_work():
        hashed = lookup_hash("phone", phone)
        account_id = db.session.scalar(select(AccountPhone.account_id).where(AccountPhone.phone_hash == hashed))
        if account_id is None:
            raise NobodyThere
        prepared, refused = channels.prepare(settings, [_message(kind, account_id)])
    [outcome] = refused or [channels.deliver(settings, prepared[0])]
    with unit_of_work():
        channels.settle([outcome])
        alerts.observe([outcome])
    return outcome


def _message(kind: Kind, account_id: UUID) -> Claimed:
    template, now = CATALOGUE[kind], clock.now()
    page = template.page.format_map(defaultdict(lambda: _NOWHERE))
    data = stored(kind, _values(kind))
    expires_at = now + timedelta(hours=1)
    return Claimed(_NOWHERE, new_id(), account_id, kind, page, data, 1, expires_at, now, template.urgency)


def _values(kind: Kind) -> dict[str, Value]:
    return {name: _value(name, type_of(field)) for name, field in CATALOGUE[kind].fields.items()}


def _value(name: str, field_type: str) -> Value:
    if field_type in MOMENTS:
        return clock.now()
    return _TEXTS.get(name) or _OF_TYPE.get(field_type) or f"{LABELS[name]}（测试）"
