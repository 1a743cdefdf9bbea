"""Inspecting a meeting's records on site: opened to one owner, for a short time, masked, and every page on record."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.core.audit import AuditEvent
from app.core.db import db
from app.meetings.models import Ballot, Inspection, VotingParty
from app.notifications.models import OutboxMessage
from tests.support.answers import code
from tests.support.kept import kept
from tests.support.world import CLOSES, OPENS, Person, World, at

REASON = "业主到居委会申请查阅表决情况"
NOBODY = "0198c0de-0000-7000-8000-000000000000"
CHOICES = [("for", "for"), ("for", "against"), ("against", "abstain"), ("for", "for")]


class Meeting:
    """Five owners, one of two units, of whom four voted; and a developer."""

    def __init__(self, world: World, published: bool = True) -> None:
        self.world = world
        self.owners = [*world.owners(4), world.owner(world.unit("501"), world.unit("502"), name="欧阳小明")]
        world.unit("601", held_by_developer=True)
        self.path = world.announced(5, 8)
        with at(OPENS):
            for owner, choices in zip(self.owners, CHOICES, strict=False):
                assert world.cast(owner, self.path, *choices).status_code == 201
        with at(CLOSES):
            for person in (world.secretary, world.supervisor):
                world.api(person)("POST", f"{self.path}/count")
            if published:
                assert world.api(world.secretary)("POST", f"{self.path}/publication").status_code == 200

    def open(self, owner: Person, by: Person | None = None, **body: Any) -> TestResponse:
        given = {"owner_id": str(owner.owner_id), "reason": REASON, **body}
        return self.world.api(by or self.world.secretary)("POST", f"{self.path}/inspections", given)

    def look(self, person: Person, inspection: str, what: str, **page: Any) -> TestResponse:
        return self.world.api(person)("GET", f"{self.path}/inspections/{inspection}/{what}", query_string=page)


@pytest.fixture
def meeting(world: World) -> Meeting:
    return kept(Meeting)(world)


def test_SPC_13_an_owner_sees_who_took_part_masked_and_in_which_way_and_never_how(meeting: Meeting):
    with at(CLOSES):
        opened = meeting.open(meeting.owners[0])
        assert (opened.status_code, opened.json["owner_masked"], opened.json["open"]) == (201, "测***", True)
        seen = meeting.look(meeting.owners[0], opened.json["id"], "parties")
    rows = seen.json["items"]
    assert [one["number"] for one in rows] == [1, 2, 3, 4, 5, 6]
    by_doors = {tuple(one["doors"]): one for one in rows}
    both = by_doors[("1栋1单元501", "1栋1单元502")]
    assert (both["owners_masked"], both["area_centi"], both["ballot"], both["channel"]) == (
        ["欧***"],
        20000,
        "none",
        None,
    )
    assert (by_doors[("1栋1单元001",)]["ballot"], by_doors[("1栋1单元001",)]["channel"]) == ("counted", "app")
    assert (by_doors[("1栋1单元601",)]["is_developer"], by_doors[("1栋1单元601",)]["owners_masked"]) == (True, [])
    assert "测试业主" not in seen.text
    assert not {"for", "against", "abstain", "choices"} & set(seen.text.replace('"', " ").split())


def test_SPC_13_ballots_are_shown_under_pseudonyms_that_lead_to_no_party(meeting: Meeting):
    motions = [one["id"] for one in meeting.world.api(meeting.owners[0])("GET", meeting.path).json["motions"]]
    with at(CLOSES):
        first = meeting.open(meeting.owners[0]).json["id"]
        seen = meeting.look(meeting.owners[0], first, "ballots")
        second = meeting.open(meeting.owners[1]).json["id"]
        other = meeting.look(meeting.owners[1], second, "ballots")
    rows = seen.json["items"]
    assert Counter(tuple(one["choices"][motion] for motion in motions) for one in rows) == Counter(CHOICES)
    assert all(set(one) == {"pseudonym", "choices", "marks"} for one in rows)
    assert not {one["pseudonym"] for one in rows} & {one["pseudonym"] for one in other.json["items"]}
    for known in (*db.session.scalars(select(Ballot.id)), *db.session.scalars(select(VotingParty.id))):
        assert str(known) not in seen.text


def test_pages_follow_one_another_without_gap_or_repeat(meeting: Meeting):
    with at(CLOSES):
        inspection = meeting.open(meeting.owners[0]).json["id"]
        for what, key, start in (("parties", "number", 0), ("ballots", "pseudonym", "")):
            whole = [one[key] for one in meeting.look(meeting.owners[0], inspection, what).json["items"]]
            found: list[Any] = []
            while page := meeting.look(
                meeting.owners[0], inspection, what, limit=2, after=found[-1] if found else start
            ).json["items"]:
                assert len(page) <= 2
                found += [one[key] for one in page]
            assert found == whole


def test_every_page_is_on_the_audit_log_with_who_and_what(world: World, meeting: Meeting):
    with at(CLOSES):
        inspection = meeting.open(meeting.owners[0]).json["id"]
        meeting.look(meeting.owners[0], inspection, "parties", limit=2)
        meeting.look(world.secretary, inspection, "ballots")
        events = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()[-3:]
    assert [(one.act, one.account_id) for one in events] == [
        ("open_inspection", world.secretary.account_id),
        ("inspect_parties", meeting.owners[0].account_id),
        ("inspect_ballots", world.secretary.account_id),
    ]
    assert events[1].after == {"inspection_id": inspection, "after": "0", "rows": 2}
    assert REASON not in str([one.after for one in events])


def test_the_owner_is_told_that_the_records_were_opened_in_the_own_name(meeting: Meeting):
    with at(CLOSES):
        meeting.open(meeting.owners[2])
    [message] = db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "application_decided")).all()
    assert message.account_id == meeting.owners[2].account_id
    assert message.data["hint"] == "请在09:30前现场查阅"


def test_an_inspection_ends_by_itself_and_may_be_ended_before(meeting: Meeting):
    owner = meeting.owners[0]
    with at(CLOSES):
        first = meeting.open(owner).json["id"]
    with at(CLOSES + timedelta(minutes=29)):
        assert meeting.look(owner, first, "parties").status_code == 200
    with at(CLOSES + timedelta(minutes=30)):
        for what in ("parties", "ballots"):
            assert code(meeting.look(owner, first, what)) == (409, "inspection_over")
        second = meeting.open(owner, minutes=120).json["id"]
        path = f"{meeting.path}/inspections/{second}"
        assert meeting.world.api(meeting.owners[1])("DELETE", path).status_code == 404
        assert meeting.world.api(owner)("DELETE", path).status_code == 204
        assert code(meeting.look(owner, second, "ballots")) == (409, "inspection_over")
        assert code(meeting.world.api(owner)("DELETE", path)) == (409, "inspection_over")
        listed = meeting.world.api(owner)("GET", f"{meeting.path}/inspections").json["items"]
        assert [(one["id"], one["open"]) for one in listed] == [(second, False), (first, False)]


def test_a_new_inspection_of_an_owner_ends_the_one_before(meeting: Meeting):
    with at(CLOSES):
        first = meeting.open(meeting.owners[0]).json["id"]
        second = meeting.open(meeting.owners[0]).json["id"]
        assert code(meeting.look(meeting.owners[0], first, "parties")) == (409, "inspection_over")
        assert meeting.look(meeting.owners[0], second, "parties").status_code == 200


def test_nobody_but_the_owner_and_whoever_opened_it_looks(world: World, meeting: Meeting):
    with at(CLOSES):
        inspection = meeting.open(meeting.owners[0]).json["id"]
        for person in (meeting.owners[1], world.supervisor, world.person()):
            for what in ("parties", "ballots"):
                assert code(meeting.look(person, inspection, what)) == (404, "inspection_not_found")
        assert code(meeting.look(meeting.owners[0], NOBODY, "parties")) == (404, "inspection_not_found")
        other = Meeting.__new__(Meeting)
        other.world, other.path = world, f"{world.meetings_path()}/{NOBODY}"
        assert code(other.look(meeting.owners[0], inspection, "parties")) == (404, "inspection_not_found")
        for person in (meeting.owners[0], world.supervisor):
            assert meeting.open(meeting.owners[0], by=person).status_code == 403
        assert world.api(meeting.owners[1])("GET", f"{meeting.path}/inspections").json["items"] == []


def test_nothing_is_opened_before_the_publication(world: World):
    meeting = Meeting(world, published=False)
    with at(CLOSES):
        assert code(meeting.open(meeting.owners[0])) == (409, "wrong_meeting_state")
    draft = Meeting.__new__(Meeting)
    draft.world, draft.path = world, world.draft()
    assert code(draft.open(meeting.owners[0])) == (409, "wrong_meeting_state")
    assert db.session.scalars(select(Inspection)).all() == []


BAD: dict[str, tuple[dict[str, Any], int]] = {
    "an owner of nowhere": ({"owner_id": NOBODY}, 404),
    "no reason": ({"reason": " "}, 422),
    "a whole day": ({"minutes": 1440}, 422),
    "no time": ({"minutes": 0}, 422),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_opening_is_refused(meeting: Meeting, case: str):
    given, status = BAD[case]
    with at(CLOSES):
        assert meeting.open(meeting.owners[0], **given).status_code == status
    assert db.session.scalars(select(Inspection)).all() == []


@pytest.mark.parametrize(
    ("what", "page"),
    [("parties", {"after": -1}), ("parties", {"limit": 101}), ("ballots", {"after": "xyz"}), ("ballots", {"limit": 0})],
)
def test_a_bad_page_is_refused(meeting: Meeting, what: str, page: dict[str, Any]):
    with at(CLOSES):
        inspection = meeting.open(meeting.owners[0]).json["id"]
        assert meeting.look(meeting.owners[0], inspection, what, **page).status_code == 422


def test_an_owner_of_another_compound_is_no_owner_here(world: World, meeting: Meeting):
    elsewhere = world.owner(world.unit("101", compound=world.add_compound("测试二区")))
    with at(CLOSES):
        assert code(meeting.open(elsewhere)) == (404, "owner_not_found")
