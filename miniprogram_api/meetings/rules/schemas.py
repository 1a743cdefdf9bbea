"""Bodies of rules of procedure."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from app.meetings.rules.rule_set import PRESETS, RuleSet
from miniprogram_api.schemas import integer, moment, words

_DATA = {"description": "Every rule by its name, as in a preset", "example": RuleSet().to_dict()}


def _sentences() -> fields.List[str]:
    return fields.List(
        words("会议通知应当在表决开始 15 日以前送达全体业主（《物业管理条例》第十四条）。"),
        metadata={"description": "One plain sentence a rule, with its article"},
    )


class PresetSchema(Schema):
    """A rule set to start from."""

    preset = words("civil_code_strict")
    data = fields.Dict(metadata=_DATA)
    sentences = _sentences()


class PresetListSchema(Schema):
    """The rule sets that the program knows by name."""

    items = fields.List(fields.Nested(PresetSchema), metadata={"description": "The strictest first"})


class RuleSetSchema(Schema):
    """A compound's rules."""

    version = integer(1, "0: the default, in force until one is adopted")
    preset = words("civil_code_strict", allow_none=True)
    data = fields.Dict(metadata=_DATA)
    sentences = _sentences()
    note = words("2026年3月业主大会通过", allow_none=True)
    adopted_at = moment(allow_none=True)


class RuleSetListSchema(Schema):
    """The rules in force, and what was adopted."""

    current = fields.Nested(RuleSetSchema)
    items = fields.List(fields.Nested(RuleSetSchema), metadata={"description": "The newest first"})


class NewRuleSetSchema(Schema):
    """Rules to adopt: a preset, or every rule of one's own."""

    preset = fields.String(
        validate=validate.OneOf(list(PRESETS), error="没有这个范本。"), metadata={"example": "civil_code_strict"}
    )
    data = fields.Dict(keys=fields.String(), metadata=_DATA)
    note = words("2026年3月业主大会通过", longest=500, about="Which decision adopted them", required=True)

    @validates_schema
    def either_or(self, body: dict[str, Any], **_: Any) -> None:
        """Take one of the two."""
        if ("preset" in body) == ("data" in body):
            raise ValidationError("请选择一个范本，或者填写完整的规则，二者选一。")
