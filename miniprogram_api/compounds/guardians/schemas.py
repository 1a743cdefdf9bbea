"""Bodies of guardianships. Names and phones leave masked."""

from marshmallow import Schema, fields

from app.compounds.guardian_models import WardGround
from miniprogram_api.schemas import flag, identifier, moment, words


class NewGuardianshipSchema(Schema):
    """An owner who cannot act alone, and the guardian as far as known."""

    ground = fields.Enum(
        WardGround,
        by_value=True,
        required=True,
        metadata={"description": "minor (under 18), or incapable (found so by a court)", "example": "minor"},
    )
    guardian_name = words("演示监护人", longest=60, load_default=None, allow_none=True)
    guardian_phone = words(
        "13900000103", longest=20, load_default=None, allow_none=True, about="The guardian signs in with it"
    )
    birthday_18 = fields.Date(
        load_default=None,
        allow_none=True,
        error_messages={"invalid": "日期格式有误，应当像 2030-05-01。"},
        metadata={
            "description": "A minor's 18th birthday, where the roll has no ID number",
            "example": "2030-05-01",
        },
    )
    note = words("已核对户口簿和出生医学证明", longest=500, required=True, about="The papers seen")


class GuardianshipEndSchema(Schema):
    """Why a guardianship ends."""

    note = words("法院判决恢复民事行为能力", longest=500, required=True, about="The paper seen")


class GuardianshipSchema(Schema):
    """A ward and the guardian, masked."""

    id = identifier()
    owner_id = identifier()
    owner_masked = words("演***")
    ground = words("minor", about="minor or incapable")
    guardian_masked = words("演****", allow_none=True)
    phone_masked = words("139****0103", allow_none=True)
    signed_in = flag("Whether the guardian has proven the phone number, and can vote")
    note = words("已核对户口簿和出生医学证明")
    until = moment("When a minor comes of age; null: until it is ended", allow_none=True)
    recorded_at = moment()


class GuardianshipListSchema(Schema):
    """The compound's wards."""

    items = fields.List(fields.Nested(GuardianshipSchema), metadata={"description": "The newest record first"})
