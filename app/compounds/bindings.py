"""Binding an account to a unit on application: an owner whose number is not on the roll, or who lives there otherwise,
asks the secretary."""

from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from app.compounds import residents
from app.compounds.doors import building_key, room_name, stairwell_name
from app.compounds.errors import (
    AlreadyBound,
    BindingNotFound,
    BindingNotLive,
    BindingNotWaiting,
    BoundAsOther,
    OwnApplication,
    OwnerNotOfUnit,
    ReasonRequired,
    ResidentNamesNoOwner,
    TooManyApplications,
    UnitNotFound,
)
from app.compounds.models import (
    LIVE_BINDING,
    Binding,
    BindingMethod,
    BindingState,
    Building,
    Capacity,
    Ownership,
    Unit,
)
from app.core import audit, clock
from app.core.db import db
from app.core.ids import new_id
from app.identity.actor import Actor
from app.identity.consents import acts as consents
from app.notifications.catalogue import Kind
from app.notifications.service import notify_one
from app.org.permissions import Act
from app.org.policy import require
from app.org.queries import get_compound

WAITING_AT_MOST = 5
LIVE = (BindingState.APPLIED, BindingState.ACCEPTED)


def apply_for_binding(
    actor: Actor,
    compound_id: UUID,
    building: str,
    stairwell: str,
    room: str,
    claimed_name: str,
    note: str | None = None,
    capacity: Capacity = Capacity.OWNER,
    lease_ends: date | None = None,
) -> Binding:
    """Ask the secretary to bind the actor to the unit with this door, in whatever spelling, as owner, tenant or family.

    `lease_ends`: a tenant's last day. Raises NotFound (compound), ConsentWithdrawn, GuardianNeeded, UnitNotFound,
    NotAHome, LeaseEndInvalid, AlreadyBound, BoundAsOther, TooManyApplications.
    """
    get_compound(compound_id)
    consents.require(actor.account_id)
    unit_id = unit_at(compound_id, building, stairwell, room)
    residents.require_in_order(compound_id, unit_id, capacity, lease_ends)
    waiting = db.session.scalar(
        select(func.count()).where(Binding.account_id == actor.account_id, Binding.state == BindingState.APPLIED)
    )
    _require_not_live(actor, compound_id, unit_id, capacity)
    if waiting and waiting >= WAITING_AT_MOST:
        raise TooManyApplications(waiting=waiting)
    binding_id = db.session.scalar(
        insert(Binding)
        .values(
            compound_id=compound_id,
            id=new_id(),
            account_id=actor.account_id,
            unit_id=unit_id,
            capacity=capacity,
            lease_ends=lease_ends,
            state=BindingState.APPLIED,
            method=BindingMethod.APPLICATION,
            claimed_name=claimed_name.strip(),
            note=note,
            created_at=clock.now(),
        )
        .on_conflict_do_nothing(index_elements=["compound_id", "account_id", "unit_id"], index_where=LIVE_BINDING)
        .returning(Binding.id)
    )
    if binding_id is None:
        raise AlreadyBound
    return db.session.get_one(Binding, (compound_id, binding_id))


def decide_binding(
    actor: Actor,
    compound_id: UUID,
    binding_id: UUID,
    accept: bool,
    owner_id: UUID | None,
    reason: str | None,
    lease_ends: date | None = None,
) -> Binding:
    """Accept an application, or reject it with a reason.

    An owner's is accepted for one of the unit's owners of today; a tenant's or family member's for none, and those
    owners are told. `lease_ends`: a tenant's last day by the contract, instead of what the application says.
    Raises Forbidden, BindingNotFound, OwnApplication, BindingNotWaiting, OwnerNotOfUnit, ResidentNamesNoOwner,
    LeaseEndInvalid, ReasonRequired.
    """
    require(actor, Act.DECIDE_BINDING, compound_id)
    binding = _locked(compound_id, binding_id)
    if binding.account_id == actor.account_id:
        raise OwnApplication
    if binding.state != BindingState.APPLIED:
        raise BindingNotWaiting(state=binding.state)
    if accept and binding.capacity == Capacity.OWNER:
        if owner_id is None or not _owns(compound_id, binding.unit_id, owner_id):
            raise OwnerNotOfUnit
        binding.owner_id = owner_id
    elif accept:
        _accept_resident(binding, owner_id, lease_ends)
    _decided(binding, BindingState.ACCEPTED if accept else BindingState.REJECTED, actor, reason, not accept)
    _tell_applicant(binding)
    if accept and binding.capacity != Capacity.OWNER:
        residents.tell_owners(binding)
    return binding


def _accept_resident(binding: Binding, owner_id: UUID | None, lease_ends: date | None) -> None:
    if owner_id is not None:
        raise ResidentNamesNoOwner
    last_day = lease_ends or binding.lease_ends
    residents.require_in_order(binding.compound_id, binding.unit_id, Capacity(binding.capacity), last_day)
    binding.lease_ends = last_day


def _tell_applicant(binding: Binding) -> None:
    unit = db.session.get_one(Unit, (binding.compound_id, binding.unit_id))
    building = db.session.get_one(Building, (binding.compound_id, unit.building_id))
    accepted, owns = binding.state == BindingState.ACCEPTED, binding.capacity == Capacity.OWNER
    use = "现在可以参加业主大会投票" if owns else "现在可以发心愿、看红黑榜、预约服务"
    notify_one(
        binding.compound_id,
        Kind.APPLICATION_DECIDED,
        binding.id,
        {
            "subject": f"{'绑定房屋' if owns else '登记住户'}{building.name}{unit.stairwell}{unit.room}",
            "outcome": "已通过" if accepted else "未通过",
            "hint": use if accepted else f"原因：{binding.reason}",
            "decided_at": clock.now(),
        },
        binding.account_id,
        {},
    )


def withdraw_binding(actor: Actor, compound_id: UUID, binding_id: UUID) -> Binding:
    """End the actor's own application or binding. Raises BindingNotFound, BindingNotLive."""
    binding = _locked(compound_id, binding_id)
    if binding.account_id != actor.account_id:
        raise BindingNotFound
    if binding.state not in LIVE:
        raise BindingNotLive(state=binding.state)
    return _decided(binding, BindingState.REVOKED, actor, "本人撤回", False)


def revoke_binding(actor: Actor, compound_id: UUID, binding_id: UUID, reason: str) -> Binding:
    """End an accepted binding, as the secretary; whose it was is told.

    Raises Forbidden, BindingNotFound, BindingNotLive, ReasonRequired.
    """
    require(actor, Act.DECIDE_BINDING, compound_id)
    return _ended(_locked(compound_id, binding_id), actor, reason)


def change_lease(actor: Actor, compound_id: UUID, binding_id: UUID, lease_ends: date | None) -> Binding:
    """Set the last day of a tenant who is registered, by a new contract; None: it is not known.

    A warning of another day that was not sent yet is taken back.
    Raises Forbidden, BindingNotFound, also for who is no tenant, BindingNotLive, LeaseEndInvalid.
    """
    require(actor, Act.DECIDE_BINDING, compound_id)
    binding = _locked(compound_id, binding_id)
    if binding.capacity != Capacity.TENANT:
        raise BindingNotFound
    if binding.state != BindingState.ACCEPTED:
        raise BindingNotLive(state=binding.state)
    residents.require_in_order(compound_id, binding.unit_id, Capacity.TENANT, lease_ends)
    before, binding.lease_ends = binding.lease_ends, lease_ends
    db.session.flush()
    if lease_ends != before:
        residents.take_back_warning(binding)
    days = {"before": {"lease_ends": str(before)}, "after": {"lease_ends": str(lease_ends)}}
    audit.record(compound_id, actor.account_id, "change_lease", binding_id, **days)
    return binding


def record_moved_out(actor: Actor, compound_id: UUID, binding_id: UUID, reason: str) -> Binding:
    """Say, as an owner of the home, that a tenant or family member moved out of it (已搬走); the person is told.

    Raises BindingNotFound, also to others and for an owner's binding, BindingNotLive, ReasonRequired.
    """
    binding = _locked(compound_id, binding_id)
    if binding.capacity == Capacity.OWNER or not residents.owns(actor, compound_id, binding.unit_id):
        raise BindingNotFound
    return _ended(binding, actor, f"业主登记已搬走：{reason.strip()}" if reason.strip() else "")


def _ended(binding: Binding, actor: Actor, reason: str) -> Binding:
    if binding.state != BindingState.ACCEPTED:
        raise BindingNotLive(state=binding.state)
    _decided(binding, BindingState.REVOKED, actor, reason, True)
    residents.tell_ended(binding.compound_id, [binding])
    return binding


def _decided(binding: Binding, state: BindingState, actor: Actor, reason: str | None, reason_needed: bool) -> Binding:
    given = (reason or "").strip()
    if reason_needed and not given:
        raise ReasonRequired
    binding.state = state
    binding.reason = given or None
    binding.decided_by = actor.account_id
    binding.decided_at = clock.now()
    db.session.flush()
    if state is BindingState.REVOKED and binding.lease_ends:
        residents.take_back_warning(binding)
    audit.record(binding.compound_id, actor.account_id, "decide_binding", binding.id, after={"state": state.value})
    return binding


def _locked(compound_id: UUID, binding_id: UUID) -> Binding:
    binding = db.session.get(Binding, (compound_id, binding_id), with_for_update=True, populate_existing=True)
    if binding is None:
        raise BindingNotFound
    return binding


def _require_not_live(actor: Actor, compound_id: UUID, unit_id: UUID, wanted: Capacity) -> None:
    live = select(Binding.capacity).where(
        Binding.compound_id == compound_id,
        Binding.account_id == actor.account_id,
        Binding.unit_id == unit_id,
        Binding.state.in_(LIVE),
    )
    found = db.session.scalar(live)
    if found == wanted:
        raise AlreadyBound
    if found:
        raise BoundAsOther(capacity_text=Capacity(found).chinese)


def _owns(compound_id: UUID, unit_id: UUID, owner_id: UUID) -> bool:
    current = select(Ownership.id).where(
        Ownership.compound_id == compound_id,
        Ownership.unit_id == unit_id,
        Ownership.owner_id == owner_id,
        Ownership.valid_to.is_(None),
    )
    return db.session.scalar(current.with_for_update(read=True)) is not None


def unit_at(compound_id: UUID, building: str, stairwell: str, room: str) -> UUID:
    """The unit with this door. Without a stairwell it is found if only one stairwell has such a room."""
    names = db.session.execute(select(Building.id, Building.name).where(Building.compound_id == compound_id))
    key, stair = building_key(building), stairwell_name(stairwell)
    same_building = [building_id for building_id, name in names if building_key(name) == key]
    rooms = select(Unit.id).where(
        Unit.compound_id == compound_id,
        Unit.building_id.in_(same_building),
        Unit.room == room_name(room, building, stair),
    )
    found = db.session.scalars(rooms.where(Unit.stairwell == stair)).all()
    if not found and not stair:
        found = db.session.scalars(rooms).all()
    if len(found) != 1:
        raise UnitNotFound(door=" ".join(part.strip() for part in (building, stairwell, room) if part.strip()))
    return found[0]
