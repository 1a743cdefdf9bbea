"""A sale of a unit (过户): ownership passes, and with it who may speak for the unit."""

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from uuid import UUID

from sqlalchemy import Uuid, column, select, values
from sqlalchemy.sql.selectable import Values

from app.compounds import matching, residents, stamps
from app.compounds.errors import ChangedMeanwhile, NewOwnerInvalid, NoNewOwners, TransferTooEarly, UnitNotFound
from app.compounds.models import Owner, Ownership, Unit
from app.compounds.persons import clean_id_number, clean_name, clean_phone, id_number_problem, phone_problem
from app.compounds.roll_lock import locked_roll
from app.compounds.types import NewOwner
from app.core import audit, clock
from app.core.crypto import lookup_hash
from app.core.db import db
from app.core.ids import new_id
from app.identity.actor import Actor
from app.org.permissions import Act
from app.org.policy import require


def transfer_unit(
    actor: Actor,
    compound_id: UUID,
    unit_id: UUID,
    new_owners: Sequence[NewOwner],
    at: datetime,
    seen: str | None = None,
) -> None:
    """Record that the unit passed to the new owners (all of them) at a moment that is not in the future.

    The sellers' ownership and bindings to this unit end, and their family's unless one of them still owns it; its
    tenants stay (Civil Code 725). A buyer is the owner on the roll with the same ID number,
    else with the same name and phone, else a new one; accounts are bound by the buyers' phones. A unit that the
    developer held is sold by this. Raises the roll's version. `seen`: the stamp of the owners that the actor saw.
    Raises Forbidden, UnitNotFound, NoNewOwners, NewOwnerInvalid, TransferTooEarly, ChangedMeanwhile, RollTooBusy.
    """
    require(actor, Act.MANAGE_ROLL, compound_id)
    buyers = _cleaned(new_owners)
    roll = locked_roll(compound_id)
    unit = db.session.get(Unit, (compound_id, unit_id), populate_existing=True)
    if unit is None:
        raise UnitNotFound(door="这套房屋")
    _close_ownership(unit, at, seen)
    renumbered = []
    for buyer in buyers:
        owner, number_changed = _owner(compound_id, buyer)
        if number_changed:
            renumbered.append(owner.id)
        _open_ownership(unit, owner, buyer.share or Fraction(1, len(buyers)), at)
    unit.held_by_developer = False
    roll.version += 1
    db.session.flush()
    matching.revoke_of_former_owners(compound_id)
    if renumbered:
        matching.revoke_of_changed_numbers(compound_id, _ids(renumbered))
    matching.match_compound(compound_id)
    residents.end_family_of_sellers(compound_id, at)
    audit.record(compound_id, actor.account_id, "transfer_unit", unit_id, after={"at": at.isoformat()})
    db.session.expire_all()


def _cleaned(new_owners: Sequence[NewOwner]) -> list[NewOwner]:
    """The buyers with their names and numbers in one spelling, if these can be right."""
    if not new_owners:
        raise NoNewOwners
    buyers = [_clean(position, owner) for position, owner in enumerate(new_owners, start=1)]
    _check_shares(buyers)
    seen = set()
    for position, buyer in enumerate(buyers, start=1):
        one = buyer.id_number or (buyer.name, buyer.phone)
        if one in seen:
            raise NewOwnerInvalid(position=position, field="name", reason="与前面一位是同一个人，请删去一位。")
        seen.add(one)
    return buyers


def _clean(position: int, owner: NewOwner) -> NewOwner:
    name = clean_name(owner.name)
    id_number = clean_id_number(owner.id_number) if owner.id_number and owner.id_number.strip() else None
    phone = clean_phone(owner.phone) if owner.phone and owner.phone.strip() else None
    if not name:
        raise NewOwnerInvalid(position=position, field="name", reason="请填写姓名。")
    if id_number and id_number_problem(id_number):
        raise NewOwnerInvalid(position=position, field="id_number", reason="证件号不对，请对照证件改正。")
    if phone and phone_problem(phone):
        raise NewOwnerInvalid(position=position, field="phone", reason="请填写 11 位手机号。")
    return NewOwner(name, id_number, phone, owner.share)


def _check_shares(buyers: Sequence[NewOwner]) -> None:
    """Shares are given for all and add up to 1, or for none (then they are equal: Civil Code 309)."""
    shares = [buyer.share for buyer in buyers if buyer.share is not None]
    if not shares:
        return
    whole = len(shares) == len(buyers) and all(share > 0 for share in shares) and sum(shares) == 1
    if not whole:
        raise NewOwnerInvalid(position=len(buyers), field="share", reason="各人份额合计应当等于 1，请核对或全部不填。")


def _close_ownership(unit: Unit, at: datetime, seen: str | None) -> None:
    """End today's ownership; its rows stay as history."""
    current = db.session.scalars(
        select(Ownership)
        .where(Ownership.compound_id == unit.compound_id, Ownership.unit_id == unit.id, Ownership.valid_to.is_(None))
        .with_for_update()
    ).all()
    if seen is not None and seen != stamps.of_ownership(one.id for one in current):
        raise ChangedMeanwhile
    if at > clock.now() or any(at < ownership.valid_from for ownership in current):
        raise TransferTooEarly
    for ownership in current:
        ownership.valid_to = at
    db.session.flush()


def _open_ownership(unit: Unit, owner: Owner, share: Fraction, at: datetime) -> None:
    db.session.add(
        Ownership(
            compound_id=unit.compound_id,
            id=new_id(),
            unit_id=unit.id,
            owner_id=owner.id,
            share_numerator=share.numerator,
            share_denominator=share.denominator,
            valid_from=at,
        )
    )


def _owner(compound_id: UUID, buyer: NewOwner) -> tuple[Owner, bool]:
    """The buyer's row on the roll, made if there is none, and whether its phone has changed."""
    owner = _known(compound_id, buyer)
    if owner is None:
        owner = Owner(compound_id=compound_id, id=new_id())
        db.session.add(owner)
    number_changed = bool(buyer.phone and owner.phone_hash and owner.phone_hash != lookup_hash("phone", buyer.phone))
    owner.name, owner.name_hash = buyer.name, lookup_hash("name", buyer.name)
    if buyer.id_number:
        owner.id_number, owner.id_number_hash = buyer.id_number, lookup_hash("id_number", buyer.id_number)
    if buyer.phone:
        owner.phone, owner.phone_hash = buyer.phone, lookup_hash("phone", buyer.phone)
    db.session.flush()
    return owner, number_changed


def _known(compound_id: UUID, buyer: NewOwner) -> Owner | None:
    of_compound = select(Owner).where(Owner.compound_id == compound_id).order_by(Owner.id).limit(1)
    if buyer.id_number:
        by_number = of_compound.where(Owner.id_number_hash == lookup_hash("id_number", buyer.id_number))
        if owner := db.session.scalar(by_number):
            return owner
    if not buyer.phone:
        return None
    by_phone = of_compound.where(
        Owner.name_hash == lookup_hash("name", buyer.name), Owner.phone_hash == lookup_hash("phone", buyer.phone)
    )
    if buyer.id_number:
        by_phone = by_phone.where(Owner.id_number_hash.is_(None))
    return db.session.scalar(by_phone)


def _ids(owner_ids: Sequence[UUID]) -> Values:
    return values(column("owner_id", Uuid()), name="renumbered").data([(owner_id,) for owner_id in owner_ids])
