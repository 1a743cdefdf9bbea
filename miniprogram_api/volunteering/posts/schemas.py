"""Bodies of posts."""

from marshmallow import Schema, fields, validate

from miniprogram_api.moderation.schemas import OwnReviewSchema
from miniprogram_api.schemas import flag, identifier, integer, moment, words

PLACES = validate.Range(1, 1000, error="名额应当是 1 到 1000。")


class NewPostSchema(Schema):
    """A post to set up."""

    title = words("楼道防火巡查员", longest=60, required=True)
    duties = words("每周巡查一次楼道，发现堆放物及时劝导。", longest=2000, required=True)
    places = integer(6, required=True, validate=PLACES)


class PostChangeSchema(Schema):
    """What to change."""

    title = words("楼道防火巡查员", longest=60)
    duties = words("每周巡查一次楼道，发现堆放物及时劝导。", longest=2000)
    places = integer(8, validate=PLACES)


class PostSchema(Schema):
    """A post."""

    id = identifier()
    title = words("楼道防火巡查员")
    duties = words("每周巡查一次楼道，发现堆放物及时劝导。")
    places = integer(6)
    free = integer(2, "Places that nobody holds")
    closed = flag("Whether it takes no more claims")
    created_at = moment()
    my_state = words("claimed", about="The actor's claim: claimed, confirmed, declined, given_up", allow_none=True)
    my_reason = words("这个岗位需要每晚在岗", about="Why it was declined", allow_none=True)
    text_state = words("shown", about="checking, shown or refused; only who manages or serves sees the first and last")
    text_state_text = words("已公开")
    text_review = fields.Nested(OwnReviewSchema, allow_none=True, metadata={"description": "To its author only"})


class PostListSchema(Schema):
    """Posts, the newest first."""

    items = fields.List(fields.Nested(PostSchema), metadata={"description": "At most 200"})


class PostClaimSchema(Schema):
    """A claim, for the secretary."""

    id = identifier()
    volunteer_id = identifier()
    volunteer_number = words("012345678901")
    name = words("演示志愿者")
    state = words("claimed")
    state_text = words("待书记确认")
    reason = words("这个岗位需要每晚在岗", allow_none=True)
    claimed_at = moment()
    decided_at = moment(allow_none=True)


class PostClaimListSchema(Schema):
    """Claims as they came."""

    items = fields.List(fields.Nested(PostClaimSchema))


class PostRefusalSchema(Schema):
    """Why, in words that the person concerned reads."""

    reason = words("这个岗位需要每晚在岗", longest=200, required=True)
