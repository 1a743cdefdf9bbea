"""Agreeing to a notice and taking that back; a child's guardian agrees in the child's place."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from app.core import clock
from app.core.codes import new_code, tidy_code
from app.core.crypto import mac
from app.core.db import db
from app.core.ids import new_id
from app.identity.actor import Actor
from app.identity.consents.errors import (
    ConsentNotGiven,
    ConsentWithdrawn,
    GuardianCodeWrong,
    GuardianNeeded,
    NotAChild,
    NotAGuardian,
    NoticeOutdated,
    WardNotFound,
)
from app.identity.consents.models import ChildAccount, Consent
from app.identity.consents.notices import NOTICES, Purpose
from app.identity.models import Account

CODE_LIFE: Final = timedelta(minutes=30)
_SIGNS, _GROUP = 8, 4


@dataclass(frozen=True)
class ConsentView:
    """A notice of today and what the person said to it: never, given, outdated (to another version) or withdrawn."""

    purpose: str
    version: str
    title: str
    text: str
    if_withdrawn: str
    state: str
    given_version: str | None
    given_at: datetime | None
    withdrawn_at: datetime | None
    by_guardian: bool
    child: bool


@dataclass(frozen=True)
class Ward:
    """A child whose guardian the actor is."""

    account_id: UUID
    guarded_at: datetime


@dataclass(frozen=True)
class GuardianCode:
    """What a child shows to the guardian."""

    code: str
    until: datetime


def consents_of(actor: Actor) -> Sequence[ConsentView]:
    """Every notice and the actor's answer to it."""
    child = db.session.get(ChildAccount, actor.account_id, populate_existing=True)
    return [_view(purpose, _latest(actor.account_id, purpose), child is not None) for purpose in Purpose]


def give(actor: Actor, purpose: Purpose, version: str, fourteen: bool) -> ConsentView:
    """Agree; once more is as good. `fourteen`: whether the person is 14 or older; else a guardian must agree too.

    Raises NoticeOutdated.
    """
    if version != NOTICES[purpose].version:
        raise NoticeOutdated(version=NOTICES[purpose].version)
    if fourteen:
        child = db.session.get(ChildAccount, actor.account_id)
        if child is not None:
            db.session.delete(child)
        _write(actor.account_id, purpose, None)
    else:
        declared = {"account_id": actor.account_id, "declared_at": clock.now()}
        db.session.execute(insert(ChildAccount).values(**declared).on_conflict_do_nothing())
    db.session.flush()
    return next(one for one in consents_of(actor) if one.purpose == purpose)


def withdraw(actor: Actor, purpose: Purpose) -> ConsentView:
    """Take a consent back: from now on. Raises ConsentNotGiven."""
    if not _end(actor.account_id, purpose):
        raise ConsentNotGiven
    return next(one for one in consents_of(actor) if one.purpose == purpose)


def require(account_id: UUID) -> None:
    """Raise ConsentWithdrawn for whoever took the consent back, GuardianNeeded for a child whose guardian has not
    agreed. Whoever has not been asked yet may act: what is done at the person's wish needs no other ground (PIPL 13).
    """
    child = db.session.get(ChildAccount, account_id, populate_existing=True)
    latest = _latest(account_id, Purpose.PRIVACY)
    if child is not None and (child.guardian_id is None or latest is None or latest.withdrawn_at is not None):
        raise GuardianNeeded
    if latest is not None and latest.withdrawn_at is not None:
        raise ConsentWithdrawn


def guardian_code(actor: Actor) -> GuardianCode:
    """A code for the guardian, in place of an earlier one. Raises NotAChild."""
    child = db.session.get(ChildAccount, actor.account_id, with_for_update=True)
    if child is None:
        raise NotAChild
    code, until = new_code(_SIGNS, _GROUP), clock.now() + CODE_LIFE
    child.code_hash, child.code_until = _hash(code), until
    return GuardianCode(code, until)


def guard(actor: Actor, code: str, version: str) -> Ward:
    """Agree for the child who shows this code, as the guardian.

    Raises NoticeOutdated, NotAGuardian, GuardianCodeWrong.
    """
    if version != NOTICES[Purpose.PRIVACY].version:
        raise NoticeOutdated(version=NOTICES[Purpose.PRIVACY].version)
    verified = db.session.scalar(select(Account.phone_verified_at).where(Account.id == actor.account_id))
    is_child = db.session.get(ChildAccount, actor.account_id) is not None
    if verified is None or is_child:
        raise NotAGuardian
    showing = select(ChildAccount).where(
        ChildAccount.code_hash == _hash(tidy_code(code, _GROUP)), ChildAccount.code_until > clock.now()
    )
    child = db.session.scalars(showing.with_for_update()).one_or_none()
    if child is None:
        raise GuardianCodeWrong
    child.guardian_id, child.guarded_at, child.code_hash, child.code_until = actor.account_id, clock.now(), None, None
    db.session.flush()
    _write(child.account_id, Purpose.PRIVACY, actor.account_id)
    return Ward(child.account_id, child.guarded_at)


def wards_of(actor: Actor) -> Sequence[Ward]:
    """The children whose guardian the actor is."""
    found = select(ChildAccount).where(ChildAccount.guardian_id == actor.account_id).order_by(ChildAccount.guarded_at)
    return [Ward(one.account_id, one.guarded_at) for one in db.session.scalars(found) if one.guarded_at]


def release(actor: Actor, account_id: UUID) -> None:
    """Take back what was agreed for a child. Raises WardNotFound."""
    child = db.session.get(ChildAccount, account_id, with_for_update=True)
    if child is None or child.guardian_id != actor.account_id:
        raise WardNotFound
    child.guardian_id = child.guarded_at = None
    _end(account_id, Purpose.PRIVACY)


def _latest(account_id: UUID, purpose: Purpose) -> Consent | None:
    own = select(Consent).where(Consent.account_id == account_id, Consent.purpose == purpose)
    return db.session.scalars(own.order_by(Consent.id.desc()).limit(1)).one_or_none()


def _write(account_id: UUID, purpose: Purpose, given_by: UUID | None) -> None:
    """Write a consent to today's version, in place of one to another version or of another person."""
    version, now = NOTICES[purpose].version, clock.now()
    other = (Consent.version != version) | Consent.given_by.is_distinct_from(given_by)
    live = (Consent.account_id == account_id, Consent.purpose == purpose, Consent.withdrawn_at.is_(None))
    db.session.execute(update(Consent).where(*live, other).values(withdrawn_at=now))
    about = {"account_id": account_id, "purpose": purpose, "version": version, "given_by": given_by, "given_at": now}
    db.session.execute(insert(Consent).values(id=new_id(), **about).on_conflict_do_nothing())


def _end(account_id: UUID, purpose: Purpose) -> bool:
    live = (Consent.account_id == account_id, Consent.purpose == purpose, Consent.withdrawn_at.is_(None))
    ended = update(Consent).where(*live).values(withdrawn_at=clock.now()).returning(Consent.id)
    return db.session.scalar(ended, execution_options={"synchronize_session": False}) is not None


def _hash(code: str) -> bytes:
    return mac("guardian_code", code)


def _view(purpose: Purpose, latest: Consent | None, child: bool) -> ConsentView:
    notice = NOTICES[purpose]
    state = "never"
    if latest is not None:
        db.session.refresh(latest)
        outdated = latest.version != notice.version
        state = "withdrawn" if latest.withdrawn_at else "outdated" if outdated else "given"
    return ConsentView(
        purpose=purpose,
        version=notice.version,
        title=notice.title,
        text=notice.text,
        if_withdrawn=notice.if_withdrawn,
        state=state,
        given_version=latest.version if latest else None,
        given_at=latest.given_at if latest else None,
        withdrawn_at=latest.withdrawn_at if latest else None,
        by_guardian=bool(latest and latest.given_by),
        child=child,
    )
