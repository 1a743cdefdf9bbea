"""Proxies and their mandates: written, capped, never of the property company. PMR 12, Civil Code 161-173."""

import json
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.compounds import arriving
from app.core.audit import AuditEvent
from app.core.crypto import lookup_hash
from app.core.db import db
from app.meetings.models import Ballot, Mandate, Scan
from app.meetings.rules.rule_set import RuleSet
from app.notifications.models import OutboxMessage
from app.org import service as org
from app.org.models import Role
from tasks import meetings as jobs
from tests.support.answers import code
from tests.support.files import EXECUTABLE, pdf, picture
from tests.support.kept import kept
from tests.support.paper import Table
from tests.support.phones import proven
from tests.support.world import CLOSES, OPENS, START, Person, World, at

VOTING = OPENS + timedelta(hours=1)


class House:
    """Owners of one flat each and somebody else, in a meeting that is announced."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.owners = world.owners(6)
        self.owner = self.owners[0]
        self.proxy = world.person()
        self.number = proven(self.proxy)
        self.path = world.announced(5, 8)

    def party_id(self, person: Person | None = None) -> str:
        found: str = self.world.api(person or self.owner)("GET", self.path).json["my_parties"][0]["id"]
        return found

    def motions(self) -> list[str]:
        return [motion["id"] for motion in self.world.api(self.owner)("GET", self.path).json["motions"]]

    def give(self, by: Person | None = None, party: str | None = None, **form: Any) -> TestResponse:
        by = by or self.owner
        staff = (self.world.secretary, self.world.supervisor)
        route = "paper-mandates" if by in staff else "mandates"
        file = form.pop("file", pdf())
        sent = {"proxy_phone": self.number, "proxy_name": "代理某", "file": (BytesIO(file), "委托书.pdf"), **form}
        path = f"{self.path}/parties/{party or self.party_id(by)}/{route}"
        return self.world.api(by)("POST", path, data=sent, content_type="multipart/form-data")

    def cast(self, by: Person, *choices: str, party: str | None = None) -> TestResponse:
        chosen = dict(zip(self.motions(), choices or ("for",), strict=False))
        body = {"party_id": party or self.party_id(), "choices": chosen}
        return self.world.api(by)("POST", f"{self.path}/ballots", body)

    def revoke(self, by: Person, mandate_id: str) -> TestResponse:
        return self.world.api(by)("POST", f"{self.path}/mandates/{mandate_id}/revocation", {"reason": "自己投票"})

    def listed(self, by: Person) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.world.api(by)("GET", f"{self.path}/mandates").json["items"]
        return found


@pytest.fixture
def house(world: World) -> House:
    return kept(House)(world)


def stored() -> list[Any]:
    """Everything that a refusal must not change."""
    db.session.expire_all()
    return [
        *db.session.execute(select(Ballot.id, Ballot.state).order_by(Ballot.id)),
        *db.session.execute(select(Mandate.id, Mandate.revoked_at).order_by(Mandate.id)),
        *db.session.execute(select(Scan.id).order_by(Scan.id)),
    ]


def test_civil_code_165_a_mandate_is_in_force_once_it_is_given(house: House):
    given = house.give()
    assert (given.status_code, given.json["proxy_masked"], given.json["fixed"]) == (201, "代**", False)
    [party] = house.world.api(house.proxy)("GET", house.path).json["my_parties"]
    assert (party["id"], party["mandate"]["id"]) == (house.party_id(), given.json["id"])
    with at(VOTING):
        receipt = house.cast(house.proxy)
        assert receipt.status_code == 201
        [after] = house.world.api(house.proxy)("GET", house.path).json["my_parties"]
        assert after["ballot_id"] == receipt.json["ballot_id"]
    ballot = db.session.scalars(select(Ballot)).one()
    assert (ballot.owner_id, ballot.account_id, ballot.channel) == (
        house.owner.owner_id,
        house.proxy.account_id,
        "app",
    )
    assert str(ballot.mandate_id) == given.json["id"]


def test_receipt_goes_to_the_proxy_and_the_owner_is_told(house: House):
    house.give()
    with at(VOTING):
        house.cast(house.proxy)
    told = db.session.execute(
        select(OutboxMessage.kind, OutboxMessage.account_id).where(
            OutboxMessage.kind.in_(["ballot_received", "proxy_voted"])
        )
    )
    assert sorted(tuple(one) for one in told) == [
        ("ballot_received", house.proxy.account_id),
        ("proxy_voted", house.owner.account_id),
    ]


def test_first_ballot_stands_the_owner_may_vote_before_the_proxy(house: House):
    house.give()
    with at(VOTING):
        assert house.cast(house.owner, "against").status_code == 201
        before = stored()
        assert code(house.cast(house.proxy)) == (409, "ballot_already_cast")
        [seen] = house.world.api(house.proxy)("GET", house.path).json["my_parties"]
        assert seen["choices"] is None, "how the owner voted is not the proxy's business"
        assert stored() == before


def test_first_ballot_stands_the_owner_cannot_vote_after_the_proxy(house: House):
    house.give()
    with at(VOTING):
        house.cast(house.proxy)
        assert code(house.cast(house.owner, "against")) == (409, "ballot_already_cast")
        assert code(house.cast(house.proxy)) == (409, "ballot_already_cast"), "double tap"


def test_domain_1_over_the_cap_is_refused_and_says_which(house: House):
    given = [house.give(by=owner) for owner in house.owners[:3]]
    assert [one.status_code for one in given] == [201, 201, 201]
    before = stored()
    refused = house.give(by=house.owners[3])
    assert code(refused) == (409, "proxy_cap_reached")
    assert refused.json["error"]["details"]["mandate_ids"] == [one.json["id"] for one in given]
    assert "第 1、2、3 号" in refused.json["error"]["message"]
    assert stored() == before
    assert house.revoke(house.owners[1], given[1].json["id"]).status_code == 204
    assert house.give(by=house.owners[3]).status_code == 201


def test_domain_1_the_cap_is_the_rule_sets(world: World):
    body = {"note": "业主大会通过", "data": RuleSet(proxy_cap=1).to_dict()}
    assert world.api(world.secretary)("POST", f"/compounds/{world.compound}/rule-sets", body).status_code == 201
    house = House(world)
    assert house.give().status_code == 201
    assert code(house.give(by=house.owners[1])) == (409, "proxy_cap_reached")


def test_spc_9_co_owners_are_one_person_under_the_cap(world: World):
    flat = world.unit("901")
    couple = [world.owner(flat, name=name) for name in ("甲某", "乙某")]
    house = House(world)
    for by in (house.owners[0], house.owners[1], *couple):
        assert house.give(by=by).status_code == 201


def test_civil_code_162_a_mandate_that_fixes_choices_binds_the_proxy(house: House):
    first, second = house.motions()
    house.give(fixed=json.dumps({"choices": {first: "against"}}))
    with at(VOTING):
        before = stored()
        refused = house.cast(house.proxy, "for", "for")
        assert code(refused) == (409, "mandate_fixes_choices")
        assert refused.json["error"]["details"]["motion_ids"] == [first]
        assert stored() == before
        assert house.cast(house.proxy, "against", "for").status_code == 201, "the second is left to the proxy"
    assert second


def test_civil_code_173_a_mandate_is_revoked_by_principal_or_proxy(house: House):
    for by in (house.owner, house.proxy):
        mandate_id = house.give().json["id"]
        assert code(house.give()) == (409, "mandate_exists")
        assert house.revoke(by, mandate_id).status_code == 204
        assert code(house.revoke(by, mandate_id)) in [(404, "mandate_not_found"), (403, "forbidden")]
        with at(VOTING):
            assert code(house.cast(house.proxy)) == (403, "not_your_vote")


def test_a_mandate_that_is_used_is_not_revoked(house: House):
    mandate_id = house.give().json["id"]
    with at(VOTING):
        house.cast(house.proxy)
        assert code(house.revoke(house.owner, mandate_id)) == (409, "mandate_used")
        assert [one["used"] for one in house.listed(house.world.secretary)] == [True]


def test_pmr_12_the_secretary_enters_a_mandate_from_paper_and_may_strike_it(house: House):
    secretary = house.world.secretary
    given = house.give(by=secretary, party=house.party_id(), owner_id=str(house.owner.owner_id))
    assert (given.status_code, given.json["on_paper"]) == (201, True)
    assert house.revoke(secretary, given.json["id"]).status_code == 204
    own = house.give().json["id"]
    assert code(house.revoke(secretary, own)) == (404, "mandate_not_found"), "what an owner gave is the owner's"
    assert code(house.revoke(house.owners[1], own)) == (404, "mandate_not_found")


def test_Civil_Code_168_nobody_enters_a_mandate_from_paper_that_names_themselves(house: House):
    secretary, supervisor = house.world.secretary, house.world.supervisor
    paper = {"party": house.party_id(), "owner_id": str(house.owner.owner_id), "proxy_phone": proven(secretary)}
    before = stored()
    assert code(house.give(by=secretary, **paper)) == (403, "proxy_is_enterer")
    assert stored() == before
    entered = house.give(by=supervisor, **paper)
    assert (entered.status_code, entered.json["on_paper"]) == (201, True)
    assert house.revoke(supervisor, entered.json["id"]).status_code == 204
    assert house.give(proxy_phone=paper["proxy_phone"]).status_code == 201, "an owner's own act may name anybody"


def test_a_scan_is_shown_to_staff_and_every_look_is_on_record(house: House):
    shown = house.give(file=picture("PNG")).json
    path = f"{house.path}/scans/{shown['scan_id']}"
    for person in (house.owner, house.proxy):
        assert code(house.world.api(person)("GET", path)) == (403, "forbidden")
    answer = house.world.api(house.world.supervisor)("GET", path, buffered=True)
    assert (answer.status_code, answer.data, answer.mimetype) == (200, picture("PNG"), "image/png")
    [looked] = db.session.scalars(select(AuditEvent).where(AuditEvent.act == "view_scan")).all()
    assert (looked.account_id, looked.after) == (house.world.supervisor.account_id, {"scan_id": shown["scan_id"]})
    unknown = f"{house.path}/scans/{uuid4()}"
    assert code(house.world.api(house.world.supervisor)("GET", unknown)) == (404, "scan_not_found")


def test_domain_3_a_scan_that_shows_choices_is_sealed_until_the_count(house: House):
    fixed = json.dumps({"choices": {house.motions()[0]: "against"}})
    scan = house.give(fixed=fixed).json["scan_id"]
    path = f"{house.path}/scans/{scan}"
    staff = (house.world.secretary, house.world.supervisor)
    with at(VOTING):
        house.cast(house.proxy, "against")
        for person in staff:
            assert code(house.world.api(person)("GET", path)) == (409, "scan_sealed")
    with at(CLOSES + timedelta(minutes=1)):
        for person in staff:
            house.world.api(person)("POST", f"{house.path}/count")
        assert house.world.api(staff[1])("GET", path, buffered=True).status_code == 200


def test_mandates_are_listed_to_staff_and_to_those_concerned(house: House):
    house.give()
    house.give(by=house.owners[1])
    assert len(house.listed(house.world.secretary)) == 2
    assert [one["i_am_proxy"] for one in house.listed(house.proxy)] == [True, True]
    assert [one["number"] for one in house.listed(house.owner)] == [1]
    assert house.listed(house.owners[2]) == []
    stranger = house.world.person()
    assert code(house.world.api(stranger)("GET", f"{house.path}/mandates")) == (403, "forbidden")


def test_domain_1_property_staff_appointed_after_the_mandate_cannot_cast(house: House):
    house.give()
    world = house.world
    org.appoint(Role.PROPERTY_STAFF, world.compound, house.number)
    db.session.commit()
    with at(VOTING):
        before = stored()
        assert code(house.cast(house.proxy)) == (403, "proxy_is_property_staff")
        assert stored() == before


def test_naming_a_delegate_leaves_the_others_mandates_without_force(world: World):
    flat = world.unit("901")
    wife, husband = world.owner(flat, name="甲某"), world.owner(flat, name="乙某")
    house = House(world)
    party_id = house.party_id(wife)
    house.give(by=wife)
    world.api(wife)("PUT", f"{house.path}/parties/{party_id}/delegate", {"owner_id": str(husband.owner_id)})
    with at(VOTING):
        assert code(house.cast(house.proxy, party=party_id)) == (403, "delegate_votes")
    assert code(house.give(by=wife)) == (403, "delegate_votes")


def test_a_proxys_ballot_against_a_co_owners_makes_the_party_disputed(world: World):
    flat = world.unit("901")
    wife, husband = world.owner(flat, name="甲某"), world.owner(flat, name="乙某")
    house = House(world)
    party_id = house.party_id(wife)
    house.give(by=wife)
    with at(VOTING):
        assert house.cast(husband, "for", party=party_id).status_code == 201
        contrary = house.cast(house.proxy, "against", party=party_id)
        assert (contrary.status_code, contrary.json["state"]) == (201, "disputed")
        withdrawn = world.api(wife)("DELETE", f"{house.path}/ballots/{contrary.json['ballot_id']}")
        assert withdrawn.status_code == 204, "the principal may take it back"


UNPROVEN = "13900000000"


def test_a_number_without_an_account_is_answered_the_same_and_its_mandate_waits(house: House):
    known, waiting = house.give(), house.give(by=house.owners[1], proxy_phone=UNPROVEN)
    assert known.status_code == waiting.status_code == 201
    one_off = {"id", "party_id", "number", "scan_id", "given_at"}
    assert {key: known.json[key] for key in known.json.keys() - one_off} == {
        key: waiting.json[key] for key in waiting.json.keys() - one_off
    }
    shown = [house.listed(by)[0] for by in (house.owner, house.owners[1])]
    assert shown[0].keys() == shown[1].keys()
    assert code(house.give(by=house.owners[1], proxy_phone=UNPROVEN)) == (409, "mandate_exists")
    with at(VOTING):
        assert jobs.tell_openings() == 1, "nobody is told of a mandate that waits, and nothing fails"


def test_whoever_proves_the_number_holds_the_mandates_that_wait_for_it(house: House):
    house.give(proxy_phone=UNPROVEN)
    late = house.world.person()
    assert house.world.api(late)("GET", house.path).status_code == 403
    arriving.claim_all(late.account_id, lookup_hash("phone", UNPROVEN))
    db.session.commit()
    [party] = house.world.api(late)("GET", house.path).json["my_parties"]
    assert (party["id"], party["refusal"]) == (house.party_id(), None)
    with at(VOTING):
        assert house.cast(late).status_code == 201
    events = db.session.scalars(select(AuditEvent).where(AuditEvent.act == "claim_mandate")).all()
    assert [event.account_id for event in events] == [late.account_id]


def test_a_mandate_is_not_claimed_once_it_is_revoked_over_or_the_claimants_own_entry(house: House):
    secretary = house.world.secretary
    revoked = house.give(proxy_phone=UNPROVEN).json["id"]
    house.revoke(house.owner, revoked)
    paper = {"party": house.party_id(house.owners[1]), "owner_id": str(house.owners[1].owner_id)}
    assert house.give(by=secretary, proxy_phone=UNPROVEN, **paper).status_code == 201
    arriving.claim_all(secretary.account_id, lookup_hash("phone", UNPROVEN))
    with at(CLOSES):
        arriving.claim_all(house.proxy.account_id, lookup_hash("phone", UNPROVEN))
    assert db.session.scalars(select(Mandate.account_id)).all() == [None, None]


def test_domain_1_mandates_that_wait_fill_the_cap_and_two_numbers_of_one_person_do_not_double_it(house: House):
    for owner in house.owners[:3]:
        assert house.give(by=owner, proxy_phone=UNPROVEN).status_code == 201
    refused = house.give(by=house.owners[3], proxy_phone=UNPROVEN)
    assert code(refused) == (409, "proxy_cap_reached")
    assert house.give(by=house.owners[3]).status_code == 201
    arriving.claim_all(house.proxy.account_id, lookup_hash("phone", UNPROVEN))
    db.session.commit()
    with at(VOTING):
        cast = {number: house.cast(house.proxy, party=house.party_id(house.owners[number])) for number in range(4)}
    assert [cast[number].status_code for number in range(3)] == [201, 201, 201]
    assert code(cast[3]) == (409, "proxy_cap_reached")


def test_domain_1_a_number_given_to_property_staff_is_refused_before_anybody_proved_it(house: House):
    org.appoint(Role.PROPERTY_STAFF, house.world.compound, UNPROVEN)
    db.session.commit()
    assert code(house.give(proxy_phone=UNPROVEN)) == (403, "proxy_is_property_staff")


def test_nobody_tries_out_numbers_by_the_dozen(house: House):
    for _ in range(10):
        given = house.give(proxy_phone=UNPROVEN)
        assert given.status_code == 201
        assert house.revoke(house.owner, given.json["id"]).status_code == 204
    assert code(house.give()) == (429, "too_many_mandates")
    with at(START + timedelta(days=1, minutes=1)):
        assert house.give().status_code == 201


Refused = Callable[[House], TestResponse]


def to_oneself(house: House) -> TestResponse:
    return house.give(proxy_phone=proven(house.owner))


def to_staff(house: House) -> TestResponse:
    staff = house.world.official(Role.PROPERTY_STAFF, house.world.compound)
    return house.give(proxy_phone=proven(staff))


def for_a_neighbour(house: House) -> TestResponse:
    return house.give(by=house.owners[1], party=house.party_id())


def with_a_program_for_a_scan(house: House) -> TestResponse:
    return house.give(file=EXECUTABLE)


def without_a_scan(house: House) -> TestResponse:
    return house.give(file=b"")


def fixing_an_unknown_motion(house: House) -> TestResponse:
    return house.give(fixed=json.dumps({"choices": {str(uuid4()): "for"}}))


def fixing_nonsense(house: House) -> TestResponse:
    return house.give(fixed="{")


def fixing_marks_where_nobody_is_elected(house: House) -> TestResponse:
    return house.give(fixed=json.dumps({"marks": {house.motions()[0]: [str(uuid4())]}}))


def after_voting(house: House) -> TestResponse:
    house.cast(house.owners[2], party=house.party_id(house.owners[2]))
    return house.give(by=house.owners[2])


def on_paper_for_a_stranger(house: House) -> TestResponse:
    return house.give(by=house.world.secretary, party=house.party_id(), owner_id=str(house.owners[1].owner_id))


def on_paper_for_no_owner(house: House) -> TestResponse:
    return house.give(by=house.world.secretary, party=house.party_id())


@pytest.mark.parametrize(
    ("act", "status", "error"),
    [
        pytest.param(to_oneself, 422, "proxy_is_principal", id="oneself"),
        pytest.param(to_staff, 403, "proxy_is_property_staff", id="domain-1-property-staff"),
        pytest.param(for_a_neighbour, 403, "not_your_vote", id="anothers-party"),
        pytest.param(with_a_program_for_a_scan, 422, "file_type_refused", id="no-scan-but-a-program"),
        pytest.param(without_a_scan, 422, "file_empty", id="empty-scan"),
        pytest.param(fixing_an_unknown_motion, 422, "unknown_motion", id="unknown-motion"),
        pytest.param(fixing_nonsense, 422, "invalid_input", id="nonsense"),
        pytest.param(fixing_marks_where_nobody_is_elected, 422, "marks_unlawful", id="no-election"),
        pytest.param(on_paper_for_a_stranger, 422, "principal_unknown", id="paper-of-a-stranger"),
        pytest.param(on_paper_for_no_owner, 422, "principal_unknown", id="paper-of-nobody"),
    ],
)
def test_a_refusal_changes_nothing(house: House, act: Refused, status: int, error: str):
    with at(VOTING):
        before = stored()
        assert code(act(house)) == (status, error)
        assert stored() == before


def test_a_mandate_after_the_partys_ballot_or_after_the_close_is_refused(house: House):
    with at(VOTING):
        assert code(after_voting(house)) == (409, "party_has_voted")
    house.give()
    with at(CLOSES):
        assert code(house.give(by=house.owners[1])) == (409, "wrong_meeting_state")
        assert code(house.cast(house.proxy)) == (409, "voting_closed")


def test_another_compounds_proxy_sees_nothing_here(house: House):
    other = house.world.add_compound("另一小区")
    house.give()
    assert house.world.api(house.proxy)("GET", house.world.meetings_path(other)).status_code == 403


def test_a_sheet_and_a_proxys_ballot_whichever_is_first_on_record_has_the_vote(house: House):
    house.give()
    table = Table(house.world, house.path)
    with at(VOTING):
        sheet = table.received(house.owner)
        before = stored()
        assert code(house.cast(house.proxy)) == (409, "paper_handed_in")
        assert code(house.give()) == (409, "paper_handed_in")
        assert stored() == before
        assert table.set_aside(sheet).json["state"] == "set_aside"
        assert house.cast(house.proxy).status_code == 201
        assert table.received(house.owner)["state"] == "conflict"
        other = house.owners[1]
        house.give(by=other)
        table.confirmed(other, "for", "against")
        assert code(house.cast(house.proxy, party=house.party_id(other))) == (409, "paper_handed_in")
        shown = house.world.api(house.proxy)("GET", house.path).json["my_parties"]
        assert [one["choices"] for one in shown if one["paper_received_at"]] == [None]
