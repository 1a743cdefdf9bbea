"""Residents who own nothing: tenants and family members. How they come and go, and that they stand for no owner."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app.compounds import errors, homes, matching, places, queries, residents, service
from app.compounds.models import Binding, Capacity
from app.compounds.types import NewOwner
from app.core import clock
from app.core.audit import AuditEvent
from app.core.db import db
from app.core.errors import Forbidden
from app.identity.actor import Actor
from app.notifications.models import OutboxMessage, OutboxState
from tasks.compounds import end_leases, warn_of_lease_ends
from tests.app.compounds.conftest import Town
from tests.app.compounds.test_roll_import import load
from tests.support.roll_files import ID_1, ID_2, row
from tests.support.world import START, Person, Ref, at

NEXT_YEAR = START.date() + timedelta(days=365)
BUYER = NewOwner("买受人", ID_1, "13900010001")


@pytest.fixture
def flat(town: Town) -> Ref:
    return town.world.unit("101")


@pytest.fixture
def owner(town: Town, flat: Ref) -> Person:
    return town.world.owner(flat)


def apply(town: Town, person: Person, capacity: Capacity, room: str = "101", lease_ends: date | None = None) -> Binding:
    door = ("1栋", "1单元", room)
    return service.apply_for_binding(
        Actor(person.account_id), town.compound, *door, "租客甲", capacity=capacity, lease_ends=lease_ends
    )


def accept(town: Town, binding: Binding, **more: Any) -> Binding:
    return service.decide_binding(town.secretary, town.compound, binding.id, True, None, None, **more)


def told(person: Person) -> list[tuple[str, dict[str, str]]]:
    found = select(OutboxMessage).where(OutboxMessage.account_id == person.account_id).order_by(OutboxMessage.id)
    return [(one.kind, one.data) for one in db.session.scalars(found)]


def shown(town: Town, person: Person, flat: Ref) -> list[tuple[str, str, date | None]]:
    found = residents.residents_of(Actor(person.account_id), town.compound, flat.id)
    return [(one.capacity_text, one.name_masked, one.lease_ends) for one in found]


def standing(town: Town, person: Person) -> list[tuple[str, str]]:
    """(capacity, state) of the person's bindings, the oldest first."""
    db.session.expire_all()
    rows = db.session.query(Binding).filter_by(account_id=person.account_id).order_by(Binding.id)
    return [(one.capacity, one.state) for one in rows]


def test_a_tenant_is_accepted_for_no_owner_and_the_homes_owners_are_told_and_see_who_lives_there(
    town: Town, flat: Ref, owner: Person
):
    tenant = town.world.person()
    binding = apply(town, tenant, Capacity.TENANT, lease_ends=NEXT_YEAR)
    [waiting] = queries.waiting_bindings(town.secretary, town.compound, None, 10, Capacity.TENANT)
    assert (waiting.capacity, waiting.lease_ends) == (Capacity.TENANT, NEXT_YEAR)
    assert queries.waiting_bindings(town.secretary, town.compound, None, 10, Capacity.FAMILY) == []
    accept(town, binding)
    assert (binding.state, binding.owner_id) == ("accepted", None)
    assert queries.lives_in(tenant.account_id, town.compound)
    assert not queries.is_owner(tenant.account_id, town.compound)
    [(kind, data)] = told(tenant)
    assert (kind, data["subject"]) == ("application_decided", "登记住户1栋1单元101")
    assert "投票" not in data["hint"]
    [(kind, data)] = told(owner)
    assert (kind, data["subject"]) == ("resident_registered", "1栋1单元101登记了租客租**")
    assert shown(town, owner, flat) == [("租客", "租**", NEXT_YEAR)]


def test_the_secretary_may_take_the_last_day_from_the_contract(town: Town, owner: Person):
    binding = apply(town, town.world.person(), Capacity.TENANT)
    for last_day in (START.date() - timedelta(days=1), START.date() + timedelta(days=7306)):
        with pytest.raises(errors.LeaseEndInvalid):
            accept(town, binding, lease_ends=last_day)
    assert (binding.state, binding.lease_ends) == ("applied", None)
    assert accept(town, binding, lease_ends=NEXT_YEAR).lease_ends == NEXT_YEAR


def test_a_lease_is_renewed_by_the_secretary_while_it_runs(town: Town, flat: Ref):
    tenant, family = town.world.resident(flat, lease_ends=NEXT_YEAR), town.world.resident(flat, "family")
    ties = {one.account_id: one for one in db.session.scalars(select(Binding))}
    lease, other = ties[tenant.account_id], ties[family.account_id]
    lease_id = lease.id
    later = NEXT_YEAR + timedelta(days=365)
    with pytest.raises(Forbidden):
        service.change_lease(Actor(tenant.account_id), town.compound, lease.id, later)
    with pytest.raises(errors.BindingNotFound):
        service.change_lease(town.secretary, town.compound, other.id, later)
    with pytest.raises(errors.LeaseEndInvalid):
        service.change_lease(town.secretary, town.compound, lease.id, START.date() - timedelta(days=1))
    assert service.change_lease(town.secretary, town.compound, lease.id, later).lease_ends == later
    with at(START + timedelta(days=366)):
        assert end_leases() == 0
    service.revoke_binding(town.secretary, town.compound, lease_id, "已退租")
    with pytest.raises(errors.BindingNotLive):
        service.change_lease(town.secretary, town.compound, lease_id, None)


def test_an_acceptance_of_a_resident_names_no_owner_and_that_of_an_owner_does(town: Town, owner: Person):
    resident, claimant = (apply(town, town.world.person(), one) for one in (Capacity.FAMILY, Capacity.OWNER))
    with pytest.raises(errors.ResidentNamesNoOwner):
        service.decide_binding(town.secretary, town.compound, resident.id, True, owner.owner_id, None)
    with pytest.raises(errors.OwnerNotOfUnit):
        accept(town, claimant)
    assert (resident.state, claimant.state) == ("applied", "applied")


@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        ({"capacity": "tenant", "owned": True}, "ck_binding_resident_names_no_owner"),
        ({"capacity": "owner"}, "ck_binding_accepted_names_owner"),
        ({"capacity": "family", "lease_ends": NEXT_YEAR}, "ck_binding_lease_of_a_tenant"),
        ({"capacity": "guest"}, "ck_binding_capacity_known"),
    ],
)
def test_the_database_holds_that_an_owners_binding_and_no_other_names_an_owner(
    town: Town, flat: Ref, owner: Person, columns: dict[str, Any], constraint: str
):
    named = {"owner_id": owner.owner_id} if columns.pop("owned", False) else {}
    with pytest.raises(IntegrityError, match=constraint), db.session.begin_nested():
        town.world.resident(flat, **columns, **named)


@pytest.mark.parametrize(
    ("room", "capacity", "lease_ends", "refusal"),
    [
        ("p1", Capacity.TENANT, None, errors.NotAHome),
        ("101", Capacity.TENANT, START.date() - timedelta(days=1), errors.LeaseEndInvalid),
        ("101", Capacity.TENANT, START.date() + timedelta(days=7306), errors.LeaseEndInvalid),
        ("101", Capacity.FAMILY, NEXT_YEAR, errors.LeaseEndInvalid),
        ("101", Capacity.OWNER, NEXT_YEAR, errors.LeaseEndInvalid),
    ],
)
def test_an_application_that_cannot_be_right_is_refused(
    town: Town, owner: Person, room: str, capacity: Capacity, lease_ends: date | None, refusal: type[Exception]
):
    town.world.unit("P1", use="parking")
    person = town.world.person()
    with pytest.raises(refusal):
        apply(town, person, capacity, room, lease_ends)
    assert standing(town, person) == []


def test_nobody_applies_for_the_same_home_as_two_things_at_once(town: Town, owner: Person):
    person = town.world.person()
    apply(town, person, Capacity.TENANT)
    with pytest.raises(errors.AlreadyBound):
        apply(town, person, Capacity.TENANT)
    with pytest.raises(errors.BoundAsOther) as refusal:
        apply(town, person, Capacity.OWNER)
    assert "租客" in refusal.value.text
    with pytest.raises(errors.BoundAsOther):
        apply(town, owner, Capacity.FAMILY)
    assert standing(town, person) == [("tenant", "applied")]


def test_an_owner_who_also_rents_elsewhere_is_both_and_speaks_for_the_own_home_alone(town: Town, owner: Person):
    rented = town.world.unit("601", building="6栋")
    binding = service.apply_for_binding(
        Actor(owner.account_id), town.compound, "6栋", "1单元", "601", "业主甲", capacity=Capacity.TENANT
    )
    accept(town, binding)
    assert [one.unit_id for one in homes.homes_of(owner.account_id, town.compound)] == [*owner.unit_ids, rented.id]
    assert queries.owners_represented(owner.account_id, town.compound) == [owner.owner_id]
    voiced, _ = queries.voices(owner.account_id, town.compound)
    assert voiced == {(owner.unit_ids[0], owner.owner_id)}
    assert set(places.homes_by_place(owner.account_id, town.compound).values()) == {owner.unit_ids[0]}
    assert homes.names_of(town.compound, {owner.account_id}) == {owner.account_id: "测试业主"}


def test_a_lease_ends_by_itself_after_its_last_day_and_the_tenant_is_told_once(town: Town, flat: Ref):
    tenant, family = town.world.resident(flat, lease_ends=NEXT_YEAR), town.world.resident(flat, "family")
    day_after = START + timedelta(days=366)
    with at(day_after - timedelta(hours=9, seconds=1)):
        assert clock.today() == NEXT_YEAR
        assert end_leases() == 0
    with at(day_after):
        assert (end_leases(), end_leases()) == (1, 0)
    assert standing(town, tenant) == [("tenant", "revoked")]
    assert standing(town, family) == [("family", "accepted")]
    [(kind, data)] = told(tenant)
    assert (kind, data["subject"], data["reason"]) == ("binding_ended", "1栋1单元101的租客登记", residents.LEASE_OVER)
    [event] = db.session.scalars(select(AuditEvent).where(AuditEvent.act == "end_binding"))
    assert event.account_id is None


def test_a_tenant_is_told_a_month_ahead_that_the_lease_ends_once_for_each_last_day(town: Town, flat: Ref):
    tenant, _ = town.world.resident(flat, lease_ends=NEXT_YEAR), town.world.resident(flat)
    with at(START + timedelta(days=334)):
        assert warn_of_lease_ends() == 0
    with at(START + timedelta(days=335)):
        assert (warn_of_lease_ends(), warn_of_lease_ends()) == (1, 0)
    [(kind, data)] = told(tenant)
    assert (kind, data["subject"]) == ("lease_ending", "1栋1单元101的租客登记")
    assert datetime.fromisoformat(data["until"]).astimezone(clock.SHANGHAI).date() == NEXT_YEAR
    db.session.execute(update(OutboxMessage).values(state=OutboxState.SENT))
    renewed = NEXT_YEAR + timedelta(days=365)
    with at(START + timedelta(days=340)):
        [binding] = db.session.scalars(select(Binding).where(Binding.account_id == tenant.account_id))
        service.change_lease(town.secretary, town.compound, binding.id, renewed)
        assert warn_of_lease_ends() == 0
    with at(START + timedelta(days=720)):
        assert (warn_of_lease_ends(), warn_of_lease_ends()) == (1, 0)
    assert [kind for kind, _ in told(tenant)] == ["lease_ending"] * 2
    assert standing(town, tenant) == [("tenant", "accepted")]


NEAR_ITS_END = START + timedelta(days=350)


def warned(town: Town, flat: Ref) -> tuple[Person, UUID]:
    """A tenant whose warning was not sent yet, and the tenant's binding."""
    tenant = town.world.resident(flat, lease_ends=NEXT_YEAR)
    assert warn_of_lease_ends() == 1
    [binding_id] = db.session.scalars(select(Binding.id).where(Binding.account_id == tenant.account_id))
    return tenant, binding_id


def test_no_tenant_is_warned_at_night_of_what_may_be_another_day_in_the_morning(town: Town, flat: Ref):
    tenant = town.world.resident(flat, lease_ends=NEXT_YEAR)
    with at(NEAR_ITS_END + timedelta(hours=13)):
        assert warn_of_lease_ends() == 0
    assert told(tenant) == []
    with at(NEAR_ITS_END + timedelta(hours=23)):
        assert warn_of_lease_ends() == 1


def test_a_warning_that_waits_is_taken_back_once_the_lease_is_renewed(town: Town, flat: Ref):
    with at(NEAR_ITS_END):
        tenant, binding_id = warned(town, flat)
        service.change_lease(town.secretary, town.compound, binding_id, NEXT_YEAR)
        assert [kind for kind, _ in told(tenant)] == ["lease_ending"], "the day is the same"
        service.change_lease(town.secretary, town.compound, binding_id, NEXT_YEAR + timedelta(days=365))
        assert told(tenant) == []
        assert warn_of_lease_ends() == 0
        service.change_lease(town.secretary, town.compound, binding_id, NEXT_YEAR)
        assert warn_of_lease_ends() == 1, "of a day that was entered by mistake nobody has heard"


@pytest.mark.parametrize("ended", ["withdraw_binding", "revoke_binding"])
def test_a_warning_that_waits_is_taken_back_once_the_tenant_has_left(town: Town, flat: Ref, ended: str):
    with at(NEAR_ITS_END):
        tenant, binding_id = warned(town, flat)
        if ended == "withdraw_binding":
            service.withdraw_binding(Actor(tenant.account_id), town.compound, binding_id)
        else:
            service.revoke_binding(town.secretary, town.compound, binding_id, "已退租")
    assert "lease_ending" not in [kind for kind, _ in told(tenant)]


@pytest.mark.parametrize(
    ("state", "read", "becomes"),
    [("created", True, "expired"), ("sending", False, "sending"), ("sent", False, "sent")],
)
def test_a_warning_that_was_read_or_sent_stays_in_the_inbox(
    town: Town, flat: Ref, state: str, read: bool, becomes: str
):
    with at(NEAR_ITS_END):
        tenant, binding_id = warned(town, flat)
        mine = update(OutboxMessage).where(OutboxMessage.account_id == tenant.account_id)
        db.session.execute(mine.values(state=state, read_at=clock.now() if read else None))
        service.change_lease(town.secretary, town.compound, binding_id, None)
    assert (
        db.session.scalar(select(OutboxMessage.state).where(OutboxMessage.account_id == tenant.account_id)) == becomes
    )


def test_who_was_never_warned_is_not_told_of_a_day_that_is_over(town: Town, flat: Ref):
    tenant = town.world.resident(flat, lease_ends=NEXT_YEAR)
    with at(START + timedelta(days=366)):
        assert warn_of_lease_ends() == 0
    assert told(tenant) == []


def test_an_owner_says_that_somebody_moved_out_and_the_person_reads_why(town: Town, flat: Ref, owner: Person):
    tenant = town.world.resident(flat)
    [listed] = residents.residents_of(Actor(owner.account_id), town.compound, flat.id)
    mine, others = Actor(owner.account_id), (town.world.owner(town.world.unit("102")), tenant, town.world.person())
    for other in others:
        with pytest.raises(errors.BindingNotFound):
            service.record_moved_out(Actor(other.account_id), town.compound, listed.binding_id, "搬走了")
        with pytest.raises(errors.UnitNotFound):
            residents.residents_of(Actor(other.account_id), town.compound, flat.id)
    with pytest.raises(errors.ReasonRequired):
        service.record_moved_out(mine, town.compound, listed.binding_id, "  ")
    assert standing(town, tenant) == [("tenant", "accepted")]
    service.record_moved_out(mine, town.compound, listed.binding_id, "租约到期退租")
    with pytest.raises(errors.BindingNotLive):
        service.record_moved_out(mine, town.compound, listed.binding_id, "再点一次")
    assert residents.residents_of(mine, town.compound, flat.id) == []
    [(kind, data)] = told(tenant)
    assert (kind, data["reason"]) == ("binding_ended", "业主登记已搬走：租约到期退租")
    assert apply(town, tenant, Capacity.TENANT).state == "applied"


def test_an_owner_ends_no_owners_binding(town: Town, flat: Ref, owner: Person):
    wife = town.world.owner(flat)
    [tie] = db.session.scalars(select(Binding).where(Binding.account_id == wife.account_id))
    with pytest.raises(errors.BindingNotFound):
        service.record_moved_out(Actor(owner.account_id), town.compound, tie.id, "搬走了")
    assert standing(town, wife) == [("owner", "accepted")]


def test_who_lives_in_the_compound_is_listed_for_the_secretary_by_what_they_are(town: Town, flat: Ref, owner: Person):
    for capacity in ("tenant", "family"):
        town.world.resident(flat, capacity)
    listed = {
        capacity: [one.capacity for one in residents.list_residents(town.secretary, town.compound, capacity, None, 10)]
        for capacity in (None, Capacity.TENANT, Capacity.FAMILY)
    }
    assert listed == {None: ["tenant", "family"], Capacity.TENANT: ["tenant"], Capacity.FAMILY: ["family"]}
    [first] = residents.list_residents(town.secretary, town.compound, None, None, 1)
    [second] = residents.list_residents(town.secretary, town.compound, None, first.binding_id, 10)
    assert (first.door, second.capacity_text) == ("1栋1单元101", "家人")
    with pytest.raises(Forbidden):
        residents.list_residents(Actor(owner.account_id), town.compound, None, None, 10)


def test_civil_code_725_a_sale_leaves_the_tenant_and_ends_the_sellers_family(town: Town, flat: Ref, owner: Person):
    tenant, family = town.world.resident(flat), town.world.resident(flat, "family")
    waits = town.world.person()
    apply(town, waits, Capacity.TENANT)
    with at(START + timedelta(days=1)):
        service.transfer_unit(town.secretary, town.compound, flat.id, [BUYER], clock.now())
    assert standing(town, owner) == [("owner", "revoked")]
    assert standing(town, tenant) == [("tenant", "accepted")]
    assert standing(town, family) == [("family", "revoked")]
    assert standing(town, waits) == [("tenant", "applied")]
    assert [(kind, data["reason"]) for kind, data in told(family)] == [("binding_ended", residents.SOLD)]
    assert told(tenant) == []


def test_the_family_stays_where_one_of_the_sellers_still_owns_the_home(town: Town, flat: Ref, owner: Person):
    family = town.world.resident(flat, "family")
    town.set_phone(owner.owner_id, "13900010002")
    remaining = NewOwner("测试业主", None, "13900010002")
    with at(START + timedelta(days=1)):
        service.transfer_unit(town.secretary, town.compound, flat.id, [remaining, BUYER], clock.now())
    assert standing(town, family) == [("family", "accepted")]


def test_a_child_who_buys_the_home_lives_on_there_as_its_owner(town: Town, flat: Ref, owner: Person):
    child = town.holder("13900010001")
    accept(town, apply(town, child, Capacity.FAMILY))
    service.transfer_unit(town.secretary, town.compound, flat.id, [BUYER], clock.now())
    assert standing(town, child) == [("owner", "accepted")]
    assert [kind for kind, _ in told(child)] == ["application_decided"]


def test_an_import_ends_the_family_of_those_who_are_owners_no_more_and_keeps_tenants(town: Town):
    load(town, row(), row(room="102", owner="演示业主乙", id_number=ID_2, phone="13900010002"))
    town_homes = {unit.room: Ref(town.compound, unit.unit_id) for unit in queries.units_with_owners(town.compound)}
    sold, kept = town_homes["101"], town_homes["102"]
    tenant, family, neighbours = (
        town.world.resident(sold),
        town.world.resident(sold, "family"),
        town.world.resident(kept, "family"),
    )
    with at(START + timedelta(days=1)):
        load(town, row(owner="演示业主丙", id_number="", phone="13900010003"))
    assert standing(town, tenant) == [("tenant", "accepted")]
    assert standing(town, family) == [("family", "revoked")]
    assert standing(town, neighbours) == [("family", "accepted")]


@pytest.mark.parametrize("accepted", [True, False])
def test_a_tenant_whose_number_the_roll_has_becomes_the_owner(town: Town, flat: Ref, accepted: bool):
    bought = town.world.owner(flat, bound=False)
    tenant = town.holder("13900010001")
    binding = apply(town, tenant, Capacity.TENANT, lease_ends=NEXT_YEAR)
    if accepted:
        accept(town, binding)
    town.set_phone(bought.owner_id, "13900010001")
    matching.match_compound(town.compound)
    matching.match_compound(town.compound)
    assert standing(town, tenant) == [("owner", "accepted")]
    db.session.refresh(binding)
    assert (binding.owner_id, binding.lease_ends, binding.method) == (bought.owner_id, None, "phone")
    assert queries.is_owner(tenant.account_id, town.compound)
