"""Bodies of the roll and of bindings. Areas are integers of 0.01 m²; names and phones are masked."""

from fractions import Fraction
from typing import Any

from flask_smorest.fields import Upload
from marshmallow import Schema, fields, post_load, validate

from app.compounds.models import Capacity
from miniprogram_api.schemas import EXAMPLE_ID, MAY_BE_EMPTY, day, flag, identifier, integer, moment, words


class PageSchema(Schema):
    """Which part of a list: at most `limit` items after the one given."""

    after = fields.UUID(metadata={"description": "Id of the last item seen", "example": EXAMPLE_ID}, load_default=None)
    limit = fields.Integer(
        load_default=20,
        validate=validate.Range(1, 100, error="应当是 1 到 100。"),
        metadata={"description": "How many at most", "example": 20},
    )


class UnitSearchSchema(PageSchema):
    """What to look for on the roll."""

    text = words("3栋501", longest=50, about="Part of a door, or an owner's exact name or phone", load_default=None)


class RollFileSchema(Schema):
    """An uploaded roll."""

    file = Upload(required=True, metadata={"description": "业主名册, .xlsx or .csv, at most 30 MB", "format": "binary"})


class ProgressSchema(Schema):
    """How far a long request has come: rows while checking, units (each twice) while importing."""

    done = integer(4200)
    total = integer(100000)


class RollImportSchema(Schema):
    """A dry run: what is doubtful in the file, and what importing it would change."""

    id = identifier()
    state = words("checked", about="checked or applied")
    file_name = words("业主名册.xlsx")
    findings = fields.List(
        fields.Dict(),
        metadata={"description": "Doubtful cells: severity, sheet, row, column, what, to_do", "example": []},
    )
    difference = fields.Dict(metadata={"description": "What would change, with counts", "example": {}})
    created_at = moment()
    applied_at = moment(allow_none=True)


class OwnerShownSchema(Schema):
    """An owner, masked."""

    owner_id = identifier()
    name_masked = words("演***")
    phone_masked = words("139****0101", allow_none=True)
    same_name = flag("Whether the applicant's name is the same")


class UnitShownSchema(Schema):
    """A unit on the roll."""

    unit_id = identifier()
    building = words("3栋")
    stairwell = words("2单元")
    room = words("501")
    use = words("residence", about="residence, shop, parking or storage")
    area_centi = integer(8950)
    held_by_developer = flag()
    owners = fields.List(fields.Nested(OwnerShownSchema), metadata={"description": "Owners today"})


class UnitListSchema(Schema):
    """Units, in order of id."""

    items = fields.List(fields.Nested(UnitShownSchema), metadata={"description": "One page"})


_CAPACITY = "owner (业主), tenant (租客: by a lease, with the household) or family (家人: of an owner, living there)"


def as_what(**options: Any) -> fields.Enum[Capacity]:
    """As what somebody is to be bound to a home."""
    return fields.Enum(Capacity, by_value=True, metadata={"description": _CAPACITY, "example": "tenant"}, **options)


class ApplicationSchema(Schema):
    """An application to be bound to a unit: as its owner, or because one lives there."""

    building = words("3栋", longest=40, required=True)
    stairwell = fields.String(
        load_default="",
        validate=[
            validate.Length(max=40, error="应当不超过 {max} 个字。"),
            validate.Regexp(MAY_BE_EMPTY, error="不能有控制字符。"),
        ],
        metadata={"description": "Empty where the building has none", "example": "2单元"},
    )
    room = words("501", longest=40, required=True)
    claimed_name = words("演示业主", longest=60, required=True, about="Own name, an owner's as on the certificate")
    note = words("手机号换了，请核对房产证", longest=500, load_default=None, allow_none=True)
    capacity = as_what(load_default=Capacity.OWNER)
    lease_ends = day(
        "A tenant's last day (租期至), after which the binding ends by itself", allow_none=True, load_default=None
    )


class BindingSchema(Schema):
    """A binding between the actor and a unit."""

    id = identifier()
    unit_id = identifier()
    capacity = words("tenant", about=_CAPACITY)
    lease_ends = day("A tenant's last day", allow_none=True)
    state = words("applied", about="applied, accepted, rejected or revoked")
    reason = words("名册上没有您的姓名", allow_none=True)


class WaitingBindingSchema(Schema):
    """An application that waits for the secretary, with the unit's owners."""

    binding_id = identifier()
    unit_id = identifier()
    building = words("3栋")
    stairwell = words("2单元")
    room = words("501")
    capacity = words("tenant", about=_CAPACITY)
    lease_ends = day("A tenant's last day, as applied for", allow_none=True)
    claimed_name_masked = words("演***")
    note = words("手机号换了，请核对房产证", allow_none=True)
    created_at = moment()
    owners = fields.List(fields.Nested(OwnerShownSchema), metadata={"description": "Whom it may be accepted for"})


class WaitingBindingListSchema(Schema):
    """Applications, the oldest first."""

    items = fields.List(fields.Nested(WaitingBindingSchema), metadata={"description": "One page"})


class DecisionSchema(Schema):
    """The secretary's decision on an application."""

    accept = flag("Whether to accept", required=True)
    owner_id = identifier(
        "Owner of the unit that the applicant is; needed to accept an owner, none for a tenant or family member",
        load_default=None,
        allow_none=True,
    )
    lease_ends = day(
        "A tenant's last day by the contract; left out: as applied for", allow_none=True, load_default=None
    )
    reason = words("名册上没有您的姓名", load_default=None, allow_none=True, about="Needed to reject")


class WaitingQuerySchema(PageSchema):
    """Which applications."""

    capacity = as_what(load_default=None)


class ResidentSchema(Schema):
    """Somebody who lives in a home without owning it, masked."""

    binding_id = identifier()
    name_masked = words("演***")
    capacity = words("tenant", about="tenant or family")
    capacity_text = words("租客")
    since = moment()
    lease_ends = day("A tenant's last day, where it is known", allow_none=True)


class ResidentListSchema(Schema):
    """Who is registered as living in a home."""

    items = fields.List(fields.Nested(ResidentSchema), metadata={"description": "All of the home"})


class MovedOutSchema(Schema):
    """That somebody moved out."""

    reason = words("租约 6 月底到期，已退租", longest=200, required=True, about="Read by the person")


class NewOwnerSchema(Schema):
    """A buyer."""

    name = words("演示业主", longest=60, required=True)
    id_number = words("410101199001011238", longest=40, load_default=None, allow_none=True)
    phone = words("13900000102", longest=20, load_default=None, allow_none=True)
    share = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Regexp(r"^[1-9]\d{0,5}/[1-9]\d{0,5}$", error="份额应当像 1/2。"),
        metadata={"description": "Left out: equal shares", "example": "1/2"},
    )

    @post_load
    def _fraction(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {**data, "share": Fraction(data["share"]) if data["share"] else None}


class TransferSchema(Schema):
    """A sale."""

    new_owners = fields.List(
        fields.Nested(NewOwnerSchema),
        required=True,
        validate=validate.Length(1, 50, error="请填写 1 到 50 位新业主。"),
        metadata={"description": "All owners from now on"},
    )
    at = moment("When ownership passed", required=True)
