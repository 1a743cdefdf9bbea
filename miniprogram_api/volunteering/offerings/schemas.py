"""Bodies of activities."""

from marshmallow import Schema, fields, validate

from miniprogram_api.schemas import flag, identifier, integer, moment, words
from miniprogram_api.volunteering.slots.schemas import CAPACITY, SlotSchema


class NewShiftSchema(Schema):
    """A shift to make."""

    starts_at = moment(required=True)
    ends_at = moment(example="2026-05-01T11:00:00+08:00", required=True)
    capacity = integer(20, required=True, validate=CAPACITY)


SHIFTS = validate.Length(1, 100, error="应当有 {min} 至 {max} 个班次。")


class NewShiftsSchema(Schema):
    """Shifts to add."""

    shifts = fields.List(
        fields.Nested(NewShiftSchema), required=True, validate=SHIFTS, metadata={"description": "In any order"}
    )


class AboutSchema(Schema):
    """What an activity or service says of itself."""

    title = words("周末清洁家园", longest=60, required=True)
    description = words("一起清理楼道和绿地，工具由社区提供。", longest=2000, required=True)
    place = words("小区中心花园", longest=100, required=True)
    contact = words("社区值班电话", longest=100, required=True, about="Whom people ask; shown to residents")
    cancel_minutes = integer(
        720,
        "Until how long before the start people cancel by themselves",
        load_default=720,
        validate=validate.Range(0, 14 * 1440, error="应当是 0 到 20160 分钟。"),
    )


class NewActivitySchema(NewShiftsSchema, AboutSchema):
    """An activity to set up with its shifts."""


class OfferingSchema(Schema):
    """An activity or service with its shifts or slots."""

    id = identifier()
    kind = words("activity")
    title = words("周末清洁家园")
    description = words("一起清理楼道和绿地，工具由社区提供。")
    place = words("小区中心花园")
    contact = words("社区值班电话")
    cancel_minutes = integer(720)
    cancelled = flag()
    cancel_reason = words("暴雨预警，改期另行通知", allow_none=True)
    runs = flag("Whether the actor runs it")
    slots = fields.List(fields.Nested(SlotSchema), metadata={"description": "By time"})


class OfferingListSchema(Schema):
    """What is to come, the newest first."""

    items = fields.List(fields.Nested(OfferingSchema), metadata={"description": "At most 100"})
