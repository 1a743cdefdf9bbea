"""Checking and importing a roll."""

import json
import multiprocessing
import os
import signal
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, text

from app.compounds import errors, queries, roll_beside, roll_import, roll_stage, service
from app.compounds.models import Binding, Building, Owner, Ownership, Roll, RollImport, RollImportState, RollPlan, Unit
from app.compounds.retention import UNAPPLIED_KEPT
from app.core import clock
from app.core.db import db
from app.core.errors import Forbidden
from app.core.ids import new_id
from app.identity.actor import Actor
from app.org.models import Role
from tests.app.compounds.conftest import Town
from tests.support.roll_files import HEADER, ID_1, ID_2, ROW, row, workbook
from tests.support.world import at


def check(town: Town, *rows: Any, header: Any = HEADER) -> RollImport:
    return service.check_roll(town.secretary, town.compound, "名册.xlsx", workbook([header, *rows]))


def load(town: Town, *rows: Any, header: Any = HEADER) -> RollImport:
    checked = check(town, *rows, header=header)
    assert checked.difference["counts"]["errors"] == 0, checked.findings
    return service.apply_roll(town.secretary, town.compound, checked.id)


def counts(roll_import: RollImport) -> dict[str, int]:
    return {name: number for name, number in roll_import.difference["counts"].items() if number}


def roll(town: Town) -> dict[str, list[tuple[Any, ...]]]:
    """Today's roll in plain words: (name, ID number, phone, share) of the owners by room."""
    db.session.expire_all()
    rows = db.session.execute(
        select(Unit.room, Owner, Ownership)
        .outerjoin(Ownership, (Ownership.unit_id == Unit.id) & Ownership.valid_to.is_(None))
        .outerjoin(Owner, Owner.id == Ownership.owner_id)
        .where(Unit.compound_id == town.compound)
        .order_by(Unit.room, Owner.phone_hash, Ownership.id)
    )
    found: dict[str, list[tuple[Any, ...]]] = {}
    for room, owner, ownership in rows:
        owners = found.setdefault(room, [])
        if owner:
            share = f"{ownership.share_numerator}/{ownership.share_denominator}"
            owners.append((owner.name, owner.id_number, owner.phone, share))
    return {room: sorted(owners) for room, owners in found.items()}


def owner_ids(town: Town) -> dict[str, list[Any]]:
    return {unit.room: unit.owner_ids for unit in queries.units_with_owners(town.compound)}


def version(town: Town) -> int:
    return queries.roll_version(town.compound)


def test_a_check_shows_the_difference_and_changes_nothing(town: Town):
    checked = check(town, ROW, row(room="102", area=100, id_number=ID_2, phone="13900010002", owner="演示业主乙"))
    assert (checked.state, checked.findings, checked.roll_version) == ("checked", [], 1)
    assert counts(checked) == {
        "units": 2,
        "units_added": 2,
        "persons_added": 2,
        "area_centi": 18957,
        "area_centi_after": 18957,
    }
    assert checked.difference["units_added"][0] == {
        "door": "1号楼 1单元 101",
        "use": "residence",
        "area_centi": 8957,
        "owners": ["演****"],
    }
    assert queries.roll_totals(town.compound).units == 0
    assert db.session.query(Building).count() == 0
    assert version(town) == 1


def test_what_waits_to_be_imported_is_unreadable(town: Town):
    checked = check(town, ROW)
    stored = db.session.execute(text("SELECT roll_import::text FROM roll_import")).scalar_one()
    for secret in ("演示业主甲", ID_1, "13900010001"):
        assert secret not in stored
        assert secret.encode() not in (checked.payload or b"")
        assert secret not in json.dumps(checked.difference, ensure_ascii=False)


def test_an_import_makes_the_roll(town: Town):
    applied = load(town, ROW, row(room="102", owner="甲某、乙某", id_number=f"{ID_2}、E12345678", phone=""))
    assert (applied.state, applied.payload, version(town)) == ("applied", None, 2)
    assert applied.applied_by == town.secretary.account_id
    assert roll(town) == {
        "101": [("演示业主甲", ID_1, "13900010001", "1/1")],
        "102": [("乙某", "E12345678", None, "1/2"), ("甲某", ID_2, None, "1/2")],
    }


def test_one_person_with_two_units_is_one_owner(town: Town):
    load(town, ROW, row(room="102"), row(room="103", id_number=""), row(room="104", id_number="", phone=""))
    ids = owner_ids(town)
    assert ids["101"] == ids["102"] == ids["103"] != ids["104"]
    assert queries.roll_totals(town.compound).owners == 2


def test_the_same_number_with_two_names_is_an_error(town: Town):
    checked = check(town, ROW, row(room="102", owner="另一个人"))
    assert [
        (finding["kind"], finding["row"], finding["column"], finding["header"]) for finding in checked.findings
    ] == [
        ("id_number_two_names", 2, "F", "证件号码"),
        ("id_number_two_names", 3, "F", "证件号码"),
    ]
    assert ID_1 not in json.dumps(checked.findings)


def test_a_number_that_many_share_is_pointed_out(town: Town):
    rows = [row(room=str(room), owner=f"演示业主{room}", id_number="") for room in range(101, 105)]
    (finding,) = check(town, *rows).findings
    assert (finding["kind"], finding["severity"], finding["row"]) == ("phone_shared", "warning", 2)
    assert "139****0001" in finding["what"]


def test_errors_block_the_import_as_a_whole(town: Town):
    checked = check(town, ROW, row(room="102", area=-1))
    assert checked.payload is None
    assert counts(checked) == {"units": 1, "errors": 1}
    with pytest.raises(errors.RollHasErrors) as refusal:
        service.apply_roll(town.secretary, town.compound, checked.id)
    assert "1 处错误" in refusal.value.text
    assert (queries.roll_totals(town.compound).units, version(town)) == (0, 1)


def test_a_large_roll_of_which_another_process_lays_out_the_rows(town: Town, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(roll_import, "_SMALL", 0)
    rows = [row(room=str(room), owner=f"演示业主{room}", id_number="", phone="") for room in range(1000, 2100)]
    large = check(town, ROW, *rows)
    assert (counts(large)["units"], counts(large)["persons_added"], large.findings) == (1101, 1101, [])
    service.apply_roll(town.secretary, town.compound, large.id)
    assert roll(town)["101"] == [("演示业主甲", ID_1, "13900010001", "1/1")]
    assert roll(town)["2099"] == [("演示业主2099", None, None, "1/1")]
    with pytest.raises(errors.NotARollFile):
        check(town)


def plans() -> int:
    return db.session.query(RollPlan).count()


def test_a_plan_is_kept_until_it_is_carried_out(town: Town):
    checked = check(town, ROW)
    assert plans() == 1
    service.apply_roll(town.secretary, town.compound, checked.id)
    assert plans() == 0


def test_a_plan_that_nobody_carries_out_is_forgotten_with_the_upload(town: Town):
    with at(clock.now() - UNAPPLIED_KEPT - timedelta(minutes=1)):
        check(town, ROW)
    assert service.forget_unapplied_rolls() == 1
    assert plans() == 0


def test_a_file_with_errors_has_no_plan(town: Town):
    check(town, row(area=-1))
    assert plans() == 0


def test_importing_twice_changes_nothing(town: Town):
    applied = load(town, ROW)
    again = service.apply_roll(town.secretary, town.compound, applied.id)
    assert (again.id, again.applied_at, version(town)) == (applied.id, applied.applied_at, 2)


@pytest.mark.parametrize("handed_over", [0, 200], ids=["before the first rows", "amid the rows"])
def test_a_check_goes_on_alone_where_the_process_beside_is_killed(
    town: Town, monkeypatch: pytest.MonkeyPatch, handed_over: int
):
    monkeypatch.setattr(roll_import, "_SMALL", 0)
    monkeypatch.setattr(roll_stage, "UNITS_AT_ONCE", 50)
    killed: list[int] = []

    def kill(done: int, _: int) -> None:
        if done > handed_over and not killed:
            (process,) = multiprocessing.active_children()
            os.kill(process.pid or 0, signal.SIGKILL)
            process.join()
            killed.append(done)

    rows = [row(room=str(room), id_number="", phone="") for room in range(101, 901)]
    content = workbook([HEADER, *rows, rows[0]])
    disturbed = service.check_roll(town.secretary, town.compound, "名册.xlsx", content, kill)
    assert killed
    assert not multiprocessing.active_children()
    undisturbed = service.check_roll(town.secretary, town.compound, "名册.xlsx", content)
    assert (disturbed.difference, disturbed.findings) == (undisturbed.difference, undisturbed.findings)
    assert (counts(disturbed)["units"], [one["kind"] for one in disturbed.findings]) == (800, ["same_unit_again"])
    service.apply_roll(town.secretary, town.compound, disturbed.id)
    assert len(roll(town)) == 800


def test_what_was_checked_without_the_process_beside_is_imported_whole(town: Town, monkeypatch: pytest.MonkeyPatch):
    def nobody(*_: object) -> None:
        raise BlockingIOError("no memory for a fork")

    monkeypatch.setattr(roll_import, "_SMALL", 0)
    monkeypatch.setattr(roll_beside._FORK.Process, "start", nobody)
    load(town, ROW, row(room="102"))
    assert set(roll(town)) == {"101", "102"}


def test_an_import_after_another_change_must_be_checked_again(town: Town):
    first, second = check(town, ROW), check(town, row(area=90))
    service.apply_roll(town.secretary, town.compound, first.id)
    with pytest.raises(errors.RollChanged):
        service.apply_roll(town.secretary, town.compound, second.id)
    assert queries.roll_totals(town.compound).area_centi == 8957


def test_what_the_version_before_plans_checked_must_be_checked_again(town: Town):
    checked = check(town, ROW)
    db.session.execute(delete(RollPlan))
    with pytest.raises(errors.RollChanged):
        service.apply_roll(town.secretary, town.compound, checked.id)
    assert (version(town), checked.payload is None) == (1, False)


def test_a_plan_that_the_version_before_plans_left_is_thrown_away(town: Town):
    checked, applied = check(town, ROW), check(town, ROW)
    applied.state = RollImportState.APPLIED
    assert service.forget_unapplied_rolls() == 0
    assert plans() == 1
    service.apply_roll(town.secretary, town.compound, checked.id)


def test_the_same_file_again_differs_in_nothing(town: Town):
    unknown = {"id_number": "", "phone": ""}
    rows = [ROW, row(room="102", owner="丙某、丁某", **unknown), row(room="103", owner="", **unknown)]
    load(town, *rows)
    before = owner_ids(town), db.session.query(Ownership).count()
    again = load(town, *rows)
    assert {name: number for name, number in counts(again).items() if "added" in name or "changed" in name} == {}
    assert (owner_ids(town), db.session.query(Ownership).count()) == before
    assert version(town) == 3


def test_areas_and_use_change_and_other_figures_stay(town: Town):
    load(town, (*ROW, "测绘", "住宅"), header=(*HEADER, "面积来源", "用途"))
    changed = load(town, (*row(area=90.01), "登记", "商铺"), header=(*HEADER, "面积来源", "用途"))
    assert changed.difference["units_changed"] == [
        {
            "door": "1号楼 1单元 101",
            "fields": {"use": ["residence", "shop"], "area_register_centi": [None, 9001]},
        }
    ]
    (unit,) = queries.units_with_owners(town.compound)
    assert (unit.area_register_centi, unit.area_survey_centi, unit.area_centi, unit.use) == (9001, 8957, 9001, "shop")


def test_new_owners_close_the_old_ownership_and_open_theirs(town: Town):
    load(town, ROW)
    changed = load(town, row(owner="新业主", id_number=ID_2, phone="13900010002"))
    assert changed.difference["owners_changed"] == [
        {"door": "1号楼 1单元 101", "before": ["演****"], "after": ["新**"]}
    ]
    assert roll(town) == {"101": [("新业主", ID_2, "13900010002", "1/1")]}
    old, new = db.session.query(Ownership).order_by(Ownership.valid_to.is_(None))
    assert (old.valid_to, new.valid_to) == (new.valid_from, None)


def test_a_new_phone_or_number_completes_the_same_person(town: Town):
    load(town, row(id_number="", phone=""), row(room="102", id_number=""))
    before = owner_ids(town)
    changed = load(town, row(phone="13900010009", id_number=ID_2), row(room="102", id_number=ID_1, phone="13900010008"))
    assert owner_ids(town) == before
    assert counts(changed)["persons_changed"] == 2
    assert changed.difference["persons_changed"][0] == {
        "owner": "演****",
        "fields": {"id_number": [None, f"{ID_2[:4]}**********{ID_2[-4:]}"], "phone": [None, "139****0009"]},
    }
    assert roll(town) == {
        "101": [("演示业主甲", ID_2, "13900010009", "1/1")],
        "102": [("演示业主甲", ID_1, "13900010008", "1/1")],
    }


def test_a_number_with_a_corrected_name_is_the_same_person(town: Town):
    load(town, ROW)
    before = owner_ids(town)
    load(town, row(owner="演示业主贾"))
    assert owner_ids(town) == before
    assert roll(town)["101"][0][0] == "演示业主贾"


def test_a_phone_left_out_stays_on_the_roll(town: Town):
    load(town, ROW, row(room="102"))
    before = owner_ids(town)
    load(town, row(id_number="", phone=""), row(room="102", id_number="", phone=""))
    assert owner_ids(town) == before
    assert roll(town)["101"] == [("演示业主甲", ID_1, "13900010001", "1/1")]


def test_two_people_of_one_name_in_one_unit_stay_two(town: Town):
    two = row(owner="甲某、甲某", id_number=f"{ID_1}、{ID_2}", phone="")
    load(town, two)
    before = owner_ids(town)
    assert len(before["101"]) == 2
    again = load(town, two)
    assert owner_ids(town) == before
    assert "owners_changed" not in counts(again)


def test_an_owner_who_is_not_named_stays_and_the_developer_clears(town: Town):
    header = (*HEADER, "开发商持有")
    load(town, (*ROW, "否"), header=header)
    before = owner_ids(town)
    unknown = load(town, (*row(owner="", id_number="", phone=""), "否"), header=header)
    assert [finding["kind"] for finding in unknown.findings] == ["owner_missing"]
    assert owner_ids(town) == before
    load(town, (*row(owner="", id_number="", phone=""), "是"), header=header)
    (unit,) = queries.units_with_owners(town.compound)
    assert (unit.owner_ids, unit.held_by_developer) == ([], True)


def test_a_unit_that_gets_its_first_owner_is_no_longer_the_developers(town: Town):
    load(town, row(owner="未售", id_number="", phone=""))
    assert queries.units_with_owners(town.compound)[0].held_by_developer
    load(town, ROW)
    assert not queries.units_with_owners(town.compound)[0].held_by_developer


def test_units_missing_from_the_file_are_reported_and_stay(town: Town):
    load(town, ROW, row(room="102", area=10))
    partial = load(town, ROW)
    assert partial.difference["units_missing"] == [{"door": "1号楼 1单元 102", "area_centi": 1000}]
    assert (counts(partial)["units_missing"], counts(partial)["area_centi_after"]) == (1, 9957)
    assert set(owner_ids(town)) == {"101", "102"}


def test_shares_are_kept_equal_or_as_said(town: Town):
    header = (*HEADER, "份额")
    both = row(owner="甲某、乙某", id_number="", phone="13900010001、13900010002")
    load(town, (*both, ""), header=header)
    assert [owner[3] for owner in roll(town)["101"]] == ["1/2", "1/2"]
    load(town, (*both, "2/3、1/3"), header=header)
    assert {owner[0]: owner[3] for owner in roll(town)["101"]} == {"甲某": "2/3", "乙某": "1/3"}
    load(town, both)
    assert {owner[0]: owner[3] for owner in roll(town)["101"]} == {"甲某": "2/3", "乙某": "1/3"}
    assert db.session.query(Ownership).count() == 4


def test_another_spelling_of_a_building_is_the_same_building(town: Town):
    load(town, ROW)
    changed = load(town, row(building="1栋", stairwell="一单元", room="101室", area=90))
    assert counts(changed)["units_changed"] == 1
    assert [building.name for building in db.session.query(Building)] == ["1号楼"]


def test_holders_of_the_new_numbers_are_bound_at_once(town: Town):
    person = town.holder("13900010001")
    load(town, ROW, row(room="102"))
    homes = queries.bindings_of(Actor(person.account_id))
    assert {(home.room, home.state, home.method) for home in homes} == {
        ("101", "accepted", "phone"),
        ("102", "accepted", "phone"),
    }


def test_who_no_longer_owns_is_no_longer_bound(town: Town):
    old, new = town.holder("13900010001"), town.holder("13900010002")
    load(town, ROW)
    load(town, row(owner="新业主", id_number=ID_2, phone="13900010002"))
    assert town.states(old) == [("revoked", "phone")]
    assert town.states(new) == [("accepted", "phone")]


def test_a_corrected_phone_unbinds_the_wrong_person(town: Town):
    wrong = town.holder("13900010001")
    load(town, ROW)
    load(town, row(phone="13900010002"))
    assert town.states(wrong) == [("revoked", "phone")]


def test_imports_are_for_the_secretary_of_the_compound(town: Town):
    checked = check(town, ROW)
    stranger, elsewhere = Actor(new_id()), town.world.add_compound("别的小区")
    for refused in (
        lambda: service.check_roll(stranger, town.compound, "x.xlsx", b""),
        lambda: service.apply_roll(stranger, town.compound, checked.id),
        lambda: queries.get_roll_import(stranger, town.compound, checked.id),
        lambda: service.apply_roll(town.secretary, elsewhere, checked.id),
    ):
        with pytest.raises(Forbidden):
            refused()
    with pytest.raises(errors.RollImportNotFound):
        service.apply_roll(town.secretary, town.compound, new_id())
    assert queries.get_roll_import(town.secretary, town.compound, checked.id) is checked


def test_a_roll_of_another_compound_is_not_touched(town: Town):
    load(town, ROW)
    elsewhere = town.world.add_compound("别的小区")
    secretary = Actor(town.world.official(Role.SECRETARY, elsewhere).account_id)
    checked = service.check_roll(secretary, elsewhere, "名册.xlsx", workbook([HEADER, row(area=50)]))
    service.apply_roll(secretary, elsewhere, checked.id)
    assert queries.roll_totals(town.compound).area_centi == 8957
    assert queries.roll_totals(elsewhere).owners == 1
    assert db.session.query(Owner).count() == 2


def test_a_compound_without_a_roll_gets_its_first(town: Town):
    db.session.query(Roll).filter_by(compound_id=town.compound).delete()
    load(town, ROW)
    assert version(town) == 1


def test_progress_reaches_the_end(town: Town):
    seen: list[tuple[int, int]] = []
    content = workbook([HEADER, *(row(room=str(room)) for room in range(101, 106))])
    checked = service.check_roll(town.secretary, town.compound, "x.xlsx", content, lambda *step: seen.append(step))
    service.apply_roll(town.secretary, town.compound, checked.id, lambda *step: seen.append(step))
    assert seen == [(6, 6), (5, 10), (10, 10)]


def test_bindings_survive_an_import_that_changes_nothing(town: Town):
    person = town.holder("13900010001")
    load(town, ROW)
    load(town, ROW)
    assert town.states(person) == [("accepted", "phone")]
    assert db.session.query(Binding).count() == 1
