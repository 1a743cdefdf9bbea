"""Bodies of nominations for secretary. Phones are masked."""

from marshmallow import Schema, fields, validate

from miniprogram_api.schemas import flag, identifier, moment, words


class StandingForSecretarySchema(Schema):
    """Oneself, put forward."""

    name = words("演示业主", longest=60, required=True)
    grounds = words("党员，愿意为邻居服务。", longest=500, required=True)


class NewSecretaryNominationSchema(StandingForSecretarySchema):
    """Somebody to put forward."""

    phone = fields.String(
        required=True,
        validate=validate.Regexp(r"^1\d{10}$", error="应当是 11 位手机号。"),
        metadata={"description": "Whoever proves it holds the role once appointed", "example": "13900000103"},
    )


class SecretaryNominationSchema(Schema):
    """A nomination. Name masked but for who nominated."""

    id = identifier()
    way = words("self", about="self, community or street")
    way_text = words("个人自荐")
    name = words("演***")
    phone_masked = words("139****0103")
    grounds = words("党员，愿意为邻居服务。")
    state = words("open", about="open, appointed, declined, withdrawn or turned_down")
    made_at = moment()
    reason = words("已有合适人选。", about="Why it was declined", allow_none=True)
    decided_at = moment(allow_none=True)
    is_mine = flag("Whether the actor nominated")
    is_about_me = flag("Whether the actor was put forward")


class SecretaryNominationListSchema(Schema):
    """Nominations, the newest first."""

    items = fields.List(fields.Nested(SecretaryNominationSchema), metadata={"description": "At most 100"})


class SecretaryTermSchema(Schema):
    """The term of an appointment."""

    term_ends = fields.Date(
        required=True, metadata={"description": "Its last day, in Shanghai", "example": "2029-05-01"}
    )


class DeclineSecretarySchema(Schema):
    """Why a nomination is declined."""

    reason = words("已有合适人选。", longest=300, required=True)
