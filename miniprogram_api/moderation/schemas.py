"""Bodies of the review queue. Names are masked."""

from flask_smorest.fields import Upload
from marshmallow import Schema, fields

from app.moderation.models import Ground
from miniprogram_api.compounds.schemas import PageSchema
from miniprogram_api.schemas import EXAMPLE_ID, flag, identifier, integer, moment, words


class QueueSchema(PageSchema):
    """Which part of the queue."""

    kind = words(
        "wish", longest=40, about="One kind of subject; left out: all that the actor reviews", load_default=None
    )


class PictureSchema(Schema):
    """A picture. Its addresses hold for one to two hours, without a sign-in; append them to the API's host."""

    id = identifier()
    position = integer(1)
    width = integer(2048, "Pixels")
    height = integer(1536, "Pixels")
    url = words(f"/api/v1/pictures/{EXAMPLE_ID}/{EXAMPLE_ID}/whole?until=1777600800&signature=3f1a", 400)
    thumbnail_url = words(f"/api/v1/pictures/{EXAMPLE_ID}/{EXAMPLE_ID}/thumbnail?until=1777600800&signature=3f1a", 400)


class PhotoFileSchema(Schema):
    """An uploaded photograph."""

    file = Upload(required=True, metadata={"description": "JPEG or PNG, at most 10 MB", "format": "binary"})


class CheckSchema(Schema):
    """What WeChat's content security says."""

    what = words("文字", about="The text, or which picture")
    suggest = words("pass", about="pass, review, risky or unchecked; null: nothing yet", allow_none=True)
    suggest_text = words("未发现问题", allow_none=True)
    label = words("100", about="WeChat's label, or why there is no verdict", allow_none=True)


class CaseSchema(Schema):
    """Something to review."""

    id = identifier()
    kind = words("wish", about="What it is")
    subject_id = identifier("Its id among its kind")
    state = words("waiting", about="checking, waiting, accepted, refused, appealed or closed")
    state_text = words("等待审核")
    text = words("家里的水龙头一直漏水，想请会修的邻居来看一看。")
    author_masked = words("王**")
    facts = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        metadata={"description": "What else matters, masked", "example": {"类别": "家政维修", "受益人": "王**"}},
    )
    opened_at = moment()
    ground = words("personal_data", about="Of the last refusal", allow_none=True)
    reason = words("文字里有门牌号，请删去后再提交", allow_none=True)
    appeal = words("门牌号是商店的，不是住户的", about="What the author says against it", allow_none=True)
    may_decide = flag("Not on an own entry, nor on an appeal against the own refusal")
    checks = fields.List(fields.Nested(CheckSchema), metadata={"description": "What WeChat says, the text first"})
    pictures = fields.List(fields.Nested(PictureSchema), metadata={"description": "At most 6"})


class CaseListSchema(Schema):
    """Cases, the oldest first."""

    items = fields.List(fields.Nested(CaseSchema), metadata={"description": "One page"})


class ReviewDecisionSchema(Schema):
    """A reviewer's decision."""

    accept = flag("Whether to accept", required=True)
    ground = fields.Enum(
        Ground,
        by_value=True,
        load_default=None,
        allow_none=True,
        metadata={"description": "Needed to refuse", "example": "personal_data"},
    )
    reason = words(
        "文字里有门牌号，请删去后再提交", longest=300, about="Needed to refuse", load_default=None, allow_none=True
    )


class AppealSchema(Schema):
    """What the author says against a refusal."""

    text = words("门牌号是商店的，不是住户的", longest=500, required=True)


class OwnReviewSchema(Schema):
    """The last review of something, as its author sees it."""

    id = identifier("For an appeal")
    state = words("refused", about="waiting, accepted, refused, appealed or closed")
    state_text = words("已退回")
    ground = words("personal_data", allow_none=True)
    ground_text = words("含有个人信息", allow_none=True)
    reason = words("文字里有门牌号，请删去后再提交", allow_none=True)
    may_appeal = flag("Once a refusal")
