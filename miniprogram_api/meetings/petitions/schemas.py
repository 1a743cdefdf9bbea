"""Bodies of petitions. Areas are integers of 0.01 m²."""

from marshmallow import Schema, fields, validate

from miniprogram_api.meetings.schemas import NewMotionSchema, convenor_field
from miniprogram_api.schemas import flag, identifier, integer, moment, words


class WishedMotionSchema(NewMotionSchema):
    """A motion that the petitioners wish for; with seats an election, which is announced as nothing else."""

    title = words("解聘现物业服务企业", longest=60, required=True)
    text = words("合同到期后不再续聘，另行选聘。", longest=5000, required=True)
    scope_name = words("3栋2单元", about="null: the whole compound", allow_none=True, dump_only=True)


class NewPetitionSchema(Schema):
    """A petition to begin."""

    title = words("提议召开临时业主大会讨论物业选聘", longest=60, required=True)
    text = words("物业服务合同将于年底到期，提议由业主共同决定是否续聘。", longest=2000, required=True)
    motions = fields.List(
        fields.Nested(WishedMotionSchema),
        required=True,
        validate=validate.Length(1, 10, error="应当有 {min} 至 {max} 个事项。"),
        metadata={"description": "In order"},
    )


class PetitionSchema(Schema):
    """A petition with its live count."""

    id = identifier()
    title = words("提议召开临时业主大会讨论物业选聘")
    text = words("物业服务合同将于年底到期，提议由业主共同决定是否续聘。")
    motions = fields.List(fields.Nested(WishedMotionSchema), metadata={"description": "In order"})
    basis = words("persons", about="20% of persons, or of persons_and_area")
    state = words("collecting", about="collecting, expired, withdrawn, delivered or convened")
    state_text = words("正在征集签名")
    starter_masked = words("王**")
    is_mine = flag("Whether the actor began it")
    signed_by_me = flag()
    started_at = moment()
    expires_at = moment("When collecting ends", "2026-07-01T00:00:00+08:00")
    persons = integer(58, "Voting parties that signed")
    area_centi = integer(801234)
    electorate_persons = integer(577)
    electorate_area_centi = integer(7875637)
    needed_persons = integer(116)
    needed_area_centi = integer(1575128, "null: only persons are counted", allow_none=True)
    comparisons = fields.List(
        words("提议人数百分之二十以上：5×58=290 ≥ 577，不成立（《物业管理条例》第十三条）"),
        metadata={"description": "The arithmetic"},
    )
    delivered_at = moment("When 20% were reached", allow_none=True)
    convene_by = moment("When the days to convene are over (petition_convene_days)", allow_none=True)
    overdue = flag("No meeting announced by then")
    meeting_id = identifier("The meeting that came of it", allow_none=True)


class PetitionListSchema(Schema):
    """Petitions, the newest first."""

    items = fields.List(fields.Nested(PetitionSchema), metadata={"description": "At most 50"})


class SignatureSchema(Schema):
    """A signature."""

    owner_masked = words("王**")
    doors = fields.List(words("3栋2单元501"), metadata={"description": "Empty: no longer on the roll"})
    signed_at = moment()
    paper_note = words("签名表第 3 页第 5 行", about="Where the sheet is filed; null: in the app", allow_none=True)


class PaperSignatureSchema(Schema):
    """A signature that an owner put on paper."""

    owner_id = identifier("An owner on the roll", required=True)
    note = words("签名表第 3 页第 5 行", about="Where the sheet is filed", required=True)


class SignatureListSchema(Schema):
    """Signatures as they came."""

    items = fields.List(fields.Nested(SignatureSchema), metadata={"description": "All"})


class PetitionMeetingSchema(Schema):
    """The draft to make of a petition."""

    convenor = convenor_field(required=True)
    opens_at = moment("When voting opens: 15 days after the announcement at the earliest", required=True)
    closes_at = moment("When voting closes", "2026-05-15T18:00:00+08:00", required=True)
