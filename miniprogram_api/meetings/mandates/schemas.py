"""Bodies of mandates: who votes for an owner, or for the developer."""

import json
from typing import Any

from flask_smorest.fields import Upload
from marshmallow import Schema, ValidationError, fields, post_load, validate

from miniprogram_api.meetings.schemas import choices_field
from miniprogram_api.schemas import EXAMPLE_ID, flag, identifier, integer, moment, words


class FixedChoicesSchema(Schema):
    """What a mandate fixes; motions left out are left to the proxy."""

    choices = choices_field()
    marks = fields.Dict(
        keys=fields.UUID(),
        values=fields.List(fields.UUID(), validate=validate.Length(0, 11, error="勾选的人数过多。")),
        load_default=dict,
        validate=validate.Length(0, 20, error="选举过多。"),
        metadata={"description": "Election -> candidates", "example": {EXAMPLE_ID: [EXAMPLE_ID]}},
    )


_FIXED = FixedChoicesSchema()


class MandateFormSchema(Schema):
    """A signed mandate: whom it names, what it fixes, and its scan."""

    file = Upload(required=True, metadata={"description": "PDF, JPEG or PNG, at most 20 MB", "format": "binary"})
    proxy_phone = words("13900000104", longest=20, required=True, about="The proxy signs in with it, now or later")
    proxy_name = words("演示代理人", longest=60, required=True, about="As written in the mandate")
    fixed = fields.String(
        load_default="{}",
        validate=validate.Length(max=20000, error="内容过长。"),
        metadata={
            "description": "JSON: choices and marks that the ballot must repeat; left out: the proxy decides",
            "example": json.dumps({"choices": {EXAMPLE_ID: "for"}, "marks": {}}),
        },
    )

    @post_load
    def _read(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        try:
            fixed = json.loads(data.pop("fixed"))
        except ValueError:
            raise ValidationError("应当是 JSON。", "fixed") from None
        return {**data, **_FIXED.load(fixed)}


class PaperMandateFormSchema(MandateFormSchema):
    """A mandate as the secretary enters it."""

    owner_id = identifier("Who gives it: an owner of the party; left out for the developer", load_default=None)


class RevocationSchema(Schema):
    """Why a mandate ends."""

    reason = words("委托人改为自己投票", longest=200, required=True)


class MandateSchema(Schema):
    """A mandate in force, without what it fixes."""

    id = identifier()
    party_id = identifier()
    number = integer(17, "The party's number on the electorate's list")
    proxy_masked = words("演****")
    is_developer = flag("Whether it is the developer's authorisation")
    on_paper = flag("Whether the secretary entered it from paper")
    fixed = flag("Whether it fixes choices")
    used = flag("Whether the proxy has voted by it")
    scan_id = identifier("See …/scans/{id}: for staff")
    given_at = moment()
    i_am_proxy = flag()


class MandateListSchema(Schema):
    """Mandates in force."""

    items = fields.List(fields.Nested(MandateSchema), metadata={"description": "By the party's number"})
