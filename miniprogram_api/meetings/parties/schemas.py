"""Bodies of voting parties: co-owners, delegates, disputes. Areas are integers of 0.01 m²."""

from flask_smorest.fields import Upload
from marshmallow import Schema, fields

from miniprogram_api.schemas import EXAMPLE_ID, flag, identifier, integer, moment, words


class CoOwnerSchema(Schema):
    """A co-owner of a party."""

    owner_id = identifier()
    name_masked = words("王**")
    is_me = flag("Whether the actor stands for this owner")
    is_delegate = flag("Whether this owner votes for all")
    names_owner_id = identifier("Whom this owner wants as delegate", allow_none=True)


class PartyBallotSchema(Schema):
    """A ballot of the party."""

    ballot_id = identifier()
    owner_id = identifier("For whom; null: on paper, for the whole party, or the developer's", allow_none=True)
    is_mine = flag()
    state = words("disputed", about="effective, disputed, withdrawn or replaced; only an effective one counts")
    replaces = identifier("The ballot that it changed", allow_none=True)
    accepted_at = moment()
    choices = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        metadata={"description": "Motion id -> choice", "example": {EXAMPLE_ID: "for"}},
    )
    marks = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.String()),
        metadata={"description": "Election -> marked candidates", "example": {EXAMPLE_ID: [EXAMPLE_ID]}},
    )


class PartyStandingSchema(Schema):
    """One of the actor's voting parties."""

    id = identifier()
    number = integer(17, "Number on the electorate's list")
    area_centi = integer(8950)
    disputed = flag("Whether co-owners contradict each other, so that no ballot of the party counts")
    delegate_owner_id = identifier("Who votes for all; null: everyone may", allow_none=True)
    owners = fields.List(fields.Nested(CoOwnerSchema))
    ballots = fields.List(fields.Nested(PartyBallotSchema), metadata={"description": "In the order they came"})


class DelegateSchema(Schema):
    """The co-owner who shall vote for the party."""

    owner_id = identifier("One of the party's owners", required=True)


class SignedPaperSchema(Schema):
    """The scan of a paper that all have signed."""

    file = Upload(required=True, metadata={"description": "PDF, JPEG or PNG, at most 20 MB", "format": "binary"})


class DisputeSchema(Schema):
    """A disputed party, without its choices."""

    party_id = identifier()
    number = integer(17, "Number on the electorate's list")
    doors = fields.List(words("3栋2单元501"), metadata={"description": "Its units"})
    since = moment("When the contrary ballot came")


class DisputeListSchema(Schema):
    """The disputed parties of a meeting."""

    items = fields.List(fields.Nested(DisputeSchema), metadata={"description": "By number"})
