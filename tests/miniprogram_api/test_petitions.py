"""Petitions for an interim meeting: signatures of voting parties against 20%, delivery, and the meeting of it."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, func, select
from werkzeug.test import TestResponse

from app.compounds import queries as roll_queries
from app.core.audit import AuditEvent
from app.core.db import db
from app.meetings.petitions.models import Petition, PetitionSignature
from app.meetings.petitions.roll import RollOfToday, rules_of, signatures_of
from app.meetings.schedule import SHANGHAI
from app.notifications.models import OutboxMessage
from app.org.models import Role
from tasks.meetings import warn_of_petitions
from tests.miniprogram_api.test_guardians import record
from tests.support.answers import code
from tests.support.kept import kept
from tests.support.phones import proven
from tests.support.world import START, Person, World, at

BODY: dict[str, Any] = {
    "title": "提议召开临时业主大会",
    "text": "物业合同将于年底到期，提议由业主共同决定。",
    "motions": [
        {"matter": 4, "title": "解聘现物业服务企业", "text": "合同到期后不再续聘。"},
        {"matter": 5, "title": "使用维修资金修电梯", "text": "预算 28 万元。"},
    ],
}
NOBODY = "0198c0de-0000-7000-8000-000000000000"


class Compound:
    def __init__(self, world: World) -> None:
        self.world = world
        self.path = f"/compounds/{world.compound}/petitions"

    def start(self, person: Person, **body: Any) -> TestResponse:
        return self.world.api(person)("POST", self.path, {**BODY, **body})

    def sign(self, person: Person, petition: str, method: str = "POST") -> TestResponse:
        return self.world.api(person)(method, f"{self.path}/{petition}/signature")

    def seen(self, person: Person, petition: str) -> dict[str, Any]:
        found: dict[str, Any] = self.world.api(person)("GET", f"{self.path}/{petition}").json
        return found

    def both(self) -> None:
        """Adopt the rule set that counts persons and area."""
        body = {"preset": "petition_by_both", "note": "业主大会通过"}
        adopted = self.world.api(self.world.secretary)("POST", f"/compounds/{self.world.compound}/rule-sets", body)
        assert adopted.status_code == 201, adopted.text


@pytest.fixture
def compound(world: World) -> Compound:
    return kept(Compound)(world)


def told() -> list[Any]:
    return list(db.session.scalars(select(OutboxMessage.account_id).where(OutboxMessage.kind == "petition_delivered")))


def test_PMR_13_twenty_percent_of_persons_are_enough_exactly_and_one_less_is_not(world: World, compound: Compound):
    owners = world.owners(10)
    started = compound.start(owners[0])
    assert (started.status_code, started.json["state"], started.json["persons"]) == (201, "collecting", 1)
    assert (started.json["needed_persons"], started.json["needed_area_centi"]) == (2, None)
    assert started.json["comparisons"] == ["提议人数百分之二十以上：5×1=5 ≥ 10，不成立（《物业管理条例》第十三条）"]
    assert told() == []
    signed = compound.sign(owners[1], started.json["id"])
    assert (signed.status_code, signed.json["state"], signed.json["persons"]) == (201, "delivered", 2)
    assert signed.json["comparisons"] == ["提议人数百分之二十以上：5×2=10 ≥ 10，成立（《物业管理条例》第十三条）"]
    assert datetime.fromisoformat(signed.json["convene_by"]) == datetime(2026, 6, 1, tzinfo=SHANGHAI)
    assert told() == [world.secretary.account_id]


def test_PMR_13_of_eleven_persons_two_are_too_few(world: World, compound: Compound):
    owners = world.owners(11)
    petition = compound.start(owners[0]).json["id"]
    assert compound.sign(owners[1], petition).json["state"] == "collecting"
    assert compound.sign(owners[2], petition).json["state"] == "delivered"


def test_GR_21_persons_without_the_area_are_not_enough_where_the_rules_ask_for_both(world: World, compound: Compound):
    compound.both()
    small = [world.owner(world.unit(f"{n}", 1000)) for n in range(3)]
    large = [world.owner(world.unit(f"9{n}", 14000)) for n in range(2)]
    petition = compound.start(small[0]).json
    assert (petition["basis"], petition["needed_persons"], petition["needed_area_centi"]) == (
        "persons_and_area",
        1,
        6200,
    )
    for owner in small[1:]:
        assert compound.sign(owner, petition["id"]).json["state"] == "collecting"
    delivered = compound.sign(large[0], petition["id"]).json
    assert (delivered["state"], delivered["persons"], delivered["area_centi"]) == ("delivered", 4, 17000)
    assert delivered["comparisons"][1] == (
        "提议面积百分之二十以上：5×170.00=850.00 ≥ 310.00，成立（《业主大会和业主委员会指导规则》第二十一条）"
    )


def test_GR_21_exactly_a_fifth_of_the_area_is_enough_and_a_hundredth_less_is_not(world: World, compound: Compound):
    compound.both()
    exact, short = world.owner(world.unit("101", 10000)), world.owner(world.unit("102", 9999))
    world.owner(world.unit("103", 30001))
    petition = compound.start(short).json
    assert (petition["state"], petition["needed_area_centi"]) == ("collecting", 10000)
    other = compound.start(exact).json
    assert (other["state"], other["area_centi"], other["electorate_area_centi"]) == ("delivered", 10000, 50000)


def test_SPC_9_five_units_of_one_buyer_are_one_person_with_all_their_area(world: World, compound: Compound):
    buyer = world.owner(*[world.unit(f"1{n}", 10000) for n in range(5)])
    world.owners(9)
    petition = compound.start(buyer).json
    assert (petition["persons"], petition["area_centi"]) == (1, 50000)
    assert (petition["electorate_persons"], petition["electorate_area_centi"]) == (10, 140000)


def test_SPC_9_co_owners_are_one_person_and_the_second_one_is_told_so(world: World, compound: Compound):
    unit = world.unit("900")
    one, other = world.owner(unit), world.owner(unit)
    world.owners(9)
    petition = compound.start(one).json["id"]
    assert code(compound.sign(other, petition)) == (409, "already_signed")
    assert compound.seen(other, petition)["persons"] == 1
    assert code(compound.sign(other, petition, "DELETE")) == (409, "not_signed")


def test_SPC_9_the_developer_s_units_are_one_person_of_the_electorate(world: World, compound: Compound):
    for n in range(30):
        world.unit(f"8{n:02}", held_by_developer=True)
    owners = world.owners(4)
    petition = compound.start(owners[0]).json
    assert (petition["electorate_persons"], petition["state"]) == (5, "delivered")


def test_GR_25_parking_counts_only_where_the_rules_say_so(world: World, compound: Compound):
    world.owners(9)
    driver = world.owner(world.unit("P1", 1500, use="parking"))
    assert code(compound.start(driver)) == (403, "no_voice")


def test_a_signature_counts_once_and_can_be_taken_back_before_the_delivery(world: World, compound: Compound):
    owners = world.owners(20)
    petition = compound.start(owners[0]).json["id"]
    assert compound.sign(owners[1], petition).json["persons"] == 2
    assert code(compound.sign(owners[1], petition)) == (409, "already_signed")
    taken = compound.sign(owners[1], petition, "DELETE")
    assert (taken.status_code, taken.json["persons"], taken.json["signed_by_me"]) == (200, 1, False)
    assert code(compound.sign(owners[1], petition, "DELETE")) == (409, "not_signed")
    for owner in owners[1:4]:
        last = compound.sign(owner, petition)
    assert last.json["state"] == "delivered"
    assert code(compound.sign(owners[1], petition, "DELETE")) == (409, "petition_not_collecting")
    assert code(compound.sign(owners[5], petition)) == (409, "petition_not_collecting")
    assert compound.seen(owners[5], petition)["persons"] == 4


def test_whoever_sold_is_counted_no_more_and_the_buyer_may_sign(world: World, compound: Compound):
    owners = world.owners(20)
    petition = compound.start(owners[0]).json["id"]
    compound.sign(owners[1], petition)
    sale = {"new_owners": [{"name": "新业主", "phone": "13912345678"}], "at": START.isoformat()}
    with at(START + timedelta(days=1)):
        path = f"/compounds/{world.compound}/units/{owners[1].unit_ids[0]}/transfers"
        sold = world.api(world.secretary)("POST", path, sale)
    assert sold.status_code < 300, sold.text
    assert compound.seen(owners[0], petition)["persons"] == 1
    assert compound.sign(owners[1], petition).status_code == 403


def test_a_petition_expires_after_sixty_days_and_its_starter_may_begin_another(world: World, compound: Compound):
    owners = world.owners(10)
    petition = compound.start(owners[0]).json
    assert datetime.fromisoformat(petition["expires_at"]) == datetime(2026, 7, 1, tzinfo=SHANGHAI)
    assert code(compound.start(owners[0])) == (409, "petition_running")
    with at(datetime(2026, 6, 30, 23, 59, tzinfo=SHANGHAI)):
        assert compound.seen(owners[1], petition["id"])["state"] == "collecting"
    with at(datetime(2026, 7, 1, tzinfo=SHANGHAI)):
        assert compound.seen(owners[1], petition["id"])["state"] == "expired"
        refused = compound.sign(owners[1], petition["id"])
        assert code(refused) == (409, "petition_not_collecting")
        assert "已逾期" in refused.json["error"]["message"]
        assert compound.start(owners[0]).status_code == 201
    assert db.session.scalar(select(func.count()).select_from(Petition)) == 2


def test_only_its_starter_withdraws_a_petition_and_only_before_the_delivery(world: World, compound: Compound):
    owners = world.owners(10)
    petition = compound.start(owners[0]).json["id"]
    path = f"{compound.path}/{petition}/withdrawal"
    for person, expected in ((owners[1], 403), (world.secretary, 403), (owners[0], 200), (owners[0], 409)):
        assert world.api(person)("POST", path).status_code == expected
    assert compound.seen(owners[1], petition)["state"] == "withdrawn"
    again = compound.start(owners[0]).json["id"]
    compound.sign(owners[1], again)
    late = world.api(owners[0])("POST", f"{compound.path}/{again}/withdrawal")
    assert code(late) == (409, "petition_not_collecting")


BAD = {
    "no motions": {"motions": []},
    "no such matter": {"motions": [{"matter": 10, "title": "事项", "text": "说明"}]},
    "a motion without a text": {"motions": [{"matter": 4, "title": "事项"}]},
    "eleven motions": {"motions": BODY["motions"] * 6},
    "no title": {"title": "  "},
    "a long title": {"title": "长" * 61},
    "a key too many": {"state": "delivered"},
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_petition_is_refused(world: World, compound: Compound, case: str):
    [owner] = world.owners(1)
    assert compound.start(owner, **BAD[case]).status_code == 422
    assert db.session.scalar(select(func.count()).select_from(Petition)) == 0


def test_strangers_staff_and_owners_elsewhere_do_not_sign(world: World, compound: Compound):
    owners = world.owners(10)
    petition = compound.start(owners[0]).json["id"]
    elsewhere = world.owner(world.unit("101", compound=world.add_compound("测试二区")))
    unbound = world.owner(world.unit("777"), bound=False)
    for person in (elsewhere, unbound, world.person(), world.secretary, world.supervisor):
        assert compound.sign(person, petition).status_code == 403
        assert compound.start(person).status_code == 403
    assert code(compound.sign(owners[1], NOBODY)) == (404, "petition_not_found")
    assert db.session.scalar(select(func.count()).select_from(PetitionSignature)) == 1
    listed = world.api(owners[3])("GET", compound.path).json["items"]
    assert [(one["id"], one["is_mine"], one["starter_masked"]) for one in listed] == [(petition, False, "测***")]


def test_a_signature_on_paper_is_entered_by_a_steward_and_counts_as_any_other(world: World, compound: Compound):
    owners, steward = world.owners(15), world.official(Role.STEWARD, world.compound)
    unbound = world.owner(world.unit("900"), bound=False)
    petition = compound.start(owners[0]).json["id"]
    path, body = f"{compound.path}/{petition}/paper-signatures", {"note": "签名表第 3 页第 5 行"}

    def enter(person: Person, owner_id: object) -> TestResponse:
        return world.api(person)("POST", path, {**body, "owner_id": str(owner_id)})

    entered = enter(steward, unbound.owner_id)
    assert (entered.status_code, entered.json["persons"], entered.json["state"]) == (201, 2, "collecting")
    assert code(enter(steward, unbound.owner_id)) == (409, "already_signed")
    assert code(enter(steward, owners[0].owner_id)) == (409, "already_signed")
    assert code(enter(steward, NOBODY)) == (404, "owner_not_found")
    assert enter(owners[1], unbound.owner_id).status_code == 403
    assert world.api(steward)("POST", path, {"owner_id": str(unbound.owner_id)}).status_code == 422
    enter(steward, owners[1].owner_id)
    assert compound.seen(owners[1], petition)["signed_by_me"]
    assert compound.sign(owners[1], petition, "DELETE").json["persons"] == 2, "whoever signed on paper may take it back"
    out = f"{path}/{unbound.owner_id}"
    assert world.api(owners[1])("DELETE", out).status_code == 403
    assert world.api(steward)("DELETE", out).json["persons"] == 1
    assert code(world.api(steward)("DELETE", out)) == (409, "not_signed")
    taken_out = select(AuditEvent.before).where(AuditEvent.account_id == steward.account_id)
    [before] = db.session.scalars(taken_out.where(AuditEvent.act == "unsign_petition"))
    assert before == {"owner_ids": [str(unbound.owner_id)]}, "whose signature it was stays on record"
    given_in_app = f"{path}/{owners[0].owner_id}"
    assert code(world.api(steward)("DELETE", given_in_app)) == (409, "not_signed"), (
        "that is the owner's own to take back"
    )
    for owner in owners[2:4]:
        enter(steward, owner.owner_id)
    last = enter(world.secretary, owners[4].owner_id)
    assert (last.json["persons"], last.json["needed_persons"], last.json["state"]) == (4, 4, "delivered")
    listed = world.api(world.secretary)("GET", f"{compound.path}/{petition}/signatures").json["items"]
    assert Counter(one["paper_note"] for one in listed) == {None: 1, "签名表第 3 页第 5 行": 3}
    assert code(enter(steward, unbound.owner_id)) == (409, "petition_not_collecting")


def test_the_list_of_signatures_is_for_staff_once_delivered_and_every_look_is_logged(world: World, compound: Compound):
    owners = world.owners(10)
    petition = compound.start(owners[0]).json["id"]
    path = f"{compound.path}/{petition}/signatures"
    assert code(world.api(world.secretary)("GET", path)) == (409, "petition_not_delivered")
    compound.sign(owners[1], petition)
    assert world.api(owners[0])("GET", path).status_code == 403
    listed = world.api(world.secretary)("GET", path).json["items"]
    assert sorted((one["owner_masked"], one["doors"]) for one in listed) == [
        ("测***", ["1栋1单元001"]),
        ("测***", ["1栋1单元002"]),
    ]
    of_petition = select(AuditEvent.act).where(AuditEvent.subject_id == UUID(petition))
    acts = db.session.scalars(of_petition.order_by(AuditEvent.id)).all()
    assert acts == ["start_petition", "sign_petition", "sign_petition", "deliver_petition", "read_signatures"]


def test_PMR_13_a_draft_comes_of_a_delivered_petition_once_with_its_motions(world: World, compound: Compound):
    owners = world.owners(10)
    petition = compound.start(owners[0]).json["id"]
    path, secretary = f"{compound.path}/{petition}/meeting", world.api(world.secretary)
    body = {
        "convenor": "committee",
        "opens_at": (START + timedelta(days=16)).isoformat(),
        "closes_at": (START + timedelta(days=26)).isoformat(),
    }
    assert code(secretary("POST", path, body)) == (409, "petition_not_delivered")
    compound.sign(owners[1], petition)
    assert world.api(owners[0])("POST", path, body).status_code == 403
    made = secretary("POST", path, body)
    assert (made.status_code, made.json["state"], made.json["title"]) == (201, "draft", BODY["title"])
    assert [(one["matter"], one["title"]) for one in made.json["motions"]] == [
        (4, "解聘现物业服务企业"),
        (5, "使用维修资金修电梯"),
    ]
    again = secretary("POST", path, body)
    assert code(again) == (409, "meeting_already_made")
    assert again.json["error"]["details"] == {"meeting_id": made.json["id"]}
    assert compound.seen(owners[0], petition)["state"] == "delivered", "a draft convenes nobody"
    meeting = f"{world.meetings_path()}/{made.json['id']}"
    assert secretary("POST", f"{meeting}/announcement").status_code == 200
    seen = compound.seen(owners[0], petition)
    assert (seen["state"], seen["meeting_id"], seen["overdue"]) == ("convened", made.json["id"], False)
    redrafted = secretary("POST", f"{meeting}/redraft", {"reason": "公告的时间写错了"}).json
    seen = compound.seen(owners[0], petition)
    assert (seen["state"], seen["meeting_id"]) == ("delivered", redrafted["id"])
    secretary("POST", f"{world.meetings_path()}/{redrafted['id']}/cancellation", {"reason": "重新准备"})
    assert secretary("POST", path, body).status_code == 201


def test_PMR_13_the_secretary_is_warned_once_a_week_before_the_thirty_days_are_over(world: World, compound: Compound):
    owners = world.owners(5)
    petition = compound.start(owners[0]).json
    assert (petition["state"], len(told())) == ("delivered", 1)
    with at(datetime(2026, 5, 24, 23, tzinfo=SHANGHAI)):
        assert warn_of_petitions() == 0
    with at(datetime(2026, 5, 25, 9, tzinfo=SHANGHAI)):
        assert (warn_of_petitions(), warn_of_petitions()) == (1, 0)
    assert told() == [world.secretary.account_id] * 2
    with at(datetime(2026, 6, 1, tzinfo=SHANGHAI)):
        seen = compound.seen(owners[0], petition["id"])
    assert (seen["state"], seen["overdue"]) == ("delivered", True)


def test_nobody_is_warned_where_the_meeting_is_announced(world: World, compound: Compound):
    owners = world.owners(5)
    petition = compound.start(owners[0]).json["id"]
    body = {
        "convenor": "committee",
        "opens_at": (START + timedelta(days=16)).isoformat(),
        "closes_at": (START + timedelta(days=26)).isoformat(),
    }
    made = world.api(world.secretary)("POST", f"{compound.path}/{petition}/meeting", body).json["id"]
    world.api(world.secretary)("POST", f"{world.meetings_path()}/{made}/announcement")
    with at(datetime(2026, 5, 25, 9, tzinfo=SHANGHAI)):
        warn_of_petitions()
    assert len(told()) == 1


def test_Civil_Code_34_a_ward_s_petition_is_signed_by_the_guardian(world: World, compound: Compound):
    ward, parent = world.owner(world.unit("900")), world.person()
    world.owners(9)
    assert record(world, ward, proven(parent)).status_code == 200
    assert compound.start(ward).status_code == 403
    assert compound.start(parent).json["persons"] == 1


def counted_anew(petition: str) -> tuple[int, int, int, int]:
    """What the whole roll of today gives."""
    kept = db.session.scalars(select(Petition).where(Petition.id == UUID(petition))).one()
    whole = RollOfToday(kept.compound_id, rules_of(kept)).standing(one.party for one in signatures_of(kept))
    return whole.persons, whole.area_centi, whole.electorate_persons, whole.electorate_area_centi


def test_SPC_9_the_kept_count_is_that_of_the_whole_roll_after_every_act(world: World, compound: Compound):
    """Five flats of one buyer, a couple with two, a couple that shares a flat with a third, and a sale between."""
    many = world.owner(*(world.unit(f"5{number}", 8000 + number) for number in range(5)))
    shared, own = world.unit("601", 7000), world.unit("602", 6000)
    wife = world.owner(shared, own, name="甲某")
    husband = world.owner(shared, name="乙某")
    for unit in (own,):
        world.give(husband, unit)
    alone = world.unit("603", 5000)
    world.give(wife, alone)
    singles = world.owners(30)
    petition = compound.start(singles[0]).json["id"]

    def shown() -> tuple[int, ...]:
        seen = compound.seen(singles[0], petition)
        names = ("persons", "area_centi", "electorate_persons", "electorate_area_centi")
        return tuple(seen[name] for name in names)

    for person, method in ((many, "POST"), (husband, "POST"), (wife, "POST"), (husband, "DELETE"), (wife, "POST")):
        assert compound.sign(person, petition, method).status_code in (200, 201), (method, person)
        assert shown() == counted_anew(petition)
    assert shown()[0] == 4
    secretary = world.api(world.secretary)
    sale = {"new_owners": [{"name": "赵新", "phone": "13900001111"}], "at": START.isoformat()}
    path = f"/compounds/{world.compound}/units/{many.unit_ids[0]}/transfers"
    assert secretary("POST", path, sale).status_code == 204
    assert shown() == counted_anew(petition), "a sale counts everything anew"
    assert compound.sign(singles[1], petition).status_code == 201
    assert shown() == counted_anew(petition)


def test_a_signature_reads_the_signers_parties_and_not_the_whole_roll(
    world: World, compound: Compound, monkeypatch: pytest.MonkeyPatch
):
    owners = world.owners(20)
    petition = compound.start(owners[0]).json["id"]
    read, whole = list[int](), roll_queries.units_with_owners

    def counting(compound_id: UUID, *unit_ids: UUID) -> Any:
        read.append(len(unit_ids))
        return whole(compound_id, *unit_ids)

    monkeypatch.setattr(roll_queries, "units_with_owners", counting)
    assert compound.sign(owners[1], petition).json["persons"] == 2
    assert compound.sign(owners[1], petition, "DELETE").json["persons"] == 1
    assert read == [1, 1]


def test_a_signature_locks_the_petition_last_and_for_one_statement(world: World, compound: Compound):
    owners = world.owners(20)
    petition = compound.start(owners[0]).json["id"]
    statements = list[str]()

    def note(connection: Any, _: Any, statement: str, *__: Any) -> None:
        if "SAVEPOINT" not in statement:
            statements.append(" ".join(statement.split()))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        signed = compound.sign(owners[1], petition)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert (signed.status_code, signed.json["persons"], signed.json["signed_by_me"]) == (201, 2, True)
    locking = [one for one in statements if "UPDATE petition" in one or ("FROM petition " in one and " FOR " in one)]
    assert locking == statements[-1:], "what comes after it would make every other signer wait"
