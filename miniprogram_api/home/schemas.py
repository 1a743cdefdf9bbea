"""What the first screen shows."""

from marshmallow import Schema, fields

from miniprogram_api.schemas import flag, identifier, integer, moment, words


class ToDoSchema(Schema):
    """Something that waits for the reader."""

    what = words("vote", about="Stable name")
    count = integer(1, "How many, never 0")
    text = words("1 场业主大会等您投票")
    page = words("pages/meeting/list", about="The page of the mini-program that a tap opens")


class HomeMeetingSchema(Schema):
    """A meeting that is announced, open, or published within two weeks."""

    id = identifier()
    title = words("2026年第1次业主大会")
    state = words("voting", about="announced, voting or published")
    state_text = words("投票中")
    opens_at = moment()
    closes_at = moment()
    published_at = moment(allow_none=True)
    to_cast = integer(1, "How many parties the reader can vote for now and has not")


class HomeWishSchema(Schema):
    """A wish that waits for somebody."""

    id = identifier()
    text = words("想请人帮忙换厨房的灯泡", about="The first 60 characters")
    category = words("repair")
    category_text = words("家政维修")
    building = words("3栋", allow_none=True)
    near = flag("Of a building of the reader's")
    listed_at = moment()


class HomeActivitySchema(Schema):
    """A shift or slot that begins within two weeks: one that the reader has a place in, or one with free places."""

    id = identifier()
    offering_id = identifier()
    title = words("周末义诊")
    place = words("小区广场")
    starts_at = moment()
    ends_at = moment()
    free = integer(3)
    mine = words("booked", about="booked or waiting, where the reader is", allow_none=True)


class HomeNoticeSchema(Schema):
    """An entry of the red/black list that is published now; without names."""

    id = identifier()
    colour = words("red")
    colour_text = words("红榜")
    category = words("hygiene")
    title = words("三号楼邻居自发清理楼道")
    published_at = moment()
    expires_at = moment()


class FirstScreenSchema(Schema):
    """A compound's first screen."""

    compound_id = identifier()
    compound = words("演示小区")
    unread = integer(2, "Messages of this compound that the reader has not opened")
    to_dos = fields.List(fields.Nested(ToDoSchema), metadata={"description": "The most pressing first"})
    meetings = fields.List(fields.Nested(HomeMeetingSchema), metadata={"description": "At most 5"})
    wishes = fields.List(fields.Nested(HomeWishSchema), metadata={"description": "At most 5, the nearest first"})
    activities = fields.List(
        fields.Nested(HomeActivitySchema), metadata={"description": "At most 5, the reader's own first, then the next"}
    )
    notices = fields.List(fields.Nested(HomeNoticeSchema), metadata={"description": "At most 5, the newest first"})
