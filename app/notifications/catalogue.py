"""Every kind of message that the program sends: its template's fields, the page that it opens, how urgent it is.

The fields are those of the WeChat templates that an operator has applied for; `WECHAT_TEMPLATE_IDS` maps kinds to ids.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.core.clock import SHANGHAI
from app.core.queueing import Urgency

Value = str | datetime


class Kind(StrEnum):
    """A kind of message."""

    MEETING_ANNOUNCED = "meeting_announced"
    ELECTORATE_CORRECTED = "electorate_corrected"
    VOTING_OPENED = "voting_opened"
    VOTING_REMINDER = "voting_reminder"
    BALLOT_RECEIVED = "ballot_received"
    PROXY_VOTED = "proxy_voted"
    RESULT_PUBLISHED = "result_published"
    APPLICATION_DECIDED = "application_decided"
    MEETING_CANCELLED = "meeting_cancelled"
    VOTING_EXTENDED = "voting_extended"
    RESULT_FINAL = "result_final"
    RESULT_ANNULLED = "result_annulled"
    COMMITTEE_EXPIRING = "committee_expiring"
    PETITION_DELIVERED = "petition_delivered"


@dataclass(frozen=True)
class Template:
    """What a kind needs: value name -> WeChat field, the page with `{placeholders}`, urgency, how long it is of use.

    `at_night`: whether it is sent in the quiet hours too; otherwise it waits for the morning.
    """

    fields: Mapping[str, str]
    page: str
    urgency: Urgency
    lifetime: timedelta
    at_night: bool = True


MEETING_PAGE = "pages/meeting/index?compound={compound_id}&meeting={meeting_id}"

CATALOGUE: dict[Kind, Template] = {
    Kind.MEETING_ANNOUNCED: Template(
        fields={"title": "thing1", "compound": "thing2", "opens_at": "time3", "closes_at": "time4", "hint": "thing5"},
        page=MEETING_PAGE,
        urgency=Urgency.BULK,
        lifetime=timedelta(days=15),
    ),
    Kind.ELECTORATE_CORRECTED: Template(
        fields={"title": "thing1", "compound": "thing2", "change": "thing3", "hint": "thing4", "decided_at": "time5"},
        page=MEETING_PAGE,
        urgency=Urgency.NORMAL,
        lifetime=timedelta(days=7),
    ),
    Kind.VOTING_OPENED: Template(
        fields={"title": "thing1", "compound": "thing2", "closes_at": "time3", "hint": "thing4"},
        page=MEETING_PAGE,
        urgency=Urgency.BULK,
        lifetime=timedelta(days=5),
    ),
    Kind.VOTING_REMINDER: Template(
        fields={"title": "thing1", "compound": "thing2", "closes_at": "time3", "hint": "thing4"},
        page=MEETING_PAGE,
        urgency=Urgency.BULK,
        lifetime=timedelta(days=1),
        at_night=False,
    ),
    Kind.BALLOT_RECEIVED: Template(
        fields={"title": "thing1", "compound": "thing2", "accepted_at": "time3", "receipt": "character_string4"},
        page=MEETING_PAGE,
        urgency=Urgency.NORMAL,
        lifetime=timedelta(days=1),
    ),
    Kind.PROXY_VOTED: Template(
        fields={"title": "thing1", "compound": "thing2", "accepted_at": "time3", "hint": "thing4"},
        page=MEETING_PAGE,
        urgency=Urgency.NORMAL,
        lifetime=timedelta(days=5),
    ),
    Kind.RESULT_PUBLISHED: Template(
        fields={
            "title": "thing1",
            "compound": "thing2",
            "outcome": "phrase3",
            "published_at": "time4",
            "hint": "thing5",
        },
        page=MEETING_PAGE,
        urgency=Urgency.BULK,
        lifetime=timedelta(days=7),
    ),
    Kind.MEETING_CANCELLED: Template(
        fields={"title": "thing1", "compound": "thing2", "reason": "thing3", "cancelled_at": "time4"},
        page=MEETING_PAGE,
        urgency=Urgency.BULK,
        lifetime=timedelta(days=7),
    ),
    Kind.VOTING_EXTENDED: Template(
        fields={"title": "thing1", "compound": "thing2", "closes_at": "time3", "hint": "thing4"},
        page=MEETING_PAGE,
        urgency=Urgency.BULK,
        lifetime=timedelta(days=5),
    ),
    Kind.RESULT_FINAL: Template(
        fields={
            "title": "thing1",
            "compound": "thing2",
            "outcome": "phrase3",
            "published_at": "time4",
            "hint": "thing5",
        },
        page=MEETING_PAGE,
        urgency=Urgency.BULK,
        lifetime=timedelta(days=7),
    ),
    Kind.RESULT_ANNULLED: Template(
        fields={"title": "thing1", "compound": "thing2", "reason": "thing3", "annulled_at": "time4"},
        page=MEETING_PAGE,
        urgency=Urgency.BULK,
        lifetime=timedelta(days=7),
    ),
    Kind.COMMITTEE_EXPIRING: Template(
        fields={"committee": "thing1", "compound": "thing2", "expires_at": "time3", "hint": "thing4"},
        page="pages/committee/index?compound={compound_id}",
        urgency=Urgency.NORMAL,
        lifetime=timedelta(days=30),
    ),
    Kind.PETITION_DELIVERED: Template(
        fields={"title": "thing1", "compound": "thing2", "convene_by": "time3", "hint": "thing4"},
        page="pages/petition/index?compound={compound_id}&petition={petition_id}",
        urgency=Urgency.NORMAL,
        lifetime=timedelta(days=30),
    ),
    Kind.APPLICATION_DECIDED: Template(
        fields={"subject": "thing1", "outcome": "phrase2", "hint": "thing3", "decided_at": "time4"},
        page="pages/home/index",
        urgency=Urgency.NORMAL,
        lifetime=timedelta(days=7),
    ),
}

NOT_AT_NIGHT = frozenset(kind for kind, template in CATALOGUE.items() if not template.at_night)

# Longest value of each field type (WeChat, subscribeMessage.send, "参数值内容限制").
_LIMITS = {
    "thing": 20,
    "number": 32,
    "letter": 32,
    "symbol": 5,
    "character_string": 32,
    "phone_number": 17,
    "car_number": 8,
    "name": 10,
    "phrase": 5,
}
_MOMENTS = frozenset({"time", "date"})
_ELLIPSIS = "…"


def stored(kind: Kind, values: Mapping[str, Value]) -> dict[str, str]:
    """The values as the outbox keeps them: whole texts, and moments in ISO 8601.

    Raises KeyError when a value is missing or unknown: the caller's mistake.
    """
    fields = CATALOGUE[kind].fields
    if set(values) != set(fields):
        raise KeyError(f"{kind} takes {sorted(fields)}, got {sorted(values)}")
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}


def rendered(kind: Kind, data: Mapping[str, str]) -> dict[str, str]:
    """The template's fields with stored values fitted into them: never empty, never too long."""
    return {field: fitted(field, data[name]) for name, field in CATALOGUE[kind].fields.items()}


def fitted(field: str, value: str) -> str:
    """A value as the field's type allows it: `thing1` takes 20 characters, `time2` reads 2026年5月1日 09:00."""
    field_type = re.sub(r"\d+$", "", field)
    if field_type in _MOMENTS:
        local = datetime.fromisoformat(value).astimezone(SHANGHAI)
        return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"
    text = re.sub(r"\s+", " ", value).strip() or "—"
    limit = _LIMITS.get(field_type, len(text))
    return text if len(text) <= limit else text[: limit - 1] + _ELLIPSIS
