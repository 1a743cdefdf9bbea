"""Bodies of branches and members. For branch roles alone; phones are masked."""

from marshmallow import Schema, fields, validate

from app.org.branches.models import BranchKind
from miniprogram_api.schemas import flag, identifier, integer, moment, words


class NewBranchSchema(Schema):
    """A branch to found."""

    kind = fields.Enum(
        BranchKind, by_value=True, required=True, metadata={"description": "How it is formed", "example": "own"}
    )
    name = words("演示小区党支部", longest=60, required=True)
    neighbour_ids = fields.List(
        identifier(), load_default=list, validate=validate.Length(max=20), metadata={"description": "Of a joint one"}
    )
    party_member_ids = fields.List(
        identifier(),
        load_default=list,
        validate=validate.Length(max=200),
        metadata={"description": "Of a functional one: members registered elsewhere"},
    )


class BranchSchema(Schema):
    """A branch."""

    id = identifier()
    kind = words("own", about="own, joint or functional")
    kind_text = words("单独支部")
    name = words("演示小区党支部")
    founded_at = moment()
    ended_at = moment(allow_none=True)
    compounds = fields.List(words("演示小区"), metadata={"description": "Names of the compounds that it serves"})
    formal = integer(7, "Formal members")
    members = integer(9, "All members")
    below_three = flag("Whether it has too few formal members to be kept")
    advice = words("正式党员不足三名。", longest=300, about="What is to be done, if anything", allow_none=True)


class BranchesSchema(Schema):
    """The branches of a compound."""

    branches = fields.List(fields.Nested(BranchSchema), metadata={"description": "That serve it today"})
    former = fields.List(fields.Nested(BranchSchema), metadata={"description": "That served it"})
    formal_here = integer(7, "Formal members who are registered in the compound")
    advice = words("可以成立单独支部。", longest=300, about="Where no own or joint branch serves it", allow_none=True)


class NewPartyMemberSchema(Schema):
    """A member to enter."""

    name = words("演示党员", longest=60, required=True)
    phone = fields.String(
        required=True,
        validate=validate.Regexp(r"^1\d{10}$", error="应当是 11 位手机号。"),
        metadata={"description": "Whoever proves it sees the own entry and may leave", "example": "13900000105"},
    )
    formal = flag("A formal member, not a probationary one", required=True)
    registered_here = flag("Whether the membership is registered in this compound", required=True)
    consent_note = words(
        "5月1日书面同意书第 3 号，存党支部。", about="Where the separate consent (PIPL 29) is filed", required=True
    )


class PartyMemberSchema(Schema):
    """A member."""

    id = identifier()
    name = words("演示党员")
    phone_masked = words("139****0105")
    formal = flag("A formal member, not a probationary one")
    registered_here = flag("Whether the membership is registered in this compound")
    branch_id = identifier("The functional branch of who is registered elsewhere", allow_none=True)
    joined = flag("Whether the number is proven")
    added_at = moment()


class PartyMemberListSchema(Schema):
    """Members, as they were entered."""

    items = fields.List(fields.Nested(PartyMemberSchema))


class GatheringSchema(Schema):
    """The functional branch of a member."""

    branch_id = identifier("null: none", required=True, allow_none=True)
