"""Bodies of the published electorate, objections to it and its corrections. Areas are integers of 0.01 m²."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from app.meetings.electorate import AreaSource
from app.meetings.models import ObjectionKind
from app.meetings.objections.corrections import Correction, CorrectionAct
from miniprogram_api.schemas import flag, identifier, integer, moment, words


class ElectoratePageSchema(Schema):
    """Which part of the list: at most `limit` parties after the number given."""

    after = fields.Integer(
        load_default=0,
        validate=validate.Range(0, 10**9, error="编号有误。"),
        metadata={"description": "Number of the last party seen", "example": 20},
    )
    limit = fields.Integer(
        load_default=50,
        validate=validate.Range(1, 100, error="应当是 1 到 100。"),
        metadata={"description": "How many at most", "example": 50},
    )


class ListedUnitSchema(Schema):
    """A unit on the list."""

    unit_id = identifier("Give it in an objection")
    door = words("3栋2单元501")
    area_centi = integer(8950)
    source = words("不动产登记簿", about="Where the area was read")


class ListedPartySchema(Schema):
    """A voting party on the list."""

    number = integer(17)
    owners = fields.List(words("王**"), metadata={"description": "Masked; empty: the developer, or not known"})
    is_developer = flag()
    area_centi = integer(8950)
    units = fields.List(fields.Nested(ListedUnitSchema), metadata={"description": "By door"})


class ElectorateSchema(Schema):
    """A page of the published electorate, with the totals of the whole."""

    persons = integer(577)
    area_centi = integer(7875637)
    objection_days_end_at = moment("When the objection period ends")
    objections_open = flag("Whether an objection can be filed now")
    frozen = flag("Whether voting has opened, so that nothing is corrected any more")
    items = fields.List(fields.Nested(ListedPartySchema), metadata={"description": "By number"})


class DecidedCorrectionSchema(Schema):
    """A decided correction, without names."""

    act = words("set_area", about="set_area, set_owners, add_unit or remove_unit")
    act_text = words("更正面积")
    door = words("3栋2单元501", about="null: no longer listed", allow_none=True)
    unit_id = identifier()
    decided_at = moment()
    before = fields.Dict(
        metadata={
            "description": "unit: {area_centi, area_source, owners: how many}, null where it was not listed; "
            "electorate: {persons, area_centi}",
            "example": {"unit": None, "electorate": {"persons": 576, "area_centi": 7866687}},
        }
    )
    after = fields.Dict(
        metadata={"description": "As before", "example": {"electorate": {"persons": 577, "area_centi": 7875637}}}
    )


class CorrectionListSchema(Schema):
    """The decided corrections."""

    items = fields.List(fields.Nested(DecidedCorrectionSchema), metadata={"description": "In the order of decisions"})


class NewElectorateObjectionSchema(Schema):
    """What is wrong with the list."""

    kind = fields.Enum(
        ObjectionKind,
        by_value=True,
        required=True,
        metadata={
            "description": "wrong_area, wrong_owner, missing_unit, not_to_be_listed or other",
            "example": "wrong_area",
        },
    )
    text = words("产权证上的面积是 98.50 平方米。", longest=1000, required=True)
    unit_id = identifier("The unit that it is about, if it is listed", load_default=None, allow_none=True)


class ElectorateObjectionSchema(Schema):
    """An objection to the electorate."""

    id = identifier()
    kind = words("wrong_area")
    kind_text = words("面积有误")
    unit_id = identifier(allow_none=True)
    door = words("3栋2单元501", about="null: of no listed unit", allow_none=True)
    text = words("产权证上的面积是 98.50 平方米。")
    has_evidence = flag("Whether a paper is attached")
    state = words("filed", about="filed, upheld or refused")
    state_text = words("待处理")
    filed_at = moment()
    decided_at = moment(allow_none=True)
    reason = words("与不动产登记簿一致。", about="Of the decision", allow_none=True)
    is_mine = flag("Whether the actor filed it")


class MyElectorateObjectionsSchema(Schema):
    """The actor's own objections."""

    items = fields.List(fields.Nested(ElectorateObjectionSchema), metadata={"description": "The oldest first"})


class ElectorateObjectionListSchema(MyElectorateObjectionsSchema):
    """The objections of a meeting, for staff."""

    undecided = integer(2, "How many wait for a decision")
    decide_before = moment("When voting opens, and the electorate is frozen for good")
    warning = words("还有 2 件异议没有处理。", about="While some are undecided", allow_none=True)


class CorrectionSchema(Schema):
    """One correction of the electorate; owners are taken from the roll as it is now."""

    act = fields.Enum(
        CorrectionAct,
        by_value=True,
        required=True,
        metadata={"description": "set_area, set_owners, add_unit or remove_unit", "example": "set_area"},
    )
    unit_id = identifier(required=True)
    area_centi = fields.Integer(
        strict=True,
        load_default=None,
        allow_none=True,
        validate=validate.Range(1, 10**9, error="面积应当大于 0。"),
        metadata={"description": "With set_area", "example": 9850},
    )
    area_source = fields.Enum(
        AreaSource,
        by_value=True,
        load_default=None,
        allow_none=True,
        metadata={"description": "With set_area: register, survey or contract", "example": "register"},
    )

    @post_load
    def made(self, body: dict[str, Any], **_: Any) -> Correction:
        """The correction as the service takes it."""
        return Correction(**body)


class ElectorateObjectionDecisionSchema(Schema):
    """The decision on an objection."""

    outcome = fields.String(
        required=True,
        validate=validate.OneOf(["upheld", "refused"], error="应当是 upheld 或 refused。"),
        metadata={"description": "upheld or refused", "example": "upheld"},
    )
    reason = words("与不动产登记簿一致。", longest=500, required=True, about="The objector reads it")
    corrections = fields.List(
        fields.Nested(CorrectionSchema),
        load_default=list,
        validate=validate.Length(0, 20, error="一次最多 20 项更正。"),
        metadata={"description": "With upheld; empty: another decision has set it right"},
    )
