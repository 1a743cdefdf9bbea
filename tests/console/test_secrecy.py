"""Secrecy until the count: turn every choice in the database round, and no page of the console reads otherwise."""

import re
from uuid import uuid4

from sqlalchemy import select, text

from app.core.db import db
from app.meetings.models import Ballot
from app.org.models import Role
from tests.support.console import ConsoleWorld, visitor
from tests.support.counting_desk import CountedMeeting

TURN = "UPDATE {0} SET choices = {1} WHERE compound_id = :here AND {1} <> choices"
TURNED = "ARRAY(SELECT CASE code WHEN 1 THEN 2 WHEN 2 THEN 1 ELSE code END FROM unnest(choices) AS code)::smallint[]"
CHANGING = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|(?<!\d)\d\d:\d\d(?!\d)|nonce-[\w-]+")
"""New ids for forms, the time of now, and a page's own nonce."""


def test_domain_3_no_page_of_the_console_tells_a_choice_before_the_count(town: ConsoleWorld):
    meeting = CountedMeeting(town).opened()
    clerks = [town.official(Role.STEWARD, town.compound) for _ in range(2)]
    unequal, equal = meeting.sheet(meeting.owners[0]), meeting.sheet(meeting.owners[3])
    for clerk, choice in zip(clerks, ("for", "against"), strict=True):
        assert meeting.table.enter(clerk, unequal, choice, "for").status_code == 200
        assert meeting.table.enter(clerk, equal, "for", "against").status_code == 200
    for owner in meeting.owners[1:3]:
        assert town.cast(owner, meeting.path, "for", "against").status_code == 201
    pages = addresses(town, meeting, unequal["id"])
    secretary = visitor(town, town.secretary)

    def read() -> dict[str, str]:
        answers = {page: secretary.get(page) for page in pages}
        return {page: CHANGING.sub("", answer.text) for page, answer in answers.items() if answer.status_code == 200}

    read()  # that somebody looked is on record, and shown
    before = read()
    assert len(before) > 20, "the pages were not really read"
    for table in ("ballot", "paper_entry"):
        turned = db.session.execute(text(TURN.format(table, TURNED)), {"here": town.compound})
        assert turned.rowcount > 1  # type: ignore[attr-defined]
    db.session.commit()
    after = read()
    assert [page for page in before if before[page] != after.get(page)] == []


def addresses(town: ConsoleWorld, meeting: CountedMeeting, sheet_id: str) -> list[str]:
    """Every GET address of the console, its parameters filled with what there is in the meeting."""
    known = {
        "compound_id": town.compound,
        "meeting_id": meeting.table.meeting_id,
        "motion_id": meeting.table.motions[0],
        "party_id": meeting.table.party_of(meeting.owners[1]),
        "ballot_id": db.session.scalars(select(Ballot.id).where(Ballot.compound_id == town.compound)).first(),
        "sheet_id": sheet_id,
        "owner_id": meeting.owners[1].owner_id,
    }
    found = []
    for rule in town.application.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and str(rule).startswith("/console/") and "meeting_id" in rule.arguments:
            values = {name: known.get(name, uuid4()) for name in rule.arguments}
            with town.application.test_request_context():
                found.append(town.application.url_for(rule.endpoint, **values))
    return found
