"""Co-owners who contradict each other in the app settle it on paper: one sheet that all of them signed. SPC 9."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.core.audit import AuditEvent
from app.core.db import db
from app.meetings.models import Ballot
from tests.miniprogram_api.test_co_owners import VOTING, House
from tests.support.answers import code
from tests.support.kept import kept
from tests.support.paper import Table
from tests.support.world import CLOSES, World, at


class Couple(House):
    """The house, its couple in dispute, and the table that takes in paper."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.table = Table(world, self.path)
        with at(VOTING):
            self.first = self.cast(self.wife, "for", "for").json["ballot_id"]
            assert self.cast(self.husband, "against", "for").json["state"] == "disputed"

    def joint(self, **fields: Any) -> dict[str, Any]:
        received = self.table.receive(self.wife, joint="true", **fields)
        assert received.status_code == 201, received.text
        sheet: dict[str, Any] = received.json
        return sheet

    def read(self, sheet: dict[str, Any], *choices: str, joint: tuple[bool, bool] = (True, True)) -> str:
        for person, signed in zip((self.world.secretary, self.world.supervisor), joint, strict=True):
            answer = self.table.enter(person, sheet, *choices, joint=signed)
            assert answer.status_code == 200, answer.text
        state: str = answer.json["state"]
        return state

    def states(self) -> list[tuple[str, str]]:
        found = select(Ballot.channel, Ballot.state).order_by(Ballot.accepted_at, Ballot.id)
        return [(channel, state) for channel, state in db.session.execute(found)]


@pytest.fixture
def couple(world: World) -> Couple:
    return kept(Couple)(world)


def test_SPC_9_a_sheet_that_all_co_owners_signed_ends_their_dispute_and_counts(couple: Couple):
    with at(VOTING + timedelta(hours=1)):
        sheet = couple.joint()
        assert (sheet["state"], sheet["joint"], couple.turnout()) == ("open", True, 0)
        assert couple.read(sheet, "against", "abstain") == "confirmed"
        assert couple.turnout() == 1
        assert couple.party()["disputed"] is False
    assert couple.states() == [("app", "withdrawn"), ("app", "withdrawn"), ("paper", "effective")]
    record = couple.count()
    assert [one["reason"] for one in record["not_counted"]] == ["withdrawn", "withdrawn"]
    assert (record["disputed_parties"], record["paper"]["ballots"]) == (0, 1)
    [event] = db.session.scalars(select(AuditEvent).where(AuditEvent.act == "compare_paper_entries")).all()
    assert (event.after or {})["joint"] is True


def test_SPC_9_a_joint_sheet_may_be_read_after_the_close_if_it_came_before(couple: Couple):
    with at(CLOSES + timedelta(seconds=1)):
        sheet = couple.joint(moment=CLOSES - timedelta(hours=1))
        assert couple.read(sheet, "for", "for") == "confirmed"
        late = couple.table.receive(couple.wife, moment=CLOSES, joint="true")
        assert late.json["state"] == "late"


def test_one_signature_ends_no_dispute(couple: Couple):
    with at(VOTING + timedelta(hours=1)):
        alone = couple.table.received(couple.wife)
        assert alone["state"] == "conflict"
        assert couple.table.settle(alone).status_code == 200
        sheet = couple.joint()
        assert couple.read(sheet, "for", "for", joint=(True, False)) == "mismatched"
        again = couple.table.enter(couple.world.secretary, sheet, "for", "for", joint=False)
        assert again.json["state"] == "conflict", "both found that not all have signed"
        assert couple.states() == [("app", "disputed"), ("app", "contrary")]
        assert couple.withdraw(couple.wife, couple.first).status_code == 204, "the app is theirs again"
        assert couple.turnout() == 1


def test_while_a_joint_sheet_waits_nothing_in_the_app_forestalls_it(couple: Couple):
    with at(VOTING + timedelta(hours=1)):
        sheet = couple.joint()
        assert code(couple.cast(couple.husband, "for", "for")) == (409, "paper_handed_in")
        assert code(couple.withdraw(couple.wife, couple.first)) == (409, "paper_handed_in")
        assert code(couple.name(couple.wife, couple.husband)) == (409, "paper_handed_in")
        assert code(couple.enter(couple.world.secretary, couple.wife.owner_id)) == (409, "paper_handed_in")
        assert couple.states() == [("app", "disputed"), ("app", "contrary")]
        second = couple.joint()
        assert second["state"] == "duplicate"
        assert couple.read(sheet, "for", "for") == "confirmed"


def test_a_joint_sheet_unseats_no_ballot_that_counts(couple: Couple):
    with at(VOTING + timedelta(hours=1)):
        assert couple.withdraw(couple.wife, couple.first).status_code == 204
        assert couple.joint()["state"] == "conflict"
        assert couple.turnout() == 1


def test_a_ballot_that_came_to_count_before_the_joint_sheet_was_read_stands(couple: Couple):
    """As where one of the co-owners sold meanwhile, and that one's ballot gave way."""
    with at(VOTING + timedelta(hours=1)):
        sheet = couple.joint()
        for ballot in db.session.scalars(select(Ballot).order_by(Ballot.state.desc())):
            ballot.state = "effective" if ballot.state == "disputed" else "withdrawn"
        db.session.commit()
        assert couple.read(sheet, "for", "for") == "conflict"
        assert sorted(couple.states()) == [("app", "effective"), ("app", "withdrawn")]
