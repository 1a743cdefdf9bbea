"""What the QR code of a paper ballot says: an opaque id of meeting and party, no personal data."""

import base64
import binascii
import re
from uuid import UUID

from app.core.errors import Invalid

SCHEME = "BALLOT:1:"
_SHEET_ID = re.compile(re.escape(SCHEME) + "([A-Z2-7]{52})")


class SheetUnreadable(Invalid):
    code = "sheet_unreadable"
    message = "这不是本系统打印的表决票，请对准表决票右上角的二维码重新扫描。"


def sheet_id(meeting_id: UUID, party_id: UUID) -> str:
    """The id of a party's sheet: letters and digits of a QR code's compact alphabet."""
    return SCHEME + base64.b32encode(meeting_id.bytes + party_id.bytes).decode().rstrip("=")


def parse_sheet_id(text: str) -> tuple[UUID, UUID]:
    """The meeting and the party of a scanned sheet. Raises SheetUnreadable."""
    match = _SHEET_ID.fullmatch(text.strip())
    if match is None:
        raise SheetUnreadable
    try:
        both = base64.b32decode(match[1] + "====")
    except binascii.Error:
        raise SheetUnreadable from None
    return UUID(bytes=both[:16]), UUID(bytes=both[16:])
