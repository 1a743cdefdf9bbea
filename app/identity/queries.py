"""Reads of accounts."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import select

from app.core.db import db
from app.identity.models import Account


def phones_of(account_ids: Collection[UUID]) -> Mapping[UUID, str]:
    """The whole numbers of these accounts that have proven one. Mask them before they are shown."""
    rows = db.session.execute(select(Account.id, Account.phone).where(Account.id.in_(account_ids)))
    return {account_id: phone for account_id, phone in rows if phone}
