"""Which channels are open for a message, in the order of its kind."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.core.db import HotStatement, fetch_all, uuid_array
from app.core.settings import Settings
from app.notifications import official, wechat
from app.notifications.catalogue import CATALOGUE, Kind
from app.notifications.channels import ledger
from app.notifications.delivery import Claimed, Closed, template_at
from app.notifications.kinds import Channel


class Person(NamedTuple):
    """A person's openids: at the mini-program, and at the official account where the person follows it.

    `muted`: the kinds that this person wants in the inbox only.
    """

    openid: str
    official: str | None
    muted: Collection[str]


class Route(NamedTuple):
    """A channel that is open: whom to call there, with which template."""

    channel: Channel
    address: str
    template_id: str

    def rests_until(self, parked: Mapping[str, datetime]) -> datetime | None:
        """Until when the channel, or the template there, is left alone: by `parked`, which names both."""
        names = (str(self.channel), template_at(self.channel, self.template_id))
        return max((parked[name] for name in names if name in parked), default=None)


@dataclass
class Ways:
    """What is open for one message, and what is not, with the reason. `accept`: the template it needs an accept of."""

    message: Claimed
    routes: list[Route]
    closed: list[Closed]
    accept: str | None = None

    def close(self, channel: Channel, code: str) -> None:
        """The channel cannot be taken."""
        self.routes = [route for route in self.routes if route.channel is not channel]
        self.closed.append(Closed(channel, code))


_PEOPLE = HotStatement.of("""
SELECT account.id, account.openid, follower.openid,
       ARRAY (SELECT kind FROM muted_kind WHERE account_id = account.id)
FROM account
LEFT JOIN wechat_login AS login ON login.openid = account.openid
LEFT JOIN official_follower AS follower ON follower.unionid = login.unionid AND follower.unfollowed_at IS NULL
WHERE account.id = ANY (%(account_ids)s::uuid[])
""")


def people(account_ids: Iterable[UUID]) -> dict[UUID, Person]:
    """Where these accounts can be reached, and what they have muted."""
    rows = fetch_all(_PEOPLE, {"account_ids": uuid_array(account_ids)})
    return {account_id: Person(openid, official, muted) for account_id, openid, official, muted in rows}


def ways(settings: Settings, message: Claimed, person: Person) -> Ways:
    """The channels of the message's kind that are set up for this person, whether or not an accept is there."""
    found = Ways(message, [], [])
    for channel in CATALOGUE[Kind(message.kind)].channels:
        route = _route(settings, channel, Kind(message.kind), person)
        if isinstance(route, Closed):
            found.closed.append(route)
        elif channel in message.undelivered_by:
            found.closed.append(Closed(channel, "undelivered"))
        elif route is not None:
            found.routes.append(route)
    return found


def take_accepts(settings: Settings, several: Sequence[Ways]) -> None:
    """Take an accept for each subscribe message that needs one; where there is none, the channel is closed.

    A long-term template needs none, unless the person has switched it off since.
    """
    keys = {id(one): key for one in several if (key := _subscription(one))}
    long_term = {key for key in keys.values() if key[1] in settings.wechat_long_term_templates}
    off = ledger.switched_off(long_term)
    taken = ledger.take(set(keys.values()) - long_term)
    for one in several:
        key = keys.get(id(one))
        if key is None:
            continue
        if key in taken:
            one.accept = key[1]
        elif key not in long_term:
            one.close(Channel.SUBSCRIBE, "not_subscribed")
        elif key in off:
            one.close(Channel.SUBSCRIBE, "switched_off")


def _route(settings: Settings, channel: Channel, kind: Kind, person: Person) -> Route | Closed | None:
    """None: the operator has no such account, which nobody needs to be told of for every message."""
    if channel is Channel.SUBSCRIBE:
        template = wechat.template_id(settings, kind)
        return Route(channel, person.openid, template) if template else Closed(channel, "no_template")
    template = official.template_id(settings, kind)
    if template is None:
        return None
    return Route(channel, person.official, template) if person.official else Closed(channel, "not_a_follower")


def _subscription(one: Ways) -> ledger.Key | None:
    found = (route.template_id for route in one.routes if route.channel is Channel.SUBSCRIBE)
    template = next(found, None)
    return (one.message.account_id, template) if template else None
