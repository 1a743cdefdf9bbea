"""Bodies of signing in."""

from marshmallow import Schema, fields

from miniprogram_api.schemas import day, flag, identifier, moment, words


class CodeSchema(Schema):
    """A code that WeChat gave the mini-program; it works once, for five minutes."""

    code = words("0e1aBC2d3EFG", longest=128, required=True, about="Code of wx.login or of the phone-number button")


class SignInSchema(Schema):
    """A new sign-in."""

    token = words("Zk3…", about="Bearer token; shown this once")
    expires_at = moment("When it ends unless it is used")
    account_id = identifier()
    phone_verified = flag("Whether a phone number is proven; if not, POST /me/phone next")


class AppointmentSchema(Schema):
    """A role of the actor."""

    role = words("secretary")
    org_unit_id = identifier()
    name = words("演示小区", about="Name of the node that the role is held at")
    kind = words("compound", about="Level of the node")


class HomeSchema(Schema):
    """A home of the actor, bound or applied for."""

    binding_id = identifier()
    compound_id = identifier()
    compound = words("演示小区")
    unit_id = identifier()
    building_id = identifier()
    building = words("3栋")
    stairwell = words("2单元")
    room = words("501")
    capacity = words("owner", about="owner (业主), tenant (租客) or family (家人); only an owner votes")
    lease_ends = day("A tenant's last day", allow_none=True)
    state = words("accepted", about="applied, accepted, rejected or revoked")
    reason = words("名册上没有您的姓名", allow_none=True, about="Why an application was rejected")


class MeSchema(Schema):
    """The actor: phone, homes and roles."""

    account_id = identifier()
    phone_masked = words("139****0101", allow_none=True)
    homes = fields.List(fields.Nested(HomeSchema), metadata={"description": "Own homes, the newest first"})
    appointments = fields.List(fields.Nested(AppointmentSchema), metadata={"description": "Own roles"})
