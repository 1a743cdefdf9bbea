"""What the keeper of the roll sees: one unit, one owner, lists of what is missing, and who holds which role."""

from uuid import UUID

import pytest

from app.compounds import errors, roll_lists, service
from app.compounds.people import role_holders
from app.compounds.types import NewOwner
from app.compounds.unit_pages import owner_page, unit_page
from app.core import clock
from app.core.audit import AuditEvent
from app.core.db import db
from app.core.errors import Forbidden, NotFound
from app.identity.actor import Actor
from app.identity.models import Account
from app.org import service as org
from app.org.models import Role
from tests.app.compounds.conftest import Town
from tests.support.roll_files import HEADER, ROW, row, workbook


def test_a_unit_shows_its_owners_masked_and_its_history(town: Town):
    unit = town.world.unit("101")
    seller = town.world.owner(unit, name="卖房人")
    buyers = [NewOwner("买房人", None, "13900010001")]
    before = unit_page(town.secretary, town.compound, unit.id)
    service.transfer_unit(town.secretary, town.compound, unit.id, buyers, clock.now(), before.owners_stamp)
    shown = unit_page(town.secretary, town.compound, unit.id)
    assert (shown.door, shown.area_centi) == ("1栋1单元101", 10000)
    assert [(one.person.name, one.person.phone) for one in shown.owners] == [("买**", "139****0001")]
    assert [(one.person.name, one.until is None) for one in shown.former] == [("卖**", False)]
    assert [(one.name, one.state) for one in shown.bindings] == [("卖**", "revoked")]
    assert shown.owners_stamp != before.owners_stamp
    assert owner_page(town.secretary, town.compound, shown.owners[0].person.owner_id).doors == {unit.id: "1栋1单元101"}
    assert seller.owner_id
    assert owner_page(town.secretary, town.compound, seller.owner_id).doors == {}


def test_whole_names_and_phones_are_shown_on_request_and_the_look_is_on_record(town: Town):
    unit = town.world.unit("101")
    owner = town.world.owner(unit, name="测试业主")
    town.set_phone(owner.owner_id, "13900010001")

    def looks() -> list[tuple[UUID | None, UUID]]:
        noted = db.session.query(AuditEvent).filter_by(compound_id=town.compound, act="reveal_owners")
        return [(one.account_id, one.subject_id) for one in noted]

    masked = unit_page(town.secretary, town.compound, unit.id).owners[0].person
    assert (masked.name, masked.phone, looks()) == ("测***", "139****0001", [])
    whole = unit_page(town.secretary, town.compound, unit.id, masked=False).owners[0].person
    assert (whole.name, whole.phone) == ("测试业主", "13900010001")
    assert looks() == [(town.secretary.account_id, unit.id)]
    with pytest.raises(Forbidden):
        unit_page(Actor(owner.account_id), town.compound, unit.id, masked=False)
    assert len(looks()) == 1


def test_a_sale_of_a_unit_that_was_sold_meanwhile_is_refused(town: Town):
    unit = town.world.unit("101")
    town.world.owner(unit)
    seen = unit_page(town.secretary, town.compound, unit.id).owners_stamp
    service.transfer_unit(town.secretary, town.compound, unit.id, [NewOwner("甲某")], clock.now(), seen)
    with pytest.raises(errors.ChangedMeanwhile):
        service.transfer_unit(town.secretary, town.compound, unit.id, [NewOwner("乙某")], clock.now(), seen)
    assert [one.person.name for one in unit_page(town.secretary, town.compound, unit.id).owners] == ["甲*"]


def test_the_pages_are_the_secretarys_alone(town: Town):
    unit = town.world.unit("101")
    stranger = Actor(town.world.owner(unit).account_id)
    for read in (
        lambda: unit_page(stranger, town.compound, unit.id),
        lambda: owner_page(stranger, town.compound, UUID(int=1)),
        lambda: roll_lists.buildings(stranger, town.compound),
        lambda: roll_lists.gaps(stranger, town.compound),
        lambda: roll_lists.uploads(stranger, town.compound),
        lambda: roll_lists.units_without_owner(stranger, town.compound, None, 1),
        lambda: roll_lists.units_without_phone(stranger, town.compound, None, 1),
        lambda: roll_lists.units_of_building(stranger, town.compound, UUID(int=1), None, 1),
        lambda: role_holders(stranger, town.compound),
    ):
        with pytest.raises(Forbidden):
            read()


def test_nothing_is_shown_of_what_is_not_there(town: Town):
    with pytest.raises(errors.UnitNotFound):
        unit_page(town.secretary, town.compound, UUID(int=1))
    with pytest.raises(errors.OwnerNotFound):
        owner_page(town.secretary, town.compound, UUID(int=1))
    with pytest.raises(NotFound):
        roll_lists.units_of_building(town.secretary, town.compound, UUID(int=1), None, 1)


def test_lists_show_what_is_missing_page_by_page(town: Town):
    reached = town.world.owner(town.world.unit("101"))
    town.set_phone(reached.owner_id, "13900010001")
    town.world.owner(town.world.unit("102"))
    town.world.unit("103")
    town.world.unit("104", held_by_developer=True)
    town.world.unit("1001", building="10栋")
    town.world.unit("201", building="2栋")
    asked = (town.secretary, town.compound)
    assert roll_lists.gaps(*asked) == roll_lists.Gaps(without_owner=3, without_phone=1, waiting=0)
    first = roll_lists.units_without_owner(*asked, None, 2)
    assert [one.room for one in first] == ["103", "201"]
    assert [one.room for one in roll_lists.units_without_owner(*asked, first[-1].unit_id, 2)] == ["1001"]
    assert [one.room for one in roll_lists.units_without_phone(*asked, None, 9)] == ["102"]
    assert [(one.name, one.units) for one in roll_lists.buildings(*asked)] == [("1栋", 4), ("2栋", 1), ("10栋", 1)]
    name, units = roll_lists.units_of_building(*asked, town.world.building("2栋"), None, 9)
    assert (name, [one.room for one in units]) == ("2栋", ["201"])


def test_uploads_are_listed_with_what_became_of_them(town: Town):
    bad = service.check_roll(town.secretary, town.compound, "坏.xlsx", workbook([HEADER, row(area="约九十")]))
    good = service.check_roll(town.secretary, town.compound, "好.xlsx", workbook([HEADER, ROW]))
    service.apply_roll(town.secretary, town.compound, good.id)
    shown = roll_lists.uploads(town.secretary, town.compound)
    assert [(one.id, one.state, one.errors) for one in shown] == [(good.id, "applied", 0), (bad.id, "checked", 1)]


def test_role_holders_are_named_masked_and_the_nearest_come_first(town: Town):
    steward = town.world.owner(town.world.unit("101"), name="楼栋长某")
    db.session.get_one(Account, steward.account_id).phone = "13900010001"
    town.world.appoint(steward, Role.STEWARD)
    org.appoint(Role.PROPERTY_STAFF, town.compound, "13900010007")
    held = role_holders(town.secretary, town.compound)
    assert [(one.role, one.here, one.name, one.phone, one.joined) for one in held] == [
        (Role.SECRETARY, True, None, None, True),
        (Role.STEWARD, True, "楼***", "139****0001", True),
        (Role.PROPERTY_STAFF, True, None, "139****0007", False),
        (Role.COMMUNITY_OFFICER, False, None, None, True),
    ]
