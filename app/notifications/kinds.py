"""What a kind of message is: who gets it and why, what it says, which page it opens, when and how it travels."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from app.core.queueing import Urgency


class Channel(StrEnum):
    """A way to a person's phone outside the mini-program. The in-app inbox gets every message besides."""

    SUBSCRIBE = "subscribe_message"
    OFFICIAL = "official_message"


CHANNEL_TEXT = {Channel.SUBSCRIBE: "订阅消息", Channel.OFFICIAL: "公众号消息"}

NEWS = (Channel.OFFICIAL, Channel.SUBSCRIBE)
"""For what is told to many: whoever follows the official account keeps the accepts for other messages."""

ANSWER = (Channel.SUBSCRIBE, Channel.OFFICIAL)
"""For the answer to what a person has just done: the accept was given at that tap."""


@dataclass(frozen=True)
class Template:
    """One kind of message. Texts are Chinese, since residents read them.

    name        what it is called in the inbox and in the preferences
    recipient   who gets it; reason: why this person is told
    law         the article that demands that the person is told, or ""; what the law demands cannot be muted
    fields      value name -> field of the WeChat template, in the order in which they are read
    page        what opens on a tap, with `{placeholders}`
    lifetime    for how long it is of use; after that it is not sent any more (it stays in the inbox)
    at_night    whether it is sent in the quiet hours too; otherwise it waits for the morning
    channels    the outside channels in the order in which they are tried, until one takes it
    """

    name: str
    recipient: str
    reason: str
    fields: Mapping[str, str]
    page: str
    urgency: Urgency
    lifetime: timedelta
    law: str = ""
    at_night: bool = True
    channels: tuple[Channel, ...] = NEWS

    @property
    def mutable(self) -> bool:
        """Whether a person may switch the outside channels off for this kind."""
        return not self.law
