"""The electorate published masked, with objections and decided corrections: domain rules 1 and 3, SPC 8–9, PMR 18."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.core.db import db
from app.meetings.models import VotingParty
from app.notifications.models import OutboxMessage
from app.org.models import Role
from tasks import meetings as jobs
from tests.support.answers import code
from tests.support.files import EXECUTABLE, picture
from tests.support.objections import corrected, decide, electorate, file_objection
from tests.support.world import CLOSES, OPENS, START, Person, World, at
from verifier.__main__ import main as verify

PERIOD_ENDS = START.replace(hour=16, minute=0) + timedelta(days=7)  # midnight in Shanghai after the seventh day


def set_area(person: Person, area_centi: int, source: str = "register") -> dict[str, Any]:
    unit = {"act": "set_area", "unit_id": str(person.unit_ids[0])}
    return {**unit, "area_centi": area_centi, "area_source": source}


def on_unit(act: str, unit_id: Any) -> dict[str, Any]:
    return {"act": act, "unit_id": str(unit_id)}


def told(kind: str) -> list[OutboxMessage]:
    return list(db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == kind)))


def test_owners_read_the_masked_list_page_by_page_from_the_announcement_on(world: World):
    owners = [world.owner(world.unit(f"{room}"), name=f"王小{room}") for room in (101, 102, 103)]
    draft = world.draft()
    assert code(world.api(world.secretary)("GET", f"{draft}/electorate")) == (404, "meeting_not_found")
    world.api(world.secretary)("POST", f"{draft}/announcement")
    first = world.api(owners[0])("GET", f"{draft}/electorate?limit=2").json
    assert (first["persons"], first["area_centi"]) == (3, 30000)
    assert (first["objections_open"], first["frozen"]) == (True, False)
    assert [party["owners"] for party in first["items"]] == [["王****"]] * 2
    assert first["items"][0]["units"][0]["source"] == "不动产登记簿"
    rest = world.api(owners[0])("GET", f"{draft}/electorate?after={first['items'][-1]['number']}").json["items"]
    assert [party["number"] for party in first["items"] + rest] == [1, 2, 3]


def test_the_list_is_for_owners_and_staff_of_the_compound_only(world: World):
    world.owners(1)
    path = world.announced()
    elsewhere = world.add_compound("另一小区")
    neighbour = world.owner(world.unit("101", compound=elsewhere))
    for person in (world.person(), neighbour):
        assert code(world.api(person)("GET", f"{path}/electorate")) == (403, "forbidden")
        assert code(world.api(person)("GET", f"{path}/electorate/corrections")) == (403, "forbidden")
        assert code(world.api(person)("GET", f"{path}/electorate/objections")) == (403, "forbidden")
    assert world.api(world.supervisor)("GET", f"{path}/electorate").status_code == 200
    assert world.api()("GET", f"{path}/electorate").status_code == 401


def test_pmr_18_objections_are_taken_for_seven_days_the_first_not_counted(world: World):
    [owner] = world.owners(1)
    path = world.announced()
    with at(PERIOD_ENDS - timedelta(seconds=1)):
        assert file_objection(world, owner, path).status_code == 201
    with at(PERIOD_ENDS):
        assert code(file_objection(world, owner, path, text="晚了")) == (409, "electorate_objection_period_over")
        assert not world.api(owner)("GET", f"{path}/electorate").json["objections_open"]
    with at(OPENS):
        assert code(file_objection(world, owner, path, text="太晚了")) == (409, "wrong_meeting_state")


def test_somebody_who_is_on_no_list_may_object_and_read_the_answer(world: World):
    world.owners(1)
    path = world.announced()
    claimant = world.person()
    filed = file_objection(world, claimant, path, "missing_unit", text="我家 1栋1单元999 没有列入")
    assert (filed.status_code, filed.json["state"], filed.json["is_mine"]) == (201, "filed", True)
    assert decide(world, path, filed.json["id"], outcome="refused", reason="该房屋不在本小区").status_code == 200
    [mine] = world.api(claimant)("GET", f"{path}/electorate/objections/mine").json["items"]
    assert (mine["state"], mine["reason"]) == ("refused", "该房屋不在本小区")
    [message] = told("application_decided")
    assert (message.account_id, message.data["outcome"]) == (claimant.account_id, "未采纳")


def test_a_double_tap_files_one_objection_and_an_account_has_few_undecided(world: World):
    [owner] = world.owners(1)
    path = world.announced()
    twice = [file_objection(world, owner, path).json["id"] for _ in range(2)]
    assert twice[0] == twice[1]
    for number in range(4):
        assert file_objection(world, owner, path, text=f"第 {number} 件").status_code == 201
    assert code(file_objection(world, owner, path, text="再来一件")) == (409, "too_many_objections")


def test_a_steward_hands_in_for_neighbours_as_many_as_there_are_with_their_sheets(world: World):
    world.owners(1)
    path = world.announced()
    steward = world.official(Role.STEWARD, world.compound)
    for number in range(7):
        filed = file_objection(world, steward, path, text=f"代 {number} 号住户提交，书面异议见附件")
        assert filed.status_code == 201
    sheet = {"file": (BytesIO(picture()), "异议书.png")}
    evidence = f"{path}/electorate/objections/{filed.json['id']}/evidence"
    assert world.api(steward)("POST", evidence, data=sheet).json["has_evidence"]


def test_no_evidence_comes_to_an_undecided_objection_once_the_meeting_is_counted(world: World):
    owner = world.owners(1)[0]
    path = world.announced()
    filed = file_objection(world, owner, path).json
    evidence = f"{path}/electorate/objections/{filed['id']}/evidence"
    with at(CLOSES):
        for person in (world.secretary, world.supervisor):
            assert world.api(person)("POST", f"{path}/count").status_code == 200
        late = world.api(owner)("POST", evidence, data={"file": (BytesIO(picture()), "产权证.png")})
    assert code(late) == (409, "wrong_meeting_state")


def test_evidence_is_kept_for_the_objector_and_staff_only(world: World):
    owner, neighbour = world.owners(2)
    path = world.announced()
    filed = file_objection(world, owner, path).json
    evidence = f"{path}/electorate/objections/{filed['id']}/evidence"
    assert code(world.api(owner)("GET", evidence)) == (404, "evidence_not_found")

    def upload(person: Person, content: bytes) -> Any:
        return world.api(person)("POST", evidence, data={"file": (BytesIO(content), "产权证.png")})

    assert upload(owner, EXECUTABLE).status_code == 422
    assert code(upload(neighbour, picture())) == (404, "objection_not_found")
    assert upload(owner, picture()).json["has_evidence"]
    for person in (owner, world.secretary, world.supervisor):
        with world.api(person)("GET", evidence) as answer:
            assert answer.data == picture()
    assert code(world.api(neighbour)("GET", evidence)) == (404, "objection_not_found")
    decide(world, path, filed["id"], outcome="refused")
    assert code(upload(owner, picture())) == (409, "electorate_objection_decided")


def test_spc_8_an_upheld_area_changes_party_and_totals_and_tells_the_owner(world: World):
    owner, neighbour = world.owners(2)
    path = world.announced()
    answer = corrected(world, neighbour, path, set_area(owner, 9850, "survey"))
    assert (answer.status_code, answer.json["state"]) == (200, "upheld")
    listed = electorate(world, path)
    assert (listed["persons"], listed["area_centi"]) == (2, 19850)
    assert (listed["items"][0]["area_centi"], listed["items"][0]["units"][0]["source"]) == (9850, "实测面积")
    assert [one.account_id for one in told("electorate_corrected")] == [owner.account_id]
    assert [one.account_id for one in told("application_decided")] == [neighbour.account_id]
    [shown] = world.api(owner)("GET", f"{path}/electorate/corrections").json["items"]
    assert (shown["act_text"], shown["door"]) == ("更正面积", "1栋1单元001")
    before, after = shown["before"], shown["after"]
    assert (before["unit"]["area_centi"], before["electorate"]["area_centi"]) == (10000, 20000)
    assert (after["unit"]["area_centi"], after["electorate"]["area_centi"]) == (9850, 19850)
    assert "owner_ids" not in str(shown)


def test_spc_9_a_unit_given_to_an_owner_of_another_makes_one_person_of_two(world: World):
    keeper, former = world.owners(2)
    path = world.announced()
    world.api(world.secretary)(
        "POST",
        f"/compounds/{world.compound}/units/{former.unit_ids[0]}/transfers",
        {"new_owners": [{"name": "赵新", "phone": "13900001111"}], "at": START.isoformat()},
    )
    assert corrected(world, keeper, path, on_unit("set_owners", former.unit_ids[0])).status_code == 200
    listed = electorate(world, path)
    assert (listed["persons"], listed["area_centi"]) == (2, 20000)
    assert [party["number"] for party in listed["items"]] == [1, 3], "a new party at the end, the empty one gone"
    assert listed["items"][1]["owners"] == ["赵*"]
    with at(OPENS):
        assert code(world.api(former)("GET", path)) == (403, "forbidden")


def test_spc_9_a_missing_unit_of_an_owner_joins_that_owners_party(world: World):
    owner, _ = world.owners(2)
    path = world.announced()
    late = world.unit("301", 5000)
    world.give(owner, late)
    filed = file_objection(world, owner, path, "missing_unit", unit_id=str(late.id))
    assert decide(world, path, filed.json["id"], on_unit("add_unit", late.id)).status_code == 200
    listed = electorate(world, path)
    assert (listed["persons"], listed["area_centi"]) == (2, 25000)
    assert listed["items"][0]["area_centi"] == 15000
    again = corrected(world, owner, path, on_unit("add_unit", late.id))
    assert code(again) == (409, "unit_already_listed")


def test_a_unit_that_should_not_be_listed_takes_its_party_with_it(world: World):
    owner, office = world.owners(2)
    path = world.announced()
    assert corrected(world, owner, path, on_unit("remove_unit", office.unit_ids[0])).status_code == 200
    listed = electorate(world, path)
    assert (listed["persons"], listed["area_centi"], len(listed["items"])) == (1, 10000, 1)
    with at(OPENS):
        assert world.api(office)("GET", path).json["my_parties"] == []
        assert world.cast(owner, path).status_code == 201


def test_gr_25_a_parking_space_is_not_added_where_the_rules_leave_parking_out(world: World):
    [owner] = world.owners(1)
    car = world.unit("车1", 1200, use="parking")
    world.give(owner, car)
    path = world.announced()
    assert code(corrected(world, owner, path, on_unit("add_unit", car.id))) == (409, "unit_not_counted")
    assert electorate(world, path)["area_centi"] == 10000


@pytest.mark.parametrize(
    ("correction", "refusal"),
    [
        ({"act": "set_area"}, (422, "area_needed")),
        ({"act": "set_area", "area_centi": 5000}, (422, "area_needed")),
        ({"act": "remove_unit", "area_centi": 5000, "area_source": "survey"}, (422, "area_needed")),
        ({"act": "set_area", "area_centi": 10000, "area_source": "register"}, (409, "nothing_to_correct")),
        ({"act": "set_owners"}, (409, "nothing_to_correct")),
        ({"act": "add_unit"}, (409, "unit_already_listed")),
        ({"act": "set_area", "area_centi": 0, "area_source": "register"}, (422, "invalid_input")),
        ({"act": "remove_unit"}, (409, "electorate_empty")),
        ({"act": "remove_unit", "unit_id": "0198c0de-0000-7000-8000-000000000000"}, (404, "unit_not_in_electorate")),
        ({"act": "add_unit", "unit_id": "0198c0de-0000-7000-8000-000000000000"}, (404, "unit_not_on_roll")),
    ],
    ids=str,
)
def test_a_refused_correction_decides_nothing_and_changes_nothing(
    world: World, correction: dict[str, Any], refusal: tuple[int, str]
):
    [owner] = world.owners(1)
    path = world.announced()
    listed = electorate(world, path)
    filed = file_objection(world, owner, path).json
    wanted = {"unit_id": str(owner.unit_ids[0]), **correction}
    assert code(decide(world, path, filed["id"], wanted)) == refusal
    assert electorate(world, path) == listed
    [mine] = world.api(owner)("GET", f"{path}/electorate/objections/mine").json["items"]
    assert mine["state"] == "filed"
    assert told("electorate_corrected") == []


def test_a_decision_is_the_secretarys_once_and_a_refusal_corrects_nothing(world: World):
    [owner] = world.owners(1)
    path = world.announced()
    filed = file_objection(world, owner, path).json
    decision = f"{path}/electorate/objections/{filed['id']}/decision"
    for person in (owner, world.supervisor):
        assert code(world.api(person)("POST", decision, {"outcome": "refused", "reason": "否"})) == (403, "forbidden")
    both = decide(world, path, filed["id"], set_area(owner, 9000), outcome="refused")
    assert code(both) == (422, "corrections_not_allowed")
    assert decide(world, path, filed["id"], outcome="refused").status_code == 200
    assert code(decide(world, path, filed["id"], set_area(owner, 9000))) == (409, "electorate_objection_decided")
    other = world.announced()
    assert code(decide(world, other, filed["id"], outcome="refused")) == (404, "objection_not_found")


def test_domain_1_once_voting_is_open_the_electorate_is_frozen_and_undecided_objections_hinder_nothing(world: World):
    [owner] = world.owners(1)
    path = world.announced()
    filed = file_objection(world, owner, path).json
    staff = world.api(world.secretary)("GET", f"{path}/electorate/objections").json
    assert (staff["undecided"], len(staff["items"])) == (1, 1)
    assert "2026年5月17日 09:00" in staff["warning"]
    with at(OPENS):
        assert world.cast(owner, path).status_code == 201
        refused = decide(world, path, filed["id"], set_area(owner, 9000))
        assert code(refused) == (409, "wrong_meeting_state")
        assert electorate(world, path)["frozen"]
        late = world.api(world.secretary)("GET", f"{path}/electorate/objections").json
        assert "不能再更正" in late["warning"]
        assert decide(world, path, filed["id"], outcome="refused", reason="已冻结").status_code == 200
        assert world.api(world.secretary)("GET", f"{path}/electorate/objections").json["warning"] is None


def test_a_correction_after_a_ballot_is_refused_whatever_the_clock_says(world: World):
    owners = world.owners(2)
    path = world.announced()
    filed = file_objection(world, owners[0], path).json
    with at(OPENS):
        assert world.cast(owners[0], path).status_code == 201
    with at(OPENS - timedelta(seconds=1)):  # the clock of another machine
        assert code(decide(world, path, filed["id"], set_area(owners[1], 1))) == (409, "wrong_meeting_state")


def test_domain_1_a_correction_leaves_a_trail_with_before_and_after_and_without_names(world: World):
    [owner] = world.owners(1)
    path = world.announced()
    corrected(world, owner, path, set_area(owner, 9850))
    events = world.api(world.supervisor)("GET", f"{path}/audit").json["items"]
    assert [event["act"] for event in events[-3:]] == ["file_objection", "decide_objection", "correct_electorate"]
    before, after = events[-1]["before"], events[-1]["after"]
    assert (before["unit"]["area_centi"], after["unit"]["area_centi"]) == (10000, 9850)
    assert (before["electorate"]["area_centi"], after["electorate"]["area_centi"]) == (10000, 9850)
    assert "测试业主" not in str(events)


def test_the_log_and_the_count_take_the_electorate_as_it_was_corrected(world: World, tmp_path: Path):
    owners = world.owners(3)
    path = world.announced()
    corrected(world, owners[0], path, set_area(owners[0], 5000), on_unit("remove_unit", owners[2].unit_ids[0]))
    jobs.sequence_ballots()
    assert world.api(owners[0])("GET", f"{path}/log/heads").json["items"] == [], "no leaf 0 before the opening"
    with at(OPENS):
        for owner in owners[:2]:
            assert world.cast(owner, path).status_code == 201
        jobs.sequence_ballots()
    with at(CLOSES):
        world.api(world.secretary)("POST", f"{path}/count")
        record = world.api(world.supervisor)("POST", f"{path}/count").json["record"]
    assert (record["electorate"]["persons"], record["electorate"]["area_centi"]) == (2, 15000)
    assert record["turnout"]["area_centi"] == 15000
    bundle = tmp_path / "bundle.zip"
    with world.api(world.secretary)("GET", f"{path}/bundle") as answer:
        bundle.write_bytes(answer.data)
    assert verify([str(bundle)]) == 0


def test_civil_code_278_a_correction_moves_a_party_into_the_scope_of_a_buildings_motion(world: World):
    inside = world.owner(world.unit("101", building="3栋"))
    outside = world.owner(world.unit("101", building="4栋"))
    path = world.draft(5)
    scope = {"matter": 5, "title": "换电梯", "text": "说明", "scope_building_id": str(world.building("3栋"))}
    world.api(world.secretary)("POST", f"{path}/motions", scope)
    world.api(world.secretary)("POST", f"{path}/announcement")
    late = world.unit("201", building="3栋")
    world.give(outside, late)
    assert world.api(outside)("GET", path).json["my_parties"][0]["out_of_scope"] != []
    assert corrected(world, outside, path, on_unit("add_unit", late.id)).status_code == 200
    assert world.api(outside)("GET", path).json["my_parties"][0]["out_of_scope"] == []
    emptied = corrected(
        world, inside, path, on_unit("remove_unit", late.id), on_unit("remove_unit", inside.unit_ids[0])
    )
    assert code(emptied) == (409, "scope_empty")


def test_the_totals_are_always_those_of_the_parties(world: World):
    owners = world.owners(3)
    path = world.announced()
    for change in (set_area(owners[0], 1), on_unit("remove_unit", owners[1].unit_ids[0])):
        assert corrected(world, owners[2], path, change).status_code == 200
    areas = db.session.scalars(select(VotingParty.area_centi)).all()
    listed = electorate(world, path)
    assert (listed["persons"], listed["area_centi"]) == (len(areas), sum(areas)) == (2, 10001)
