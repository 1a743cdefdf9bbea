"""Homes that follow from a proven phone number: the roll says whose number it is."""

from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    Subquery,
    bindparam,
    func,
    literal,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import distinct_on, insert

from app.compounds.models import LIVE_BINDING, Binding, BindingMethod, BindingState, Capacity, Owner, Ownership
from app.compounds.roll_lock import hold_for_matching
from app.core import clock
from app.core.db import db
from app.core.settings import Settings
from app.identity.models import AccountPhone

NUMBER_PASSED_ON = "这个手机号已由另一位住户验证，原来的绑定自动解除。"
NUMBER_CHANGED = "名册上业主的手机号已变更，请用新的手机号重新验证。"
NO_LONGER_OWNER = "名册上的产权已变更，这套房屋的绑定自动解除。"

_owners_of_a_phone = 5


def configure(settings: Settings) -> None:
    """Take over how many owners of a compound a number may stand for by itself."""
    global _owners_of_a_phone
    _owners_of_a_phone = settings.owners_of_a_phone


_BY_PHONE = (Binding.method == BindingMethod.PHONE) & (Binding.state == BindingState.ACCEPTED)


def match_roll(account_id: UUID, phone_hash: bytes) -> list[Binding]:
    """Bind the account to every unit now owned by somebody with this phone number, in all compounds.

    An application of the account for such a unit counts as accepted, and a tenant or family member who became its
    owner is bound as that. Another account that was bound to the same
    owner by phone loses that: the number has a new holder. Repeating it changes nothing. A number that a compound's
    roll gives to more owners than the setting allows (an agent's, the developer's, a typing mistake) proves nobody's
    home: its holder applies, and the secretary decides.
    Returns the account's accepted bindings for these owners.
    """
    holder = select(
        literal(account_id, Binding.account_id.type).label("account_id"),
        literal(phone_hash, Owner.phone_hash.type).label("phone_hash"),
    ).subquery("holder")
    hold_for_matching(phone_hash)
    _match(holder, Owner.phone_hash == phone_hash)
    found = (
        select(Binding)
        .join(Owner, (Owner.compound_id == Binding.compound_id) & (Owner.id == Binding.owner_id))
        .where(
            Binding.account_id == account_id,
            Binding.state == BindingState.ACCEPTED,
            Owner.phone_hash == phone_hash,
        )
        .order_by(Binding.compound_id, Binding.id)
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(found))


def match_compound(compound_id: UUID) -> None:
    """Bind every account whose proven number is on the compound's roll: after the roll has changed."""
    holder = select(AccountPhone.account_id, AccountPhone.phone_hash).subquery("holder")
    _match(holder, Owner.compound_id == compound_id)


def _match(holder: Subquery, scope: ColumnElement[bool]) -> None:
    now = clock.now()
    homes = _homes(holder, scope)
    holders_owners = (
        select(Owner.compound_id, Owner.id, holder.c.account_id)
        .join(holder, holder.c.phone_hash == Owner.phone_hash)
        .where(scope)
        .subquery()
    )
    _revoke(
        NUMBER_PASSED_ON,
        _BY_PHONE,
        Binding.compound_id == holders_owners.c.compound_id,
        Binding.owner_id == holders_owners.c.id,
        Binding.account_id != holders_owners.c.account_id,
    )
    applied = homes.subquery()
    lives_there = (Binding.state == BindingState.ACCEPTED) & (Binding.capacity != Capacity.OWNER)
    bound = {"state": BindingState.ACCEPTED, "method": BindingMethod.PHONE, "decided_at": now}
    db.session.execute(
        update(Binding)
        .where(
            or_(Binding.state == BindingState.APPLIED, lives_there),
            Binding.compound_id == applied.c.compound_id,
            Binding.account_id == applied.c.account_id,
            Binding.unit_id == applied.c.unit_id,
        )
        .values(**bound, owner_id=applied.c.owner_id, capacity=Capacity.OWNER, lease_ends=None),
        execution_options={"synchronize_session": False},
    )
    db.session.execute(
        insert(Binding.__table__)  # type: ignore[arg-type]
        .from_select(
            ["compound_id", "account_id", "unit_id", "owner_id", "id", "state", "method", "created_at"],
            homes.add_columns(
                func.uuid_v7(),
                literal(BindingState.ACCEPTED.value),
                literal(BindingMethod.PHONE.value),
                bindparam("created_at", now, Binding.created_at.type),
            ),
        )
        .on_conflict_do_nothing(index_elements=["compound_id", "account_id", "unit_id"], index_where=LIVE_BINDING)
    )


def _homes(holder: Subquery, scope: ColumnElement[bool]) -> Select[tuple[UUID, UUID, UUID, UUID]]:
    """One row (compound, account, unit, owner) for every unit that a holder's number leads to."""
    return (
        select(Owner.compound_id, holder.c.account_id, Ownership.unit_id, Owner.id.label("owner_id"))
        .join(holder, holder.c.phone_hash == Owner.phone_hash)
        .join(Ownership, (Ownership.compound_id == Owner.compound_id) & (Ownership.owner_id == Owner.id))
        .where(
            scope,
            Ownership.valid_to.is_(None),
            tuple_(Owner.compound_id, Owner.phone_hash).not_in(_of_too_many(scope)),
        )
        .ext(distinct_on(Owner.compound_id, holder.c.account_id, Ownership.unit_id))
        .order_by(Owner.compound_id, holder.c.account_id, Ownership.unit_id, Owner.id)
    )


def _of_too_many(scope: ColumnElement[bool]) -> Select[UUID, bytes | None]:
    """The (compound, hash of a number) that stand for more owners than one number proves."""
    shared = select(Owner.compound_id, Owner.phone_hash).where(scope, Owner.phone_hash.is_not(None))
    shared = shared.group_by(Owner.compound_id, Owner.phone_hash).having(func.count() > _owners_of_a_phone)
    return shared.correlate(None)


def revoke_of_other_numbers(account_id: UUID, phone_hash: bytes) -> None:
    """End the account's bindings by phone to owners of another number: one account stands for one number."""
    other = (
        select(Owner.id)
        .where(
            Owner.compound_id == Binding.compound_id,
            Owner.id == Binding.owner_id,
            Owner.phone_hash.is_distinct_from(phone_hash),
        )
        .exists()
    )
    _revoke(NUMBER_CHANGED, _BY_PHONE, Binding.account_id == account_id, other)


def revoke_of_former_owners(compound_id: UUID) -> None:
    """End the accepted bindings of owners who no longer own the unit; who lives there otherwise stays."""
    owns = (
        select(Ownership.id)
        .where(
            Ownership.compound_id == Binding.compound_id,
            Ownership.unit_id == Binding.unit_id,
            Ownership.owner_id == Binding.owner_id,
            Ownership.valid_to.is_(None),
        )
        .exists()
    )
    accepted = (Binding.state == BindingState.ACCEPTED) & (Binding.capacity == Capacity.OWNER)
    _revoke(NO_LONGER_OWNER, Binding.compound_id == compound_id, accepted, ~owns)


def revoke_of_changed_numbers(compound_id: UUID, owner_ids: FromClause) -> None:
    """End the bindings by phone of accounts that do not hold the number which the owner has now.

    `owner_ids` (column owner_id): the owners whose number has changed.
    """
    holds = (
        select(AccountPhone.account_id)
        .join(Owner, Owner.phone_hash == AccountPhone.phone_hash)
        .where(
            Owner.compound_id == Binding.compound_id,
            Owner.id == Binding.owner_id,
            AccountPhone.account_id == Binding.account_id,
        )
        .exists()
    )
    _revoke(
        NUMBER_CHANGED,
        _BY_PHONE,
        Binding.compound_id == compound_id,
        Binding.owner_id.in_(select(owner_ids.c.owner_id)),
        ~holds,
    )


def _revoke(reason: str, *which: ColumnElement[bool]) -> None:
    db.session.execute(
        update(Binding).where(*which).values(state=BindingState.REVOKED, reason=reason, decided_at=clock.now()),
        execution_options={"synchronize_session": False},
    )
