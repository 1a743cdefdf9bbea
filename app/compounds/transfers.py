"""Sales: a unit passes from its owners of today to new ones."""

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from uuid import UUID

from sqlalchemy import select, update

from app.compounds import matching
from app.compounds.errors import NewOwnerInvalid, NoNewOwners, TransferTooEarly, UnitNotFound
from app.compounds.models import Owner, Ownership, Roll, Unit
from app.compounds.persons import clean_id_number, clean_name, clean_phone, id_number_problem, phone_problem
from app.compounds.types import NewOwner
from app.core import clock
from app.core.crypto import lookup_hash
from app.core.db import db
from app.identity.actor import Actor
from app.org.permissions import Act
from app.org.policy import require


def transfer_unit(actor: Actor, compound_id: UUID, unit_id: UUID, new_owners: Sequence[NewOwner], at: datetime) -> None:
    """Record that the unit passed to new owners at the moment `at`: Civil Code 209, by registration.

    The sellers' bindings to it end, the buyers are matched by phone, and the roll's version rises.
    Raises Forbidden, UnitNotFound, NoNewOwners, NewOwnerInvalid, TransferTooEarly.
    """
    require(actor, Act.MANAGE_ROLL, compound_id)
    unit = db.session.get(Unit, (compound_id, unit_id), with_for_update=True)
    if unit is None:
        raise UnitNotFound(door="这套房屋")
    buyers = _with_shares(new_owners)
    current = _current(compound_id, unit_id)
    if at > clock.now() or any(at < ownership.valid_from for ownership in current):
        raise TransferTooEarly
    for ownership in current:
        ownership.valid_to = at
    db.session.flush()
    recorded: set[UUID] = set()
    for position, (buyer, share) in enumerate(buyers, start=1):
        owner_id = _owner(compound_id, buyer, position)
        if owner_id in recorded:
            raise NewOwnerInvalid(field="id_number", position=position, reason="与前面的新业主是同一个人，请合并为一行")
        recorded.add(owner_id)
        db.session.add(
            Ownership(
                compound_id=compound_id,
                unit_id=unit_id,
                owner_id=owner_id,
                share_numerator=share.numerator,
                share_denominator=share.denominator,
                valid_from=at,
            )
        )
    unit.held_by_developer = False
    db.session.execute(update(Roll).where(Roll.compound_id == compound_id).values(version=Roll.version + 1))
    db.session.flush()
    matching.revoke_of_former_owners(compound_id)
    matching.match_compound(compound_id)


def _current(compound_id: UUID, unit_id: UUID) -> Sequence[Ownership]:
    return db.session.scalars(
        select(Ownership).where(
            Ownership.compound_id == compound_id, Ownership.unit_id == unit_id, Ownership.valid_to.is_(None)
        )
    ).all()


def _with_shares(new_owners: Sequence[NewOwner]) -> list[tuple[NewOwner, Fraction]]:
    """The buyers with their shares, equal where none is given (Civil Code 309); together they are the whole."""
    if not new_owners:
        raise NoNewOwners
    given = [owner.share for owner in new_owners]
    if all(share is None for share in given):
        return [(owner, Fraction(1, len(new_owners))) for owner in new_owners]
    if None in given or sum(share for share in given if share is not None) != 1:
        raise NewOwnerInvalid(field="share", position=len(new_owners), reason="各人份额要么都不填，要么加起来等于一")
    return [(owner, share) for owner, share in zip(new_owners, given, strict=True) if share is not None]


def _owner(compound_id: UUID, buyer: NewOwner, position: int) -> UUID:
    """The buyer on the roll: known by ID number, else by name and phone, else new."""
    name, id_number, phone = _checked(buyer, position)
    known = _known(compound_id, name, id_number, phone)
    owner = known or Owner(compound_id=compound_id, name=name, name_hash=lookup_hash("name", name))
    if id_number:
        owner.id_number, owner.id_number_hash = id_number, lookup_hash("id_number", id_number)
    if phone:
        owner.phone, owner.phone_hash = phone, lookup_hash("phone", phone)
    db.session.add(owner)
    db.session.flush()
    return owner.id


def _known(compound_id: UUID, name: str, id_number: str, phone: str) -> Owner | None:
    same = select(Owner).where(Owner.compound_id == compound_id)
    if id_number:
        return db.session.scalar(same.where(Owner.id_number_hash == lookup_hash("id_number", id_number)))
    if phone:
        by_name = Owner.name_hash == lookup_hash("name", name)
        return db.session.scalars(same.where(by_name, Owner.phone_hash == lookup_hash("phone", phone))).first()
    return None


def _checked(buyer: NewOwner, position: int) -> tuple[str, str, str]:
    name = clean_name(buyer.name)
    id_number, phone = clean_id_number(buyer.id_number or ""), clean_phone(buyer.phone or "")
    if not name:
        raise NewOwnerInvalid(field="name", position=position, reason="请填写姓名")
    if id_number and id_number_problem(id_number):
        raise NewOwnerInvalid(field="id_number", position=position, reason="证件号码有误，请核对后重新填写")
    if phone and phone_problem(phone):
        raise NewOwnerInvalid(field="phone", position=position, reason="手机号应当是 11 位数字，请核对后重新填写")
    return name, id_number, phone
