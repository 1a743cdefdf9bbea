"""Bodies of volunteers."""

from marshmallow import Schema, ValidationError, fields, validates_schema

from app.volunteering.volunteers.models import IdType
from miniprogram_api.schemas import identifier, moment, words


class RegistrationSchema(Schema):
    """The actor as a volunteer."""

    name = words("演示志愿者", longest=60, required=True)
    consent_version = words("2026-01", longest=20, required=True, about="The notice that the person agreed to just now")
    id_type = fields.Enum(
        IdType,
        by_value=True,
        load_default=None,
        allow_none=True,
        metadata={"description": "citizen, passport or permit; needed for a certificate only", "example": "citizen"},
    )
    id_number = words("11010119900307109X", longest=40, load_default=None, allow_none=True)

    @validates_schema
    def id_is_whole(self, data: dict[str, object], **_: object) -> None:
        """Type and number come together."""
        if bool(data.get("id_type")) != bool(data.get("id_number")):
            raise ValidationError("证件类型和号码要一起填写。", "id_number")


class VolunteerSchema(Schema):
    """A volunteer; others than the person see the name masked."""

    id = identifier()
    number = words("012345678901", about="Volunteer number (志愿者编号)")
    name = words("演****")
    id_type = words("citizen", allow_none=True)
    id_number_masked = words("1101**********109X", allow_none=True)
    registered_at = moment()


class VolunteerListSchema(Schema):
    """Volunteers as they registered."""

    items = fields.List(fields.Nested(VolunteerSchema), metadata={"description": "At most `limit`"})
