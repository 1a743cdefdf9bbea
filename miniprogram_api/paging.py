"""Pages of lists that are read whole and are short as a rule, but for a large compound: its sheets, its mandates."""

from collections.abc import Sequence
from typing import TypeVar

from marshmallow import Schema, fields, validate

Item = TypeVar("Item")


class PartSchema(Schema):
    """Which part of a list: at most `limit` items after the first `after`."""

    after = fields.Integer(
        load_default=0,
        validate=validate.Range(0, 1_000_000, error="应当是 {min} 到 {max}。"),
        metadata={"description": "How many items were seen", "example": 0},
    )
    limit = fields.Integer(
        load_default=100,
        validate=validate.Range(1, 200, error="应当是 {min} 到 {max}。"),
        metadata={"description": "How many at most", "example": 100},
    )


def part_of(items: Sequence[Item], after: int, limit: int) -> Sequence[Item]:
    """The items of a page; none after the last."""
    return items[after : after + limit]
