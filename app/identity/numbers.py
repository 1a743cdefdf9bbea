"""What names a phone number is whoever's has proven that number."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, update
from sqlalchemy.orm import InstrumentedAttribute

from app.core.db import db


def hand_over(
    account: InstrumentedAttribute[Any],
    number: InstrumentedAttribute[Any],
    current: ColumnElement[bool],
    account_id: UUID,
    phone_hash: bytes,
) -> None:
    """Hand what names a number to the account that has just proven it, and to it alone.

    `account` and `number` are columns of one model: whose a row is, and the hash of the number that it names; `current`
    is the condition that it still holds. What names a number that the account had before is nobody's from now on.
    """
    of_an_earlier = (account == account_id) & (number != phone_hash)
    for rows, holder in ((of_an_earlier, None), (number == phone_hash, account_id)):
        db.session.execute(update(account.class_).where(current, rows).values({account: holder}))
