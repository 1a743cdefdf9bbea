"""Bodies of objections to a result."""

from marshmallow import Schema, fields

from app.meetings.results.models import ObjectionDecision
from miniprogram_api.schemas import day, flag, identifier, moment, words


class NewResultObjectionSchema(Schema):
    """What an owner objects to."""

    text = words("3 号楼有两户反映交了纸质票但没有计入。", longest=1000, required=True)
    motion_id = identifier("One motion; left out: the whole result", allow_none=True)


class PaperResultObjectionSchema(NewResultObjectionSchema):
    """An objection that an owner handed in on paper."""

    owner_id = identifier("An owner on the roll", required=True)
    note = words("异议书卷第 2 号", about="Where the sheet is filed", required=True)
    received_on = day("The day in China on which it was handed in; left out: today", "2026-06-02", allow_none=True)


class ResultObjectionSchema(Schema):
    """An objection and, once decided, its answer."""

    id = identifier()
    motion_id = identifier("null: the whole result", allow_none=True)
    owner_masked = words("王**")
    is_mine = flag("Whether it is of an owner whom the actor stands for")
    text = words("3 号楼有两户反映交了纸质票但没有计入。")
    filed_at = moment()
    paper_note = words("异议书卷第 2 号", about="Where the sheet is filed; null: in the app", allow_none=True)
    received_on = day("The day on which it was handed in; null: in the app", "2026-06-02", allow_none=True)
    decision = words("rejected", about="rejected, upheld or count_wrong; null: waits", allow_none=True)
    decision_text = words("不成立", allow_none=True)
    reason = words("两张表决票均已录入，回执编号已当面核对。", allow_none=True)
    decided_at = moment(allow_none=True)


class ResultObjectionListSchema(Schema):
    """Objections, the oldest first."""

    items = fields.List(fields.Nested(ResultObjectionSchema), metadata={"description": "To an owner the own"})


class ObjectionDecisionSchema(Schema):
    """The answer to an objection. `count_wrong` stops the final announcement; the result is then annulled."""

    decision = fields.Enum(ObjectionDecision, by_value=True, required=True, metadata={"example": "rejected"})
    reason = words(
        "两张表决票均已录入，回执编号已当面核对。", longest=1000, about="Told to the objector", required=True
    )


class AnnulmentSchema(Schema):
    """Why the result is annulled. The reason stands in the ballot log for good, so it names nobody."""

    reason = words(
        "核实有三张表决票漏计，将重新召开会议表决",
        longest=200,
        about="Every owner is told it, and it stays in the ballot log: name nobody",
        required=True,
    )
