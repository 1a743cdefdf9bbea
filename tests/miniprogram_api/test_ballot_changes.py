"""One change of a ballot before the close, where the rule set allows it; the earlier stays in the log.

Sources: domain rules, section 3 (one ballot a party, first valid one counts; one change); PMR 18; who changes it:
Civil Code 34 and 35 (guardians), 173 (a proxy's matter is done), 273 (a sale); SPC 9 (co-owners).
"""

from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from werkzeug.test import TestResponse

from app.core.audit import AuditEvent
from app.core.db import db
from app.meetings.log import leaves, sequencing
from app.meetings.models import Ballot, LogLeaf, Meeting, VotingParty
from app.notifications.models import OutboxMessage
from tasks import meetings as jobs
from tests.miniprogram_api.test_co_owners import House as Couple
from tests.miniprogram_api.test_documents import fetch, text_of
from tests.miniprogram_api.test_guardians import record as record_guardian
from tests.miniprogram_api.test_home import home, to_dos
from tests.miniprogram_api.test_mandates import House as Mandated
from tests.miniprogram_api.test_sales import Street
from tests.support.changes import adopt_one_change, change, mine
from tests.support.files import pdf
from tests.support.kept import kept
from tests.support.paper import Table
from tests.support.phones import proven
from tests.support.world import CLOSES, OPENS, Person, World, at

VOTING = OPENS + timedelta(hours=1)
LATER = VOTING + timedelta(days=1)


class Neighbours:
    """Three owners of one flat each, in a meeting of two motions whose rules allow one change."""

    def __init__(self, world: World) -> None:
        adopt_one_change(world)
        self.world = world
        self.owners = world.owners(3)
        self.owner = self.owners[0]
        self.path = world.announced(5, 8)

    def cast(self, *choices: str, by: Person | None = None) -> TestResponse:
        return self.world.cast(by or self.owner, self.path, *choices)

    def change(self, replaces: str, *choices: str, by: Person | None = None) -> TestResponse:
        return change(self.world, by or self.owner, self.path, replaces, *choices)

    @kept
    def changed(self, *choices: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """A ballot and its change a day later; their receipts."""
        with at(VOTING):
            first = self.cast("for", "for")
        with at(LATER):
            second = self.change(first.json["ballot_id"], *choices)
        assert (first.status_code, second.status_code) == (201, 201), second.text
        return first.json, second.json

    def mine(self, by: Person | None = None) -> dict[str, Any]:
        return mine(self.world, by or self.owner, self.path)

    def turnout(self) -> tuple[int, int]:
        shown = self.world.api(self.world.secretary)("GET", f"{self.path}/turnout").json
        return shown["persons"], shown["area_centi"]


@pytest.fixture
def neighbours(world: World) -> Neighbours:
    return kept(Neighbours)(world)


def code(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.json["error"]["code"]


def stored() -> list[Any]:
    """Everything that a refusal must not change."""
    db.session.expire_all()
    return [
        *db.session.execute(select(Ballot.id, Ballot.state, Ballot.replaces).order_by(Ballot.id)),
        *db.session.execute(select(OutboxMessage.dedup_key).order_by(OutboxMessage.dedup_key)),
    ]


def told(kind: str = "ballot_changed") -> list[Any]:
    return list(db.session.scalars(select(OutboxMessage.account_id).where(OutboxMessage.kind == kind)))


def test_domain_3_the_changed_ballot_counts_once_and_the_earlier_stays_in_the_log(neighbours: Neighbours):
    first, second = neighbours.changed("against", "for")
    with at(LATER):
        neighbours.cast("for", "abstain", by=neighbours.owners[1])
        assert neighbours.turnout() == (2, 20000)
    with at(CLOSES):
        record = Table(neighbours.world, neighbours.path).count()
    votes = record["motions"][0]["votes"]
    assert (votes["for"]["persons"], votes["against"]["persons"]) == (1, 1)
    assert record["turnout"]["persons"] == 2
    assert record["changed_ballots"] == 1
    assert record["not_counted"] == [{"leaf_hash": first["leaf_hash"], "reason": "replaced"}]
    logged = [one.hex() for one in db.session.scalars(select(LogLeaf.leaf_hash).order_by(LogLeaf.index))]
    assert logged.index(first["leaf_hash"]) < logged.index(second["leaf_hash"])


def test_the_receipt_names_what_it_replaces_and_its_leaf_does_too(neighbours: Neighbours):
    first, second = neighbours.changed("against", "for")
    assert (second["replaces"], second["replaces_leaf_hash"]) == (first["ballot_id"], first["leaf_hash"])
    assert (first["replaces"], first["replaces_leaf_hash"]) == (None, None)
    meeting = db.session.scalars(select(Meeting)).one()
    ballot = db.session.scalars(select(Ballot).where(Ballot.state == "effective")).one()
    leaf = sequencing.leaf_of(meeting, ballot)
    assert leaf["replaces"] == first["leaf_hash"]
    assert leaves.hash_of(leaf).hex() == second["leaf_hash"]
    with at(LATER):
        assert neighbours.mine()["receipt"] == second


def test_whoever_checks_the_old_receipt_finds_its_leaf_and_that_it_was_replaced(neighbours: Neighbours):
    first, second = neighbours.changed("against", "for")
    with at(LATER):
        jobs.sequence_ballots()
        api = neighbours.world.api(neighbours.owner)
        for receipt in (first, second):
            proof = api("GET", f"{neighbours.path}/log/inclusion?leaf_hash={receipt['leaf_hash']}")
            assert proof.status_code == 200, proof.text
        ballots = api("GET", f"{neighbours.path}/parties/{neighbours.mine()['id']}").json["ballots"]
    assert [(one["state"], one["replaces"]) for one in ballots] == [
        ("replaced", None),
        ("effective", first["ballot_id"]),
    ]
    assert [list(one["choices"].values()) for one in ballots] == [["for", "for"], ["against", "for"]]


def test_the_page_says_whether_a_change_is_possible_and_until_when(neighbours: Neighbours):
    with at(VOTING):
        assert neighbours.world.api(neighbours.owner)("GET", neighbours.path).json["ballot_change_allowed"] is True
        assert neighbours.mine()["change_until"] is None, "nothing is cast"
        first = neighbours.cast("for").json
        assert neighbours.mine()["change_until"] == CLOSES.isoformat()
        assert neighbours.change(first["ballot_id"], "against").status_code == 201
        assert neighbours.mine()["change_until"] is None, "the change is used"
        neighbours.cast("for", by=neighbours.owners[1])
    with at(CLOSES):
        assert neighbours.mine(neighbours.owners[1])["change_until"] is None, "voting is over"


def test_a_third_ballot_is_refused_and_changes_nothing(neighbours: Neighbours):
    first, second = neighbours.changed("against", "for")
    with at(LATER):
        before = stored()
        for replaces in (first["ballot_id"], second["ballot_id"]):
            refused = neighbours.change(replaces, "abstain")
            assert code(refused) == (409, "ballot_change_used")
            assert refused.json["error"]["details"]["ballot_id"] == second["ballot_id"]
        assert "已经更改过一次" in refused.json["error"]["message"]
        assert code(neighbours.cast("abstain")) == (409, "ballot_change_used")
        assert stored() == before


def test_the_same_request_twice_gets_the_same_answer_and_leaves_the_change(neighbours: Neighbours):
    with at(VOTING):
        first = neighbours.cast("for", "against")
    with at(LATER):
        before = stored()
        again = neighbours.cast("for", "against")
        assert (again.status_code, again.json) == (201, first.json)
        same = neighbours.change(first.json["ballot_id"], "for", "against")
        assert (same.status_code, same.json) == (201, first.json), "nothing was changed, so the change is not used"
        assert stored() == before
        second = neighbours.change(first.json["ballot_id"], "against")
        for repeated in (neighbours.change(first.json["ballot_id"], "against"), neighbours.cast("against")):
            assert (repeated.status_code, repeated.json) == (201, second.json)
    with at(CLOSES + timedelta(minutes=1)):
        late = neighbours.change(first.json["ballot_id"], "against")
        assert (late.status_code, late.json) == (201, second.json), "its answer was lost on the way"
    assert len(db.session.scalars(select(Ballot)).all()) == 2


def test_another_ballot_that_does_not_say_what_it_replaces_is_told_how_and_changes_nothing(neighbours: Neighbours):
    with at(VOTING):
        first = neighbours.cast("for").json
        before = stored()
        refused = neighbours.cast("against")
        assert code(refused) == (409, "ballot_changeable")
        assert refused.json["error"]["details"] == {"ballot_id": first["ballot_id"], "until": CLOSES.isoformat()}
        assert stored() == before


def test_a_change_after_the_close_is_refused(neighbours: Neighbours):
    with at(VOTING):
        first = neighbours.cast("for").json
    for moment in (CLOSES, CLOSES + timedelta(days=1)):
        with at(moment):
            assert code(neighbours.change(first["ballot_id"], "against")) == (409, "voting_closed")
            assert code(neighbours.change(str(uuid4()), "against")) == (409, "voting_closed"), "first of all"
    with at(CLOSES):
        record = Table(neighbours.world, neighbours.path).count()
        assert code(neighbours.change(first["ballot_id"], "against")) == (409, "voting_closed")
    assert "changed_ballots" not in record
    assert record["motions"][0]["votes"]["for"]["persons"] == 1


def test_a_change_at_the_very_moment_of_the_ballot_comes_after_it(neighbours: Neighbours):
    with at(VOTING):
        first = neighbours.cast("for").json
        second = neighbours.change(first["ballot_id"], "against").json
    assert first["accepted_at"] < second["accepted_at"]


@pytest.mark.parametrize("choices", [("blank", "blank"), ("for", "for", "for")])
def test_what_no_ballot_may_say_no_change_may_say(neighbours: Neighbours, choices: tuple[str, ...]):
    with at(VOTING):
        first = neighbours.cast("for").json
        before = stored()
        body = {**neighbours.world.ballot(neighbours.owner, neighbours.path, *choices), "replaces": first["ballot_id"]}
        if len(choices) == 3:
            body["choices"][str(uuid4())] = "for"
        refused = neighbours.world.api(neighbours.owner)("POST", f"{neighbours.path}/ballots", body)
        assert code(refused) == (422, "ballot_empty" if "blank" in choices else "unknown_motion")
        assert stored() == before


def test_only_the_partys_own_standing_ballot_can_be_replaced(neighbours: Neighbours):
    other = neighbours.owners[1]
    with at(VOTING):
        theirs = neighbours.cast("for", by=other).json["ballot_id"]
        for replaces in (theirs, str(uuid4())):
            before = stored()
            assert code(neighbours.change(replaces, "against")) == (404, "ballot_not_found")
            assert stored() == before, "with nothing to replace nothing is cast"
        neighbours.cast("for")
        before = stored()
        assert code(neighbours.change(theirs, "against")) == (404, "ballot_not_found")
        party = neighbours.mine(other)["id"]
        body = {**neighbours.world.ballot(neighbours.owner, neighbours.path), "party_id": party, "replaces": theirs}
        assert code(neighbours.world.api(neighbours.owner)("POST", f"{neighbours.path}/ballots", body)) == (
            403,
            "not_your_vote",
        )
        assert stored() == before


def test_civil_code_strict_rules_allow_no_change(world: World):
    owner = world.owners(2)[0]
    path = world.announced(5)
    with at(VOTING):
        first = world.cast(owner, path, "for").json
        before = stored()
        assert code(change(world, owner, path, first["ballot_id"], "against")) == (409, "ballot_already_cast")
        assert code(world.cast(owner, path, "against")) == (409, "ballot_already_cast")
        assert stored() == before
        assert mine(world, owner, path)["change_until"] is None
        assert world.api(owner)("GET", path).json["ballot_change_allowed"] is False


def test_rules_adopted_after_the_announcement_change_nothing(world: World):
    owner = world.owners(2)[0]
    path = world.announced(5)
    adopt_one_change(world)
    with at(VOTING):
        first = world.cast(owner, path, "for").json
        assert code(change(world, owner, path, first["ballot_id"], "against")) == (409, "ballot_already_cast")


def test_everybody_of_the_party_is_told_of_a_change_on_every_phone(world: World):
    adopt_one_change(world)
    couple = Couple(world)
    with at(VOTING):
        first = couple.cast(couple.wife, "for").json
        second = change(world, couple.wife, couple.path, first["ballot_id"], "against").json
    assert sorted(map(str, told())) == sorted([str(couple.wife.account_id), str(couple.husband.account_id)])
    message = db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "ballot_changed")).first()
    assert message.data["receipt"].replace("-", "") == second["ballot_id"].replace("-", "")
    assert "如非本人操作" in message.data["hint"]
    assert told("ballot_received") == [couple.wife.account_id], "only the first one"


def test_nothing_that_staff_read_before_the_count_tells_that_somebody_changed(neighbours: Neighbours):
    world, other = neighbours.world, neighbours.owners[1]
    watched = ("", "/turnout", "/audit", "/disputes", "/deliveries", "/mandates", "/paper-sheets")

    def seen() -> list[Any]:
        answers = [
            world.api(person)("GET", neighbours.path + path) for person in (world.secretary, other) for path in watched
        ]
        return [(answer.status_code, None if answer.status_code == 403 else answer.json) for answer in answers]

    with at(VOTING):
        first = neighbours.cast("for").json
        seen()  # that a page was opened is on record
        before = seen()
        assert neighbours.change(first["ballot_id"], "against").status_code == 201
        assert seen() == before
    assert not db.session.scalars(select(AuditEvent).where(AuditEvent.after["replaces"].is_not(None))).all()


def test_a_changed_ballot_is_no_to_do_and_nobody_is_reminded_of_it(neighbours: Neighbours):
    world = neighbours.world
    with at(VOTING):
        assert to_dos(home(world, neighbours.owner)) == {"vote": 1}
        first = neighbours.cast("for").json
        neighbours.change(first["ballot_id"], "against")
        assert to_dos(home(world, neighbours.owner)) == {}
    with at(CLOSES - timedelta(hours=25)):
        world.api(world.secretary)("POST", f"{neighbours.path}/reminders")
    assert neighbours.owner.account_id not in told("voting_reminder")
    assert neighbours.owners[1].account_id in told("voting_reminder")


def test_spc_9_a_co_owner_contradicts_and_does_not_change_the_others_ballot(world: World):
    adopt_one_change(world)
    couple = Couple(world)
    with at(VOTING):
        first = couple.cast(couple.wife, "for").json
        before = stored()
        assert mine(world, couple.husband, couple.path)["change_until"] is None
        refused = change(world, couple.husband, couple.path, first["ballot_id"], "against")
        assert code(refused) == (403, "ballot_of_another")
        assert stored() == before
        second = change(world, couple.wife, couple.path, first["ballot_id"], "abstain").json
        assert couple.cast(couple.husband, "against").json["state"] == "disputed"
        assert mine(world, couple.wife, couple.path)["change_until"] is None
        assert code(change(world, couple.wife, couple.path, second["ballot_id"], "for")) == (409, "ballot_change_used")
        assert couple.withdraw(couple.wife, second["ballot_id"]).status_code == 204
        standing = mine(world, couple.husband, couple.path)["ballot_id"]
        assert code(change(world, couple.husband, couple.path, standing, "for")) == (409, "ballot_change_used")
    record = couple.count()
    assert record["motions"][0]["votes"]["against"]["persons"] == 1
    assert sorted(one["reason"] for one in record["not_counted"]) == ["replaced", "withdrawn"]
    assert record["disputed_parties"] == 0


def test_spc_9_a_disputed_ballot_is_settled_and_not_changed(world: World):
    adopt_one_change(world)
    couple = Couple(world)
    with at(VOTING):
        first = couple.cast(couple.wife, "for").json
        couple.cast(couple.husband, "against")
        before = stored()
        assert code(change(world, couple.wife, couple.path, first["ballot_id"], "abstain")) == (409, "ballot_disputed")
        assert stored() == before
        assert couple.cast(couple.wife, "against").status_code == 201, "coming round is no change"
        standing = mine(world, couple.husband, couple.path)["ballot_id"]
        assert change(world, couple.husband, couple.path, standing, "abstain").status_code == 201


def test_spc_9_a_delegate_changes_the_own_ballot_and_no_other_co_owner_does(world: World):
    adopt_one_change(world)
    couple = Couple(world)
    with at(VOTING):
        assert couple.name(couple.husband, couple.wife).status_code == 200
        first = couple.cast(couple.wife, "for").json
        assert code(change(world, couple.husband, couple.path, first["ballot_id"])) == (403, "delegate_votes")
        assert change(world, couple.wife, couple.path, first["ballot_id"], "against").status_code == 201
        assert couple.turnout() == 1


def test_civil_code_34_the_guardian_changes_the_ballot_that_the_ward_cast_before(world: World):
    adopt_one_change(world)
    ward, guardian = world.owners(2)[0], world.person()
    path = world.announced(5)
    with at(VOTING):
        first = world.cast(ward, path, "for").json
        record_guardian(world, ward, proven(guardian))
        assert code(change(world, ward, path, first["ballot_id"], "against")) == (403, "guardian_votes")
        assert mine(world, guardian, path)["change_until"] == CLOSES.isoformat()
        assert change(world, guardian, path, first["ballot_id"], "against").status_code == 201
    ballot = db.session.scalars(select(Ballot).where(Ballot.state == "effective")).one()
    assert (ballot.owner_id, ballot.account_id) == (ward.owner_id, guardian.account_id)
    assert set(told()) == {ward.account_id, guardian.account_id}


def test_civil_code_173_the_owner_changes_what_the_proxy_cast_and_the_proxy_changes_nothing(world: World):
    adopt_one_change(world)
    house = Mandated(world)
    mandate = house.give().json["id"]
    with at(VOTING):
        first = house.cast(house.proxy, "for").json
        body = {"party_id": house.party_id(), "choices": {house.motions()[0]: "against"}}
        before = stored()
        assert mine(world, house.proxy, house.path)["change_until"] is None
        by_proxy = world.api(house.proxy)("POST", f"{house.path}/ballots", {**body, "replaces": first["ballot_id"]})
        assert code(by_proxy) == (403, "ballot_of_another")
        assert code(house.cast(house.proxy, "against")) == (409, "ballot_already_cast")
        assert house.cast(house.proxy, "for").json == first, "the same answer"
        assert stored() == before
        assert change(world, house.owner, house.path, first["ballot_id"], "against").status_code == 201
        again = house.cast(house.proxy, "against")
        assert code(again) == (409, "ballot_already_cast"), "not even an equal one tells the proxy how the owner voted"
        assert mine(world, house.proxy, house.path)["choices"] is None
        assert code(house.revoke(house.owner, mandate)) == (409, "mandate_used")
        assert [one["used"] for one in house.listed(world.secretary)] == [True], "the list tells staff no change"
    ballot = db.session.scalars(select(Ballot).where(Ballot.state == "effective")).one()
    assert (ballot.owner_id, ballot.mandate_id) == (house.owner.owner_id, None)
    assert house.proxy.account_id not in told()


def test_spc_9_the_developers_delegate_may_change_its_ballot(world: World):
    adopt_one_change(world)
    world.unit("901", held_by_developer=True)
    world.owners(2)
    delegate = world.person()
    path = world.announced(5)
    party = db.session.scalars(select(VotingParty.id).where(VotingParty.is_developer)).one()
    sent = {"proxy_phone": proven(delegate), "proxy_name": "代某", "file": (BytesIO(pdf()), "授权书.pdf")}
    mandates = f"{path}/parties/{party}/paper-mandates"
    given = world.api(world.secretary)("POST", mandates, data=sent, content_type="multipart/form-data")
    assert given.status_code == 201, given.text
    with at(VOTING):
        first = world.cast(delegate, path, "for").json
        assert mine(world, delegate, path)["change_until"] == CLOSES.isoformat()
        second = change(world, delegate, path, first["ballot_id"], "against")
        assert second.status_code == 201, second.text
        assert mine(world, delegate, path)["receipt"] == second.json
    assert told() == [delegate.account_id]


def test_civil_code_273_after_a_sale_neither_seller_nor_buyer_changes_the_ballot(world: World):
    adopt_one_change(world)
    street = Street(world)
    buyer = world.person()
    with at(VOTING):
        [party] = street.parties(street.neighbour)
        first = street.cast(street.neighbour, party["id"]).json
        street.sell([street.neighbour.unit_ids[0]], buyer)
        before = stored()
        body = {"party_id": party["id"], "choices": {street.motion: "against"}, "replaces": first["ballot_id"]}
        for person, refusal in ((street.neighbour, (403, "not_your_vote")), (buyer, (409, "seat_voted"))):
            assert code(world.api(person)("POST", f"{street.path}/ballots", body)) == refusal
        assert stored() == before


def test_civil_code_273_with_one_of_several_units_sold_the_ballot_stands_unchanged(world: World):
    adopt_one_change(world)
    street = Street(world)
    with at(VOTING):
        [party] = street.parties(street.collector)
        first = street.cast(street.collector, party["id"]).json
        street.sell([street.flats[0].id], world.person())
        assert street.parties(street.collector)[0]["change_until"] is None
        body = {"party_id": party["id"], "choices": {street.motion: "against"}, "replaces": first["ballot_id"]}
        refused = world.api(street.collector)("POST", f"{street.path}/ballots", body)
        assert code(refused) == (403, "seat_divided")
        assert street.turnout() == (1, 50000, 3, 70000)


def test_domain_3_a_sheet_after_a_ballot_in_the_app_is_a_clash_and_no_change(neighbours: Neighbours):
    table = Table(neighbours.world, neighbours.path)
    with at(VOTING):
        first = neighbours.cast("for").json
        assert table.received(neighbours.owner)["state"] == "conflict"
        assert neighbours.change(first["ballot_id"], "against").status_code == 201, "the sheet took no vote"


def test_domain_3_a_ballot_on_paper_is_not_changed_in_the_app(neighbours: Neighbours):
    table = Table(neighbours.world, neighbours.path)
    with at(VOTING):
        table.confirmed(neighbours.owner, "for")
        shown = neighbours.mine()
        assert shown["change_until"] is None
        before = stored()
        assert code(neighbours.change(shown["ballot_id"], "against")) == (409, "paper_handed_in")
        assert table.received(neighbours.owner)["state"] == "duplicate"
        assert stored() == before


def test_the_database_keeps_a_party_to_one_change(neighbours: Neighbours):
    neighbours.changed("against")
    rows = {one.state: one for one in db.session.scalars(select(Ballot))}
    earlier, later = rows["replaced"], rows["effective"]

    def third(**columns: Any) -> Ballot:
        names = [one.key for one in Ballot.__table__.columns if one.key not in {"id", "leaf_hash", *columns}]
        return Ballot(
            id=uuid4(), leaf_hash=uuid4().bytes * 2, **{name: getattr(later, name) for name in names}, **columns
        )

    def write(ballot: Ballot) -> None:
        with db.session.begin_nested():
            db.session.add(ballot)

    nothing = {"replaces": None, "replaces_leaf_hash": None}
    for broken, constraint in (
        (third(state="replaced", **nothing), "uq_ballot_replaced"),
        (third(state="withdrawn", replaces=later.id), "uq_ballot_replacing"),
        (third(state="withdrawn", replaces=None), "ck_ballot_replaces_in_the_app"),
        (third(state="withdrawn", replaces=later.id, channel="paper"), "ck_ballot_replaces_in_the_app"),
        (third(state="effective", **nothing), "uq_ballot_standing"),
    ):
        with pytest.raises(IntegrityError, match=constraint):
            write(broken)
    assert earlier.id == later.replaces


def test_the_count_record_for_printing_says_how_many_were_changed(neighbours: Neighbours):
    neighbours.changed("against", "for")
    with at(CLOSES):
        Table(neighbours.world, neighbours.path).count()
        printed = text_of(fetch(neighbours.world, neighbours.path, "count-record"))
    assert "按议事规则在截止前更改过的表决票1张，均以更改后的为准，原票不计入。" in printed
