"""Bodies of delivery: handovers on paper, posted notices, and how far it is."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from app.meetings.models import DeliveryItem
from miniprogram_api.meetings.electorate.schemas import ElectoratePageSchema
from miniprogram_api.schemas import flag, identifier, integer, moment, words


def item_field(**options: Any) -> Any:
    """Notice, or ballot with its warning."""
    about = {"description": "notice: of the meeting; ballot: with its warning", "example": "notice"}
    return fields.Enum(DeliveryItem, by_value=True, metadata=about, **options)


class HandedToSchema(Schema):
    """A party that got it."""

    party_id = identifier(required=True)
    received_by = words("演示业主甲", longest=30, about="Who took it", load_default=None, allow_none=True)


class HandoverSchema(Schema):
    """What was handed over on paper, by whom, when, and to which parties."""

    item = item_field(required=True)
    handed_by = words("楼栋长 演示管家", longest=30, required=True)
    handed_at = moment(required=True)
    receipts = fields.List(
        fields.Nested(HandedToSchema),
        required=True,
        validate=validate.Length(1, 200, error="一次登记 1 到 200 户。"),
        metadata={"description": "Up to 200 parties, each once"},
    )

    @validates_schema
    def each_once(self, body: dict[str, Any], **_: Any) -> None:
        """Refuse a party given twice: two names for one would contradict each other."""
        if len({one["party_id"] for one in body["receipts"]}) != len(body["receipts"]):
            raise ValidationError("同一户只能登记一次。", "receipts")


class HandoverRecordedSchema(Schema):
    """What came of it."""

    recorded = integer(12, "How many parties were not on record yet")


class PostedNoticeQuerySchema(Schema):
    """Where and when a notice was posted; the photo is the body."""

    place = words("3栋2单元公告栏", longest=60, required=True)
    posted_at = moment(required=True)


class PostedNoticeSchema(Schema):
    """A posted notice; its photo is at …/posted-notices/{id}/photo."""

    id = identifier()
    place = words("3栋2单元公告栏")
    posted_at = moment()


class ItemStatusSchema(Schema):
    """How far the delivery of notice or ballot is, in parties; one may be reached by several ways."""

    item = words("notice", about="notice or ballot")
    opened = integer(320, "Opened in the app")
    message = integer(410, "A message that WeChat accepted")
    paper = integer(80, "Handed over on paper")
    reached = integer(560)
    unreached = integer(17)
    with_proof = integer(400, "Opened or on paper: the ways that count where silence may join the majority")
    posted = integer(17, "Of the unreached, those for whom a notice was posted")


class DeliveryStatusSchema(Schema):
    """Delivery of a meeting."""

    parties = integer(577)
    items = fields.List(fields.Nested(ItemStatusSchema), metadata={"description": "notice, then ballot"})
    posted_notices = fields.List(fields.Nested(PostedNoticeSchema), metadata={"description": "By time"})
    hint = words("还有 17 户没有收到会议通知。", about="What is left to do", allow_none=True)


class UnreachedQuerySchema(ElectoratePageSchema):
    """Whom something has not reached yet."""

    item = item_field(load_default=DeliveryItem.NOTICE)


class UnreachedPartySchema(Schema):
    """A party that it has not reached."""

    party_id = identifier("Give it in a handover")
    number = integer(17)
    owners = fields.List(words("王**"), metadata={"description": "Masked"})
    is_developer = flag()
    doors = fields.List(words("3栋2单元501"), metadata={"description": "Its units"})
    posted_at = moment(allow_none=True)
    posted_place = words("3栋2单元公告栏", about="Where a notice was posted for it", allow_none=True)


class DeliveryEntrySchema(Schema):
    """That notice or ballot came to a party by a way, or was posted for it."""

    item = words("notice", about="notice or ballot")
    way = words("paper", about="opened, message or paper; posted reaches nobody")
    way_text = words("书面送交")
    delivered_at = moment()
    recorded_at = moment()
    handed_by = words("楼栋长 演示管家", about="On paper: who handed it over", allow_none=True)
    received_by = words("王**", about="On paper: who took it, masked", allow_none=True)
    place = words("3栋2单元公告栏", about="Where it was posted", allow_none=True)


class PartyDeliveriesSchema(Schema):
    """All that is on record for one party."""

    party_id = identifier()
    number = integer(17)
    owners = fields.List(words("王**"), metadata={"description": "Masked"})
    is_developer = flag()
    doors = fields.List(words("3栋2单元501"), metadata={"description": "Its units"})
    deliveries = fields.List(fields.Nested(DeliveryEntrySchema), metadata={"description": "By time"})


class PartyDeliveriesListSchema(Schema):
    """Parties with their deliveries."""

    items = fields.List(fields.Nested(PartyDeliveriesSchema), metadata={"description": "By number"})


class UnreachedListSchema(Schema):
    """Parties that it has not reached."""

    items = fields.List(fields.Nested(UnreachedPartySchema), metadata={"description": "By number"})
