"""Paper ballots: registered, read by two people, counted. Domain rules, section 3; Civil Code 278; GR 22."""

from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import docx
import pytest
from sqlalchemy import select

from app.core.audit import AuditEvent
from app.core.db import db
from app.meetings.models import Ballot, LogLeaf, PaperEntry, PaperSheet, VotingParty
from app.meetings.sheets import sheet_id
from app.notifications.models import OutboxMessage
from app.org.models import Role
from tests.miniprogram_api.test_elections import opened
from tests.support.answers import code
from tests.support.ballot_log import check_receipt
from tests.support.files import EXECUTABLE
from tests.support.kept import kept
from tests.support.paper import Table
from tests.support.world import CLOSES, OPENS, Person, World, at

VOTING = OPENS + timedelta(hours=1)
COUNTING = CLOSES + timedelta(hours=1)


@pytest.fixture
def owners(world: World) -> list[Person]:
    return world.owners(3)


@pytest.fixture
def table(world: World, owners: list[Person]) -> Table:
    return kept(Table)(world, world.announced(5, 8))


def turnout(table: Table) -> int:
    persons: int = table.world.api(table.world.secretary)("GET", f"{table.path}/turnout").json["persons"]
    return persons


def votes(record: dict[str, Any], motion: int = 0) -> dict[str, int]:
    return {choice: one["persons"] for choice, one in record["motions"][motion]["votes"].items()}


def test_domain_3_a_sheet_that_two_people_read_alike_is_a_ballot_with_leaf_and_receipt(
    table: Table, owners: list[Person]
):
    with at(VOTING):
        sheet = table.received(owners[0])
        assert (sheet["state"], sheet["entered"], sheet["doors"]) == ("open", 0, ["1栋1单元001"])
        first = table.enter(table.world.secretary, sheet, "for", "against")
        assert (first.json["state"], first.json["entered"], first.json["receipt"]) == ("open", 1, None)
        assert turnout(table) == 0
        second = table.enter(table.world.supervisor, sheet, "for", "against")
        assert second.json["state"] == "confirmed"
        assert turnout(table) == 1
        check_receipt(table.world, str(table.meeting_id), second.json["receipt"])
        slip = second.json["slip"].replace(" ", "")
        assert all(str(second.json["receipt"][name]) in slip for name in ("leaf_hash", "nonce", "key_id", "signature"))
        assert "递交时间：2026年5月17日10时00分" in slip
        assert "同意" not in slip
        assert "反对" not in slip
        mine = table.world.api(owners[0])("GET", table.path).json["my_parties"][0]
    ballot = db.session.scalars(select(Ballot)).one()
    assert (ballot.channel, ballot.owner_id, ballot.account_id, ballot.accepted_at) == ("paper", None, None, VOTING)
    assert mine["choices"] == dict(zip(table.motions, ("for", "against"), strict=True))
    assert mine["receipt"] == second.json["receipt"]
    told = select(OutboxMessage.kind).where(OutboxMessage.account_id == owners[0].account_id)
    assert "ballot_received" in db.session.scalars(told).all()


def test_the_count_record_gives_the_figures_of_the_paper(table: Table, owners: list[Person]):
    with at(VOTING):
        table.confirmed(owners[0], "for", "for")
        table.confirmed(owners[1], "for", "for")
        table.received(None)
    with at(COUNTING):
        record = table.count()
    assert votes(record) == {"for": 2, "against": 0, "abstain": 0, "blank": 0}
    assert record["motions"][0]["verdict"] == "passes"
    assert record["paper"] == {
        "ballots": 2,
        "spoiled_items": 0,
        "late": 0,
        "unidentified": 1,
        "after_app": 0,
        "before_app": 0,
        "duplicate": 0,
        "set_aside": 0,
    }


def test_a_meeting_without_paper_has_no_figures_of_it(table: Table, owners: list[Person]):
    with at(VOTING):
        table.world.cast(owners[0], table.path, "for")
    with at(COUNTING):
        assert "paper" not in table.count()


def test_a_sheet_received_in_time_may_be_entered_after_the_close(table: Table, owners: list[Person]):
    with at(COUNTING):
        table.confirmed(owners[0], "for", "for", received_at=CLOSES - timedelta(minutes=1))
        record = table.count()
    assert (record["turnout"]["persons"], record["paper"]["ballots"]) == (1, 1)
    leaves = db.session.scalars(select(LogLeaf).order_by(LogLeaf.index)).all()
    assert [leaf.ballot_id is not None for leaf in leaves] == [False, True, False]


@pytest.mark.parametrize(("moment", "state"), [(CLOSES - timedelta(microseconds=1), "open"), (CLOSES, "late")])
def test_a_sheet_handed_in_at_the_close_is_late(table: Table, owners: list[Person], moment: datetime, state: str):
    with at(COUNTING):
        assert table.received(owners[0], moment)["state"] == state


def test_65_on_time_and_2_late_paper_ballots_of_100_make_no_quorum_CC278_2(world: World):
    owners = world.owners(100)
    table = Table(world, world.announced(5))
    with at(VOTING):
        for owner in owners[:65]:
            table.confirmed(owner, "for")
    with at(COUNTING):
        assert [table.received(owner)["state"] for owner in owners[65:67]] == ["late", "late"]
        record = table.count()
    assert (record["turnout"]["persons"], record["turnout"]["needed_persons"]) == (65, 67)
    assert record["motions"][0]["verdict"] == "no_quorum"
    assert (record["paper"]["ballots"], record["paper"]["late"]) == (65, 2)


def test_domain_3_a_sheet_that_was_first_holds_the_vote_and_the_app_is_refused(table: Table, owners: list[Person]):
    with at(VOTING):
        sheet = table.received(owners[0])
        assert code(table.world.cast(owners[0], table.path, "against")) == (409, "paper_handed_in")
        table.enter(table.world.secretary, sheet, "for")
        table.enter(table.world.supervisor, sheet, "for")
        assert code(table.world.cast(owners[0], table.path, "against")) == (409, "paper_handed_in")
    with at(COUNTING):
        assert code(table.world.cast(owners[0], table.path, "against"))[0] == 409
        assert votes(table.count())["for"] == 1


def test_domain_3_a_ballot_in_the_app_that_was_first_counts_and_the_sheet_is_a_conflict(
    table: Table, owners: list[Person]
):
    with at(VOTING):
        assert table.world.cast(owners[0], table.path, "against").status_code == 201
        sheet = table.received(owners[0])
        assert sheet["state"] == "conflict"
        assert code(table.enter(table.world.secretary, sheet, "for")) == (409, "paper_sheet_not_open")
    with at(COUNTING):
        refused = table.approve(table.world.secretary)
        assert code(refused) == (409, "paper_sheets_unsettled")
        assert refused.json["error"]["details"]["sheets"] == [
            {"sheet_id": sheet["id"], "state": "conflict", "party_number": sheet["party_number"]}
        ]
        assert table.settle(sheet).json["state"] == "conflict"
        assert code(table.settle(sheet)) == (409, "paper_sheet_settled")
        record = table.count()
    assert votes(record) == {"for": 0, "against": 1, "abstain": 0, "blank": 0}
    assert record["paper"]["after_app"] == 1


def test_no_word_of_staff_unseats_a_ballot_that_was_accepted(table: Table, owners: list[Person]):
    with at(VOTING):
        assert table.world.cast(owners[0], table.path, "against").status_code == 201
        assert table.received(owners[0], VOTING - timedelta(minutes=30))["state"] == "conflict"


def test_a_second_sheet_of_a_party_is_a_duplicate_and_the_first_counts(table: Table, owners: list[Person]):
    with at(VOTING):
        table.confirmed(owners[0], "for", "for")
        again = table.received(owners[0])
        assert again["state"] == "duplicate"
    with at(COUNTING):
        assert code(table.approve(table.world.secretary)) == (409, "paper_sheets_unsettled")
        table.settle(again)
        record = table.count()
    assert (record["paper"]["ballots"], record["paper"]["duplicate"]) == (1, 1)


def test_of_two_co_owners_one_sheet_speaks_for_the_party_SPC9(world: World):
    flat = world.unit("101")
    wife, husband = world.owner(flat, name="甲某"), world.owner(flat, name="乙某")
    table = Table(world, world.announced())
    with at(VOTING):
        table.confirmed(wife, "for")
        assert code(world.cast(husband, table.path, "for")) == (409, "paper_handed_in")


def test_a_party_without_any_account_votes_on_paper(world: World):
    world.owner(world.unit("101"))
    world.unit("102", held_by_developer=True)
    table = Table(world, world.announced())
    developer = db.session.scalars(select(VotingParty.id).where(VotingParty.is_developer)).one()
    with at(VOTING):
        answer = table.receive(None, reason=None, sheet=sheet_id(table.meeting_id, developer))
        for person in (world.secretary, world.supervisor):
            done = table.enter(person, answer.json, "for")
        assert done.json["state"] == "confirmed"


def test_the_same_person_cannot_confirm_what_it_entered(table: Table, owners: list[Person]):
    with at(VOTING):
        sheet = table.received(owners[0])
        assert table.enter(table.world.secretary, sheet, "for").status_code == 200
        for choice in ("for", "against"):
            assert code(table.enter(table.world.secretary, sheet, choice)) == (409, "paper_entry_same_person")
        assert table.show(sheet, table.world.secretary).json["state"] == "open"
    assert db.session.scalars(select(Ballot)).all() == []


def test_a_third_person_finds_both_places_taken(table: Table, owners: list[Person]):
    third = table.world.official(Role.STEWARD, table.world.compound)
    with at(VOTING):
        sheet = table.received(owners[0])
        table.enter(table.world.secretary, sheet, "for")
        assert table.take(sheet, table.world.supervisor).json["am_enterer"]
        assert table.take(sheet, table.world.supervisor).status_code == 200
        assert code(table.take(sheet, third)) == (409, "paper_sheet_taken")
        assert code(table.enter(third, sheet, "for")) == (409, "paper_sheet_taken")


def test_domain_3_a_mismatch_is_shown_to_both_and_open_until_they_agree(table: Table, owners: list[Person]):
    third = table.world.official(Role.STEWARD, table.world.compound)
    secretary, supervisor = table.world.secretary, table.world.supervisor
    with at(VOTING):
        sheet = table.received(owners[0])
        table.enter(secretary, sheet, "for", "for")
        unequal = table.enter(supervisor, sheet, "for", "against").json
        assert (unequal["state"], unequal["receipt"]) == ("mismatched", None)
        for person in (secretary, supervisor):
            entries = table.show(sheet, person).json["entries"]
            assert sorted(one["choices"][table.motions[1]] for one in entries) == ["against", "for"]
        assert table.show(sheet, third).json["entries"] == []
        assert code(table.enter(third, sheet, "for", "for")) == (409, "paper_sheet_taken")
        assert code(table.world.cast(owners[0], table.path, "for")) == (409, "paper_handed_in")
        assert turnout(table) == 0
    with at(COUNTING):
        assert code(table.approve(secretary)) == (409, "paper_sheets_unsettled")
        assert table.enter(supervisor, sheet, "for", "abstain").json["state"] == "mismatched"
        assert table.enter(supervisor, sheet, "for", "for").json["state"] == "confirmed"
        assert votes(table.count(), 1)["for"] == 1
    corrected = select(PaperEntry.corrections).order_by(PaperEntry.place)
    assert db.session.scalars(corrected).all() == [0, 2]


def test_the_count_is_refused_while_a_sheet_waits_and_says_which(table: Table, owners: list[Person]):
    with at(VOTING):
        sheet = table.received(owners[1])
        table.enter(table.world.secretary, sheet, "for")
    with at(COUNTING):
        for person in (table.world.secretary, table.world.supervisor):
            refused = table.approve(person)
            assert code(refused) == (409, "paper_sheets_unsettled")
            details = refused.json["error"]["details"]
            assert (details["number"], details["sheets"][0]["sheet_id"]) == (1, sheet["id"])
        assert table.set_aside(sheet, "签名与业主不符").json["state"] == "set_aside"
        record = table.count()
    assert (record["paper"]["ballots"], record["paper"]["set_aside"], record["turnout"]["persons"]) == (0, 1, 0)


def test_a_sheet_that_comes_between_the_two_approvals_stops_the_count(table: Table, owners: list[Person]):
    with at(COUNTING):
        assert table.approve(table.world.secretary).status_code == 200
        table.received(owners[0], CLOSES - timedelta(hours=1))
        assert code(table.approve(table.world.supervisor)) == (409, "paper_sheets_unsettled")


def test_a_sheet_that_is_set_aside_gives_the_vote_free(table: Table, owners: list[Person]):
    with at(VOTING):
        first = table.received(owners[0])
        asked = table.settle(first, reason="签名不符").json
        assert (asked["state"], asked["aside_reason"], asked["settled_at"]) == ("open", "签名不符", None)
        assert code(table.settle(first)) == (409, "paper_aside_asked"), "it takes two people"
        assert code(table.world.cast(owners[0], table.path, "for")) == (409, "paper_handed_in")
        assert code(table.settle(first, by=steward(table))) == (403, "forbidden")
        done = table.settle(first, by=table.world.supervisor, reason="同意").json
        assert (done["state"], done["reason"]) == ("set_aside", "签名不符")
        assert code(table.enter(table.world.secretary, first, "for")) == (409, "paper_sheet_not_open")
        assert table.world.cast(owners[0], table.path, "for").status_code == 201
        again = table.received(owners[1])
        table.set_aside(again)
        table.confirmed(owners[1], "for")
        confirmed = db.session.scalars(select(PaperSheet.id).where(PaperSheet.state == "confirmed")).one()
        assert code(table.settle({"id": confirmed})) == (409, "paper_sheet_settled")


def steward(table: Table) -> Person:
    return table.world.official(Role.STEWARD, table.world.compound)


def test_who_asked_to_set_a_sheet_aside_stops_nobody_from_reading_it(table: Table, owners: list[Person]):
    with at(VOTING):
        sheet = table.received(owners[0])
        table.settle(sheet, by=table.world.supervisor)
        for person in (table.world.secretary, table.world.supervisor):
            done = table.enter(person, sheet, "for")
        assert done.json["state"] == "confirmed"
        assert code(table.settle(sheet)) == (409, "paper_sheet_settled")
    acts = [one["act"] for one in table.world.api(table.world.secretary)("GET", f"{table.path}/audit").json["items"]]
    assert "ask_to_set_sheet_aside" in acts
    assert "settle_paper_sheet" not in acts


@pytest.mark.parametrize("place", [1, 2])
def test_the_secretary_hands_the_place_of_an_absent_enterer_on(table: Table, owners: list[Person], place: int):
    absent, present = steward(table), steward(table)
    with at(VOTING):
        sheet = table.received(owners[0])
        if place == 2:
            table.enter(present, sheet, "for")
        assert table.take(sheet, absent).json["places"][place - 1]["entered"] is False
        if place == 1:
            table.enter(present, sheet, "for")
        assert code(table.take(sheet, table.world.supervisor)) == (409, "paper_sheet_taken")
        assert code(table.release(sheet, place, by=present)) == (403, "forbidden")
        assert table.release(sheet, place).status_code == 200
        assert code(table.release(sheet, place)) == (409, "paper_place_not_taken")
        assert code(table.scan(sheet, absent)) == (409, "scan_secret")
        assert code(table.release(sheet, 3 - place)) == (409, "paper_place_entered")
        assert table.enter(table.world.supervisor, sheet, "for").json["state"] == "confirmed"
        assert code(table.release(sheet, place)) == (409, "paper_sheet_not_open")
    [event] = db.session.scalars(select(AuditEvent).where(AuditEvent.act == "release_paper_place")).all()
    assert (event.before or {})["account_id"] == str(absent.account_id)


def test_blank_and_spoiled_items_are_blank_by_the_rule_set_PMR18(table: Table, owners: list[Person]):
    with at(VOTING):
        table.confirmed(owners[0], "for")
        table.confirmed(owners[1], "for", spoiled=[table.motions[1]])
        table.confirmed(owners[2], spoiled=table.motions)
    with at(COUNTING):
        record = table.count()
    assert votes(record) == {"for": 2, "against": 0, "abstain": 0, "blank": 1}
    assert votes(record, 1) == {"for": 0, "against": 0, "abstain": 0, "blank": 3}
    assert record["paper"]["spoiled_items"] == 3
    assert record["turnout"]["persons"] == 3


def test_one_reads_spoiled_what_the_other_reads_blank_which_is_a_mismatch(table: Table, owners: list[Person]):
    with at(VOTING):
        sheet = table.received(owners[0])
        table.enter(table.world.secretary, sheet, "for")
        unequal = table.enter(table.world.supervisor, sheet, "for", spoiled=[table.motions[1]])
        assert unequal.json["state"] == "mismatched"


def test_an_election_is_marked_on_paper_and_too_many_marks_are_spoiled(world: World):
    election = opened(world, owners=4)
    table = Table(world, election.path)
    marked = {election.motion: election.names[:5]}
    with at(VOTING):
        for owner in election.owners[:3]:
            table.confirmed(owner, "for", marks=marked)
        sheet = table.received(election.owners[3])
        too_many = {election.motion: election.names[:6]}
        assert code(table.enter(world.secretary, sheet, "for", marks=too_many)) == (422, "marks_unlawful")
        both = table.enter(world.secretary, sheet, "for", marks=marked, spoiled=[election.motion])
        assert code(both) == (422, "spoiled_and_marked")
        for person in (world.secretary, world.supervisor):
            done = table.enter(person, sheet, "for", spoiled=[election.motion])
        assert done.json["state"] == "confirmed"
    outcome = election.outcome()
    assert election.numbers(outcome["elected"]) == [0, 1, 2, 3, 4]
    assert (outcome["took_part"]["persons"], outcome["blank"]["persons"]) == (3, 1)


def test_only_the_two_enterers_see_a_scan_before_the_count_and_every_view_is_on_record(
    table: Table, owners: list[Person]
):
    steward = table.world.official(Role.STEWARD, table.world.compound)
    secretary, supervisor = table.world.secretary, table.world.supervisor
    with at(VOTING):
        sheet = table.received(owners[0])
        assert code(table.scan(sheet, secretary)) == (409, "scan_secret")
        table.take(sheet, supervisor)
        table.enter(secretary, sheet, "for")
        for person in (secretary, supervisor):
            with table.scan(sheet, person) as shown:
                assert (shown.status_code, shown.data[:5]) == (200, b"%PDF-")
        assert code(table.scan(sheet, steward)) == (409, "scan_secret")
        assert code(table.scan(sheet, owners[0])) == (403, "forbidden")
        table.enter(supervisor, sheet, "for")
    with at(COUNTING):
        table.count()
        assert code(table.scan(sheet, steward)) == (403, "forbidden")
        with table.scan(sheet, secretary) as shown:
            assert shown.status_code == 200
    views = select(AuditEvent.account_id).where(AuditEvent.act == "view_paper_scan").order_by(AuditEvent.id)
    assert db.session.scalars(views).all() == [secretary.account_id, supervisor.account_id, secretary.account_id]


def test_the_scan_of_a_sheet_is_not_to_be_had_as_any_other_paper_s(table: Table, owners: list[Person]):
    with at(VOTING):
        table.received(owners[0])
        scan_id = db.session.scalars(select(PaperSheet.scan_id)).one()
        assert code(table.world.api(table.world.secretary)("GET", f"{table.path}/scans/{scan_id}"))[0] == 404


def test_no_choice_of_another_is_shown_before_the_count(table: Table, owners: list[Person]):
    secretary, supervisor = table.world.secretary, table.world.supervisor
    with at(VOTING):
        sheet = table.received(owners[0])
        table.enter(secretary, sheet, "against", "against")
        for path in ("", f"/{sheet['id']}"):
            shown = table.world.api(supervisor)("GET", f"{table.path}/paper-sheets{path}")
            assert "against" not in shown.text
        taken = table.take(sheet, supervisor)
        assert "against" not in taken.text
        assert "against" in table.show(sheet, secretary).text
        assert table.enter(supervisor, sheet, "against", "against").json["entries"] == []
        assert "against" not in table.show(sheet, secretary).text
    acts = db.session.execute(select(AuditEvent.before, AuditEvent.after)).all()
    assert "against" not in str(acts)


@pytest.mark.parametrize(
    ("moment", "fields", "expected"),
    [
        (OPENS, {"received_at": (OPENS - timedelta(seconds=1)).isoformat()}, (422, "received_at_wrong")),
        (VOTING, {"received_at": (VOTING + timedelta(seconds=1)).isoformat()}, (422, "received_at_wrong")),
        (VOTING, {"received_at": "2026-05-18 10:00"}, (422, "invalid_input")),
        (VOTING, {"received_at": None}, (422, "invalid_input")),
        (VOTING, {"sheet": "BALLOT:1:XYZ"}, (422, "sheet_unreadable")),
        (VOTING, {"sheet": sheet_id(uuid4(), uuid4())}, (422, "sheet_of_other_meeting")),
        (VOTING, {"sheet": None}, (422, "sheet_unexplained")),
        (VOTING, {"reason": "看不清"}, (422, "sheet_unexplained")),
        (VOTING, {"file": "text"}, (422, "invalid_input")),
        (OPENS - timedelta(seconds=1), {}, (409, "wrong_meeting_state")),
    ],
)
def test_what_cannot_be_registered_is_refused_and_changes_nothing(
    table: Table, owners: list[Person], moment: datetime, fields: dict[str, Any], expected: tuple[int, str]
):
    with at(moment):
        assert code(table.receive(owners[0], **fields)) == expected
    assert db.session.scalars(select(PaperSheet)).all() == []


def test_a_party_of_another_meeting_and_a_file_that_is_no_scan_are_refused(table: Table, owners: list[Person]):
    with at(VOTING):
        foreign = table.receive(owners[0], sheet=sheet_id(table.meeting_id, uuid4()))
        assert code(foreign) == (422, "sheet_of_other_meeting")
        program = table.receive(owners[0], file=(BytesIO(EXECUTABLE), "选票.pdf"))
        assert code(program) == (422, "file_type_refused")


def test_strangers_owners_and_other_compounds_staff_are_refused(table: Table, owners: list[Person]):
    world = table.world
    elsewhere = world.official(Role.SECRETARY, world.add_compound("别的小区"))
    with at(VOTING):
        sheet = table.received(owners[0])
        for person in (owners[0], elsewhere):
            assert code(table.receive(owners[1], by=person)) == (403, "forbidden")
            for answer in (
                table.take(sheet, person),
                table.enter(person, sheet, "for"),
                table.settle(sheet, by=person),
                table.show(sheet, person),
                world.api(person)("GET", f"{table.path}/paper-sheets"),
            ):
                assert code(answer) == (403, "forbidden")
        assert code(table.show({"id": uuid4()}, world.secretary)) == (404, "paper_sheet_not_found")


def test_a_bad_entry_is_refused_and_changes_nothing(table: Table, owners: list[Person]):
    with at(VOTING):
        sheet = table.received(owners[0])
        secretary = table.world.secretary
        unknown = table.enter(secretary, sheet, "for", spoiled=[str(uuid4())])
        assert code(unknown) == (422, "unknown_motion")
        both = table.enter(secretary, sheet, "for", spoiled=[table.motions[0]])
        assert code(both) == (422, "spoiled_and_marked")
        assert code(table.enter(secretary, sheet, "maybe")) == (422, "invalid_input")
    assert db.session.scalars(select(PaperEntry)).all() == []


def test_a_motion_of_another_stairwell_cannot_be_marked_on_paper(world: World):
    inside = world.owner(world.unit("101", building="3栋", stairwell="2单元"))
    outside = world.owner(world.unit("101", building="3栋", stairwell="1单元"))
    path = world.draft(5)
    motion = {"matter": 5, "title": "电梯", "text": "更换电梯", "scope_building_id": str(world.building("3栋"))}
    world.api(world.secretary)("POST", f"{path}/motions", {**motion, "scope_stairwell": "2单元"})
    assert world.api(world.secretary)("POST", f"{path}/announcement").status_code == 200
    table = Table(world, path)
    with at(VOTING):
        table.confirmed(inside, "for", "for")
        sheet = table.received(outside)
        assert code(table.enter(world.secretary, sheet, "for", "for")) == (422, "motion_out_of_scope")
        assert table.enter(world.secretary, sheet, "for").status_code == 200


def test_after_the_count_nothing_of_the_paper_changes(table: Table, owners: list[Person]):
    with at(VOTING):
        table.confirmed(owners[0], "for")
    with at(COUNTING):
        table.count()
        assert code(table.receive(owners[1], CLOSES - timedelta(hours=1))) == (409, "wrong_meeting_state")


def test_the_document_of_the_count_says_what_became_of_the_paper(table: Table, owners: list[Person]):
    with at(VOTING):
        table.confirmed(owners[0], "for", spoiled=[table.motions[1]])
        shown = table.world.api(owners[0])("GET", table.path).json["my_parties"][0]
        assert datetime.fromisoformat(shown["paper_received_at"]) == VOTING
        table.received(None)
    with at(COUNTING):
        table.received(owners[1])
        table.count()
        answer = table.world.api(table.world.secretary)("GET", f"{table.path}/documents/count-record")
    text = "\n".join(one.text for one in docx.Document(BytesIO(answer.data)).paragraphs)
    assert "其中纸质表决票1张，有1项多选或者无法辨认。" in text
    assert "另有逾期递交1张、无法识别1张，均不计入。" in text


def test_domain_3_a_sheet_registered_between_the_two_approvals_asks_the_first_anew(world: World):
    owners = world.owners(2)
    table = Table(world, world.announced(5))
    with at(OPENS):
        assert world.cast(owners[0], table.path, "for").status_code == 201
    with at(CLOSES + timedelta(minutes=5)):
        assert table.approve(world.secretary).json["waiting_for"] == ["supervisor"]
        steward = world.official(Role.STEWARD, world.compound)
        sheet = table.received(owners[1], CLOSES - timedelta(minutes=1))
        table.enter(steward, sheet, "against")
        assert table.enter(world.supervisor, sheet, "against").json["state"] == "confirmed"
        answer = table.approve(world.supervisor)
        assert (answer.json["record"], answer.json["waiting_for"]) == (None, ["secretary"])
        counted = table.approve(world.secretary)
        assert counted.json["record"]["turnout"]["persons"] == 2


def test_a_sheet_that_is_sent_twice_with_its_key_is_registered_once(table: Table, owners: list[Person]):
    key = str(uuid4())
    with at(VOTING):
        first, again = (table.receive(owners[0], key=key) for _ in range(2))
        assert (first.status_code, again.status_code, first.json["id"]) == (201, 201, key)
        assert (again.json["id"], again.json["state"]) == (key, "open")
        foreign = table.receive(owners[1], key=key, by=table.world.supervisor)
        assert code(foreign) == (404, "paper_sheet_not_found")
    assert db.session.scalars(select(PaperSheet.state)).all() == ["open"]
