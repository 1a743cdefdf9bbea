"""Which part of a list is asked for: after an item, cut in SQL; or after so many, of the few that are read whole."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from marshmallow import Schema, fields, post_load, validate

from app.core.paging import Page
from miniprogram_api.schemas import EXAMPLE_ID

Item = TypeVar("Item")


def _limit() -> fields.Integer:
    return fields.Integer(
        load_default=100,
        validate=validate.Range(1, 200, error="应当是 {min} 到 {max}。"),
        metadata={"description": "How many at most", "example": 100},
    )


class AfterSchema(Schema):
    """Which part of a list: at most `limit` items after the one given."""

    after = fields.UUID(metadata={"description": "Id of the last item seen", "example": EXAMPLE_ID}, load_default=None)
    limit = _limit()

    @post_load
    def as_page(self, asked: Mapping[str, Any], **_: Any) -> dict[str, Page]:
        """What the lists of the domain take."""
        return {"page": Page(**asked)}


class PartSchema(Schema):
    """Which part of a list that is read whole: at most `limit` items after the first `after`."""

    after = fields.Integer(
        load_default=0,
        validate=validate.Range(0, 1_000_000, error="应当是 {min} 到 {max}。"),
        metadata={"description": "How many items were seen", "example": 0},
    )
    limit = _limit()


def part_of(items: Sequence[Item], after: int, limit: int) -> Sequence[Item]:
    """The items of a page; none after the last."""
    return items[after : after + limit]
