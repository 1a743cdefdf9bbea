"""Bodies of the review queue. Names are masked."""

from marshmallow import Schema, fields

from app.moderation.models import Ground
from miniprogram_api.compounds.schemas import PageSchema
from miniprogram_api.schemas import flag, identifier, moment, words


class QueueSchema(PageSchema):
    """Which part of the queue."""

    kind = words(
        "wish", longest=40, about="One kind of subject; left out: all that the actor reviews", load_default=None
    )


class CaseSchema(Schema):
    """Something to review."""

    id = identifier()
    kind = words("wish", about="What it is")
    subject_id = identifier("Its id among its kind")
    state = words("waiting", about="waiting, accepted, refused, appealed or closed")
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
