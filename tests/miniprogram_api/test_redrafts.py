"""A cancelled meeting is taken up again as a new draft, once: motions, attachments and candidates, as they were."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.core import storage as core_storage
from app.core.audit import AuditEvent
from app.core.db import db
from app.core.storage import FolderStorage
from app.meetings.models import Attachment, Ballot, Meeting
from app.meetings.rules.rule_set import RuleSet
from tests.miniprogram_api.test_attachments import attach, form
from tests.support.answers import code
from tests.support.files import pdf
from tests.support.world import CLOSES, OPENS, World, at

CANCELLED = {"reason": "报价有误，另行召开"}
AGAIN = {"reason": "报价已经更正"}


@pytest.fixture(autouse=True)
def _own_storage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder for each test: the store does not roll back, and workers share the usual one."""
    monkeypatch.setattr(core_storage, "_storage", FolderStorage(tmp_path / "storage"))


def redraft(world: World, path: str) -> Any:
    return world.api(world.secretary)("POST", f"{path}/redraft", AGAIN)


def cancelled(world: World, *matters: int) -> str:
    """A meeting that was cancelled after its announcement; its path."""
    path = world.announced(*matters)
    assert world.api(world.secretary)("POST", f"{path}/cancellation", CANCELLED).status_code == 200
    return path


def test_a_cancelled_meeting_becomes_a_draft_and_stays_cancelled(world: World):
    world.owners(1)
    path = cancelled(world, 5, 8)
    old = world.api(world.secretary)("GET", path).json
    again = redraft(world, path)
    assert (again.status_code, again.json["state"], again.json["id"] != old["id"]) == (201, "draft", True)
    for name in ("title", "convenor", "opens_at", "closes_at"):
        assert again.json[name] == old[name]
    assert [(one["matter"], one["title"], one["text"]) for one in again.json["motions"]] == [
        (5, "事项5", "事项说明"),
        (8, "事项8", "事项说明"),
    ]
    assert again.json["rule_set_version"] is None
    after = world.api(world.secretary)("GET", path).json
    assert (after["state"], [one["title"] for one in after["motions"]]) == ("cancelled", ["事项5", "事项8"])
    draft = f"{world.meetings_path()}/{again.json['id']}"
    assert world.api(world.secretary)("POST", f"{draft}/announcement").status_code == 200


def test_attachments_and_candidates_come_along_and_the_draft_s_are_its_own(world: World):
    owner, path = world.owners(1)[0], world.draft()
    assert attach(world, path, pdf(2), "报价.pdf").status_code == 201
    assert attach(world, path, pdf(3), "方案.pdf").status_code == 201
    secretary = world.api(world.secretary)
    election = {"matter": 3, "title": "选举业主委员会", "text": "说明", "seats": 5, "term_years": 2}
    motion = secretary("POST", f"{path}/motions", election).json["id"]
    for name in ("甲某", "乙某"):
        secretary("POST", f"{path}/motions/{motion}/candidates", {"name": name, "statement": f"{name}的话"})
    assert secretary("POST", f"{path}/announcement").status_code == 200
    assert secretary("POST", f"{path}/cancellation", CANCELLED).status_code == 200
    again = redraft(world, path).json
    draft = f"{world.meetings_path()}/{again['id']}"
    fund, elected = again["motions"]
    assert [(one["position"], one["file_name"]) for one in fund["attachments"]] == [(1, "报价.pdf"), (2, "方案.pdf")]
    assert (elected["seats"], elected["term_years"], elected["attachments"]) == (5, 2, [])
    assert [(one["name"], one["statement"]) for one in elected["candidates"]] == [
        ("甲某", "甲某的话"),
        ("乙某", "乙某的话"),
    ]
    copied = secretary("GET", f"{draft}/attachments/{fund['attachments'][0]['id']}", buffered=True)
    assert (copied.status_code, copied.data) == (200, pdf(2))
    removed = f"{draft}/motions/{fund['id']}/attachments/{fund['attachments'][0]['id']}"
    assert secretary("DELETE", removed).status_code == 204
    kept = world.api(owner)("GET", path).json["motions"][0]["attachments"]
    assert [one["file_name"] for one in kept] == ["报价.pdf", "方案.pdf"]
    assert world.api(owner)("GET", f"{path}/attachments/{kept[0]['id']}", buffered=True).data == pdf(2)
    more = secretary("POST", f"{draft}/motions/{fund['id']}/attachments", **form(pdf(1), "新报价.pdf"))
    assert more.status_code == 201
    assert len(db.session.scalars(select(Attachment)).all()) == 4


def test_nothing_of_the_voting_comes_along(world: World):
    [owner] = world.owners(1)
    path = world.announced()
    with at(OPENS):
        assert world.cast(owner, path).status_code == 201
        for person in (world.secretary, world.supervisor):
            world.api(person)("POST", f"{path}/cancellation", CANCELLED)
        again = redraft(world, path).json
    draft = f"{world.meetings_path()}/{again['id']}"
    ballots = db.session.scalars(select(Ballot.meeting_id)).all()
    assert [str(one) for one in ballots] == [path.rsplit("/", 1)[1]]
    with at(OPENS):
        late = world.api(world.secretary)("POST", f"{draft}/announcement")
        assert code(late) == (422, "schedule_defective")
    assert world.api(world.secretary)("GET", draft).json["state"] == "draft"


def test_a_draft_that_was_cancelled_is_taken_up_as_well(world: World):
    path = world.draft()
    assert world.api(world.secretary)("POST", f"{path}/cancellation", CANCELLED).status_code == 200
    assert redraft(world, path).json["state"] == "draft"


def test_a_double_tap_makes_one_draft_and_names_it(world: World):
    world.owners(1)
    path = cancelled(world)
    made = redraft(world, path).json["id"]
    twice = redraft(world, path)
    assert code(twice) == (409, "already_redrafted")
    assert twice.json["error"]["details"] == {"meeting_id": made}
    assert len(db.session.scalars(select(Meeting)).all()) == 2
    world.api(world.secretary)("POST", f"{world.meetings_path()}/{made}/cancellation", CANCELLED)
    assert redraft(world, path).status_code == 201


def test_correcting_a_wrong_announcement_twice_answers_with_the_draft_that_is_there(world: World):
    world.owners(1)
    path = world.announced()
    made = redraft(world, path).json["id"]
    twice = redraft(world, path)
    assert (code(twice), twice.json["error"]["details"]) == ((409, "already_redrafted"), {"meeting_id": made})


def test_rules_that_changed_since_are_no_hindrance_until_the_announcement(world: World):
    world.owners(1)
    path, secretary = world.draft(), world.api(world.secretary)
    election = {"matter": 3, "title": "选举业主委员会", "text": "说明", "seats": 7}
    motion = secretary("POST", f"{path}/motions", election).json["id"]
    secretary("POST", f"{path}/motions/{motion}/candidates", {"name": "甲某", "statement": "愿意服务"})
    secretary("POST", f"{path}/announcement")
    secretary("POST", f"{path}/cancellation", CANCELLED)
    body = {"data": RuleSet(max_committee_seats=5).to_dict(), "note": "业主大会通过"}
    assert secretary("POST", f"/compounds/{world.compound}/rule-sets", body).status_code == 201
    again = redraft(world, path)
    assert again.status_code == 201
    assert code(secretary("POST", f"{world.meetings_path()}/{again.json['id']}/announcement")) == (
        422,
        "seats_unlawful",
    )


def test_only_the_secretary_takes_a_cancelled_meeting_up_and_the_trail_says_why(world: World):
    [owner] = world.owners(1)
    path = cancelled(world)
    for person in (owner, world.supervisor):
        assert world.api(person)("POST", f"{path}/redraft", AGAIN).status_code == 403
    again = redraft(world, path).json["id"]
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.act == "redraft_meeting")).one()
    assert (event.account_id, str(event.subject_id)) == (world.secretary.account_id, again)
    assert event.before == {"meeting_id": path.rsplit("/", 1)[1]}
    assert event.after == {"meeting_id": again, "reason": AGAIN["reason"]}


@pytest.mark.parametrize("moment", [OPENS, CLOSES], ids=["while voting runs", "after the close"])
def test_a_meeting_that_stands_is_not_made_anew(world: World, moment: Any):
    world.owners(1)
    path = world.announced()
    with at(moment):
        assert code(redraft(world, path)) == (409, "wrong_meeting_state")
