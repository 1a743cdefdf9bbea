"""Bodies of helping groups. Phones are masked."""

from marshmallow import Schema, fields, validate

from app.org.models import GroupKind
from miniprogram_api.schemas import flag, identifier, integer, moment, words


class NewGroupSchema(Schema):
    """A group to enter."""

    kind = fields.Enum(
        GroupKind,
        by_value=True,
        required=True,
        metadata={"description": "partner_unit, veterans, company or residents", "example": "partner_unit"},
    )
    name = words("演示银行党支部", longest=40, required=True)


class GroupSchema(Schema):
    """A group that helps in the compound."""

    id = identifier()
    kind = words("partner_unit")
    kind_text = words("共建单位")
    name = words("演示银行党支部")
    members = integer(12)
    mine = flag("Whether the actor belongs to it")


class GroupListSchema(Schema):
    """Groups by name."""

    items = fields.List(fields.Nested(GroupSchema), metadata={"description": "All"})


class NewMemberSchema(Schema):
    """A member to add."""

    phone = fields.String(
        required=True,
        validate=validate.Regexp(r"^1\d{10}$", error="应当是 11 位手机号。"),
        metadata={"description": "Whoever proves it belongs to the group", "example": "13900000102"},
    )


class MemberSchema(Schema):
    """A member."""

    id = identifier()
    phone_masked = words("139****0102")
    joined = flag("Whether somebody has proven the number")
    added_at = moment()


class MemberListSchema(Schema):
    """Members in the order in which they were added."""

    items = fields.List(fields.Nested(MemberSchema))
