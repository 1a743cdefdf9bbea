"""Bodies of owners' meetings. Areas are integers of 0.01 m²."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from app.meetings.committees.models import CommitteeKind
from app.meetings.models import Convenor
from app.meetings.tally import Choice
from miniprogram_api.schemas import EXAMPLE_ID, flag, hexadecimal, identifier, integer, moment, words

CONVENORS = [convenor.value for convenor in Convenor]


def convenor_field(required: bool = False) -> fields.String:
    """Who convenes the meeting."""
    return fields.String(
        validate=validate.OneOf(CONVENORS, error="召集人不正确。"), metadata={"example": "committee"}, required=required
    )


class NewMeetingSchema(Schema):
    """A meeting to prepare."""

    title = words("2026年第一次业主大会", longest=60, required=True)
    convenor = convenor_field(required=True)
    opens_at = moment("When voting opens: 15 days after the announcement at the earliest", required=True)
    closes_at = moment("When voting closes", "2026-05-15T18:00:00+08:00", required=True)


class MeetingChangesSchema(Schema):
    """What to change in a draft; what is left out stays."""

    title = words("2026年第一次业主大会", longest=60)
    convenor = convenor_field()
    opens_at = moment("When voting opens")
    closes_at = moment("When voting closes", "2026-05-15T18:00:00+08:00")


class NewMotionSchema(Schema):
    """A matter to put to the vote."""

    matter = fields.Integer(
        strict=True,
        required=True,
        validate=validate.Range(1, 9, error="应当是《民法典》第二百七十八条第一款的第 1 至 9 项。"),
        metadata={"description": "Item of Civil Code 278(1), which decides the majority", "example": 5},
    )
    title = words("使用维修资金更换3栋电梯", longest=60, required=True)
    text = words("拟使用维修资金 28 万元更换 3 栋两部电梯，方案与报价见附件。", longest=5000, required=True)
    scope_building_id = identifier("The building that it concerns; left out: the whole compound", allow_none=True)
    scope_stairwell = words("2单元", longest=20, about="One stairwell of the building", allow_none=True)
    seats = integer(7, "Of the committee to elect: then it is an election", allow_none=True)
    committee_kind = fields.Enum(
        CommitteeKind,
        by_value=True,
        allow_none=True,
        metadata={
            "description": "Of the committee to elect; left out: owners_committee",
            "example": "owners_committee",
        },
    )
    term_years = integer(5, "Of the committee to elect; left out: as the rules have it", allow_none=True)


class AttachmentSchema(Schema):
    """A file that a motion is decided on; its bytes are at …/attachments/{id}."""

    id = identifier()
    position = integer(1)
    file_name = words("3栋电梯更换方案.pdf", about="For display; the type follows from media_type alone")
    media_type = words("application/pdf", about="application/pdf, image/jpeg or image/png")
    size = integer(482113, "Bytes")
    sha256 = words("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", about="Frozen when announced")


class NewCandidateSchema(Schema):
    """Somebody who stands for the committee."""

    name = words("演示业主甲", longest=30, required=True)
    statement = words("愿为大家服务。", longest=1000, about="What the candidate says", required=True)


class CandidateSchema(NewCandidateSchema):
    """A candidate on the ballot sheet."""

    id = identifier("Give it in marks when casting")
    position = integer(1)


class MotionSchema(Schema):
    """A motion, with what the law says of its matter."""

    id = identifier()
    position = integer(1)
    matter = integer(5, "Item of Civil Code 278(1)")
    matter_text = words("使用维修资金")
    category = words("ordinary", about="ordinary or special")
    category_text = words("一般决议事项")
    article = words("《民法典》第二百七十八条第一款第（五）项")
    title = words("使用维修资金更换3栋电梯")
    text = words("拟使用维修资金 28 万元更换 3 栋两部电梯，方案与报价见附件。")
    scope_building_id = identifier("null: the whole compound", allow_none=True)
    scope_stairwell = words("2单元", allow_none=True)
    scope_name = words("3栋2单元", about="null: the whole compound", allow_none=True)
    seats = integer(7, "null: no election", allow_none=True)
    committee_kind = words("owners_committee", about="owners_committee or self_management", allow_none=True)
    term_years = integer(5, "null: as the rules have it", allow_none=True)
    candidates = fields.List(fields.Nested(CandidateSchema), metadata={"description": "Of an election, in order"})
    attachments = fields.List(fields.Nested(AttachmentSchema), metadata={"description": "In order"})


class TurnoutSchema(Schema):
    """How many took part so far, beside what a quorum of two thirds needs. Never choices."""

    persons = integer(402)
    area_centi = integer(5491200)
    electorate_persons = integer(577)
    electorate_area_centi = integer(7875637)
    needed_persons = integer(385)
    needed_area_centi = integer(5250425)
    quorum = flag("Whether both two-thirds are reached")


class ReceiptSchema(Schema):
    """A ballot's receipt (回执). Keep it: with it, the ballot can be found in the log and its choices checked."""

    ballot_id = identifier()
    party_id = identifier()
    accepted_at = moment()
    leaf_hash = hexadecimal(32, "The ballot's leaf in the log; see docs/ballot-log.md")
    nonce = hexadecimal(16, "What hides the choices behind leaf_hash")
    key_id = hexadecimal(8, "One of /log-keys")
    state = words("effective", about="effective; disputed: contradicts a co-owner's, neither counts until they agree")
    replaces = identifier("The ballot that it changed: it stays in the log and does not count", allow_none=True)
    replaces_leaf_hash = hexadecimal(32, "That ballot's leaf, which this one's names as `replaces`", allow_none=True)
    signature = hexadecimal(64, 'Over canonical JSON of {"v":1,"kind":"receipt","meeting","leaf_hash","accepted_at"}')


class HeldMandateSchema(Schema):
    """A mandate to vote for somebody else's party, and what it fixes."""

    id = identifier()
    choices = fields.Dict(metadata={"description": "Motion id -> choice to repeat", "example": {EXAMPLE_ID: "for"}})
    marks = fields.Dict(metadata={"description": "Election -> candidates", "example": {EXAMPLE_ID: [EXAMPLE_ID]}})


class PartyRefusalSchema(Schema):
    """Why the actor may not vote for a party, as casting would answer."""

    code = words("seat_divided")
    message = words("这个表决权的部分房屋已经过户，不能由一方单独投票。")


class PartySchema(Schema):
    """A voting party of the actor, and its ballot if there is one. `refusal` null: the actor may vote for it."""

    id = identifier("Give it as party_id when casting")
    number = integer(17, "Number on the electorate's list")
    doors = fields.List(words("3栋2单元501"), metadata={"description": "Its units"})
    area_centi = integer(8950)
    out_of_scope = fields.List(
        identifier(), metadata={"description": "Motions on other parts of the compound: leave them blank"}
    )
    ballot_id = identifier("The receipt's number; null: not voted yet", allow_none=True)
    ballot_state = words("effective", about="effective, or disputed: see …/parties/{id}", allow_none=True)
    accepted_at = moment(allow_none=True)
    choices = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        allow_none=True,
        metadata={"description": "Motion id -> own choice", "example": {EXAMPLE_ID: "for"}},
    )
    marks = fields.Dict(
        allow_none=True,
        metadata={"description": "Election -> marked candidates", "example": {EXAMPLE_ID: [EXAMPLE_ID]}},
    )
    receipt = fields.Nested(ReceiptSchema, allow_none=True)
    change_until = moment(
        "Until when the actor may change this ballot, once; null: not, or not any more",
        "2026-05-15T18:00:00+08:00",
        allow_none=True,
    )
    mandate = fields.Nested(HeldMandateSchema, allow_none=True)
    paper_received_at = moment("Its signed sheet was handed in: it votes on paper, not in the app", allow_none=True)
    refusal = fields.Nested(PartyRefusalSchema, allow_none=True)


class MeetingSummarySchema(Schema):
    """A meeting in a list."""

    id = identifier()
    title = words("2026年第一次业主大会")
    state = words("voting", about="draft, announced, voting, closed, counted, published, final, annulled, cancelled")
    opens_at = moment()
    closes_at = moment()


class MeetingListSchema(Schema):
    """Meetings, the newest first."""

    items = fields.List(fields.Nested(MeetingSummarySchema), metadata={"description": "At most 100"})


class MeetingSchema(MeetingSummarySchema):
    """A meeting with everything that its page shows."""

    compound_id = identifier()
    convenor = words("committee")
    state_text = words("投票中")
    announced_at = moment(allow_none=True)
    published_at = moment("Preliminary, open to objections", allow_none=True)
    result_code = words("K7MQ-2XHB-9TWD", about="By which anybody reads the published result", allow_none=True)
    objections_until = moment("When the objection period ends", "2026-06-04T00:00:00+08:00", allow_none=True)
    finalized_at = moment("When the result was announced as final", allow_none=True)
    annulled_at = moment(allow_none=True)
    annul_reason = words("核实有三张表决票漏计", allow_none=True)
    cancel_asked_at = moment("To staff: the cancellation waits for the other of the two", allow_none=True)
    cancel_asked_reason = words("投票期间小区停电三日", about="To staff: why", allow_none=True)
    rule_set_version = integer(1, "The rules that it was announced with; 0: the default", allow_none=True)
    ballot_change_allowed = flag("Whether its rules let a party change its ballot once before the close")
    motions = fields.List(fields.Nested(MotionSchema), metadata={"description": "In the order of the agenda"})
    turnout = fields.Nested(TurnoutSchema, allow_none=True)
    my_parties = fields.List(fields.Nested(PartySchema), metadata={"description": "What the actor can vote for"})
    warning = words("特别告知", about="Show it beside the ballot: what silence leads to", allow_none=True)
    record = fields.Dict(
        allow_none=True,
        metadata={
            "description": "The count record, once published (to staff once counted). Where silence joins a majority, "
            "`motions[].deemed` tells whose, with the strict count beside the verdict; `what_if` binds nobody",
            "example": {},
        },
    )


def choices_field() -> fields.Dict:
    """What a ballot says, or a mandate fixes, motion by motion."""
    return fields.Dict(
        keys=fields.UUID(),
        values=fields.Enum(Choice, by_value=True),
        load_default=dict,
        validate=validate.Length(0, 100, error="事项过多。"),
        metadata={"description": "Motion id -> for, against, abstain or blank", "example": {EXAMPLE_ID: "for"}},
    )


class CastBallotSchema(Schema):
    """A ballot: one choice a motion; motions left out are blank."""

    party_id = identifier("One of the meeting's my_parties", required=True)
    replaces = identifier("The ballot_id that this one changes, where change_until allows it; else leave it out")
    choices = choices_field()
    marks = fields.Dict(
        keys=fields.UUID(),
        values=fields.List(fields.UUID(), validate=validate.Length(0, 11, error="勾选的人数过多。")),
        validate=validate.Length(1, 20, error="选举过多。"),
        metadata={
            "description": "Election -> candidates, up to as many as seats",
            "example": {EXAMPLE_ID: [EXAMPLE_ID]},
        },
    )

    @validates_schema
    def something(self, body: dict[str, Any], **_: Any) -> None:
        """Take choices, marks or both."""
        if not body.get("choices") and not body.get("marks"):
            raise ValidationError("请至少对一个事项作出选择。")


class CountOutcomeSchema(Schema):
    """What an approval of the count led to."""

    record = fields.Dict(
        allow_none=True,
        metadata={"description": "The count record; null while the second approval is missing", "example": {}},
    )
    waiting_for = fields.List(words("supervisor"), metadata={"description": "Capacities still to approve"})
