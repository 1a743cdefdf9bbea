"""Bodies of roles held. Names and phones are masked."""

from marshmallow import Schema, fields

from miniprogram_api.schemas import day, flag, identifier, moment, words


class RoleHolderSchema(Schema):
    """A role that somebody holds in the compound, or above it."""

    id = identifier(attribute="appointment_id")
    role = words("steward")
    title = words("单元长", about="What the holder is called")
    place = words("3栋2单元", about="What a steward looks after", allow_none=True)
    node = words("演示小区", about="Where the role was given: the compound, or a node above it")
    here = flag("Whether it was given in the compound itself")
    name = words("演***", allow_none=True)
    phone_masked = words("139****0104", attribute="phone", allow_none=True)
    joined = flag("Whether somebody has proven the number that it was given to")
    since = moment()
    term_ends = day("Its last day, in Shanghai", example="2029-05-01", allow_none=True)
    mine_to_end = flag("Whether the actor may end it")


class RoleHolderListSchema(Schema):
    """Roles held, nearest node first, the longest in office first."""

    items = fields.List(fields.Nested(RoleHolderSchema), metadata={"description": "All"})


class EndOfRoleSchema(Schema):
    """Why a role ends."""

    reason = words("搬离本小区，不再担任。", longest=100, about="Its holder is told", required=True)
