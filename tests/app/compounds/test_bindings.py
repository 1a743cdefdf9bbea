"""Applications for a home, and the secretary's decisions on them."""

import pytest

from app.compounds import errors, queries, service
from app.compounds.models import Binding
from app.core.errors import Forbidden, NotFound
from app.core.ids import new_id
from app.identity.actor import Actor
from tests.app.compounds.conftest import Town
from tests.support.world import Person


def apply(town: Town, person: Person, room: str = "101", building: str = "1栋", stairwell: str = "1单元") -> Binding:
    return service.apply_for_binding(
        Actor(person.account_id), town.compound, building, stairwell, room, "测试业主", "手机号换了"
    )


@pytest.fixture
def owner(town: Town) -> Person:
    return town.world.owner(town.world.unit("101"), bound=False)


@pytest.mark.parametrize(
    ("building", "stairwell", "room"),
    [("1栋", "1单元", "101"), ("1号楼", "一单元", "101室"), ("１#", "1", "1-1-101"), ("1", "", "101")],
)
def test_a_door_is_found_in_whatever_spelling(town: Town, owner: Person, building: str, stairwell: str, room: str):
    binding = apply(town, town.world.person(), room, building, stairwell)
    assert (binding.unit_id, binding.state) == (owner.unit_ids[0], "applied")


def test_a_door_that_is_not_on_the_roll_is_named_in_the_refusal(town: Town, owner: Person):
    with pytest.raises(errors.UnitNotFound) as refusal:
        apply(town, town.world.person(), "909")
    assert "1栋 1单元 909" in refusal.value.text


def test_an_application_in_an_unknown_compound_is_refused(town: Town):
    with pytest.raises(NotFound):
        service.apply_for_binding(Actor(new_id()), new_id(), "1", "1", "101", "甲")


def test_applying_twice_is_refused(town: Town, owner: Person):
    person = town.world.person()
    apply(town, person)
    with pytest.raises(errors.AlreadyBound):
        apply(town, person)
    assert town.states(person) == [("applied", "application")]


def test_no_more_than_five_applications_wait(town: Town):
    person = town.world.person()
    for room in range(201, 206):
        town.world.unit(str(room))
        apply(town, person, str(room))
    town.world.unit("206")
    with pytest.raises(errors.TooManyApplications):
        apply(town, person, "206")


def test_an_accepted_applicant_stands_for_the_named_owner(town: Town, owner: Person):
    person = town.world.person()
    binding = apply(town, person)
    service.decide_binding(town.secretary, town.compound, binding.id, True, owner.owner_id, None)
    assert queries.owners_represented(person.account_id, town.compound) == [owner.owner_id]
    assert binding.decided_by == town.secretary.account_id


def test_an_acceptance_must_name_an_owner_of_that_unit(town: Town, owner: Person):
    binding = apply(town, town.world.person())
    stranger = town.world.owner(town.world.unit("102"))
    for owner_id in (None, stranger.owner_id):
        with pytest.raises(errors.OwnerNotOfUnit):
            service.decide_binding(town.secretary, town.compound, binding.id, True, owner_id, None)
    assert binding.state == "applied"


def test_a_rejection_needs_a_reason_and_is_shown_with_it(town: Town, owner: Person):
    person = town.world.person()
    binding = apply(town, person)
    with pytest.raises(errors.ReasonRequired):
        service.decide_binding(town.secretary, town.compound, binding.id, False, None, "  ")
    service.decide_binding(town.secretary, town.compound, binding.id, False, None, "姓名与名册不符")
    home = queries.bindings_of(Actor(person.account_id))[0]
    assert (home.state, home.reason) == ("rejected", "姓名与名册不符")
    assert apply(town, person).state == "applied"


def test_a_decided_application_is_not_decided_again(town: Town, owner: Person):
    binding = apply(town, town.world.person())
    service.decide_binding(town.secretary, town.compound, binding.id, True, owner.owner_id, None)
    with pytest.raises(errors.BindingNotWaiting) as refusal:
        service.decide_binding(town.secretary, town.compound, binding.id, False, None, "改主意了")
    assert refusal.value.details == {"state": "accepted"}
    assert binding.state == "accepted"


def test_only_the_secretary_decides_and_never_on_the_own_application(town: Town, owner: Person):
    person = town.world.person()
    binding = apply(town, person)
    with pytest.raises(Forbidden):
        service.decide_binding(Actor(person.account_id), town.compound, binding.id, True, owner.owner_id, None)
    own = apply(town, town.world.secretary)
    with pytest.raises(errors.OwnApplication):
        service.decide_binding(town.secretary, town.compound, own.id, True, owner.owner_id, None)
    assert (binding.state, own.state) == ("applied", "applied")


def test_a_binding_of_another_compound_is_not_found(town: Town, owner: Person):
    binding = apply(town, town.world.person())
    elsewhere = town.world.add_compound("别的小区")
    with pytest.raises(Forbidden):
        service.decide_binding(town.secretary, elsewhere, binding.id, True, owner.owner_id, None)
    with pytest.raises(errors.BindingNotFound):
        service.withdraw_binding(Actor(binding.account_id), elsewhere, binding.id)


def test_one_withdraws_only_what_is_ones_own_and_only_once(town: Town, owner: Person):
    person = town.world.person()
    binding = apply(town, person)
    with pytest.raises(errors.BindingNotFound):
        service.withdraw_binding(Actor(new_id()), town.compound, binding.id)
    service.withdraw_binding(Actor(person.account_id), town.compound, binding.id)
    with pytest.raises(errors.BindingNotLive):
        service.withdraw_binding(Actor(person.account_id), town.compound, binding.id)
    assert queries.bindings_of(Actor(person.account_id)) == []


def test_the_secretary_ends_a_binding_with_a_reason(town: Town):
    owner = town.world.owner(town.world.unit("101"))
    binding_id = queries.bindings_of(Actor(owner.account_id))[0].binding_id
    with pytest.raises(Forbidden):
        service.revoke_binding(Actor(owner.account_id), town.compound, binding_id, "x")
    with pytest.raises(errors.ReasonRequired):
        service.revoke_binding(town.secretary, town.compound, binding_id, "")
    service.revoke_binding(town.secretary, town.compound, binding_id, "冒用他人手机")
    assert queries.owners_represented(owner.account_id, town.compound) == []
    with pytest.raises(errors.BindingNotLive):
        service.revoke_binding(town.secretary, town.compound, binding_id, "再次")


def test_waiting_applications_come_oldest_first_with_masked_names(town: Town):
    people = []
    for room in ("301", "302", "303"):
        owner = town.world.owner(town.world.unit(room), bound=False)
        people.append(owner)
        apply(town, town.world.person(), room)
    town.set_name(people[0].owner_id, "演示业主")
    first = queries.waiting_bindings(town.secretary, town.compound, None, 2)
    rest = queries.waiting_bindings(town.secretary, town.compound, first[-1].binding_id, 2)
    assert [waiting.room for waiting in (*first, *rest)] == ["301", "302", "303"]
    assert first[0].claimed_name_masked == "测***"
    assert [(shown.name_masked, shown.same_name) for shown in first[0].owners] == [("演***", False)]
    assert [shown.same_name for shown in first[1].owners] == [True]
    with pytest.raises(Forbidden):
        queries.waiting_bindings(Actor(new_id()), town.compound, None, 2)
