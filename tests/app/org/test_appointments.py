"""Roles that are given and ended at the desk: by whom, to whom, and what is on record."""

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import select

from app.compounds.people import role_holders
from app.core import clock
from app.core.audit import AuditEvent
from app.core.crypto import lookup_hash
from app.core.db import db
from app.core.errors import Forbidden
from app.identity.actor import Actor
from app.identity.models import AccountPhone
from app.notifications.catalogue import Kind
from app.notifications.models import OutboxMessage
from app.org import appointments, queries, service
from app.org.errors import (
    AlreadyAppointed,
    AppointmentNotFound,
    OwnRole,
    PlaceTaken,
    PropertyStaffServes,
    TermNeeded,
    TermWrong,
)
from app.org.models import Appointment, Role
from app.org.places import Place
from tests.support.world import Person, World

PHONE = "13900010001"
TERM = date(2029, 4, 30)
REASON = "搬离本小区"


def of(person: Person) -> Actor:
    return Actor(person.account_id)


def proven(person: Person, phone: str) -> Actor:
    """The person, who has proven the number."""
    db.session.add(
        AccountPhone(phone_hash=lookup_hash("phone", phone), account_id=person.account_id, verified_at=clock.now())
    )
    db.session.flush()
    return of(person)


def test_a_role_holds_at_once_for_who_has_proven_the_number_and_is_gone_when_it_ends(world: World):
    steward = proven(world.person(), PHONE)
    made = appointments.give(of(world.secretary), world.compound, Role.STEWARD, "楼栋长某", PHONE)
    assert queries.roles_held(steward.account_id, world.compound) == {Role.STEWARD}
    shown = next(one for one in role_holders(of(world.secretary), world.compound) if one.appointment_id == made.id)
    assert (shown.name, shown.phone, shown.joined, shown.mine_to_end) == ("楼***", "139****0001", True, True)
    appointments.end(of(world.secretary), world.compound, made.id, REASON)
    assert queries.roles_held(steward.account_id, world.compound) == frozenset()
    ended = db.session.get_one(Appointment, made.id, populate_existing=True)
    assert (ended.appointed_by, ended.ended_by) == (world.secretary.account_id,) * 2
    noted = db.session.query(AuditEvent).filter_by(compound_id=world.compound, subject_id=made.id)
    assert {one.act for one in noted} == {"give_role", "end_role"}
    with pytest.raises(AppointmentNotFound):
        appointments.end(of(world.secretary), world.compound, made.id, REASON)
    assert appointments.give(of(world.secretary), world.compound, Role.STEWARD, "楼栋长某", PHONE).id != made.id


@pytest.mark.parametrize(
    ("who", "gives"),
    [
        (Role.SECRETARY, {Role.STEWARD}),
        (Role.COMMUNITY_OFFICER, set(appointments.GIVEN_BY) - {Role.SECRETARY}),
        (Role.STREET_OFFICER, set(appointments.GIVEN_BY)),
        (Role.SUPERVISOR, set()),
        (Role.STEWARD, set()),
    ],
)
def test_each_gives_and_ends_the_roles_below_alone(world: World, who: Role, gives: set[Role]):
    node = world.community if who in (Role.COMMUNITY_OFFICER, Role.STREET_OFFICER) else world.compound
    actor = of(world.official(who, node))
    assert set(appointments.roles_to_give(actor, world.compound)) == gives
    for number, role in enumerate(Role):
        held = service.appoint(role, world.compound, f"1390001{number:04}")
        if role in gives:
            appointments.end(actor, world.compound, held.id, REASON)
        else:
            with pytest.raises((Forbidden, AppointmentNotFound)):
                appointments.end(actor, world.compound, held.id, REASON)
            with pytest.raises(Forbidden):
                appointments.give(actor, world.compound, role, "某人", "13900020002", TERM)


def test_nobody_gives_or_ends_a_role_of_the_own(world: World):
    officer = proven(world.supervisor, PHONE)
    with pytest.raises(OwnRole):
        appointments.give(officer, world.compound, Role.SUPERVISOR, "社区某", PHONE)
    own = service.appoint(Role.SUPERVISOR, world.compound, PHONE)
    with pytest.raises(OwnRole):
        appointments.end(officer, world.compound, own.id, REASON)
    assert own.ended_at is None


def test_property_staff_hold_no_other_role_and_nothing_is_given_twice(world: World):
    officer = of(world.supervisor)
    appointments.give(officer, world.compound, Role.PROPERTY_STAFF, "物业某", PHONE)
    with pytest.raises(PropertyStaffServes):
        appointments.give(officer, world.compound, Role.SUPERVISOR, "物业某", PHONE)
    appointments.give(officer, world.compound, Role.STEWARD, "楼栋长某", "13900010002")
    with pytest.raises(PropertyStaffServes):
        appointments.give(officer, world.compound, Role.PROPERTY_STAFF, "楼栋长某", "13900010002")
    with pytest.raises(AlreadyAppointed):
        appointments.give(of(world.secretary), world.compound, Role.STEWARD, "又一次", "13900010002")


def test_a_role_of_another_compound_or_of_a_node_above_is_none(world: World):
    other = world.add_compound("另一小区")
    elsewhere = service.appoint(Role.STEWARD, other, PHONE)
    above = service.appoint(Role.STEWARD, world.community, PHONE)
    for held in (elsewhere, above):
        with pytest.raises(AppointmentNotFound):
            appointments.end(of(world.secretary), world.compound, held.id, REASON)
        assert held.ended_at is None


def inbox(who: Actor) -> list[tuple[str, str, str]]:
    """What somebody was told of roles: kind, role and hint, the oldest first."""
    found = db.session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.account_id == who.account_id, OutboxMessage.kind.in_((Kind.ROLE_GIVEN, Kind.ROLE_ENDED)))
        .order_by(OutboxMessage.created_at, OutboxMessage.id)
    )
    return [(one.kind, one.data["role"], one.data["hint"]) for one in found]


def test_the_holder_hears_when_a_role_is_given_and_when_it_ends(world: World):
    steward, staff = proven(world.person(), PHONE), proven(world.person(), "13900010002")
    made = appointments.give(of(world.secretary), world.compound, Role.STEWARD, "楼栋长某", PHONE)
    appointments.give(of(world.supervisor), world.compound, Role.PROPERTY_STAFF, "物业某", "13900010002")
    given = (Kind.ROLE_GIVEN, "楼栋长", "请登录工作台，看看今天要做什么")
    assert inbox(steward) == [given]
    assert inbox(staff) == [(Kind.ROLE_GIVEN, "物业服务企业人员", "不参与投票代理、计票等业主事务")]
    appointments.end(of(world.secretary), world.compound, made.id, REASON)
    assert inbox(steward) == [given, (Kind.ROLE_ENDED, "楼栋长", REASON)]


def test_whoever_proves_the_number_later_hears_of_the_role_then_and_once(world: World):
    made = appointments.give(of(world.secretary), world.compound, Role.STEWARD, "楼栋长某", PHONE)
    assert told_of_roles() == set(), "nobody has proven the number"
    holder = of(world.person())
    for _ in range(2):
        service.claim_appointments(holder.account_id, lookup_hash("phone", PHONE))
    assert [kind for kind, _, _ in inbox(holder)] == [Kind.ROLE_GIVEN]
    appointments.end(of(world.secretary), world.compound, made.id, REASON)
    assert told_of_roles() == {holder.account_id}


def told_of_roles() -> set[UUID]:
    """Who was told of a role."""
    kinds = (Kind.ROLE_GIVEN, Kind.ROLE_ENDED)
    return set(db.session.scalars(select(OutboxMessage.account_id).where(OutboxMessage.kind.in_(kinds))))


def test_a_secretary_has_a_term_and_no_term_is_longer_than_five_years(world: World):
    officer = of(world.official(Role.STREET_OFFICER, world.community))
    with pytest.raises(TermNeeded):
        appointments.give(officer, world.compound, Role.SECRETARY, "某人", PHONE)
    for wrong in (date(2026, 5, 1), date(2031, 5, 2)):
        with pytest.raises(TermWrong):
            appointments.give(officer, world.compound, Role.STEWARD, "某人", PHONE, wrong)
    assert not queries.number_holds_role(lookup_hash("phone", PHONE), Role, world.compound)
    made = appointments.give(officer, world.compound, Role.SECRETARY, "某人", PHONE, date(2031, 5, 1))
    assert made.term_ends == date(2031, 5, 1)


def test_one_person_looks_after_a_place_and_may_look_after_several(world: World):
    secretary, building = of(world.secretary), world.building("3栋")
    whole, stairwell = Place(building, "", "3栋"), Place(building, "2单元", "3栋2单元")
    steward = proven(world.person(), PHONE)
    appointments.give(secretary, world.compound, Role.STEWARD, "甲某", PHONE, TERM, whole)
    made = appointments.give(secretary, world.compound, Role.STEWARD, "甲某", PHONE, TERM, stairwell)
    with pytest.raises(AlreadyAppointed):
        appointments.give(secretary, world.compound, Role.STEWARD, "甲某", PHONE, TERM, stairwell)
    with pytest.raises(PlaceTaken) as refused:
        appointments.give(secretary, world.compound, Role.STEWARD, "乙某", "13900010002", TERM, stairwell)
    assert "3栋2单元" in refused.value.text
    told = select(OutboxMessage.data).where(OutboxMessage.account_id == steward.account_id)
    assert [(one["role"], one["node"]) for one in db.session.scalars(told.order_by(OutboxMessage.id))] == [
        ("楼栋长", "测试小区3栋"),
        ("单元长", "测试小区3栋2单元"),
    ]
    shown = [one for one in role_holders(secretary, world.compound) if one.role is Role.STEWARD]
    assert [(one.title, one.place, one.term_ends) for one in shown] == [
        ("楼栋长", "3栋", TERM),
        ("单元长", "3栋2单元", TERM),
    ]
    appointments.end(secretary, world.compound, made.id, REASON)
    appointments.give(secretary, world.compound, Role.STEWARD, "乙某", "13900010002", TERM, stairwell)
