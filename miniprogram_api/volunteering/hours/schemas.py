"""Bodies of checking in and of service records."""

from marshmallow import Schema, fields, validate

from miniprogram_api.schemas import flag, identifier, integer, moment, words

MINUTES = validate.Range(0, 1440, error="应当是 0 到 1440 分钟。")


class CheckInCodeSchema(Schema):
    """The code to show as a QR code now."""

    code = words("3a1f2b.Zm9vYmFyYmF6cXV4cXV1eA")
    valid_until = moment("When the next one replaces it")


class ScannedCodeSchema(Schema):
    """The code that was scanned on the spot."""

    code = words("3a1f2b.Zm9vYmFyYmF6cXV4cXV1eA", longest=100, required=True)


class AttendanceSchema(Schema):
    """When somebody served."""

    started_at = moment(required=True)
    ended_at = moment(example="2026-05-01T11:00:00+08:00", required=True)


class PostHoursSchema(Schema):
    """What a volunteer served in a post."""

    started_at = moment(required=True)
    minutes = integer(90, required=True, validate=validate.Range(1, 1440, error="应当是 1 到 1440 分钟。"))


class NewHoursCorrectionSchema(Schema):
    """Which minutes would be right, and why."""

    minutes = integer(150, required=True, validate=MINUTES)
    reason = words("签退时手机没电，实际服务到 11:30", longest=500, required=True)


class HoursRefusalSchema(Schema):
    """Why, in words that the volunteer reads."""

    reason = words("当天没有到场", longest=200, required=True)


class HoursCorrectionDecisionSchema(HoursRefusalSchema):
    """Whether a correction is accepted."""

    accept = flag(required=True)


class HoursCorrectionSchema(Schema):
    """A request that waits."""

    id = identifier()
    minutes = integer(150)
    reason = words("签退时手机没电，实际服务到 11:30")
    requested_at = moment()


class ServiceRecordSchema(Schema):
    """A service record."""

    id = identifier()
    name = words("演示志愿者")
    volunteer_number = words("012345678901")
    content = words("周末清洁家园")
    slot_id = identifier("null: of a post", allow_none=True)
    post_id = identifier("null: of a slot", allow_none=True)
    started_at = moment()
    ended_at = moment(example="2026-05-01T11:00:00+08:00", allow_none=True)
    minutes = integer(120, "Of actual service; null: not checked out yet", allow_none=True)
    state = words("recorded", about="open, recorded, confirmed or refused")
    state_text = words("待确认")
    correction = fields.Nested(HoursCorrectionSchema, allow_none=True)


class ServiceRecordListSchema(Schema):
    """Records, the latest first."""

    items = fields.List(fields.Nested(ServiceRecordSchema), metadata={"description": "At most 500"})


class MyHoursSchema(ServiceRecordListSchema):
    """The actor's own records."""

    confirmed_minutes = integer(1230)


class RecordChangeSchema(Schema):
    """What happened to a record."""

    at = moment()
    act = words("accept_correction")
    before = fields.Dict(
        allow_none=True, metadata={"description": "State, minutes, times", "example": {"minutes": 120}}
    )
    after = fields.Dict(metadata={"description": "State, minutes, times", "example": {"minutes": 150}})
    reason = words("签退时手机没电", allow_none=True)


class RecordChangeListSchema(Schema):
    """The oldest first."""

    items = fields.List(fields.Nested(RecordChangeSchema), metadata={"description": "All"})
