"""Bodies of committees."""

from marshmallow import Schema, fields, validate

from app.meetings.committees.models import Leaving
from miniprogram_api.schemas import flag, identifier, integer, moment, words


class CommitteeMemberSchema(Schema):
    """A member or substitute. Names are public to the compound's owners."""

    id = identifier()
    position = integer(1, "In the order of election")
    name = words("演示业主甲")
    standing = words("member", about="member, substitute or left")
    joined_at = moment(allow_none=True)
    left_at = moment(allow_none=True)
    leaving = words("resigned", about="resigned, disqualified or removed", allow_none=True)
    left_reason = words("因工作调动辞去委员职务", about="To staff only", allow_none=True)


class CommitteeSchema(Schema):
    """A committee with its term."""

    id = identifier()
    kind = words("owners_committee", about="owners_committee or self_management")
    kind_text = words("业主委员会")
    meeting_id = identifier("The meeting that elected it")
    motion_id = identifier()
    seats = integer(7)
    vacancies = integer(0, "Seats without a member")
    began_at = moment()
    expires_at = moment("The first moment after the term", "2031-06-05T00:00:00+08:00")
    ended_at = moment("When the next one took office", allow_none=True)
    state = words("in_office", about="in_office, expired or ended")
    state_text = words("任期内")
    needs_election = flag("The term is over, or fewer than half of the seats are filled")
    members = fields.List(fields.Nested(CommitteeMemberSchema), metadata={"description": "In the order of election"})


class CommitteeListSchema(Schema):
    """Committees, the newest first."""

    items = fields.List(fields.Nested(CommitteeSchema), metadata={"description": "At most 100"})


class SelfManagementSchema(Schema):
    """A self-management committee that owners' representatives formed."""

    meeting_id = identifier(required=True)
    motion_id = identifier("The ordinary motion that formed it", required=True)
    members = fields.List(
        words("演示业主甲", longest=30),
        required=True,
        validate=validate.Length(3, 15, error="应当有 {min} 至 {max} 名委员。"),
        metadata={"description": "Names, in order"},
    )
    substitutes = fields.List(
        words("演示业主乙", longest=30),
        load_default=list,
        validate=validate.Length(0, 15, error="候补委员过多。"),
        metadata={"description": "Names, in order"},
    )
    term_years = integer(3, "At most as the rules have it", required=True)


class LeaveSchema(Schema):
    """That a member or substitute leaves."""

    leaving = fields.Enum(Leaving, by_value=True, required=True, metadata={"example": "resigned"})
    reason = words("因工作调动辞去委员职务", longest=200, required=True)
    motion_id = identifier("The owners' decision, for a removal", allow_none=True)
