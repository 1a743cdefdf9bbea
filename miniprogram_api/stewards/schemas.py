"""Bodies of nominations for steward. Phones are masked."""

from marshmallow import Schema, fields, validate

from app.org.models import ChoiceWay
from miniprogram_api.schemas import MAY_BE_EMPTY, day, flag, identifier, integer, moment, words


class StandingForStewardSchema(Schema):
    """Oneself, put forward for where one lives."""

    name = words("演示业主", longest=60, required=True)
    grounds = words("退休在家，愿意为邻居跑腿。", longest=500, required=True)
    building_id = identifier("The building; homes in `/me` name theirs", required=True)
    stairwell = fields.String(
        load_default="",
        validate=[
            validate.Length(max=20, error="应当不超过 {max} 个字。"),
            validate.Regexp(MAY_BE_EMPTY, error="不能有控制字符。"),
        ],
        metadata={"description": "One stairwell of it; empty: the whole building", "example": "2单元"},
    )


class NewStewardNominationSchema(StandingForStewardSchema):
    """Somebody to put forward."""

    phone = fields.String(
        required=True,
        validate=validate.Regexp(r"^1\d{10}$", error="应当是 11 位手机号。"),
        metadata={"description": "Whoever proves it holds the role once appointed", "example": "13900000104"},
    )


class StewardNominationSchema(Schema):
    """A nomination. The name is whole for who nominated, and for neighbours of who stands itself; else masked."""

    id = identifier()
    place = words("3栋2单元")
    way = words("self", about="self, neighbour, secretary, community or street")
    way_text = words("个人自荐")
    name = words("演***")
    phone_masked = words("139****0104")
    grounds = words("退休在家，愿意为邻居跑腿。")
    state = words("open", about="open, appointed, declined, withdrawn or turned_down")
    state_text = words("等待决定")
    made_at = moment()
    reason = words("已有合适人选。", about="Why it was declined", allow_none=True)
    decided_at = moment(allow_none=True)
    is_mine = flag("Whether the actor nominated")
    is_about_me = flag("Whether the actor was put forward")
    backings = integer(12, "Households that back it")
    households = integer(48, "Households of the building or stairwell")
    backed_by_me = flag("Whether the actor's household does")
    chosen_how = words("backing", about="backing, meeting, visits or named", allow_none=True)
    chosen_text = words("邻居在小程序里支持", allow_none=True)
    chosen_note = words("5月1日楼栋会议，18 户到场，15 户同意。", allow_none=True)


class StewardNominationListSchema(Schema):
    """Nominations, the newest first."""

    items = fields.List(fields.Nested(StewardNominationSchema), metadata={"description": "At most 100"})


class StewardTermSchema(Schema):
    """The term of an appointment, and how the steward was chosen."""

    term_ends = day("Its last day, in Shanghai", example="2029-05-01", required=True)
    chosen_how = fields.Enum(
        ChoiceWay,
        by_value=True,
        required=True,
        metadata={"description": "backing needs one household at least, the others a note", "example": "meeting"},
    )
    chosen_note = fields.String(
        load_default="",
        validate=[
            validate.Length(max=300, error="应当不超过 {max} 个字。"),
            validate.Regexp(MAY_BE_EMPTY, error="不能有控制字符。"),
        ],
        metadata={"description": "Who chose, when, how many", "example": "5月1日楼栋会议，18 户到场，15 户同意。"},
    )


class DeclineStewardSchema(Schema):
    """Why a nomination is declined."""

    reason = words("已有合适人选。", longest=300, required=True)
