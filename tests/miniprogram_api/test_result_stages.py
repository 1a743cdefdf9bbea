"""From the preliminary publication of a result to its final announcement, or its annulment."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from werkzeug.test import TestResponse

from app.core.audit import AuditEvent
from app.core.db import db
from app.meetings.models import Meeting
from app.meetings.results.models import ResultObjection
from app.notifications.models import OutboxMessage
from app.org.models import Role
from tests.support.answers import code
from tests.support.kept import kept
from tests.support.world import CLOSES, OPENS, Person, World, at

TEXT = {"text": "三号楼有两张纸质票没有计入。"}
LAST_DAY, DAY_AFTER = CLOSES + timedelta(days=7), CLOSES + timedelta(days=8)


class Published:
    """A published result of three owners who voted."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.owners = world.owners(3)
        self.path = world.announced(5, 8)
        with at(OPENS):
            for owner in self.owners:
                world.cast(owner, self.path, "for", "against")
        with at(CLOSES):
            for person in (world.secretary, world.supervisor):
                world.api(person)("POST", f"{self.path}/count")
            assert world.api(world.secretary)("POST", f"{self.path}/publication").status_code == 200

    def post(self, person: Person, act: str, body: Any = None) -> TestResponse:
        return self.world.api(person)("POST", f"{self.path}/{act}", body)

    def object(self, person: Person, **body: Any) -> TestResponse:
        return self.post(person, "result-objections", {**TEXT, **body})

    def decide(self, person: Person, objection: str, decision: str) -> TestResponse:
        body = {"decision": decision, "reason": "已当面核对回执。"}
        return self.post(person, f"result-objections/{objection}/decision", body)

    def seen_by(self, person: Person) -> dict[str, Any]:
        found: dict[str, Any] = self.world.api(person)("GET", self.path).json
        return found


@pytest.fixture
def published(world: World) -> Published:
    return kept(Published)(world)


def told(kind: str) -> int:
    return len(db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == kind)).all())


def test_PMR_18_a_result_is_final_after_seven_whole_days_and_every_owner_is_told(world: World, published: Published):
    with at(LAST_DAY):
        assert published.seen_by(published.owners[0])["objections_until"] == "2026-06-04T00:00:00+08:00"
        assert code(published.post(world.secretary, "final-announcement")) == (409, "objection_period_running")
        assert published.seen_by(world.secretary)["state"] == "published"
    with at(DAY_AFTER):
        final = published.post(world.secretary, "final-announcement")
        assert (final.status_code, final.json["state"], final.json["state_text"]) == (200, "final", "结果已正式公告")
        assert told("result_final") == 3
        assert code(published.post(world.secretary, "final-announcement")) == (409, "wrong_meeting_state")
        mine = published.seen_by(published.owners[0])
        assert mine["record"]["turnout"]["persons"] == 3
        assert list(mine["my_parties"][0]["choices"].values()) == ["for", "against"]


def test_PMR_18_an_owner_objects_once_a_motion_before_the_period_is_over(world: World, published: Published):
    motions = [one["id"] for one in published.seen_by(world.secretary)["motions"]]
    owner = published.owners[0]
    with at(LAST_DAY):
        filed = published.object(owner)
        assert (filed.status_code, filed.json["owner_masked"], filed.json["is_mine"]) == (201, "测***", True)
        assert code(published.object(owner)) == (409, "objection_waiting")
        assert published.object(owner, motion_id=motions[1]).status_code == 201
        assert code(published.object(owner, motion_id=motions[1])) == (409, "objection_waiting")
        listed = world.api(owner)("GET", f"{published.path}/result-objections").json["items"]
        assert [one["motion_id"] for one in listed] == [None, motions[1]]
        others = world.api(published.owners[1])("GET", f"{published.path}/result-objections").json["items"]
        assert others == []
        assert len(world.api(world.supervisor)("GET", f"{published.path}/result-objections").json["items"]) == 2
    with at(DAY_AFTER):
        assert code(published.object(published.owners[1])) == (409, "objection_period_over")
    assert len(db.session.scalars(select(ResultObjection)).all()) == 2


BAD_OBJECTIONS: dict[str, tuple[dict[str, Any], int]] = {
    "nothing said": ({"text": "  "}, 422),
    "too long": ({"text": "长" * 1001}, 422),
    "a motion of nowhere": ({"motion_id": "0198c0de-0000-7000-8000-000000000000"}, 404),
    "no id": ({"motion_id": "第一项"}, 422),
    "a key too many": ({"decision": "upheld"}, 422),
}


@pytest.mark.parametrize("body", BAD_OBJECTIONS)
def test_a_bad_objection_changes_nothing(world: World, published: Published, body: str):
    given, status = BAD_OBJECTIONS[body]
    with at(LAST_DAY):
        assert published.object(published.owners[0], **given).status_code == status
    assert db.session.scalars(select(ResultObjection)).all() == []


def test_only_owners_of_the_compound_object_and_only_to_a_published_result(world: World, published: Published):
    elsewhere = world.owner(world.unit("101", compound=world.add_compound("测试二区")))
    later = world.announced()
    with at(LAST_DAY):
        for person in (elsewhere, world.person(), world.secretary):
            assert published.object(person).status_code == 403
        early = world.api(published.owners[0])("POST", f"{later}/result-objections", TEXT)
    assert code(early) == (409, "wrong_meeting_state")


def test_PMR_18_every_objection_is_answered_with_a_reason_before_the_final_announcement(
    world: World, published: Published
):
    with at(LAST_DAY):
        first = published.object(published.owners[0]).json["id"]
        second = published.object(published.owners[1]).json["id"]
    with at(DAY_AFTER):
        refused = published.post(world.secretary, "final-announcement")
        assert code(refused) == (409, "objections_open")
        assert refused.json["error"]["details"] == {"open": 2}
        assert published.decide(published.owners[2], first, "rejected").status_code == 403
        no_reason = {"decision": "rejected", "reason": " "}
        assert published.post(world.secretary, f"result-objections/{first}/decision", no_reason).status_code == 422
        decided = published.decide(world.secretary, first, "rejected")
        assert (decided.status_code, decided.json["decision_text"]) == (200, "不成立")
        assert code(published.decide(world.supervisor, first, "upheld")) == (409, "objection_decided")
        assert published.decide(world.supervisor, second, "upheld").status_code == 200
        assert told("application_decided") == 2
        assert published.post(world.secretary, "final-announcement").json["state"] == "final"
        assert code(published.object(published.owners[2])) == (409, "wrong_meeting_state")


def test_nobody_answers_the_own_objection(world: World, published: Published):
    secretary_who_owns = published.owners[0]
    world.appoint(secretary_who_owns, Role.SECRETARY)
    with at(LAST_DAY):
        mine = published.object(secretary_who_owns).json["id"]
        assert code(published.decide(secretary_who_owns, mine, "rejected")) == (403, "own_objection")
        assert published.decide(world.supervisor, mine, "rejected").status_code == 200


def test_an_objection_is_answered_under_its_own_meeting_only(world: World, published: Published):
    with at(LAST_DAY):
        objection = published.object(published.owners[0]).json["id"]
        other = Published.__new__(Published)
        other.world, other.path = world, world.draft()
        assert code(other.decide(world.secretary, objection, "rejected")) == (409, "wrong_meeting_state")
        unknown = "0198c0de-0000-7000-8000-000000000000"
        assert code(published.decide(world.secretary, unknown, "rejected")) == (404, "result_objection_not_found")


def test_Civil_Code_280_a_count_found_wrong_is_annulled_by_a_second_person_and_never_final(
    world: World, published: Published
):
    why: Callable[[Person], TestResponse] = lambda person: published.post(  # noqa: E731
        person, "annulment", {"reason": "核实有三张表决票漏计"}
    )
    with at(LAST_DAY):
        objection = published.object(published.owners[0]).json["id"]
        assert code(why(world.secretary)) == (409, "nothing_to_annul")
        published.decide(world.supervisor, objection, "count_wrong")
    with at(DAY_AFTER):
        assert code(published.post(world.secretary, "final-announcement")) == (409, "count_found_wrong")
        assert code(why(world.supervisor)) == (403, "annulled_by_another")
        assert why(published.owners[0]).status_code == 403
        annulled = why(world.secretary)
        assert (annulled.json["state"], annulled.json["annul_reason"]) == ("annulled", "核实有三张表决票漏计")
        assert told("result_annulled") == 3
        assert code(why(world.secretary)) == (409, "wrong_meeting_state")
        assert code(published.post(world.secretary, "final-announcement")) == (409, "wrong_meeting_state")
        assert published.seen_by(published.owners[0])["record"]["turnout"]["persons"] == 3
        assert code(world.api(world.secretary)("GET", f"{published.path}/documents/result")) == (
            409,
            "wrong_meeting_state",
        )
        assert world.api(world.secretary)("GET", f"{published.path}/documents/count-record").status_code == 200
    acts = db.session.scalars(select(AuditEvent.act).order_by(AuditEvent.id)).all()
    assert acts[-3:] == ["object_to_result", "decide_result_objection", "annul_result"]


def test_an_annulled_meeting_is_repeated_with_its_agenda_and_stays_annulled(world: World, published: Published):
    with at(LAST_DAY):
        objection = published.object(published.owners[0]).json["id"]
        published.decide(world.supervisor, objection, "count_wrong")
        published.post(world.secretary, "annulment", {"reason": "核实有三张表决票漏计"})
        repeated = published.post(world.secretary, "redraft", {"reason": "重新表决"})
        assert (repeated.status_code, repeated.json["state"]) == (201, "draft")
        assert [one["matter"] for one in repeated.json["motions"]] == [5, 8]
        assert published.seen_by(world.secretary)["state"] == "annulled"


def test_an_annulled_meeting_is_drafted_anew_once_unless_the_draft_was_cancelled(world: World, published: Published):
    again = {"reason": "重新表决"}
    with at(LAST_DAY):
        objection = published.object(published.owners[0]).json["id"]
        published.decide(world.supervisor, objection, "count_wrong")
        published.post(world.secretary, "annulment", {"reason": "核实有三张表决票漏计"})
        draft = published.post(world.secretary, "redraft", again).json["id"]
        twice = published.post(world.secretary, "redraft", again)
        assert code(twice) == (409, "already_redrafted")
        assert twice.json["error"]["details"] == {"meeting_id": draft}
        assert len(world.api(world.secretary)("GET", world.meetings_path()).json["items"]) == 2
        dropped = world.api(world.secretary)("POST", f"{world.meetings_path()}/{draft}/cancellation", again)
        assert dropped.status_code == 200
        assert published.post(world.secretary, "redraft", again).status_code == 201


def test_the_database_refuses_a_second_draft_of_one_meeting(world: World, published: Published):
    meeting_id = db.session.scalars(select(Meeting.id)).one()
    for _ in range(2):
        world.draft()
    both = update(Meeting).where(Meeting.announced_at.is_(None)).values(redraft_of=meeting_id)
    with pytest.raises(IntegrityError, match="uq_meeting_redraft"), db.session.begin_nested():
        db.session.execute(both)


def test_an_objection_on_paper_is_entered_by_a_steward_and_answered_by_somebody_else(
    world: World, published: Published
):
    steward, owner = world.official(Role.STEWARD, world.compound), published.owners[0]
    body = {**TEXT, "owner_id": str(owner.owner_id), "note": "异议书卷第 2 号"}
    with at(LAST_DAY):
        entered = published.post(steward, "result-objections/on-paper", body)
        assert (entered.status_code, entered.json["paper_note"], entered.json["is_mine"]) == (
            201,
            "异议书卷第 2 号",
            False,
        )
        assert code(published.object(owner)) == (409, "objection_waiting")
        by_secretary = {**body, "owner_id": str(published.owners[1].owner_id)}
        own = published.post(world.secretary, "result-objections/on-paper", by_secretary).json["id"]
        assert code(published.decide(world.secretary, own, "rejected")) == (403, "own_objection")
        assert published.decide(world.secretary, entered.json["id"], "rejected").status_code == 200
        told_to = db.session.scalars(
            select(OutboxMessage.account_id).where(OutboxMessage.kind == "application_decided")
        ).all()
        assert told_to == [owner.account_id]
        mine = world.api(owner)("GET", f"{published.path}/result-objections").json["items"]
        assert [(one["is_mine"], one["decision"]) for one in mine] == [(True, "rejected")]
        assert published.post(owner, "result-objections/on-paper", body).status_code == 403
        nobody = {**body, "owner_id": "0198c0de-0000-7000-8000-000000000000"}
        assert code(published.post(steward, "result-objections/on-paper", nobody)) == (404, "owner_not_found")
    with at(DAY_AFTER):
        late = published.post(steward, "result-objections/on-paper", body)
        assert code(late) == (409, "objection_period_over")


PUBLISHED_ON, LAST_DATE, DATE_AFTER = "2026-05-27", "2026-06-03", "2026-06-04"


@pytest.mark.parametrize(
    ("received_on", "status", "refusal"),
    [
        (PUBLISHED_ON, 201, None),
        (LAST_DATE, 201, None),
        (DATE_AFTER, 409, "objection_period_over"),
        ("2026-05-26", 422, "received_on_wrong"),
        ("2026-06-05", 422, "received_on_wrong"),
        ("昨天", 422, "invalid_input"),
    ],
)
def test_PMR_18_a_paper_objection_counts_by_the_day_on_which_it_was_handed_in(
    world: World, published: Published, received_on: str, status: int, refusal: str | None
):
    body = {**TEXT, "owner_id": str(published.owners[0].owner_id), "note": "卷 2", "received_on": received_on}
    with at(DAY_AFTER):
        entered = published.post(world.secretary, "result-objections/on-paper", body)
        assert entered.status_code == status, entered.text
        if refusal:
            assert code(entered) == (status, refusal)
            assert db.session.scalars(select(ResultObjection)).all() == []
            return
        assert entered.json["received_on"] == received_on
        assert code(published.post(world.secretary, "final-announcement")) == (409, "objections_open")
        event = world.api(world.secretary)("GET", f"{published.path}/audit").json["items"][-1]
    assert (event["act"], event["after"]["received_on"]) == ("object_to_result", received_on)


def test_PMR_18_once_the_result_is_final_a_paper_objection_is_told_what_is_left(world: World, published: Published):
    body = {**TEXT, "owner_id": str(published.owners[0].owner_id), "note": "卷 2", "received_on": LAST_DATE}
    with at(DAY_AFTER):
        assert published.post(world.secretary, "final-announcement").status_code == 200
        refused = published.post(world.secretary, "result-objections/on-paper", body)
    assert code(refused) == (409, "result_is_final")
    assert "第二百八十条" in refused.json["error"]["message"]


def test_the_final_announcement_is_the_secretary_s(world: World, published: Published):
    with at(DAY_AFTER):
        for person in (world.supervisor, published.owners[0], world.person()):
            assert published.post(person, "final-announcement").status_code == 403
        assert published.seen_by(world.secretary)["state"] == "published"
