"""Cancelling, extending and correcting a meeting; and the trail that every act leaves."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from app.core.audit import AuditEvent
from app.core.db import db
from app.meetings.models import Meeting
from app.meetings.rules.rule_set import RuleSet
from app.notifications.models import OutboxMessage
from app.org.models import Role
from tests.support.world import CLOSES, OPENS, START, World, at

REASON = {"reason": "公告的投票时间写错了"}


def kinds_told(kind: str) -> int:
    return len(db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == kind)).all())


def allow_extension(path: str) -> None:
    """Give the announced meeting a rule set with extension, as its compound's rules of procedure might have it."""
    rules = RuleSet(allow_extension=True, max_extension_days=7).to_dict()
    db.session.execute(update(Meeting).where(Meeting.id == UUID(path.rsplit("/", 1)[1])).values(rule_set=rules))
    db.session.commit()


def acts(world: World, path: str) -> list[str]:
    return [event["act"] for event in world.api(world.secretary)("GET", f"{path}/audit").json["items"]]


def test_a_cancelled_meeting_stays_cancelled_and_the_owners_read_why(world: World):
    [owner] = world.owners(1)
    path = world.announced()
    cancelled = world.api(world.secretary)("POST", f"{path}/cancellation", REASON)
    assert cancelled.json["state"] == "cancelled"
    assert kinds_told("meeting_cancelled") == 1
    again = world.api(world.secretary)("POST", f"{path}/cancellation", REASON)
    assert (again.status_code, again.json["error"]["code"]) == (409, "wrong_meeting_state")
    with at(OPENS):
        assert world.cast(owner, path).json["error"]["code"] == "meeting_cancelled"


@pytest.mark.parametrize("moment", [OPENS, CLOSES], ids=["while voting runs", "after the close"])
@pytest.mark.parametrize("first", ["secretary", "supervisor"])
def test_once_voting_began_a_meeting_is_cancelled_by_secretary_and_supervisor(world: World, moment: Any, first: str):
    [owner] = world.owners(1)
    path = world.announced()
    one, other = world.secretary, world.supervisor
    if first == "supervisor":
        one, other = other, one
    with at(OPENS):
        assert world.cast(owner, path).status_code == 201
    with at(moment):
        asked = world.api(one)("POST", f"{path}/cancellation", REASON)
        assert (asked.status_code, asked.json["cancel_asked_reason"]) == (200, REASON["reason"])
        assert asked.json["state"] in ("voting", "closed")
        assert world.api(owner)("GET", path).json["cancel_asked_at"] is None
        again = world.api(one)("POST", f"{path}/cancellation", REASON)
        assert (again.status_code, again.json["error"]["code"]) == (409, "cancellation_asked")
        colleague = world.official(Role.SECRETARY if first == "secretary" else Role.SUPERVISOR, world.compound)
        same_side = world.api(colleague)("POST", f"{path}/cancellation", REASON)
        assert (same_side.status_code, same_side.json["error"]["code"]) == (409, "cancellation_asked")
        assert world.api(owner)("POST", f"{path}/cancellation", REASON).status_code == 403
        assert kinds_told("meeting_cancelled") == 0
        done = world.api(other)("POST", f"{path}/cancellation", {"reason": "同意"})
        assert done.json["state"] == "cancelled"
    assert kinds_told("meeting_cancelled") == 1
    assert acts(world, path)[-2:] == ["ask_to_cancel_meeting", "cancel_meeting"]


def test_a_cancellation_that_waits_for_the_other_stops_no_count(world: World):
    world.owners(1)
    path = world.announced()
    with at(CLOSES):
        world.api(world.secretary)("POST", f"{path}/cancellation", REASON)
        for person in (world.secretary, world.supervisor):
            assert world.api(person)("POST", f"{path}/count").status_code == 200
        late = world.api(world.supervisor)("POST", f"{path}/cancellation", REASON)
    assert (late.status_code, late.json["error"]["code"]) == (409, "wrong_meeting_state")


def test_a_counted_meeting_cannot_be_cancelled(world: World):
    world.owners(1)
    path = world.announced()
    with at(CLOSES):
        for person in (world.secretary, world.supervisor):
            assert world.api(person)("POST", f"{path}/count").status_code == 200
        refused = world.api(world.secretary)("POST", f"{path}/cancellation", REASON)
    assert (refused.status_code, refused.json["error"]["code"]) == (409, "wrong_meeting_state")


def test_domain_3_voting_is_extended_where_the_rules_allow_it_and_too_few_took_part(world: World):
    owners = world.owners(3)
    path = world.announced()
    allow_extension(path)
    with at(CLOSES - timedelta(hours=1)):
        longer = {"closes_at": (CLOSES + timedelta(days=5)).isoformat()}
        assert world.api(world.secretary)("POST", f"{path}/extension", longer).status_code == 200
    assert kinds_told("voting_extended") == 3
    with at(CLOSES + timedelta(days=4)):
        assert world.cast(owners[0], path).status_code == 201
    with at(CLOSES + timedelta(days=5)):
        assert world.cast(owners[1], path).json["error"]["code"] == "voting_closed"


@pytest.mark.parametrize("days", [0, -1, 8])
def test_an_extension_goes_forward_and_no_further_than_the_rules(world: World, days: int):
    world.owners(3)
    path = world.announced()
    allow_extension(path)
    with at(OPENS):
        body = {"closes_at": (CLOSES + timedelta(days=days)).isoformat()}
        refused = world.api(world.secretary)("POST", f"{path}/extension", body)
        assert (refused.status_code, refused.json["error"]["code"]) == (409, "extension_not_allowed")
        closes_at = world.api(world.secretary)("GET", path).json["closes_at"]
    assert closes_at.startswith(CLOSES.isoformat()[:19])


def test_extensions_add_up_to_what_the_rules_allow_and_no_more(world: World):
    world.owners(3)
    path = world.announced()
    allow_extension(path)
    with at(OPENS):
        for days, status in ((5, 200), (7, 200), (8, 409)):
            body = {"closes_at": (CLOSES + timedelta(days=days)).isoformat()}
            assert world.api(world.secretary)("POST", f"{path}/extension", body).status_code == status


def test_the_strict_rules_and_a_reached_quorum_refuse_an_extension(world: World):
    [owner] = world.owners(1)
    path = world.announced()
    longer = {"closes_at": (CLOSES + timedelta(days=5)).isoformat()}
    with at(OPENS):
        strict = world.api(world.secretary)("POST", f"{path}/extension", longer)
        allow_extension(path)
        assert world.cast(owner, path).status_code == 201
        reached = world.api(world.secretary)("POST", f"{path}/extension", longer)
    assert [one.json["error"]["code"] for one in (strict, reached)] == ["extension_not_allowed"] * 2


def test_a_wrong_announcement_is_cancelled_and_drafted_anew(world: World):
    world.owners(1)
    path = world.announced(5, 8)
    anew = world.api(world.secretary)("POST", f"{path}/redraft", REASON)
    assert (anew.status_code, anew.json["state"]) == (201, "draft")
    assert [motion["matter"] for motion in anew.json["motions"]] == [5, 8]
    assert world.api(world.secretary)("GET", path).json["state"] == "cancelled"
    draft = f"{world.meetings_path()}/{anew.json['id']}"
    with at(START + timedelta(days=2)):
        late = world.api(world.secretary)("POST", f"{draft}/announcement")
    assert late.json["error"]["code"] == "schedule_defective", "the 15 days start again"


def test_after_the_opening_nothing_is_corrected(world: World):
    world.owners(1)
    path = world.announced()
    with at(OPENS):
        refused = world.api(world.secretary)("POST", f"{path}/redraft", REASON)
    assert (refused.status_code, refused.json["error"]["code"]) == (409, "wrong_meeting_state")


@pytest.mark.parametrize("act", ["cancellation", "redraft", "extension"])
def test_only_the_secretary_recovers_a_meeting(world: World, act: str):
    [owner] = world.owners(1)
    path = world.announced()
    body = {"closes_at": CLOSES.isoformat()} if act == "extension" else REASON
    for person in (owner, world.supervisor):
        assert world.api(person)("POST", f"{path}/{act}", body).status_code == 403
    assert world.api(world.secretary)("GET", path).json["state"] == "announced"


def test_every_act_leaves_a_trail_with_who_when_before_and_after(world: World):
    [owner] = world.owners(1)
    path = world.announced()
    world.api(world.secretary)("POST", f"{path}/cancellation", REASON)
    assert acts(world, path) == ["create_meeting", "add_motion", "announce_meeting", "cancel_meeting"]
    cancelled = world.api(world.supervisor)("GET", f"{path}/audit").json["items"][-1]
    assert cancelled["account_id"] == str(world.secretary.account_id)
    assert (cancelled["before"]["state"], cancelled["after"]["state"]) == ("announced", "cancelled")
    assert world.api(owner)("GET", f"{path}/audit").status_code == 403


def test_a_refused_act_leaves_no_trail(world: World):
    path = world.draft()
    assert world.api(world.secretary)("POST", f"{path}/announcement").status_code == 409
    assert acts(world, path) == ["create_meeting", "add_motion"]


@pytest.mark.parametrize(
    "change", ["UPDATE audit_event SET act = ''", "DELETE FROM audit_event", "TRUNCATE audit_event CASCADE"]
)
def test_the_database_refuses_to_change_the_trail(world: World, change: str):
    world.draft()
    with pytest.raises(DBAPIError, match="append-only"), db.session.begin_nested():
        db.session.connection().exec_driver_sql(change)
    assert db.session.scalars(select(AuditEvent)).all() != []
