"""Bodies of confirming a console's sign-in."""

from marshmallow import Schema, fields

from app.identity.console.scanning import ScanState
from miniprogram_api.schemas import integer, moment, words


class ScanSchema(Schema):
    """A code that a browser shows."""

    scene = words("u2Vd0pJmX7o9bQ4kR1sT5wYz", about="What the code holds (scene)")
    number = integer(47, "Two digits that the browser shows too; let the person compare them")
    browser = words("Windows 上的 Chrome", about="What the browser calls itself")
    state = fields.Enum(
        ScanState,
        by_value=True,
        metadata={"description": "waiting, confirmed, rejected or ended", "example": "waiting"},
    )
    expires_at = moment("When the code ends")
