"""Accounts and sign-ins.

Each table is looked up by one key of its own and distributes by that key (openid, phone hash, token hash, account),
so there are no foreign keys between them; `account.id` is the only thing that they share.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.crypto import EncryptedText, LookupHash
from app.core.db import Model
from app.core.ids import new_id
from app.identity.consents.models import ChildAccount as ChildAccount
from app.identity.consents.models import Consent as Consent
from app.identity.console.models import ConsoleScan as ConsoleScan
from app.identity.console.models import ConsoleSession as ConsoleSession
from app.identity.repeats import AnsweredRequest as AnsweredRequest


class Account(Model):
    """A person who signed in with WeChat (账号). Roles and homes are bound to it elsewhere.

    An account that was closed (`erased_at`) stays as an id, so that what must be kept refers to somebody.
    """

    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint("erased_at IS NULL OR (openid = '' AND phone IS NULL)", name="erased_knows_nobody"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    openid: Mapped[str] = mapped_column(Text)
    phone: Mapped[str | None] = mapped_column(EncryptedText)
    phone_verified_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]


class WeChatLogin(Model):
    """Which account a WeChat user of this mini-program signs in to."""

    __tablename__ = "wechat_login"
    __table_args__ = (Index(None, "unionid"), Index(None, "account_id"))

    openid: Mapped[str] = mapped_column(Text, primary_key=True)
    unionid: Mapped[str | None] = mapped_column(Text)
    account_id: Mapped[UUID]
    created_at: Mapped[datetime]


class AccountPhone(Model):
    """Which account controls a phone number, by its keyed hash. One holder: the last to prove it."""

    __tablename__ = "account_phone"
    __table_args__ = (Index(None, "account_id"),)

    phone_hash: Mapped[bytes] = mapped_column(LookupHash, primary_key=True)
    account_id: Mapped[UUID]
    verified_at: Mapped[datetime]


class LoginSession(Model):
    """A sign-in on one device. The bearer token itself is never stored, only its hash. Deleting the row revokes it."""

    __tablename__ = "login_session"
    __table_args__ = (Index(None, "account_id"),)

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    account_id: Mapped[UUID]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
