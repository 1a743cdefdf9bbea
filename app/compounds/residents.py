"""Residents (住户) who own nothing: tenants, and family members of an owner, whom the secretary registered in a home.

They use what residents use and decide nothing of what owners decide. A lease ends with its last day. Whoever buys a
home takes over its tenants (Civil Code 725); the family of those who sold it ends.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_, select, true, update
from sqlalchemy.orm import aliased

from app.compounds.errors import LeaseEndInvalid, NotAHome, UnitNotFound
from app.compounds.homes import accounts_of_owners, building_of, doors_of
from app.compounds.models import Binding, BindingState, Capacity, Ownership, Unit, UnitUse
from app.compounds.queries import owners_represented
from app.core import audit, clock
from app.core.db import db
from app.core.masking import mask_name
from app.identity.actor import Actor
from app.notifications.catalogue import Kind, Value
from app.notifications.quiet import is_night
from app.notifications.service import notify_all, notify_one, take_back, told_at
from app.org.permissions import Act
from app.org.policy import can, require

LONGEST_LEASE: Final = timedelta(days=7305)
"""Twenty years: Civil Code 705."""
LEASE_OVER: Final = "租期已到，登记自动结束。"
SOLD: Final = "这套房屋已过户，原业主家人的登记自动结束。"
AT_ONCE: Final = 500
WARNED_AHEAD: Final = timedelta(days=30)
WARNED_AT_ONCE: Final = 50
_TOLD: Final = ("compound_id", "id", "account_id", "unit_id", "capacity", "reason")
LEASE_WARNED_AT: Final = told_at(
    Kind.LEASE_ENDING, Binding.compound_id, Binding.id, Binding.lease_ends, Binding.account_id
)
"""When the tenant of a binding was warned that its last day is near."""
_LIVES: Final = (Binding.state == BindingState.ACCEPTED) & (Binding.capacity != Capacity.OWNER)


@dataclass(frozen=True)
class Resident:
    """Somebody who lives in a home without owning it, masked.

    `lease_ends`: a tenant's last day, where it is known; `lease_warned_at`: when the tenant was told that it is near.
    """

    binding_id: UUID
    unit_id: UUID
    door: str
    name_masked: str
    capacity: str
    capacity_text: str
    since: datetime
    lease_ends: date | None
    lease_warned_at: datetime | None

    @property
    def lease_ends_soon(self) -> bool:
        """Whether the last day is near."""
        return ends_soon(self.lease_ends)


def residents_of(actor: Actor, compound_id: UUID, unit_id: UUID) -> Sequence[Resident]:
    """Who is registered as living in a home, the longest there first: for its owners of today and the roll's keeper.

    Raises UnitNotFound, also to others.
    """
    sees = owns(actor, compound_id, unit_id) or can(actor, Act.MANAGE_ROLL, compound_id)
    if not sees or building_of(compound_id, unit_id) is None:
        raise UnitNotFound(door="这套房屋")
    return _residents(compound_id, Binding.unit_id == unit_id)


def list_residents(
    actor: Actor, compound_id: UUID, capacity: Capacity | None, after: UUID | None, limit: int
) -> Sequence[Resident]:
    """All of the compound, or those of one capacity, after the binding `after`. Raises Forbidden."""
    require(actor, Act.DECIDE_BINDING, compound_id)
    wanted = Binding.capacity == capacity if capacity else true()
    return _residents(compound_id, wanted & (Binding.id > after if after else true()), limit)


def _residents(compound_id: UUID, wanted: ColumnElement[bool], limit: int | None = None) -> Sequence[Resident]:
    found = db.session.execute(
        select(Binding, LEASE_WARNED_AT)
        .where(Binding.compound_id == compound_id, _LIVES, wanted)
        .order_by(Binding.id)
        .limit(limit)
    ).all()
    doors = doors_of(compound_id, {one.unit_id for one, _ in found})
    return [
        Resident(
            one.id,
            one.unit_id,
            doors[one.unit_id],
            mask_name(one.claimed_name or ""),
            one.capacity,
            Capacity(one.capacity).chinese,
            one.decided_at or one.created_at,
            one.lease_ends,
            warned_at,
        )
        for one, warned_at in found
    ]


def owns(actor: Actor, compound_id: UUID, unit_id: UUID) -> bool:
    """Whether the actor stands for an owner of today of this unit."""
    mine = owners_represented(actor.account_id, compound_id)
    held = select(Ownership.id).where(
        Ownership.compound_id == compound_id,
        Ownership.unit_id == unit_id,
        Ownership.owner_id.in_(mine),
        Ownership.valid_to.is_(None),
    )
    return bool(mine) and db.session.scalar(held.limit(1)) is not None


def require_in_order(compound_id: UUID, unit_id: UUID, capacity: Capacity, lease_ends: date | None) -> None:
    """That somebody may live there, and till that day. Raises NotAHome, LeaseEndInvalid."""
    unit = db.session.get_one(Unit, (compound_id, unit_id))
    if capacity != Capacity.OWNER and unit.use in (UnitUse.PARKING, UnitUse.STORAGE):
        raise NotAHome
    if lease_ends is None:
        return
    if capacity != Capacity.TENANT:
        raise LeaseEndInvalid(reason="只有租客才填写租期，请留空。")
    if lease_ends < clock.today():
        raise LeaseEndInvalid(reason="填写的日期已经过了，请核对租房合同。")
    if lease_ends > clock.today() + LONGEST_LEASE:
        raise LeaseEndInvalid(reason="租期最长二十年（《民法典》第七百零五条），请核对年份。")


def ends_soon(lease_ends: date | None) -> bool:
    """Whether a last day is near: from then on the tenant is warned of it."""
    return lease_ends is not None and lease_ends <= clock.today() + WARNED_AHEAD


def tell_owners(binding: Binding) -> None:
    """Tell the owners of a home, and their guardians, who is registered as living there."""
    compound_id, unit_id = binding.compound_id, binding.unit_id
    owners = db.session.scalars(
        select(Ownership.owner_id).where(
            Ownership.compound_id == compound_id, Ownership.unit_id == unit_id, Ownership.valid_to.is_(None)
        )
    ).all()
    who = f"{Capacity(binding.capacity).chinese}{mask_name(binding.claimed_name or '')}"
    values: dict[str, Value] = {
        "subject": f"{doors_of(compound_id, [unit_id])[unit_id]}登记了{who}",
        "hint": "如不住在这里，请登记“已搬走”",
        "at": clock.now(),
    }
    page = {"compound_id": compound_id, "unit_id": unit_id}
    notify_all(compound_id, Kind.RESIDENT_REGISTERED, binding.id, values, accounts_of_owners(compound_id, owners), page)


def tell_ended(compound_id: UUID, ended: Sequence[Any]) -> None:
    """Tell those whose bindings have ended without their own doing. `ended`: rows of Binding, or the like."""
    doors = doors_of(compound_id, {one.unit_id for one in ended})
    for one in ended:
        values = {
            "subject": f"{doors[one.unit_id]}的{Capacity(one.capacity).chinese}登记",
            "reason": one.reason,
            "hint": "有不同意见的，请联系书记",
            "at": clock.now(),
        }
        notify_one(compound_id, Kind.BINDING_ENDED, one.id, values, one.account_id, {})


def end_lapsed_leases() -> int:
    """End some of the bindings whose lease is over, and tell the tenants; how many. Safe to repeat."""
    due = (
        select(Binding.compound_id, Binding.id)
        .where(Binding.state == BindingState.ACCEPTED, Binding.lease_ends < clock.today())
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
        .subquery()
    )
    return _end(LEASE_OVER, Binding.compound_id == due.c.compound_id, Binding.id == due.c.id)


def warn_of_lease_ends() -> int:
    """Tell some of the tenants whose last day is near, by day and each once for this day; how many. Safe to repeat.

    A binding that somebody changes meanwhile is passed over: its last day may be another in a moment.
    """
    if is_night(clock.now()):
        return 0
    soon = db.session.execute(
        select(Binding.compound_id, Binding.id, Binding.account_id, Binding.unit_id, Binding.lease_ends)
        .where(
            Binding.state == BindingState.ACCEPTED,
            Binding.lease_ends.between(clock.today(), clock.today() + WARNED_AHEAD),
            LEASE_WARNED_AT.is_(None),
        )
        .limit(WARNED_AT_ONCE)
        .with_for_update(of=Binding, key_share=True, skip_locked=True)
    ).all()
    for compound_id in {one.compound_id for one in soon}:
        theirs = [one for one in soon if one.compound_id == compound_id]
        doors = doors_of(compound_id, {one.unit_id for one in theirs})
        for one in theirs:
            _tell_lease_ends(one, doors[one.unit_id])
    return len(soon)


def _tell_lease_ends(tenant: Any, door: str) -> None:
    over = clock.end_of_day(tenant.lease_ends)
    values: dict[str, Value] = {
        "subject": f"{door}的租客登记",
        "until": over,
        "hint": "续租的，请联系书记登记新租期",
    }
    once = {"occasion": tenant.lease_ends.isoformat(), "expires_at": over}
    notify_one(tenant.compound_id, Kind.LEASE_ENDING, tenant.id, values, tenant.account_id, {}, **once)


def take_back_warning(binding: Binding) -> None:
    """Send a tenant no warning that still waits, as where a channel rests: its day is not the last, or nobody's."""
    take_back(binding.compound_id, Kind.LEASE_ENDING, binding.id, binding.account_id)


def end_family_of_sellers(compound_id: UUID, moment: datetime) -> None:
    """End the family members in the homes that passed at this moment from all their owners to others."""
    former, still, same = aliased(Ownership), aliased(Ownership), aliased(Ownership)
    sold = _of_home(former) & (former.valid_to == moment)
    stayed = _of_home(same) & (same.owner_id == still.owner_id) & (same.valid_to == moment)
    remains = _of_home(still) & still.valid_to.is_(None) & or_(still.valid_from < moment, exists().where(stayed))
    _end(
        SOLD,
        Binding.compound_id == compound_id,
        Binding.state == BindingState.ACCEPTED,
        Binding.capacity == Capacity.FAMILY,
        exists().where(sold),
        ~exists().where(remains),
    )


def _of_home(ownership: Any) -> ColumnElement[bool]:
    held: ColumnElement[bool] = (ownership.compound_id == Binding.compound_id) & (ownership.unit_id == Binding.unit_id)
    return held


def _end(reason: str, *which: ColumnElement[bool]) -> int:
    ended = db.session.execute(
        update(Binding)
        .where(*which)
        .values(state=BindingState.REVOKED, reason=reason, decided_by=None, decided_at=clock.now())
        .returning(*(getattr(Binding, name) for name in _TOLD)),
        execution_options={"synchronize_session": False},
    ).all()
    for one in ended:
        audit.record(one.compound_id, None, "end_binding", one.id, after={"reason": reason})
    for compound_id in {one.compound_id for one in ended}:
        tell_ended(compound_id, [one for one in ended if one.compound_id == compound_id])
    return len(ended)
