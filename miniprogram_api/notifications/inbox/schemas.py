"""Bodies of the inbox and of the choices about messages."""

from marshmallow import Schema, fields

from app.notifications.catalogue import Kind
from miniprogram_api.compounds.schemas import PageSchema
from miniprogram_api.schemas import flag, identifier, integer, moment, words


class InboxQuerySchema(PageSchema):
    """Which part of the inbox."""

    unread = flag("Only what is not read yet", load_default=False)


class LineSchema(Schema):
    """One line of a message."""

    label = words("投票截止")
    value = words("2026年5月27日 18:00")


class MessageSchema(Schema):
    """A message with its texts whole."""

    id = identifier()
    compound_id = identifier("The compound that it is about")
    kind = words("voting_opened")
    name = words("投票开始", about="What the kind is called")
    reason = words("投票即将截止，您还没有投票", about="Why this person is told")
    lines = fields.List(fields.Nested(LineSchema))
    page = words("pages/meeting/index?compound=…&meeting=…", about="Page of the mini-program that it opens")
    created_at = moment()
    read_at = moment("When it was read first", allow_none=True)


class InboxSchema(Schema):
    """A part of the inbox, the newest first."""

    items = fields.List(fields.Nested(MessageSchema))
    next = identifier("What to hand in as `after` for the rest; null at the end", allow_none=True)
    unread = integer(3, "How many are unread in all")


class UnreadSchema(Schema):
    """How many messages were marked."""

    marked = integer(3)


class PreferenceSchema(Schema):
    """A kind of message and the actor's choice."""

    kind = words("voting_reminder")
    name = words("投票截止提醒")
    recipient = words("还没有投票、仍可以投票的人", about="Who gets it")
    reason = words("投票即将截止，您还没有投票", about="Why")
    law = words("《物业管理条例》第十四条", about='Article that demands it; "" where none does')
    mutable = flag("Whether it can be muted; what the law demands cannot")
    muted = flag("Whether it comes to the inbox only")


class PreferenceListSchema(Schema):
    """Every kind with the actor's choice."""

    items = fields.List(fields.Nested(PreferenceSchema))


class MutedSchema(Schema):
    """The kinds that shall come to the inbox only; all others come outside too."""

    muted = fields.List(fields.Enum(Kind, by_value=True), required=True, metadata={"example": ["voting_reminder"]})
