"""Guardians (监护人): who acts for an owner who is a minor or was found incapable. Civil Code 17–24, 27–28, 34–35.

The secretary records it from papers (household register, certificate of birth, judgement). A minor's guardianship ends
by itself with the 18th birthday; a minor of 16 who lives by own work acts alone (Civil Code 18) and is not recorded.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from app.compounds.errors import GuardianInvalid, GuardianshipNotFound, OwnerNotFound, WardOfAge
from app.compounds.guardian_models import WardGround
from app.compounds.models import Guardianship, Owner
from app.compounds.persons import clean_name, clean_phone, of_age_on, phone_problem
from app.core import audit, clock
from app.core.crypto import lookup_hash
from app.core.db import db
from app.core.masking import mask_name, mask_phone
from app.core.paging import WHOLE, Page, paged
from app.identity.actor import Actor
from app.identity.models import AccountPhone
from app.identity.numbers import hand_over
from app.org.permissions import Act
from app.org.policy import require


@dataclass(frozen=True)
class GuardianshipView:
    """A ward and the guardian, masked. `signed_in`: whether the guardian has proven the phone number."""

    id: UUID
    owner_id: UUID
    owner_masked: str
    ground: str
    guardian_masked: str | None
    phone_masked: str | None
    signed_in: bool
    note: str
    until: datetime | None
    recorded_at: datetime


def record_guardian(
    actor: Actor,
    compound_id: UUID,
    owner_id: UUID,
    ground: WardGround,
    note: str,
    guardian_name: str | None = None,
    guardian_phone: str | None = None,
    birthday_18: date | None = None,
) -> GuardianshipView:
    """Record that an owner is a ward, and the guardian as far as known, in place of an earlier record.

    `birthday_18`: a minor's 18th birthday, where the roll has no citizen's number to tell it.
    Raises Forbidden, OwnerNotFound, GuardianInvalid, WardOfAge.
    """
    require(actor, Act.MANAGE_ROLL, compound_id)
    owner = _locked(compound_id, owner_id)
    until = _until(owner, birthday_18) if ground is WardGround.MINOR else None
    name, phone = _guardian(guardian_name, guardian_phone)
    before = _current(owner)
    if before:
        before.ended_at, before.ended_by = clock.now(), actor.account_id
        db.session.flush()
    phone_hash = lookup_hash("phone", phone) if phone else None
    made = Guardianship(
        compound_id=compound_id,
        owner_id=owner_id,
        ground=ground,
        guardian_name=name,
        guardian_phone=phone,
        guardian_phone_hash=phone_hash,
        account_id=db.session.scalar(select(AccountPhone.account_id).where(AccountPhone.phone_hash == phone_hash)),
        note=note.strip(),
        until=until,
        recorded_by=actor.account_id,
        recorded_at=clock.now(),
    )
    db.session.add(made)
    db.session.flush()
    audit.record(compound_id, actor.account_id, "record_guardian", owner_id, before=_facts(before), after=_facts(made))
    return _view(made, owner)


def end_guardianship(actor: Actor, compound_id: UUID, owner_id: UUID, note: str) -> None:
    """End it: the owner acts alone again. `note` says on which paper. Raises Forbidden, OwnerNotFound,
    GuardianshipNotFound.
    """
    require(actor, Act.MANAGE_ROLL, compound_id)
    current = _current(_locked(compound_id, owner_id))
    if current is None:
        raise GuardianshipNotFound
    current.ended_at, current.ended_by, current.end_note = clock.now(), actor.account_id, note.strip()
    db.session.flush()
    audit.record(compound_id, actor.account_id, "end_guardianship", owner_id, before=_facts(current))


def list_guardianships(actor: Actor, compound_id: UUID, page: Page = WHOLE) -> Sequence[GuardianshipView]:
    """The compound's wards, the newest record first. Raises Forbidden."""
    require(actor, Act.MANAGE_ROLL, compound_id)
    rows = Guardianship.compound_id == compound_id
    found = (
        select(Guardianship, Owner)
        .join(Owner, (Owner.compound_id == Guardianship.compound_id) & (Owner.id == Guardianship.owner_id))
        .where(rows, in_force(clock.now()))
    )
    listed = db.session.execute(paged(found, page, (Guardianship.id,), rows, newest_first=True))
    return [_view(guardianship, owner) for guardianship, owner in listed]


def guardianships_of(compound_id: UUID, owner_ids: Collection[UUID]) -> dict[UUID, GuardianshipView]:
    """Those of these owners that are in force, by owner. The caller checks that the actor may see the roll."""
    rows = db.session.execute(
        select(Guardianship, Owner)
        .join(Owner, (Owner.compound_id == Guardianship.compound_id) & (Owner.id == Guardianship.owner_id))
        .where(Guardianship.compound_id == compound_id, Owner.id.in_(owner_ids), in_force(clock.now()))
    )
    return {owner.id: _view(guardianship, owner) for guardianship, owner in rows}


def claim_guardianships(account_id: UUID, phone_hash: bytes) -> None:
    """Hand the guardianships of a phone number to the account that has just proven it, and to it alone."""
    current = Guardianship.ended_at.is_(None)
    hand_over(Guardianship.account_id, Guardianship.guardian_phone_hash, current, account_id, phone_hash)


def wards_among(compound_id: UUID, owner_ids: Collection[UUID]) -> Sequence[UUID]:
    """Those of the owners who are wards now."""
    return db.session.scalars(
        select(Guardianship.owner_id).where(
            Guardianship.compound_id == compound_id, Guardianship.owner_id.in_(owner_ids), in_force(clock.now())
        )
    ).all()


def in_force(moment: datetime) -> ColumnElement[bool]:
    """Condition on a Guardianship: neither ended nor outgrown at the moment."""
    return Guardianship.ended_at.is_(None) & or_(Guardianship.until.is_(None), Guardianship.until > moment)


def _locked(compound_id: UUID, owner_id: UUID) -> Owner:
    owner = db.session.get(Owner, (compound_id, owner_id), with_for_update={"key_share": True}, populate_existing=True)
    if owner is None:
        raise OwnerNotFound
    return owner


def _current(owner: Owner) -> Guardianship | None:
    """The record that has not been ended, though it may be outgrown."""
    return db.session.scalar(
        select(Guardianship)
        .where(
            Guardianship.compound_id == owner.compound_id,
            Guardianship.owner_id == owner.id,
            Guardianship.ended_at.is_(None),
        )
        .execution_options(populate_existing=True)
    )


def _until(owner: Owner, birthday_18: date | None) -> datetime:
    """When the minor comes of age, by the citizen's number before anything else. Raises GuardianInvalid, WardOfAge."""
    day = (of_age_on(owner.id_number) if owner.id_number else None) or birthday_18
    if day is None:
        raise GuardianInvalid(field="birthday_18", reason="名册里没有这位业主的身份证号，请填写其年满 18 周岁的日期。")
    if day <= clock.today():
        raise WardOfAge
    return datetime.combine(day, time(), clock.SHANGHAI)


def _guardian(name: str | None, phone: str | None) -> tuple[str | None, str | None]:
    """Name and phone in one spelling, or neither. Raises GuardianInvalid."""
    if not name and not phone:
        return None, None
    if not name or not clean_name(name):
        raise GuardianInvalid(field="guardian_name", reason="请填写监护人的姓名。")
    number = clean_phone(phone or "")
    if phone_problem(number):
        raise GuardianInvalid(field="guardian_phone", reason="请填写监护人的 11 位手机号，监护人凭它登录后投票。")
    return clean_name(name), number


def _facts(guardianship: Guardianship | None) -> dict[str, str] | None:
    if guardianship is None:
        return None
    return {"guardianship_id": str(guardianship.id), "ground": guardianship.ground}


def _view(one: Guardianship, owner: Owner) -> GuardianshipView:
    return GuardianshipView(
        id=one.id,
        owner_id=one.owner_id,
        owner_masked=mask_name(owner.name),
        ground=one.ground,
        guardian_masked=mask_name(one.guardian_name) if one.guardian_name else None,
        phone_masked=mask_phone(one.guardian_phone) if one.guardian_phone else None,
        signed_in=one.account_id is not None,
        note=one.note,
        until=one.until,
        recorded_at=one.recorded_at,
    )
