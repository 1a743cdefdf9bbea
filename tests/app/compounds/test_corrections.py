"""Correcting one unit and one owner by hand."""

from dataclasses import replace
from uuid import UUID

import pytest

from app.compounds import errors, queries, service, stamps
from app.compounds.models import Owner, Unit
from app.compounds.types import PersonFacts, UnitFacts
from app.core.audit import AuditEvent
from app.core.db import db
from app.core.errors import AppError, Forbidden
from app.identity.actor import Actor
from tests.app.compounds.conftest import Town
from tests.support.roll_files import ID_1
from tests.support.world import Person

FACTS = UnitFacts("shop", None, 9000, 8900, False)


@pytest.fixture
def owner(town: Town) -> Person:
    return town.world.owner(town.world.unit("101"), town.world.unit("102"))


def unit_of(town: Town, owner: Person) -> Unit:
    db.session.expire_all()
    return db.session.get_one(Unit, (town.compound, owner.unit_ids[0]))


def row_of(town: Town, owner: Person) -> Owner:
    db.session.expire_all()
    return db.session.get_one(Owner, (town.compound, owner.owner_id))


def correct_unit(town: Town, owner: Person, facts: UnitFacts = FACTS, seen: str | None = None) -> None:
    stamp = seen or stamps.of_unit(unit_of(town, owner))
    service.correct_unit(town.secretary, town.compound, owner.unit_ids[0], facts, stamp)


def correct_owner(town: Town, owner: Person, facts: PersonFacts, seen: str | None = None) -> None:
    stamp = seen or stamps.of_owner(row_of(town, owner))
    assert owner.owner_id
    service.correct_owner(town.secretary, town.compound, owner.owner_id, facts, stamp)


def test_a_unit_is_corrected_and_the_roll_has_a_new_version(town: Town, owner: Person):
    correct_unit(town, owner)
    unit = unit_of(town, owner)
    assert (unit.use, unit.area_register_centi, unit.area_survey_centi, unit.area_centi) == ("shop", None, 9000, 9000)
    assert queries.roll_version(town.compound) == 2
    event = db.session.query(AuditEvent).filter_by(act="correct_unit").one()
    assert (event.before or {})["area_register_centi"] == 10000


def test_the_same_correction_once_more_changes_nothing(town: Town, owner: Person):
    seen = stamps.of_unit(unit_of(town, owner))
    correct_unit(town, owner, seen=seen)
    correct_unit(town, owner, seen=seen)
    assert queries.roll_version(town.compound) == 2


def test_who_saw_an_older_unit_overwrites_nothing(town: Town, owner: Person):
    seen = stamps.of_unit(unit_of(town, owner))
    correct_unit(town, owner, seen=seen)
    with pytest.raises(errors.ChangedMeanwhile):
        correct_unit(town, owner, replace(FACTS, area_survey_centi=7000), seen)
    assert unit_of(town, owner).area_survey_centi == 9000


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        (replace(FACTS, area_survey_centi=None, area_contract_centi=None), errors.AreaRequired),
        (replace(FACTS, area_register_centi=0), errors.AreaInvalid),
        (replace(FACTS, area_register_centi=10_000_001), errors.AreaInvalid),
    ],
)
def test_an_area_that_cannot_be_is_refused(town: Town, owner: Person, facts: UnitFacts, refusal: type[AppError]):
    with pytest.raises(refusal):
        correct_unit(town, owner, facts)
    assert unit_of(town, owner).area_centi == 10000


def test_only_the_secretary_corrects(town: Town, owner: Person):
    steward = Actor(town.world.supervisor.account_id)
    with pytest.raises(Forbidden):
        service.correct_unit(steward, town.compound, owner.unit_ids[0], FACTS, "")
    with pytest.raises(Forbidden):
        service.correct_owner(steward, town.compound, UUID(int=1), PersonFacts("新名"), "")


def test_what_is_not_there_is_not_corrected(town: Town):
    with pytest.raises(errors.UnitNotFound):
        service.correct_unit(town.secretary, town.compound, UUID(int=1), FACTS, "")
    with pytest.raises(errors.OwnerNotFound):
        service.correct_owner(town.secretary, town.compound, UUID(int=1), PersonFacts("新名"), "")


def test_a_new_number_unbinds_the_old_holder_and_binds_the_new_one(town: Town, owner: Person):
    new = town.holder("13900010002")
    correct_owner(town, owner, PersonFacts(phone="139 0001 0002"))
    assert town.states(owner) == [("revoked", "phone"), ("revoked", "phone")]
    assert town.states(new) == [("accepted", "phone"), ("accepted", "phone")]
    assert row_of(town, owner).name == "测试业主"


def test_a_number_may_be_taken_from_the_roll(town: Town, owner: Person):
    town.set_phone(owner.owner_id, "13900010002")
    correct_owner(town, owner, PersonFacts(no_phone=True))
    row = row_of(town, owner)
    assert (row.phone, row.phone_hash) == (None, None)
    assert {state for state, _ in town.states(owner)} == {"revoked"}


def test_a_name_is_found_by_its_new_spelling(town: Town, owner: Person):
    correct_owner(town, owner, PersonFacts("改 名", ID_1))
    assert len(queries.search_units(town.secretary, town.compound, "改名", None, 10)) == 2
    assert len(queries.search_units(town.secretary, town.compound, ID_1, None, 10)) == 2
    assert queries.search_units(town.secretary, town.compound, "测试业主", None, 10) == []
    event = db.session.query(AuditEvent).filter_by(act="correct_owner").one()
    assert event.after == {"changed": ["id_number", "name"]}


@pytest.mark.parametrize("facts", [PersonFacts(phone="0371-66668888"), PersonFacts(id_number="410101199001010010")])
def test_numbers_that_cannot_be_are_refused(town: Town, owner: Person, facts: PersonFacts):
    with pytest.raises(errors.PersonInvalid):
        correct_owner(town, owner, facts)
    assert queries.roll_version(town.compound) == 1


def test_a_number_of_somebody_else_on_the_roll_is_refused(town: Town, owner: Person):
    other = town.world.owner(town.world.unit("201"))
    correct_owner(town, other, PersonFacts(id_number=ID_1))
    with pytest.raises(errors.IdNumberTaken):
        correct_owner(town, owner, PersonFacts(id_number=ID_1))
    assert row_of(town, owner).id_number is None


def test_who_saw_an_older_owner_overwrites_nothing(town: Town, owner: Person):
    seen = stamps.of_owner(row_of(town, owner))
    correct_owner(town, owner, PersonFacts("新名"), seen)
    correct_owner(town, owner, PersonFacts("新名"), seen)
    with pytest.raises(errors.ChangedMeanwhile):
        correct_owner(town, owner, PersonFacts("别名"), seen)
    assert row_of(town, owner).name == "新名"
