"""Bodies of certificates."""

from marshmallow import Schema, fields

from miniprogram_api.schemas import flag, identifier, integer, moment, words


def day(about: str, example: str = "2026-05-01", **options: object) -> fields.Date:
    """A day in China."""
    return fields.Date(
        error_messages={"invalid": "日期格式有误，应当像 2026-05-01。"},
        metadata={"description": about, "example": example},
        **options,  # type: ignore[arg-type]
    )


class IssuerSchema(Schema):
    """Who stands on the compound's certificates."""

    issuer = words("演示社区居民委员会", longest=100, required=True)
    responsible = words("演示负责人", longest=60, required=True)
    contact = words("演示社区值班电话", longest=100, required=True)


class NewCertificateSchema(Schema):
    """Which days to certify."""

    first_day = day("The first", "2026-01-01", required=True)
    last_day = day("The last, included", required=True)


class CertifiedServiceSchema(Schema):
    """What was served."""

    content = words("周末清洁家园")
    day = words("2026-05-01", about="The day in China")
    minutes = integer(120)


class CertificateSchema(Schema):
    """A certificate of the actor's own."""

    serial = words("7K2QD-M9XPA-34TRB-WE6HN")
    name = words("演示志愿者")
    id_type = words("citizen")
    id_number_masked = words("1101**********002X")
    volunteer_number = words("012345678901")
    volunteer_id = identifier()
    first_day = day("The first", "2026-01-01")
    last_day = day("The last")
    minutes = integer(1230)
    services = fields.List(fields.Nested(CertifiedServiceSchema), metadata={"description": "In order"})
    issuer = words("演示社区居民委员会")
    responsible = words("演示负责人")
    contact = words("演示社区值班电话")
    issued_at = moment()
    revoked_at = moment(allow_none=True)
    revoke_reason = words("时长登记有误", allow_none=True)


class CertificateListSchema(Schema):
    """The newest first."""

    items = fields.List(fields.Nested(CertificateSchema), metadata={"description": "All"})


class CertificateRevocationSchema(Schema):
    """Why."""

    reason = words("时长登记有误", longest=200, required=True)


class SerialSchema(Schema):
    """What the holder of a certificate knows."""

    serial = words("7K2QD-M9XPA-34TRB-WE6HN", longest=40, required=True)
    name = words(
        "演示志愿者", longest=60, load_default=None, allow_none=True, about="To hear whether it is that name's"
    )


class CertificateCheckSchema(Schema):
    """Whether the certificate is good, and what it must say. Nothing about the person."""

    serial = words("7K2QD-M9XPA-34TRB-WE6HN")
    valid = flag()
    issuer = words("演示社区居民委员会")
    issued_on = day("When it was issued")
    revoked_on = day("When it was revoked", allow_none=True)
    first_day = day("The first", "2026-01-01")
    last_day = day("The last")
    minutes = integer(1230)
    name_matches = flag("null: no name was given", allow_none=True)
