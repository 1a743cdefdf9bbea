"""A sheet and a ballot in the app at once, with real commits: one of them has the vote, the other is told."""

import threading
from io import BytesIO

from sqlalchemy import select, update

from app.core import clock
from app.core.db import db
from app.meetings.models import Ballot, Meeting, PaperSheet, VotingPartyOwner
from app.meetings.sheets import sheet_id
from tests.miniprogram_api.test_co_owners_at_once import Street, Vote, opened
from tests.miniprogram_api.test_co_owners_at_once import street as street
from tests.support.files import pdf
from tests.support.world import Person


def register_while_casting(street: Street, vote: Vote, person: Person) -> tuple[int, str]:
    """Cast and register at once: the status of the ballot, the state of the sheet."""
    barrier, found = threading.Barrier(2), {}

    def cast() -> None:
        barrier.wait(10)
        api = street.world.api(person)
        found["ballot"] = api("POST", f"{vote.path}/ballots", vote.ballot(person, "for")).status_code

    def receive() -> None:
        assert person.owner_id
        sheet = sheet_id(vote.meeting_id, vote.parties[person.owner_id])
        form = {"sheet": sheet, "received_at": clock.now().isoformat(), "file": (BytesIO(pdf()), "票.pdf")}
        api = street.world.api(street.world.secretary)
        barrier.wait(10)
        answer = api("POST", f"{vote.path}/paper-sheets", data=form, content_type="multipart/form-data")
        found["sheet"] = answer.json.get("state", answer.text)

    threads = [threading.Thread(target=one) for one in (cast, receive)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return found["ballot"], found["sheet"]


def test_of_a_sheet_and_a_ballot_at_once_exactly_one_has_the_vote(street: Street):
    vote = opened(street.world)
    for wife, _ in street.couples:
        outcome = register_while_casting(street, vote, wife)
        assert outcome in {(201, "conflict"), (409, "open")}, outcome
    ballots = set(db.session.scalars(select(Ballot.party_id).where(Ballot.meeting_id == vote.meeting_id)))
    sheets = select(PaperSheet.party_id).where(PaperSheet.meeting_id == vote.meeting_id)
    holding = set(db.session.scalars(sheets.where(PaperSheet.state == "open")))
    held = select(VotingPartyOwner.party_id).where(VotingPartyOwner.meeting_id == vote.meeting_id)
    flagged = set(db.session.scalars(held.where(VotingPartyOwner.paper_votes)))
    db.session.rollback()
    assert not ballots & holding
    assert flagged == holding
    assert len(ballots | holding) == len(street.couples)


def test_that_somebody_tried_in_the_app_is_on_record_though_it_was_refused(street: Street):
    vote = opened(street.world)
    wife, husband = street.couples[0]
    api = street.world.api(street.world.secretary)
    assert wife.owner_id
    sheet = sheet_id(vote.meeting_id, vote.parties[wife.owner_id])
    form = {"sheet": sheet, "received_at": clock.now().isoformat(), "file": (BytesIO(pdf()), "票.pdf")}
    path = f"{vote.path}/paper-sheets"
    received = api("POST", path, data=form, content_type="multipart/form-data")
    assert received.json["app_refused_at"] is None
    for person in (wife, husband):
        refused = street.world.api(person)("POST", f"{vote.path}/ballots", vote.ballot(person, "for"))
        assert refused.json["error"]["code"] == "paper_handed_in"
    assert api("GET", path).json["items"][0]["app_refused_at"]
    for person in (street.world.secretary, street.world.supervisor):
        api = street.world.api(person)
        entered = {"choices": {vote.motion_id: "for"}}
        assert api("POST", f"{path}/{received.json['id']}/entries", entered).status_code == 200
    db.session.execute(update(Meeting).where(Meeting.id == vote.meeting_id).values(closes_at=clock.now()))
    db.session.commit()
    for person in (street.world.secretary, street.world.supervisor):
        counted = street.world.api(person)("POST", f"{vote.path}/count")
    assert (counted.json["record"]["paper"]["ballots"], counted.json["record"]["paper"]["before_app"]) == (1, 1)
