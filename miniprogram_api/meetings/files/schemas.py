"""Bodies of a meeting's files."""

from flask_smorest.fields import Upload
from marshmallow import Schema


class AttachmentFileSchema(Schema):
    """An uploaded attachment."""

    file = Upload(
        required=True, metadata={"description": "PDF, JPEG or PNG, at most ATTACHMENT_LIMIT_MB", "format": "binary"}
    )
