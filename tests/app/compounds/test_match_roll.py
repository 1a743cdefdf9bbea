"""A proven phone number leads to the homes of the owner whose number it is."""

from app.compounds import matching, queries, service
from app.compounds.models import Ownership
from app.core import clock
from app.core.crypto import lookup_hash
from app.core.db import db
from app.identity.actor import Actor
from app.identity.models import AccountPhone
from tests.app.compounds.conftest import Town

PHONE = "13900010001"
HASH_KIND = "phone"


def hashed(phone: str = PHONE) -> bytes:
    return lookup_hash(HASH_KIND, phone)


def test_all_units_of_the_owner_become_homes_in_every_compound(town: Town):
    first, second = town.world.unit("101"), town.world.unit("102")
    owner = town.world.owner(first, second, bound=False)
    town.set_phone(owner.owner_id, PHONE)
    elsewhere = town.world.add_compound("别的小区")
    other = town.world.owner(town.world.unit("101", compound=elsewhere), bound=False)
    town.set_phone(other.owner_id, PHONE, elsewhere)
    person = town.world.person()

    bound = service.match_roll(person.account_id, hashed())

    assert {binding.unit_id for binding in bound} == {*owner.unit_ids, *other.unit_ids}
    homes = queries.bindings_of(Actor(person.account_id))
    assert {(home.compound, home.room, home.state) for home in homes} == {
        ("测试小区", "101", "accepted"),
        ("测试小区", "102", "accepted"),
        ("别的小区", "101", "accepted"),
    }
    assert queries.owners_represented(person.account_id, town.compound) == [owner.owner_id]


def test_matching_again_changes_nothing(town: Town):
    owner = town.world.owner(town.world.unit("101"), bound=False)
    town.set_phone(owner.owner_id, PHONE)
    person = town.world.person()
    first = service.match_roll(person.account_id, hashed())
    second = service.match_roll(person.account_id, hashed())
    assert [binding.id for binding in first] == [binding.id for binding in second]
    assert town.states(person) == [("accepted", "phone")]


def test_one_connection_matches_many_times(town: Town):
    """PostgreSQL drops the parameters' values from a plan that it keeps, after some repetitions."""
    owner = town.world.owner(town.world.unit("101"), bound=False)
    town.set_phone(owner.owner_id, PHONE)
    for _ in range(15):
        person = town.world.person()
        assert len(service.match_roll(person.account_id, hashed())) == 1


def test_an_unknown_number_binds_nothing(town: Town):
    town.world.owner(town.world.unit("101"), bound=False)
    assert service.match_roll(town.world.person().account_id, hashed()) == []


def test_the_new_holder_of_a_number_takes_it_from_the_old_one(town: Town):
    owner = town.world.owner(town.world.unit("101"), bound=False)
    town.set_phone(owner.owner_id, PHONE)
    old, new = town.world.person(), town.world.person()
    service.match_roll(old.account_id, hashed())
    service.match_roll(new.account_id, hashed())
    assert town.states(old) == [("revoked", "phone")]
    assert town.states(new) == [("accepted", "phone")]


def test_a_binding_by_application_outlives_the_number(town: Town):
    unit = town.world.unit("101")
    owner = town.world.owner(unit, bound=False)
    town.set_phone(owner.owner_id, PHONE)
    applicant = town.world.person()
    application = service.apply_for_binding(Actor(applicant.account_id), town.compound, "1栋", "1单元", "101", "业主")
    service.decide_binding(town.secretary, town.compound, application.id, True, owner.owner_id, None)
    service.match_roll(town.world.person().account_id, hashed())
    assert town.states(applicant) == [("accepted", "application")]


def test_an_application_is_settled_by_the_proven_number(town: Town):
    owner = town.world.owner(town.world.unit("101"), bound=False)
    town.set_phone(owner.owner_id, PHONE)
    person = town.world.person()
    service.apply_for_binding(Actor(person.account_id), town.compound, "1栋", "1单元", "101", "业主")
    service.match_roll(person.account_id, hashed())
    assert town.states(person) == [("accepted", "phone")]
    assert queries.waiting_bindings(town.secretary, town.compound, None, 10) == []


def test_a_former_owner_is_not_bound(town: Town):
    owner = town.world.owner(town.world.unit("101"), bound=False)
    town.set_phone(owner.owner_id, PHONE)
    db.session.query(Ownership).filter_by(owner_id=owner.owner_id).update({"valid_to": clock.now()})
    assert service.match_roll(town.world.person().account_id, hashed()) == []


def test_co_owners_who_share_a_number_give_one_home(town: Town):
    unit = town.world.unit("101")
    for owner in (town.world.owner(unit, bound=False), town.world.owner(unit, bound=False)):
        town.set_phone(owner.owner_id, PHONE)
    person = town.world.person()
    assert len(service.match_roll(person.account_id, hashed())) == 1


def test_a_number_of_more_owners_than_one_person_stands_for_proves_nobodys_home(town: Town):
    """Five may share a number; with the sixth its holder applies, and the secretary decides."""
    units = [town.world.unit(f"10{number}") for number in range(6)]
    owners = [town.world.owner(unit, bound=False) for unit in units]
    for owner in owners[:5]:
        town.set_phone(owner.owner_id, PHONE)
    first, later = town.world.person(), town.world.person()
    assert len(service.match_roll(first.account_id, hashed())) == 5
    town.set_phone(owners[5].owner_id, PHONE)
    assert service.match_roll(later.account_id, hashed()) == []
    actor = Actor(later.account_id)
    application = service.apply_for_binding(actor, town.compound, "1栋", "1单元", "100", "业主")
    assert service.match_roll(later.account_id, hashed()) == []
    service.decide_binding(town.secretary, town.compound, application.id, True, owners[0].owner_id, None)
    assert town.states(later) == [("accepted", "application")]


def test_a_changed_roll_binds_nobody_by_a_number_of_too_many(town: Town):
    for number in range(6):
        owner = town.world.owner(town.world.unit(f"10{number}"), bound=False)
        town.set_phone(owner.owner_id, PHONE)
    holder = town.world.person()
    db.session.add(AccountPhone(phone_hash=hashed(), account_id=holder.account_id, verified_at=clock.now()))
    db.session.flush()
    matching.match_compound(town.compound)
    assert town.states(holder) == []
