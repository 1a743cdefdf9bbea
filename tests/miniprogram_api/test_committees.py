"""A final election becomes a committee; members leave and substitutes follow; the term ends, and is warned of."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text, update
from werkzeug.test import TestResponse

from app.core.audit import AuditEvent
from app.core.db import db
from app.meetings.models import Motion
from app.meetings.schedule import SHANGHAI
from app.notifications.models import OutboxMessage
from app.org import service as org
from app.org.models import Role
from tasks.meetings import warn_of_ending_terms
from tests.miniprogram_api.test_elections import BODY
from tests.support.answers import code
from tests.support.kept import kept
from tests.support.world import CLOSES, OPENS, Person, World, at

FINAL = CLOSES + timedelta(days=8)
REASON = "因工作调动辞去委员职务"
NOBODY = "0198c0de-0000-7000-8000-000000000000"


class Compound:
    """A compound of nine owners who elect and decide."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.secretary = world.api(world.secretary)
        self.owners = [world.owner(world.unit(f"{n:03}"), name=f"候选人{n}") for n in range(9)]
        self.path = f"/compounds/{world.compound}/committees"

    def draft(self, *, shift: timedelta = timedelta()) -> str:
        body = {
            "title": "换届选举大会",
            "convenor": "community",
            "opens_at": (OPENS + shift).isoformat(),
            "closes_at": (CLOSES + shift).isoformat(),
        }
        created = self.secretary("POST", self.world.meetings_path(), body)
        return f"{self.world.meetings_path()}/{created.json['id']}"

    def add(self, path: str, **motion: Any) -> TestResponse:
        return self.secretary("POST", f"{path}/motions", {**BODY, **motion})

    def decide(
        self, path: str, ballots: list[dict[str, Any]], *, shift: timedelta = timedelta(), final: bool = True
    ) -> None:
        """Announce, cast these ballots (one an owner), count, publish, and announce as final."""
        assert self.secretary("POST", f"{path}/announcement").status_code == 200
        with at(OPENS + shift):
            for owner, ballot in zip(self.owners, ballots, strict=False):
                api = self.world.api(owner)
                party = api("GET", path).json["my_parties"][0]["id"]
                assert api("POST", f"{path}/ballots", {"party_id": party, **ballot}).status_code == 201
        with at(CLOSES + shift):
            for person in (self.world.secretary, self.world.supervisor):
                self.world.api(person)("POST", f"{path}/count")
            assert self.secretary("POST", f"{path}/publication").status_code == 200
        if final:
            with at(FINAL + shift):
                assert self.secretary("POST", f"{path}/final-announcement").status_code == 200

    @kept
    def elect(self, *, shift: timedelta = timedelta(), final: bool = True, **motion: Any) -> str:
        """Elect candidates 0 to 4; 5 and 6 follow as substitutes, 7 has no majority."""
        path = self.draft(shift=shift)
        election = self.add(path, **motion).json["id"]
        names = [
            self.secretary(
                "POST",
                f"{path}/motions/{election}/candidates",
                {"name": f"候选人{n}", "statement": "愿为大家服务。"},
            ).json["id"]
            for n in range(8)
        ]
        marks = [(0, 1, 2, 3, 4)] * 4 + [(0, 1, 2, 5, 6)] + [(3, 4, 5, 6, 0)] * 2 + [(3, 5, 6, 1, 4), (5, 6, 2, 4, 1)]
        cast = [{"marks": {election: [names[one] for one in chosen]}} for chosen in marks]
        self.decide(path, cast, shift=shift, final=final)
        return path

    @kept
    def passed(self, matter: int, *, choice: str = "for", shift: timedelta = timedelta()) -> tuple[str, str]:
        """A plain motion that everybody votes on; meeting and motion."""
        path = self.draft(shift=shift)
        motion = self.add(path, matter=matter, title="决定", seats=None).json["id"]
        self.decide(path, [{"choices": {motion: choice}}] * 9, shift=shift)
        return path.rpartition("/")[2], motion

    def current(self, person: Person | None = None) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.world.api(person or self.owners[8])("GET", f"{self.path}/current").json[
            "items"
        ]
        return items

    def leave(self, committee: dict[str, Any], place: int, **body: Any) -> TestResponse:
        member = committee["members"][place]["id"]
        given = {"leaving": "resigned", "reason": REASON, **body}
        return self.secretary("POST", f"{self.path}/{committee['id']}/members/{member}/leave", given)


@pytest.fixture
def compound(world: World) -> Compound:
    return kept(Compound)(world)


def standings(committee: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["name"], one["standing"]) for one in committee["members"]]


def test_GR_32_those_elected_take_office_with_the_final_announcement_for_five_years(compound: Compound):
    path = compound.elect(final=False)
    with at(FINAL):
        assert compound.current() == []
        assert compound.secretary("POST", f"{path}/final-announcement").status_code == 200
        [committee] = compound.current()
    seated = {name for name, standing in standings(committee) if standing == "member"}
    assert seated == {f"候选人{n}" for n in range(5)}
    assert sorted(standings(committee)[5:]) == [("候选人5", "substitute"), ("候选人6", "substitute")]
    assert (committee["kind"], committee["state"], committee["vacancies"]) == ("owners_committee", "in_office", 0)
    assert datetime.fromisoformat(committee["expires_at"]) == datetime(2031, 6, 5, tzinfo=SHANGHAI)


def test_GR_32_a_motion_may_give_a_shorter_term_and_never_a_longer_one(compound: Compound):
    path = compound.draft()
    for years in (0, 6, -1):
        assert code(compound.add(path, term_years=years)) == (422, "term_unlawful")
    assert code(compound.add(path, seats=None, term_years=3)) == (422, "term_unlawful")
    assert code(compound.add(path, seats=None, committee_kind="self_management")) == (422, "term_unlawful")
    compound.elect(term_years=3)
    with at(FINAL):
        [committee] = compound.current()
    assert datetime.fromisoformat(committee["expires_at"]).astimezone(SHANGHAI).date().isoformat() == "2029-06-05"


def test_GR_31_a_meeting_elects_a_committee_of_one_kind_once(compound: Compound):
    path = compound.draft()
    first = compound.add(path).json["id"]
    for kind in ({}, {"committee_kind": "owners_committee"}):
        second = compound.add(path, title="再选一届", **kind)
        assert code(second) == (409, "committee_elected_twice")
        assert second.json["error"]["details"]["motion_id"] == first
    assert compound.add(path, committee_kind="self_management").status_code == 201
    assert compound.add(path, seats=None).status_code == 201, "to dismiss the old committee is no election"


def test_GR_31_a_draft_with_two_elections_of_one_committee_is_not_announced(compound: Compound):
    path = compound.draft()
    for kind in ("owners_committee", "self_management"):
        election = compound.add(path, committee_kind=kind).json["id"]
        body = {"name": "候选人0", "statement": "愿为大家服务。"}
        assert compound.secretary("POST", f"{path}/motions/{election}/candidates", body).status_code == 201
    db.session.execute(update(Motion).values(committee_kind=None))  # as of a draft from before
    assert code(compound.secretary("POST", f"{path}/announcement")) == (409, "committee_elected_twice")


def test_GR_31_of_two_committees_of_one_meeting_the_first_takes_office_and_the_trail_says_so(compound: Compound):
    path, ballot = compound.draft(), dict[str, list[str]]()
    for kind in ("owners_committee", "self_management"):
        election = compound.add(path, committee_kind=kind).json["id"]
        body = {"name": "候选人0", "statement": "愿为大家服务。"}
        ballot[election] = [compound.secretary("POST", f"{path}/motions/{election}/candidates", body).json["id"]]
    compound.decide(path, [{"marks": ballot}] * 9, final=False)
    db.session.execute(text("SET LOCAL session_replication_role = replica"))  # a counted meeting is kept as it is
    db.session.execute(update(Motion).values(committee_kind="owners_committee"))  # as of a meeting from before
    db.session.execute(text("SET LOCAL session_replication_role = DEFAULT"))
    with at(FINAL):
        assert compound.secretary("POST", f"{path}/final-announcement").status_code == 200
        [committee] = compound.current()
        assert [one["id"] for one in compound.secretary("GET", compound.path).json["items"]] == [committee["id"]]
        acts = [one["act"] for one in compound.secretary("GET", f"{path}/audit").json["items"]]
    assert committee["motion_id"] == next(iter(ballot))
    assert acts[-2:] == ["skip_second_committee", "announce_final_result"]


def test_GR_31_two_motions_of_one_meeting_form_one_self_management_committee(compound: Compound):
    path = compound.draft()
    motions = [compound.add(path, matter=9, title="决定", seats=None).json["id"] for _ in range(2)]
    compound.decide(path, [{"choices": dict.fromkeys(motions, "for")}] * 9)
    body = {"meeting_id": path.rpartition("/")[2], "members": ["王一", "王二", "王三"], "term_years": 3}
    with at(FINAL):
        first, second = (
            compound.secretary("POST", f"{compound.path}/self-management", {**body, "motion_id": one})
            for one in motions
        )
        assert (first.status_code, code(second)) == (201, (409, "committee_elected_twice"))
        assert [one["id"] for one in compound.current()] == [first.json["id"]]


def test_Civil_Code_284_where_a_property_company_serves_owners_form_no_self_management_committee(
    world: World, compound: Compound
):
    meeting, motion = compound.passed(9)
    body = {"meeting_id": meeting, "motion_id": motion, "members": ["王一", "王二", "王三"], "term_years": 3}
    staff_id = org.appoint(Role.PROPERTY_STAFF, world.compound, "13911111111").id
    db.session.commit()
    with at(FINAL):
        refused = compound.secretary("POST", f"{compound.path}/self-management", body)
        assert code(refused) == (409, "property_company_serves")
        path = compound.draft()
        assert code(compound.add(path, committee_kind="self_management")) == (409, "property_company_serves")
        assert compound.add(path, committee_kind="owners_committee").status_code == 201
        org.end_appointment(staff_id)
        db.session.commit()
        assert compound.secretary("POST", f"{compound.path}/self-management", body).status_code == 201


def test_without_a_quorum_nobody_takes_office_CC278_2(compound: Compound):
    path = compound.draft()
    election = compound.add(path).json["id"]
    body = {"name": "候选人0", "statement": "愿为大家服务。"}
    candidate = compound.secretary("POST", f"{path}/motions/{election}/candidates", body).json["id"]
    compound.decide(path, [{"marks": {election: [candidate]}}] * 5)
    with at(FINAL):
        assert compound.current() == []


def test_too_few_elected_leave_vacancies_that_are_reported_and_not_filled(compound: Compound):
    path = compound.draft()
    election = compound.add(path).json["id"]
    names = [
        compound.secretary(
            "POST", f"{path}/motions/{election}/candidates", {"name": f"候选人{n}", "statement": "愿为大家服务。"}
        ).json["id"]
        for n in range(2)
    ]
    compound.decide(path, [{"marks": {election: names}}] * 9)
    with at(FINAL):
        [committee] = compound.current()
    assert (committee["seats"], committee["vacancies"], committee["needs_election"]) == (5, 3, True)


def test_GR_46_the_first_substitute_takes_the_seat_of_who_resigns(world: World, compound: Compound):
    compound.elect()
    with at(FINAL):
        [before] = compound.current()
        first, second = (one["name"] for one in before["members"] if one["standing"] == "substitute")
        gone = before["members"][1]["name"]
        after = compound.leave(before, 1)
        assert after.status_code == 200, after.text
        assert (gone, "left") in standings(after.json)
        assert (first, "member") in standings(after.json)
        assert (second, "substitute") in standings(after.json)
        assert (after.json["vacancies"], after.json["members"][1]["left_reason"]) == (0, REASON)
        [seen] = compound.current()
        assert seen["members"][1]["left_reason"] is None, "owners read that, not why, somebody left"
        assert code(compound.leave(before, 1)) == (409, "member_has_left")
    event = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()[-1]
    assert (event.act, event.account_id, event.after and event.after["leaving"]) == (
        "leave_committee",
        world.secretary.account_id,
        "resigned",
    )


def test_a_substitute_who_leaves_follows_nobody_and_half_empty_seats_need_an_election_GR_46(compound: Compound):
    compound.elect()
    with at(FINAL):
        [before] = compound.current()
        for place in (5, 6):
            assert compound.leave(before, place).json["vacancies"] == 0
        states = [compound.leave(before, place).json for place in (0, 1, 2)]
    assert [(one["vacancies"], one["needs_election"]) for one in states] == [(1, False), (2, False), (3, True)]


def test_Civil_Code_278_1_3_a_removal_names_the_owners_final_decision(compound: Compound):
    compound.elect()
    later = timedelta(days=60)
    with at(FINAL):
        _, fund = compound.passed(5, shift=later)
        _, refused = compound.passed(3, choice="against", shift=later)
        _, removal = compound.passed(3, shift=later)
    with at(FINAL + later):
        [committee] = compound.current()
        for motion in (None, fund, refused, committee["motion_id"], NOBODY):
            answer = compound.leave(committee, 0, leaving="removed", motion_id=motion)
            assert code(answer) == (409, "removal_needs_motion")
        assert compound.leave(committee, 0, leaving="removed", motion_id=removal).json["members"][0]["leaving"] == (
            "removed"
        )


BAD_LEAVES = {
    "no reason": {"reason": " "},
    "no such way": {"leaving": "promoted"},
    "no id": {"leaving": "removed", "motion_id": "abc"},
}


@pytest.mark.parametrize("case", BAD_LEAVES)
def test_a_bad_leave_is_refused(compound: Compound, case: str):
    compound.elect()
    with at(FINAL):
        [committee] = compound.current()
        assert compound.leave(committee, 0, **BAD_LEAVES[case]).status_code == 422
        assert compound.current() == [committee]


def test_only_the_secretary_changes_a_committee_of_the_own_compound(world: World, compound: Compound):
    compound.elect()
    with at(FINAL):
        [committee] = compound.current()
        member = committee["members"][0]["id"]
        path = f"{compound.path}/{committee['id']}/members/{member}/leave"
        body = {"leaving": "resigned", "reason": REASON}
        for person in (world.supervisor, compound.owners[0], world.person()):
            assert world.api(person)("POST", path, body).status_code == 403
        assert world.api(world.person())("GET", compound.path).status_code == 403
        elsewhere = world.add_compound("测试二区")
        assert compound.secretary("POST", path.replace(str(world.compound), str(elsewhere)), body).status_code == 403
        wrong = f"{compound.path}/{NOBODY}/members/{member}/leave"
        assert code(compound.secretary("POST", wrong, body)) == (404, "committee_not_found")
        wrong = f"{compound.path}/{committee['id']}/members/{NOBODY}/leave"
        assert code(compound.secretary("POST", wrong, body)) == (404, "committee_member_not_found")


def test_the_next_election_ends_the_committee_and_history_keeps_it(compound: Compound):
    compound.elect()
    later = timedelta(days=60)
    with at(FINAL):
        [first] = compound.current()
        compound.elect(shift=later)
    with at(FINAL + later):
        [second] = compound.current()
        history = compound.world.api(compound.owners[0])("GET", compound.path).json["items"]
        assert [(one["id"], one["state"]) for one in history] == [(second["id"], "in_office"), (first["id"], "ended")]
        assert history[1]["ended_at"] == second["began_at"]
        assert code(compound.leave(first, 0)) == (409, "committee_ended")


def test_GR_47_secretary_and_members_are_warned_once_three_months_before_the_end(world: World, compound: Compound):
    compound.elect(term_years=1)
    told = select(OutboxMessage.account_id).where(OutboxMessage.kind == "committee_expiring")
    with at(datetime(2027, 3, 4, 12, tzinfo=SHANGHAI)):
        assert warn_of_ending_terms() == 0
    with at(datetime(2027, 3, 5, 12, tzinfo=SHANGHAI)):
        assert (warn_of_ending_terms(), warn_of_ending_terms()) == (1, 0)
        assert set(db.session.scalars(told)) == {world.secretary.account_id} | {
            compound.owners[n].account_id for n in range(5)
        }
    with at(datetime(2027, 6, 4, 23, tzinfo=SHANGHAI)):
        assert compound.current(world.owner(world.unit("999")))[0]["state"] == "in_office"


def test_a_committee_whose_term_is_over_is_shown_as_expired(world: World, compound: Compound):
    compound.elect(term_years=1)
    with at(datetime(2027, 6, 5, 0, 0, tzinfo=SHANGHAI)):
        fresh = world.owner(world.unit("999"))
        [committee] = compound.current(fresh)
    assert (committee["state"], committee["state_text"], committee["needs_election"]) == ("expired", "任期已届满", True)


def test_Civil_Code_284_a_self_management_committee_comes_of_an_ordinary_final_motion_or_an_election(
    compound: Compound,
):
    later = timedelta(days=60)
    meeting, motion = compound.passed(9)
    body = {
        "meeting_id": meeting,
        "motion_id": motion,
        "members": ["王小明", "李小红", "赵大勇"],
        "substitutes": ["钱小江"],
        "term_years": 3,
    }
    with at(FINAL):
        recorded = compound.secretary("POST", f"{compound.path}/self-management", body)
        assert recorded.status_code == 201, recorded.text
        assert standings(recorded.json)[3] == ("钱小江", "substitute")
        assert (recorded.json["kind"], recorded.json["kind_text"]) == ("self_management", "自行管理委员会")
        assert code(compound.secretary("POST", f"{compound.path}/self-management", body)) == (
            409,
            "committee_recorded",
        )
        compound.elect(shift=later, committee_kind="self_management")
    with at(FINAL + later):
        [elected] = compound.current()
    assert (elected["kind"], elected["seats"]) == ("self_management", 5)


BAD_SELF_MANAGEMENT: dict[str, tuple[dict[str, Any], int]] = {
    "two members": ({"members": ["王小明", "李小红"]}, 422),
    "a term of six years": ({"term_years": 6}, 422),
    "an unknown motion": ({"motion_id": NOBODY}, 404),
    "an unknown meeting": ({"meeting_id": NOBODY}, 404),
    "no names": ({"members": ["", " ", "王"]}, 422),
}


@pytest.mark.parametrize("case", BAD_SELF_MANAGEMENT)
def test_a_bad_self_management_committee_is_refused(compound: Compound, case: str):
    meeting, motion = compound.passed(9)
    given, status = BAD_SELF_MANAGEMENT[case]
    body = {"meeting_id": meeting, "motion_id": motion, "members": ["王一", "王二", "王三"], "term_years": 3, **given}
    with at(FINAL):
        assert compound.secretary("POST", f"{compound.path}/self-management", body).status_code == status
        assert compound.current() == []


def test_a_motion_that_failed_is_special_or_not_final_forms_no_committee(world: World, compound: Compound):
    failed, special = compound.passed(9, choice="against"), compound.passed(8)
    path = compound.draft()
    open_motion = compound.add(path, matter=9, seats=None).json["id"]
    compound.decide(path, [{"choices": {open_motion: "for"}}] * 9, final=False)
    body = {"members": ["王一", "王二", "王三"], "term_years": 3}
    with at(FINAL):
        for meeting, motion in (failed, special, (path.rpartition("/")[2], open_motion)):
            answer = compound.secretary(
                "POST", f"{compound.path}/self-management", {**body, "meeting_id": meeting, "motion_id": motion}
            )
            assert code(answer) == (409, "motion_not_decided")
        whole = {**body, "meeting_id": failed[0], "motion_id": failed[1]}
        assert world.api(compound.owners[0])("POST", f"{compound.path}/self-management", whole).status_code == 403
