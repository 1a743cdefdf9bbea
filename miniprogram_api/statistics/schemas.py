"""Figures by month and by part."""

from marshmallow import Schema, fields, validate

from miniprogram_api.schemas import day, identifier, integer, moment, words


class MonthsQuerySchema(Schema):
    """Which months."""

    until = day("Any day of the last month asked for", required=True)
    months = fields.Integer(
        load_default=12,
        validate=validate.Range(1, 36, error="应当是 {min} 到 {max} 个月。"),
        metadata={"description": "How many months, the newest first", "example": 12},
    )


class PartsQuerySchema(Schema):
    """Which month."""

    month = day("Any day of the month", required=True)


class FigureSchema(Schema):
    """One measure."""

    measure = words("service_minutes")
    text = words("志愿服务时长（分钟）")
    total = integer(4800, "null: fewer than five people, or it would tell of fewer", allow_none=True)


class MonthSchema(Schema):
    """One month."""

    month = day("Its first day")
    refreshed_at = moment("When it was last computed", allow_none=True)
    figures = fields.List(fields.Nested(FigureSchema))


class StatisticsPartSchema(Schema):
    """One node below."""

    org_unit_id = identifier()
    name = words("演示小区")
    kind = words("compound")
    figures = fields.List(fields.Nested(FigureSchema))


class MonthlyStatisticsSchema(Schema):
    """A node's figures by month."""

    org_unit_id = identifier()
    name = words("演示社区")
    kind = words("community")
    months = fields.List(fields.Nested(MonthSchema))


class PartStatisticsSchema(Schema):
    """A node's figures by the nodes below it."""

    org_unit_id = identifier()
    name = words("演示社区")
    kind = words("community")
    parts = fields.List(fields.Nested(StatisticsPartSchema))
