"""A counted meeting stays in the database as it was counted: SPC 12 gives a year to sue, and the records are kept five.

The program never changes them; here it is the database that refuses, whoever asks.
"""

from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.core.db import db
from app.meetings import service as meetings
from app.meetings.models import MeetingState
from tests.miniprogram_api.meetings.test_delivery import post_notice
from tests.miniprogram_api.test_attachments import attach
from tests.support.answers import code
from tests.support.files import pdf, picture
from tests.support.objections import file_objection
from tests.support.paper import Table
from tests.support.world import CLOSES, OPENS, Person, World, at

CHANGES = {
    "attachment": "file_name = 'x.pdf'",
    "ballot": "area_centi = area_centi + 1",
    "candidate": "statement = 'x'",
    "count_approval": "approved_at = approved_at + interval '1 second'",
    "count_record": """record = record || '{"motions": []}'""",
    "delegate_naming": "named_at = named_at + interval '1 second'",
    "delegation": "named_at = named_at + interval '1 second'",
    "delivery": "delivered_at = delivered_at + interval '1 second'",
    "electorate_objection": "filed_at = filed_at - interval '1 second'",
    "excluded_unit": "area_centi = area_centi + 1",
    "mandate": "reason = 'x'",
    "meeting_scan": "file_name = 'x.pdf'",
    "motion": "text = 'x'",
    "paper_entry": "corrections = corrections + 1",
    "paper_sheet": "reason = 'x'",
    "posted_notice": "place = 'x'",
    "voting_party": "area_centi = area_centi + 1",
    "voting_party_owner": "delegate_votes = NOT delegate_votes",
    "voting_party_unit": "area_centi = area_centi + 1",
}
UPDATE, DELETE = "UPDATE {} SET {}", "DELETE FROM {}"
UPDATE_MEETING = "UPDATE meeting SET {} WHERE id = :id"
ELECTION = {"matter": 3, "title": "选举业主委员会", "text": "说明", "seats": 5}


def play(world: World) -> tuple[str, list[Person]]:
    """A meeting that has something in every table, closed and not counted; its path, and its owners."""
    owners = world.owners(6)
    flat = world.unit("900")
    couple = [world.owner(flat), world.owner(flat)]
    world.owner(world.unit("P1", use="parking"))
    path = world.draft()
    assert attach(world, path, pdf()).status_code == 201
    secretary = world.api(world.secretary)
    election = secretary("POST", f"{path}/motions", ELECTION).json["id"]
    named = {"name": "候选人甲", "statement": "愿为大家服务。"}
    assert secretary("POST", f"{path}/motions/{election}/candidates", named).status_code == 201
    assert secretary("POST", f"{path}/announcement").status_code == 200
    assert file_objection(world, owners[0], path).status_code == 201
    assert post_notice(world, path, world.secretary, picture("JPEG")).status_code == 201
    party = world.api(couple[0])("GET", path).json["my_parties"][0]["id"]
    chosen = world.api(couple[0])("PUT", f"{path}/parties/{party}/delegate", {"owner_id": str(couple[1].owner_id)})
    assert chosen.status_code == 200, chosen.text
    mandate(world, path, owners[1])
    table = Table(world, path)
    with at(OPENS):
        for owner in owners[2:5]:
            assert world.cast(owner, path, "for").status_code == 201
        table.confirmed(owners[5], "for", received_at=OPENS)
        meetings.sequence_ballots(world.compound, table.meeting_id)
    return path, owners


def mandate(world: World, path: str, principal: Person) -> None:
    party = world.api(principal)("GET", path).json["my_parties"][0]["id"]
    form = {"proxy_phone": "13900008888", "proxy_name": "代理某", "file": (BytesIO(pdf()), "委托书.pdf")}
    address = f"{path}/parties/{party}/mandates"
    assert world.api(principal)("POST", address, data=form, content_type="multipart/form-data").status_code == 201


def count(world: World, path: str) -> None:
    for person in (world.secretary, world.supervisor):
        assert world.api(person)("POST", f"{path}/count").status_code == 200


def does(statement: str, **values: Any) -> int:
    """How many rows a statement changes, which is then taken back."""
    nested = db.session.begin_nested()
    try:
        return int(db.session.execute(text(statement), values).rowcount)  # type: ignore[attr-defined]
    finally:
        nested.rollback()


def test_domain_3_nothing_that_a_meeting_was_counted_from_is_changed_or_deleted_once_counted(world: World):
    path, owners = play(world)
    for table, change in CHANGES.items():
        if not table.startswith("count_"):
            assert does(UPDATE.format(table, change)) > 0, f"{table}: before the count it is still worked on"
    with at(CLOSES):
        count(world, path)
        for table, change in CHANGES.items():
            for statement in (UPDATE.format(table, change), DELETE.format(table)):
                with pytest.raises(IntegrityError, match=f"{table} of a counted meeting is kept as it is"):
                    does(statement)
        assert code(world.cast(owners[5], path, "against")) == (409, "paper_handed_in"), (
            "a late attempt changes nothing"
        )


def test_a_counted_meeting_is_published_and_made_final_and_otherwise_stays_as_it_is(world: World):
    world.owners(2)
    path = world.announced()
    key = {"id": UUID(path.rpartition("/")[2])}
    for change in ("title = 'x'", "closes_at = closes_at + interval '1 day'"):
        assert does(UPDATE_MEETING.format(change), **key) == 1
    with at(CLOSES):
        count(world, path)
    frozen = [
        "title = 'x'",
        "closes_at = closes_at + interval '1 day'",
        "electorate_persons = electorate_persons + 1",
        "electorate_area_centi = electorate_area_centi - 1",
        "rule_set = rule_set || '{\"include_parking\": true}'",
        "motion_ids = '{}'",
        "counted_at = NULL",
        "cancelled_at = now()",
    ]
    for change in frozen:
        with pytest.raises(IntegrityError, match="a counted meeting is kept as it is"):
            does(UPDATE_MEETING.format(change), **key)
    with at(CLOSES):
        assert world.api(world.secretary)("POST", f"{path}/publication").status_code == 200
    for change in ("published_at = published_at - interval '1 day'", "result_code = NULL", "result_code = 'AAAA'"):
        with pytest.raises(IntegrityError, match="a counted meeting is kept as it is"):
            does(UPDATE_MEETING.format(change), **key)
    with at(CLOSES + timedelta(days=8)):
        final = world.api(world.secretary)("POST", f"{path}/final-announcement")
        assert (final.status_code, final.json["state"]) == (200, MeetingState.FINAL)
    with pytest.raises(IntegrityError, match="kept as it is"):
        does("DELETE FROM meeting WHERE id = :id", **key)


def test_no_table_of_a_counted_meeting_is_left_unwatched():
    """Each table with a meeting's rows is watched, append-only, or of what comes after the count."""
    after_the_count = {"committee", "inspection", "result_objection", "petition", "reminder"}
    append_only = {"log_leaf", "tree_head"}
    of_meetings = {name for name, table in db.metadata.tables.items() if "meeting_id" in table.columns}
    assert of_meetings - after_the_count - append_only == set(CHANGES) - {"candidate", "paper_entry"}
