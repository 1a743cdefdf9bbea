"""Scans and the browsers' sign-ins. Each row is looked up by one random key of its own."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model
from app.core.ids import new_id


class ConsoleScan(Model):
    """A code that a browser shows, and what became of it. It ends with `used_at`, `rejected_at` or `expires_at`.

    `scene` stands in the code, for everybody to see; `browser_hash` is of a secret that only the browser has. `number`
    is shown by both, so that a person sees that the phone confirms this browser and no other.
    """

    __tablename__ = "console_scan"
    __table_args__ = (
        Index(None, "expires_at"),
        CheckConstraint("number BETWEEN 10 AND 99", name="two_digits"),
        CheckConstraint("(account_id IS NULL) = (confirmed_at IS NULL)", name="confirmed_by_somebody"),
        CheckConstraint("used_at IS NULL OR confirmed_at IS NOT NULL", name="used_after_confirming"),
        CheckConstraint("rejected_at IS NULL OR confirmed_at IS NULL", name="rejected_or_confirmed"),
    )

    scene: Mapped[str] = mapped_column(Text, primary_key=True)
    browser_hash: Mapped[bytes] = mapped_column(LargeBinary)
    number: Mapped[int]
    browser: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    account_id: Mapped[UUID | None]
    confirmed_at: Mapped[datetime | None]
    rejected_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]


class ConsoleSession(Model):
    """A browser that is signed in. Its secret is never stored, only the hash. Deleting the row signs it out at once."""

    __tablename__ = "console_session"
    __table_args__ = (Index(None, "account_id"), Index(None, "expires_at"))

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    id: Mapped[UUID] = mapped_column(default=new_id)
    account_id: Mapped[UUID]
    browser: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class ConsoleSubmission(Model):
    """A form that was taken, by the token that it brought, and where it led: sent once more it leads there again."""

    __tablename__ = "console_submission"
    __table_args__ = (Index(None, "sent_at"),)

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    token: Mapped[UUID] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(Text)
    sent_at: Mapped[datetime]
