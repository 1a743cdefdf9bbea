"""Bodies of inspections. Areas are integers of 0.01 m²; names are masked."""

from marshmallow import Schema, fields, validate

from miniprogram_api.schemas import EXAMPLE_ID, flag, identifier, integer, moment, words

PSEUDONYM = "3f1a2b4c5d6e7f80" * 4


class NewInspectionSchema(Schema):
    """To whom the records are opened, and why."""

    owner_id = identifier("An owner on the roll", required=True)
    reason = words("业主到居委会申请查阅表决情况", longest=200, required=True)
    minutes = fields.Integer(
        strict=True,
        load_default=30,
        validate=validate.Range(5, 120, error="应当是 5 到 120 分钟。"),
        metadata={"description": "For how long", "example": 30},
    )


class InspectionSchema(Schema):
    """An inspection."""

    id = identifier()
    meeting_id = identifier()
    owner_id = identifier()
    owner_masked = words("王**")
    reason = words("业主到居委会申请查阅表决情况")
    opened_at = moment()
    expires_at = moment()
    ended_at = moment("Ended before its time", allow_none=True)
    open = flag("Whether it may be used now")


class InspectionListSchema(Schema):
    """Inspections, the newest first."""

    items = fields.List(fields.Nested(InspectionSchema), metadata={"description": "At most 100"})


def limit() -> fields.Integer:
    """How many rows of a page."""
    return fields.Integer(
        load_default=50,
        validate=validate.Range(1, 100, error="应当是 1 到 100。"),
        metadata={"description": "How many at most", "example": 50},
    )


class PartyPageSchema(Schema):
    """Which page of the parties."""

    after = fields.Integer(
        load_default=0,
        validate=validate.Range(0, 10_000_000, error="编号有误。"),
        metadata={"description": "Number of the last party seen", "example": 0},
    )
    limit = limit()


class BallotPageSchema(Schema):
    """Which page of the ballots."""

    after = fields.String(
        load_default="",
        validate=validate.Regexp(r"^([0-9a-f]{64})?$", error="编号有误。"),
        metadata={"description": "Pseudonym of the last ballot seen", "example": PSEUDONYM},
    )
    limit = limit()


class PartySeenSchema(Schema):
    """A voting party and whether it took part. Never how it voted."""

    number = integer(17)
    owners_masked = fields.List(words("王**"), metadata={"description": "Empty: the developer, or nobody is known"})
    is_developer = flag()
    doors = fields.List(words("3栋2单元501"), metadata={"description": "Its units"})
    area_centi = integer(8950)
    ballot = words("counted", about="counted, disputed or none")
    channel = words("app", about="app or paper", allow_none=True)


class PartySeenListSchema(Schema):
    """Parties by number."""

    items = fields.List(fields.Nested(PartySeenSchema), metadata={"description": "A page"})


class BallotSeenSchema(Schema):
    """A counted ballot under a pseudonym of this inspection."""

    pseudonym = words(PSEUDONYM)
    choices = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        metadata={"description": "Motion id -> choice", "example": {EXAMPLE_ID: "for"}},
    )
    marks = fields.Dict(
        allow_none=True,
        metadata={"description": "Election -> marked candidates", "example": {EXAMPLE_ID: [EXAMPLE_ID]}},
    )


class BallotSeenListSchema(Schema):
    """Ballots in the order of their pseudonyms."""

    items = fields.List(fields.Nested(BallotSeenSchema), metadata={"description": "A page"})
