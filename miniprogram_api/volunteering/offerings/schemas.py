"""Bodies of activities."""

from marshmallow import Schema, fields, validate

from miniprogram_api.moderation.schemas import OwnReviewSchema
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
    group_id = identifier("The group in whose name it is offered", load_default=None, allow_none=True)
    brand_id = identifier("The brand under which it is known", load_default=None, allow_none=True)
    cancel_minutes = integer(
        720,
        "Until how long before the start people cancel by themselves",
        load_default=720,
        validate=validate.Range(0, 14 * 1440, error="应当是 0 到 20160 分钟。"),
    )


class NewActivitySchema(NewShiftsSchema, AboutSchema):
    """An activity to set up with its shifts."""


class RecurrenceSchema(Schema):
    """How a service repeats: a window, cut into slots. RFC 5545, in China's time."""

    rule = words(
        "FREQ=WEEKLY;BYDAY=SA",
        longest=200,
        required=True,
        about="RRULE: DAILY, WEEKLY or MONTHLY with INTERVAL, BYDAY, BYMONTHDAY, UNTIL (a date)",
    )
    first_day = fields.Date(
        required=True,
        error_messages={"invalid": "日期格式有误，应当像 2026-05-01。"},
        metadata={"description": "The first day that the rule counts from", "example": "2026-05-01"},
    )
    opens = fields.Time(
        format="%H:%M",
        required=True,
        error_messages={"invalid": "时间格式有误，应当像 09:00。"},
        metadata={"description": "When the window opens", "example": "09:00"},
    )
    window_minutes = integer(180, required=True, validate=validate.Range(1, 1440, error="应当是 1 到 1440 分钟。"))
    slot_minutes = integer(30, required=True, validate=validate.Range(1, 1440, error="应当是 1 到 1440 分钟。"))
    capacity = integer(1, "Places of each slot", required=True, validate=CAPACITY)


class NewServiceSchema(AboutSchema):
    """A service to offer."""

    recurrence = fields.Nested(RecurrenceSchema, required=True)


class OfferingSchema(Schema):
    """An activity or service with its shifts or slots."""

    id = identifier()
    kind = words("activity")
    title = words("周末清洁家园")
    description = words("一起清理楼道和绿地，工具由社区提供。")
    place = words("小区中心花园")
    contact = words("社区值班电话")
    group = words("演示共建单位", allow_none=True)
    brand = words("红马甲便民集市", allow_none=True)
    cancel_minutes = integer(720)
    cancelled = flag()
    cancel_reason = words("暴雨预警，改期另行通知", allow_none=True)
    review = words("open", about="waiting, open or declined")
    review_text = words("开放预约")
    review_reason = words("请先提供理发师资格证明", allow_none=True)
    recurrence = fields.Nested(RecurrenceSchema, allow_none=True, metadata={"description": "null: an activity"})
    runs = flag("Whether the actor runs it")
    text_state = words("shown", about="checking, shown or refused; residents see what is shown only")
    text_state_text = words("已公开")
    text_review = fields.Nested(OwnReviewSchema, allow_none=True, metadata={"description": "To its organiser only"})
    slots = fields.List(fields.Nested(SlotSchema), metadata={"description": "By time"})


class OfferingListSchema(Schema):
    """What is to come, the newest first."""

    items = fields.List(fields.Nested(OfferingSchema), metadata={"description": "At most 100"})
