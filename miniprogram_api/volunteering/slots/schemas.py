"""Bodies of slots and bookings."""

from marshmallow import Schema, fields, validate

from app.volunteering.slots.models import ConsentForm
from miniprogram_api.schemas import flag, identifier, integer, moment, words

CAPACITY = validate.Range(1, 10000, error="名额应当是 1 到 10000。")


class BookSchema(Schema):
    """Whether a turn on the waiting list will do."""

    may_wait = flag("Take a turn on the waiting list where all places are taken", load_default=False)
    phone = words("13900000103", longest=20, load_default=None, allow_none=True, about="For whoever serves, if need be")
    note = words(
        "老人耳背，请敲门大声一些", longest=200, load_default=None, allow_none=True, about="For whoever serves"
    )


class BookForNeighbourSchema(BookSchema):
    """A neighbour who agreed that a steward books."""

    unit_id = identifier("The neighbour's home", required=True)
    name = words("演示邻居", longest=60, required=True)
    consent = fields.Enum(
        ConsentForm,
        by_value=True,
        required=True,
        metadata={"description": "How the neighbour agreed: written or spoken", "example": "spoken"},
    )


class CapacitySchema(Schema):
    """A new number of places."""

    capacity = integer(20, required=True, validate=CAPACITY)


class SlotCancellationSchema(Schema):
    """Why, in words that the people concerned read."""

    reason = words("暴雨预警，改期另行通知", longest=200, required=True)


class MyBookingSchema(Schema):
    """The actor's own booking."""

    id = identifier()
    state = words("waiting", about="booked, waiting, cancelled or no_show")
    state_text = words("候补中")
    ahead = integer(2, "How many wait before the actor; null unless it waits", allow_none=True)
    reason = words("暴雨预警，改期另行通知", allow_none=True)


class SlotSchema(Schema):
    """A slot: how many, never who."""

    id = identifier()
    offering_id = identifier("The activity or service")
    starts_at = moment()
    ends_at = moment(example="2026-05-01T11:00:00+08:00")
    capacity = integer(20)
    free = integer(3)
    waiting = integer(0)
    cancelled = flag()
    cancel_reason = words("暴雨预警，改期另行通知", allow_none=True)
    my_booking = fields.Nested(MyBookingSchema, allow_none=True)


class BookingSchema(Schema):
    """A booking, for whoever runs the slot."""

    id = identifier()
    turn = integer(4, "The order in which people came")
    name = words("演示志愿者")
    volunteer_number = words("012345678901", about="null: not of an activity", allow_none=True)
    door = words("3栋2单元501", about="Of a service's booking", allow_none=True)
    phone = words("13900000103", allow_none=True)
    note = words("老人耳背，请敲门大声一些", allow_none=True)
    for_neighbour = flag("Whether a steward entered it")
    state = words("booked")
    state_text = words("已预约")
    reason = words("临时有事", allow_none=True)
    booked_at = moment()
    promoted_at = moment("When a place became free", allow_none=True)


class BookingListSchema(Schema):
    """Bookings by turn."""

    items = fields.List(fields.Nested(BookingSchema))


class EnteredBookingSchema(Schema):
    """A booking that the actor entered for a neighbour."""

    title = words("上门理发")
    place = words("住户家中")
    slot_id = identifier()
    starts_at = moment()
    ends_at = moment(example="2026-05-01T11:00:00+08:00")
    booking = fields.Nested(BookingSchema)


class EnteredBookingListSchema(Schema):
    """The latest first."""

    items = fields.List(fields.Nested(EnteredBookingSchema), metadata={"description": "At most 200"})


class MyPlaceSchema(Schema):
    """Where the actor was or will be."""

    title = words("周末清洁家园")
    place = words("小区中心花园")
    contact = words("社区值班电话")
    kind = words("activity")
    slot = fields.Nested(SlotSchema)


class MyPlaceListSchema(Schema):
    """The latest first."""

    items = fields.List(fields.Nested(MyPlaceSchema), metadata={"description": "At most 200"})
