"""Delivery to each voting party by way and time (PMR 14), and what silence leads to with its proof (GR 26)."""

from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from sqlalchemy import delete, select, update

from app.core.db import db
from app.meetings.models import Delivery
from app.notifications.models import OutboxMessage, OutboxState
from app.org.models import Role
from tasks import meetings as jobs
from tests.miniprogram_api.test_documents import fetch, text_of
from tests.miniprogram_api.test_mandates import House
from tests.support.answers import code
from tests.support.files import EXECUTABLE, picture
from tests.support.objections import corrected
from tests.support.world import CLOSES, OPENS, START, Person, World, at


def status(world: World, path: str, item: str = "notice") -> dict[str, Any]:
    """How far an item is, as the secretary sees it."""
    found = world.api(world.secretary)("GET", f"{path}/deliveries").json
    return {"hint": found["hint"], **next(one for one in found["items"] if one["item"] == item)}


def unreached(world: World, path: str, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = world.api(world.secretary)("GET", f"{path}/deliveries/unreached{query}").json["items"]
    return found


def handover(
    world: World, path: str, *party_ids: str, by: Person | None = None, when: datetime = START, item: str = "notice"
) -> Any:
    body = {
        "item": item,
        "handed_by": "楼栋长 李红",
        "handed_at": when.isoformat(),
        "receipts": [{"party_id": party_id, "received_by": "王小明"} for party_id in party_ids],
    }
    return world.api(by or world.secretary)("POST", f"{path}/deliveries/paper", body)


def post_notice(world: World, path: str, person: Person, content: bytes, place: str = "3栋公告栏") -> Any:
    about = {"place": place, "posted_at": START.isoformat()}
    photo = {"file": (BytesIO(content), "照片.jpg")}
    return world.api(person)("POST", f"{path}/posted-notices", query_string=about, data=photo)


def test_pmr_14_reading_the_meeting_delivers_the_notice_once_and_the_ballot_while_voting(world: World):
    owners = world.owners(3)
    path = world.announced()
    for _ in range(2):
        world.api(owners[0])("GET", path)
    assert (status(world, path)["opened"], status(world, path)["unreached"]) == (1, 2)
    assert status(world, path, "ballot")["opened"] == 0
    with at(OPENS):
        world.api(owners[1])("GET", path)
        assert [status(world, path, item)["opened"] for item in ("notice", "ballot")] == [2, 1]
    with at(CLOSES):
        world.api(owners[2])("GET", path)
        assert status(world, path)["opened"] == 2, "after the close nothing is delivered any more"
    assert [one.delivered_at for one in db.session.scalars(select(Delivery).order_by(Delivery.delivered_at))] == [
        START,
        OPENS,
        OPENS,
    ]


def test_staff_who_read_a_meeting_deliver_nothing_and_a_neighbours_party_stays_unreached(world: World):
    owners = world.owners(2)
    path = world.announced()
    world.api(world.supervisor)("GET", path)
    world.api(owners[0])("GET", path)
    assert [one["doors"] for one in unreached(world, path)] == [["1栋1单元002"]]


def test_a_proxys_reading_delivers_nothing_to_the_owner(world: World):
    house = House(world)
    assert house.give().status_code == 201
    db.session.execute(delete(Delivery))
    world.api(house.proxy)("GET", house.path)
    assert db.session.scalars(select(Delivery)).all() == []
    with at(OPENS):
        world.api(house.owner)("GET", house.path)
    assert {one.account_id for one in db.session.scalars(select(Delivery))} == {house.owner.account_id}


def test_a_message_that_wechat_accepted_is_taken_over_once(world: World):
    owners = world.owners(2)
    path = world.announced()
    sent = update(OutboxMessage).where(OutboxMessage.account_id == owners[0].account_id)
    db.session.execute(sent.values(state=OutboxState.SENT, finished_at=START + timedelta(minutes=1)))
    refused = update(OutboxMessage).where(OutboxMessage.account_id == owners[1].account_id)
    db.session.execute(refused.values(state=OutboxState.REFUSED, finished_at=START))
    db.session.commit()
    assert [jobs.collect_deliveries() for _ in range(2)] == [1, 0]
    assert (status(world, path)["message"], status(world, path)["reached"]) == (1, 1)
    [delivery] = db.session.scalars(select(Delivery)).all()
    assert (delivery.way, delivery.delivered_at) == ("message", START + timedelta(minutes=1))


def test_a_steward_hands_notices_over_and_a_double_tap_records_them_once(world: World):
    world.owners(3)
    path = world.announced()
    steward = world.official(Role.STEWARD, world.compound)
    [first, second, _] = [one["party_id"] for one in unreached(world, path)]
    assert handover(world, path, first, second, by=steward).json == {"recorded": 2}
    assert handover(world, path, first, second, by=steward).json == {"recorded": 0}
    assert (status(world, path)["paper"], len(unreached(world, path))) == (2, 1)
    stored = db.session.scalars(select(Delivery)).all()
    assert {(one.handed_by, one.received_by, one.account_id) for one in stored} == {
        ("楼栋长 李红", "王小明", steward.account_id)
    }
    [event] = [
        one for one in world.api(world.supervisor)("GET", f"{path}/audit").json["items"] if "handover" in one["act"]
    ]
    assert event["after"]["party_ids"] == sorted([first, second])
    assert "李红" not in str(event)


def test_a_handover_is_refused_whole_and_says_why(world: World):
    [owner] = world.owners(1)
    path = world.announced()
    [party] = [one["party_id"] for one in unreached(world, path)]
    assert code(handover(world, path, party, by=owner)) == (403, "forbidden")
    assert code(handover(world, path, party, by=world.supervisor)) == (403, "forbidden")
    foreign = "0198c0de-0000-4000-8000-000000000000"
    refused = handover(world, path, party, foreign)
    assert code(refused) == (404, "party_unknown")
    assert refused.json["error"]["details"]["party_ids"] == [foreign]
    assert code(handover(world, path, party, when=START + timedelta(days=1))) == (422, "delivery_time_wrong")
    assert code(handover(world, path, party, when=START - timedelta(days=1))) == (422, "delivery_time_wrong")
    assert handover(world, path, party, party).status_code == 422
    with at(CLOSES):
        assert code(handover(world, path, party, when=OPENS)) == (409, "wrong_meeting_state")
    assert status(world, path)["paper"] == 0
    draft = world.draft()
    assert code(handover(world, draft, party)) == (404, "meeting_not_found")


def test_the_unreached_are_listed_masked_page_by_page_to_staff_and_stewards(world: World):
    owners = world.owners(3)
    path = world.announced()
    first = unreached(world, path, "?limit=2")
    assert [one["number"] for one in first] == [1, 2]
    assert first[0]["owners"] == ["测***"]
    assert [one["number"] for one in unreached(world, path, "?after=2")] == [3]
    assert len(unreached(world, path, "?item=ballot")) == 3
    steward = world.official(Role.STEWARD, world.compound)
    assert world.api(steward)("GET", f"{path}/deliveries/unreached").status_code == 200
    elsewhere = world.official(Role.STEWARD, world.add_compound("另一小区"))
    for person in (owners[0], elsewhere):
        for page in ("deliveries", "deliveries/unreached"):
            assert code(world.api(person)("GET", f"{path}/{page}")) == (403, "forbidden")


def test_a_posted_notice_is_kept_with_its_photo_once_and_reaches_nobody(world: World):
    [owner] = world.owners(1)
    path = world.announced()
    assert "张贴公告" in status(world, path)["hint"]
    assert post_notice(world, path, world.secretary, EXECUTABLE).status_code == 422
    assert code(post_notice(world, path, owner, picture("JPEG"))) == (403, "forbidden")
    posted = [post_notice(world, path, world.secretary, picture("JPEG")) for _ in range(2)]
    assert [one.status_code for one in posted] == [201, 201]
    assert posted[0].json == posted[1].json
    found = world.api(world.secretary)("GET", f"{path}/deliveries").json
    assert [one["place"] for one in found["posted_notices"]] == ["3栋公告栏"]
    assert "张贴公告" not in found["hint"]
    assert status(world, path)["unreached"] == 1
    photo = f"{path}/posted-notices/{posted[0].json['id']}/photo"
    with world.api(owner)("GET", photo) as answer:
        assert answer.data == picture("JPEG")
    assert code(world.api(world.person())("GET", photo)) == (403, "forbidden")
    assert code(world.api(owner)("GET", f"{path}/posted-notices/{world.compound}/photo")) == (404, "notice_not_found")


def test_a_correction_takes_the_deliveries_of_a_party_that_is_gone(world: World):
    keeper, gone = world.owners(2)
    path = world.announced()
    world.api(gone)("GET", path)
    assert corrected(world, keeper, path, {"act": "remove_unit", "unit_id": str(gone.unit_ids[0])}).status_code == 200
    assert (status(world, path)["reached"], status(world, path)["unreached"]) == (0, 1)


def with_rules(world: World, preset: str) -> None:
    body = {"note": "业主大会通过", "preset": preset}
    assert world.api(world.secretary)("POST", f"/compounds/{world.compound}/rule-sets", body).status_code == 201


def counted(world: World, path: str) -> list[dict[str, Any]]:
    with at(CLOSES):
        world.api(world.secretary)("POST", f"{path}/count")
        motions: list[dict[str, Any]] = world.api(world.supervisor)("POST", f"{path}/count").json["record"]["motions"]
    return motions


def party_ids(world: World, path: str, *people: Person) -> list[str]:
    return [world.api(person)("GET", path).json["my_parties"][0]["id"] for person in people]


def test_gr_26_deemed_votes_need_proof_of_ballot_and_warning_and_stand_beside_the_strict_count(world: World):
    """Ten owners, five vote in favour. Silent: two opened the ballot, one got it on paper, two only knew of it."""
    owners = world.owners(10)
    with_rules(world, "deemed_votes")
    path = world.announced(4, 8)
    voters, opened, on_paper, knew = owners[:5], owners[5:7], owners[7], owners[8:]
    [paper_party, *_] = party_ids(world, path, on_paper, *knew)
    with at(OPENS):
        for voter in voters:
            assert world.cast(voter, path, "for", "for").status_code == 201
        for person in opened:
            assert "计入已表决的多数票" in world.api(person)("GET", path).json["warning"]
        assert handover(world, path, paper_party, when=OPENS, item="ballot").json == {"recorded": 1}
        assert status(world, path, "ballot")["with_proof"] == 8
    ordinary, special = counted(world, path)
    assert (ordinary["verdict"], special["verdict"]) == ("no_quorum", "no_quorum"), "silence never makes a quorum"
    assert "deemed" not in special, "nobody is deemed to vote on a special motion"
    assert special["what_if"]["deemed"] is None
    joined, note = ordinary["deemed"], ordinary["what_if"]["deemed"]
    assert (joined["persons"], joined["area_centi"], joined["majority"]) == (3, 30000, "for")
    assert (joined["strict"]["verdict"], joined["differs_from_strict"]) == ("no_quorum", False)
    assert (note["verdict"], note["turns"], note["quorum_only_with_deemed"]) == ("passes", True, True)
    assert "只能由实际参与表决的业主达到" in note["text"]


def test_gr_26_deemed_votes_decide_an_ordinary_motion_and_the_strict_count_stands_beside_it(world: World):
    """Ten owners, seven take part: three in favour, one against, three blank, which abstain. Three are silent.

    Strictly 2×3=6 > 7 is false; with the silent in the majority of the votes cast 2×6=12 > 10.
    """
    owners = world.owners(10)
    preset = world.api(world.secretary)("GET", "/rule-set-presets").json["items"][0]["data"]
    data = {**preset, "deemed_with_majority": True, "blank_motion": "abstains"}
    body = {"note": "业主大会通过", "data": data}
    assert world.api(world.secretary)("POST", f"/compounds/{world.compound}/rule-sets", body).status_code == 201
    path = world.announced(4, 8)
    with at(OPENS):
        for owner, choice in zip(owners, ["for"] * 3 + ["against"] + ["blank"] * 3, strict=False):
            assert world.cast(owner, path, choice, "for").status_code == 201
        for owner in owners[7:]:
            world.api(owner)("GET", path)
    ordinary, special = counted(world, path)
    assert (ordinary["verdict"], ordinary["deemed"]["strict"]["verdict"]) == ("passes", "fails")
    assert (ordinary["verdict_if_blank_counted_otherwise"], special["verdict"]) == ("no_quorum", "passes")
    assert [(one["left"], one["right"]) for one in ordinary["comparisons"]][::2] == [(21, 20), (12, 10)]
    assert [(one["left"], one["right"]) for one in ordinary["deemed"]["strict"]["comparisons"]][::2] == [
        (21, 20),
        (6, 7),
    ]
    assert "同意（含计入多数票的）人数过半数：2×6=12 > 10，成立" in ordinary["comparisons"][2]["text"]
    assert "严格计票（不计入上述业主）的结论是“未通过”，与本结论不同" in ordinary["deemed"]["text"]
    with at(CLOSES):
        for document in ("count-record", "result"):
            printed = text_of(fetch(world, path, document))
            assert "严格计票（不计入上述业主）的结论是“未通过”，与本结论不同" in printed
            assert "严格计票的算式：同意人数过半数：2×3=6 > 7，不成立" in printed


def test_gr_26_without_the_rule_nobody_is_warned_or_deemed(world: World):
    owners = world.owners(3)
    path = world.announced()
    with at(OPENS):
        world.cast(owners[0], path, "for")
        assert world.api(owners[1])("GET", path).json["warning"] is None
    motion = counted(world, path)[0]
    assert motion["what_if"]["deemed"] is None
    assert "deemed" not in motion


def test_gr_26_in_a_building_only_its_own_silent_owners_are_deemed_with_their_area_in_it(world: World):
    inside = [world.owner(world.unit(f"{room}", building="3栋")) for room in (101, 102)]
    both = world.owner(world.unit("103", 4000, building="3栋"), world.unit("101", 9000, building="4栋"))
    world.owner(world.unit("102", building="4栋"))
    with_rules(world, "deemed_votes")
    path = world.draft()
    scope = {"matter": 5, "title": "换电梯", "text": "说明", "scope_building_id": str(world.building("3栋"))}
    world.api(world.secretary)("POST", f"{path}/motions", scope)
    assert world.api(world.secretary)("POST", f"{path}/announcement").status_code == 200
    with at(OPENS):
        world.cast(inside[0], path, "for", "for")
        for person in (inside[1], both):
            world.api(person)("GET", path)
    whole, part = counted(world, path)
    assert (whole["deemed"]["persons"], whole["deemed"]["area_centi"]) == (2, 23000)
    assert (part["deemed"]["persons"], part["deemed"]["area_centi"]) == (2, 14000)


def test_gr_26_co_owners_who_contradict_each_other_are_not_silent(world: World):
    unit = world.unit("101")
    couple = [world.owner(unit), world.owner(unit)]
    world.owners(2)
    with_rules(world, "deemed_votes")
    path = world.announced()
    with at(OPENS):
        for owner, choice in zip(couple, ("for", "against"), strict=True):
            world.cast(owner, path, choice)
    assert counted(world, path)[0]["deemed"]["persons"] == 0
