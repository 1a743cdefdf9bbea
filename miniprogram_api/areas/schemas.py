"""Bodies of grids and building groups. Names and phones are masked."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from app.compounds.areas.acts import Leader
from miniprogram_api.schemas import identifier, integer, moment, words


class LeaderSchema(Schema):
    """Who answers for it."""

    name = words("演示网格员", longest=60, required=True)
    phone = fields.String(
        required=True,
        validate=validate.Regexp(r"^1\d{10}$", error="应当是 11 位手机号。"),
        metadata={"description": "For the desk", "example": "13900000106"},
    )

    @post_load
    def made(self, data: dict[str, Any], **_: Any) -> Leader:
        """The leader."""
        return Leader(**data)


class BuildingsSchema(Schema):
    """Which buildings of the compound it covers."""

    building_ids = fields.List(
        identifier(), required=True, validate=validate.Length(max=500), metadata={"description": "All; others leave"}
    )


class NewGridSchema(BuildingsSchema):
    """A grid to make."""

    name = words("第一网格", longest=40, required=True)
    leader = fields.Nested(LeaderSchema, required=True)


class NewBuildingGroupSchema(NewGridSchema):
    """A building group to make."""

    branch_id = identifier("A branch that serves the compound", required=True)


class CoveredSchema(Schema):
    """A building."""

    id = identifier()
    name = words("3栋")


class AreaSchema(Schema):
    """A grid or a building group, as it is in this compound."""

    id = identifier()
    kind = words("grid", about="grid or building_group")
    kind_text = words("网格")
    name = words("第一网格")
    leader_text = words("网格员", about="What whoever answers for it is called")
    leader = words("演***", allow_none=True)
    leader_phone_masked = words("139****0106", allow_none=True)
    leader_since = moment(allow_none=True)
    buildings = fields.List(fields.Nested(CoveredSchema), metadata={"description": "Of this compound"})
    elsewhere = integer(3, "Buildings of other compounds")
    branch = words("演示小区党支部", allow_none=True, about="Of a building group")


class AreaListSchema(Schema):
    """Areas, by name."""

    items = fields.List(fields.Nested(AreaSchema), metadata={"description": "All"})
