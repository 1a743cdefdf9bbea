"""Bodies of paper ballots."""

from typing import Any

from flask_smorest.fields import Upload
from marshmallow import Schema, fields, validate

from app.meetings.tally import Choice
from miniprogram_api.meetings.schemas import ReceiptSchema
from miniprogram_api.schemas import EXAMPLE_ID, flag, identifier, integer, moment, words

EXAMPLE_SHEET = "BALLOT:1:" + "A" * 52


class NewSheetSchema(Schema):
    """A sheet that was handed in, with its scan: its QR text, or the reason why it cannot be read."""

    sheet = words(EXAMPLE_SHEET, about="The text of the sheet's QR code; left out: it names no party")
    reason = words("二维码破损，票面没有签名", about="Why it names no party; only without `sheet`")
    received_at = moment("When it was handed in, at the latest now", "2026-05-18T10:00:00+08:00", required=True)
    joint = flag("It bears the signatures of all co-owners, and is to end their dispute in the app", load_default=False)
    key = identifier("Id for the new sheet, made by the client: sent twice, it is one sheet", load_default=None)
    file = Upload(required=True, metadata={"description": "PDF, JPEG or PNG, at most 20 MB", "format": "binary"})


def _by_motion(values: fields.Field[Any], about: str, example: Any, **options: Any) -> fields.Dict:
    return fields.Dict(
        keys=fields.UUID(),
        values=values,
        validate=validate.Length(0, 100, error="事项过多。"),
        metadata={"description": about, "example": {EXAMPLE_ID: example}},
        **options,
    )


class SheetEntrySchema(Schema):
    """What stands on a sheet; a motion that is not named is blank."""

    choices = _by_motion(
        fields.Enum(Choice, by_value=True),
        "Motion id -> for, against, abstain or blank",
        "for",
        load_default=dict,
    )
    marks = _by_motion(
        fields.List(fields.UUID(), validate=validate.Length(0, 11, error="勾选的人数过多。")),
        "Election -> candidates, up to as many as seats; more: it is spoiled",
        [EXAMPLE_ID],
        load_default=dict,
    )
    spoiled = fields.List(
        fields.UUID(),
        load_default=list,
        validate=validate.Length(0, 100, error="事项过多。"),
        metadata={"description": "Motions marked twice or unreadable", "example": [EXAMPLE_ID]},
    )

    joint = flag("The signatures of all co-owners stand there; asked for where the sheet is joint", load_default=False)


class SettlingSchema(Schema):
    """Why a sheet is to be set aside, or that a clash was seen. The first of the two who set it aside says it."""

    reason = words("业主本人更正，已重新递交", required=True)


class PlaceReleaseSchema(Schema):
    """Why a place of enterer is freed."""

    reason = words("录入人外出，改由他人录入", required=True)


class PlaceSchema(Schema):
    """A place of enterer that is taken."""

    place = integer(2, "1 or 2")
    is_mine = flag()
    taken_at = moment()
    entered = flag("Whether that person's entry is in")


class ReadEntrySchema(Schema):
    """What one person read on a sheet."""

    is_mine = flag()
    choices = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        metadata={"description": "Motion id -> choice", "example": {EXAMPLE_ID: "for"}},
    )
    marks = fields.Dict(metadata={"description": "Election -> candidates", "example": {EXAMPLE_ID: [EXAMPLE_ID]}})
    spoiled = fields.List(identifier(), metadata={"description": "Spoiled motions", "example": [EXAMPLE_ID]})
    joint = flag("Whether the person found the signatures of all co-owners")


class SheetSchema(Schema):
    """A sheet, without names; with choices to its own two enterers only."""

    id = identifier()
    party_id = identifier("null: unidentified", allow_none=True)
    party_number = integer(17, "Number on the electorate's list", allow_none=True)
    doors = fields.List(words("3栋2单元501"), metadata={"description": "Its party's units"})
    state = words("open", about="open, mismatched, confirmed, late, unidentified, conflict, duplicate or set_aside")
    state_text = words("待录入")
    received_at = moment("When it was handed in")
    registered_at = moment("When it was put on record")
    reason = words("二维码破损", about="Why it is unidentified or set aside", allow_none=True)
    settled_at = moment("When the secretary set it aside, or saw the clash", allow_none=True)
    app_refused_at = moment("When its party last tried to vote in the app as well", allow_none=True)
    joint = flag("Whether it is said to be signed by all co-owners")
    entered = integer(1, "How many of the two entries are in")
    aside_asked_at = moment("When somebody asked to set it aside; another person does it", allow_none=True)
    aside_reason = words("签名与业主不符", about="Why", allow_none=True)
    places = fields.List(fields.Nested(PlaceSchema), metadata={"description": "The places of enterer that are taken"})
    am_enterer = flag("Whether the actor is one of its two enterers")
    entries = fields.List(
        fields.Nested(ReadEntrySchema),
        metadata={"description": "To an enterer: the own entry, both while they differ, none once confirmed"},
    )
    receipt = fields.Nested(ReceiptSchema, allow_none=True)
    slip = words(
        "纸质表决票回执…", about="The receipt as lines to print for the owner, without choices", allow_none=True
    )


class SheetListSchema(Schema):
    """The sheets of a meeting."""

    items = fields.List(fields.Nested(SheetSchema), metadata={"description": "As they came; never with choices"})
