"""What the volunteering desk reads: what waits for whom, and for whom a certificate could be issued."""

from datetime import timedelta

import pytest

from app.core.errors import Forbidden
from app.identity.actor import Actor
from app.org.models import Role
from app.volunteering.certificates import desk as certificates
from app.volunteering.certificates.errors import CertificateNotFound
from app.volunteering.desk import waiting
from app.volunteering.volunteers.errors import NotAVolunteer
from tests.support.volunteering import NOBODY, TOMORROW, Volunteering, shift
from tests.support.world import Person, World, at


def of(person: Person) -> Actor:
    return Actor(person.account_id)


def test_claims_wait_for_those_who_manage_and_near_shifts_for_those_who_run_them(world: World):
    scene = Volunteering(world)
    steward = world.official(Role.STEWARD, world.compound)
    assert scene.claim(scene.volunteer(), scene.post()).status_code == 201
    scene.activity(shift(TOMORROW))
    scene.activity(shift(TOMORROW + timedelta(hours=3)), organiser=steward)
    with at(TOMORROW - timedelta(hours=1)):
        shown = waiting(of(world.secretary), world.compound)
        assert (shown.claims, shown.services, shown.hours, len(shown.near)) == (1, 0, 0, 2)
        own = waiting(of(steward), world.compound)
        assert (own.claims, len(own.near), own.near[0].starts_at) == (0, 1, TOMORROW + timedelta(hours=3))
    assert waiting(of(world.secretary), world.compound).near == []
    with pytest.raises(Forbidden):
        waiting(of(world.person()), world.compound)


def test_a_volunteer_is_found_by_the_whole_name_or_number_masked(world: World):
    scene = Volunteering(world)
    person = scene.volunteer()
    assert scene.register(person, name="欧阳测试").status_code == 200
    secretary, compound = of(world.secretary), world.compound
    [found] = certificates.find_volunteers(secretary, compound, " 欧阳测试 ")
    assert (found.name, found.has_id, found.minutes) == ("欧***", False, 0)
    assert certificates.find_volunteers(secretary, compound, found.number) == [found]
    assert certificates.get_volunteer(secretary, compound, found.id) == found
    for text in ("", "欧阳", "别人"):
        assert certificates.find_volunteers(secretary, compound, text) == [], text
    with pytest.raises(NotAVolunteer):
        certificates.get_volunteer(secretary, compound, compound)
    assert certificates.get_issuer(secretary, compound) is None
    assert certificates.list_issued(secretary, compound) == []
    with pytest.raises(CertificateNotFound):
        certificates.get_issued(secretary, compound, NOBODY)


def test_certificates_are_the_business_of_those_who_manage_volunteering(world: World):
    steward = of(world.official(Role.STEWARD, world.compound))
    for read in (certificates.get_issuer, certificates.list_issued):
        with pytest.raises(Forbidden):
            read(steward, world.compound)
    with pytest.raises(Forbidden):
        certificates.find_volunteers(steward, world.compound, "欧阳测试")
