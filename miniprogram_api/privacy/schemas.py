"""Bodies of one's own data."""

from marshmallow import Schema, fields, validate

from miniprogram_api.schemas import flag, identifier, moment, words


class NoticeAnswerSchema(Schema):
    """A notice of today and the actor's answer to it."""

    purpose = words("privacy")
    version = words("2026-12", about="Version of the notice; agree to this one")
    title = words("个人信息保护说明")
    text = words("线上社区由您所在的街道、社区和小区党支部使用。", longest=4000)
    if_withdrawn = words("撤回后不能再绑定手机号。", longest=1000, about="What taking the consent back means")
    state = words("given", about="never, given, outdated (another version) or withdrawn")
    given_version = words("2026-12", allow_none=True)
    given_at = moment(allow_none=True)
    withdrawn_at = moment(allow_none=True)
    by_guardian = flag("Whether a guardian agreed for a child")
    child = flag("Whether the actor is under 14, as the actor says")


class NoticeAnswerListSchema(Schema):
    """All notices."""

    items = fields.List(fields.Nested(NoticeAnswerSchema), metadata={"description": "All notices"})


class AgreeSchema(Schema):
    """Agreeing to a notice."""

    version = words("2026-12", longest=20, required=True, about="Version that was shown")
    fourteen = flag("Whether the person is 14 or older; else a guardian must agree too", required=True)


class GuardianCodeSchema(Schema):
    """What a child shows to the guardian."""

    code = words("7KQF-2M9X")
    until = moment("Until when it holds")


class NewWardSchema(Schema):
    """A guardian's agreement."""

    code = words("7KQF-2M9X", longest=20, required=True, about="What the child's phone shows")
    version = words("2026-12", longest=20, required=True, about="Version that was shown")


class WardSchema(Schema):
    """A child whose guardian the actor is."""

    account_id = identifier()
    guarded_at = moment()


class WardListSchema(Schema):
    """The actor's wards."""

    items = fields.List(fields.Nested(WardSchema), metadata={"description": "As they were agreed for"})


class FateSchema(Schema):
    """A kind of data and why it stays."""

    what = words("业主名册", longest=200)
    why = words("名册由小区依法建立，不随账号注销。", longest=500, allow_none=True, about="Why it stays; none: erased")


class ClosingSchema(Schema):
    """What closing the account means."""

    asked_at = moment("When it was asked for", allow_none=True)
    due_at = moment("When it will be done; until then it can be taken back", allow_none=True)
    first = fields.List(
        fields.String(metadata={"example": "您还有任职，请先由任命的组织办理卸任"}),
        metadata={"description": "What must be settled before", "example": ["您还有任职，请先由任命的组织办理卸任"]},
    )
    erased = fields.List(fields.Nested(FateSchema), metadata={"description": "What is erased"})
    kept = fields.List(fields.Nested(FateSchema), metadata={"description": "What stays, and why"})


READ = validate.Equal(True, error="请先看过说明。")


class ConfirmClosingSchema(Schema):
    """That the person has read what it means."""

    understood = flag("That the person has read it", required=True, validate=READ)
