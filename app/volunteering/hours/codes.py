"""The rotating code (动态签到码): a MAC over the slot and the half-minute, shown as a QR code on the spot.

A code is good in its own half-minute and in those beside it, for slow hands and clocks that are a little off.
"""

import base64
import hmac
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from app.core import crypto
from app.volunteering.hours.errors import CodeExpired, CodeWrong

SECONDS: Final = 30
TOLERANCE: Final = 1
_PURPOSE: Final = "check-in code"


def code_at(compound_id: UUID, slot_id: UUID, moment: datetime) -> tuple[str, datetime]:
    """The slot's code of the moment, and when the next one replaces it."""
    step = _step(moment)
    return f"{step:x}.{_mac(compound_id, slot_id, step)}", datetime.fromtimestamp((step + 1) * SECONDS, UTC)


def check(code: str, compound_id: UUID, slot_id: UUID, moment: datetime) -> None:
    """Raises CodeWrong where it was never a code of this slot, CodeExpired where it is no longer, or not yet."""
    digits, _, mac = code.strip().partition(".")
    try:
        step = int(digits, 16)
    except ValueError:
        raise CodeWrong from None
    if not hmac.compare_digest(mac.encode(), _mac(compound_id, slot_id, step).encode()):
        raise CodeWrong
    if abs(step - _step(moment)) > TOLERANCE:
        raise CodeExpired


def _step(moment: datetime) -> int:
    return int(moment.timestamp()) // SECONDS


def _mac(compound_id: UUID, slot_id: UUID, step: int) -> str:
    tag = crypto.mac(_PURPOSE, f"{compound_id}:{slot_id}:{step}")[:16]
    return base64.urlsafe_b64encode(tag).decode().rstrip("=")
