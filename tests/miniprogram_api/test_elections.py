"""Electing a committee over the API: candidates, marks, and the outcome in the count record."""

from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.core.db import db
from app.meetings.log import leaves, sequencing
from app.meetings.models import Ballot, Meeting
from tests.support.kept import kept
from tests.support.world import CLOSES, OPENS, Person, World, at

BODY = {"matter": 3, "title": "选举第一届业主委员会", "text": "选举委员五名。", "seats": 5}


@dataclass
class Election:
    """An open election of five seats, after a plain motion."""

    world: World
    owners: list[Person]
    path: str
    plain: str
    motion: str
    names: list[str]

    def cast(self, owner: Person, *marks: int, choice: str = "for", **body: Any) -> TestResponse:
        party = self.world.api(owner)("GET", self.path).json["my_parties"][0]["id"]
        named = {self.motion: [self.names[mark] for mark in marks]}
        whole = {"party_id": party, "choices": {self.plain: choice}, "marks": named, **body}
        return self.world.api(owner)("POST", f"{self.path}/ballots", whole)

    def outcome(self) -> dict[str, Any]:
        with at(CLOSES):
            self.world.api(self.world.secretary)("POST", f"{self.path}/count")
            record = self.world.api(self.world.supervisor)("POST", f"{self.path}/count").json["record"]
        assert [motion["motion_id"] for motion in record["motions"]] == [self.plain]
        found: dict[str, Any] = record["elections"][0]
        return found

    def numbers(self, ids: list[str]) -> list[int]:
        return [self.names.index(one) for one in ids]


@kept
def draft(world: World, candidates: int) -> tuple[str, str, list[str]]:
    path = world.draft(5)
    api = world.api(world.secretary)
    motion = api("POST", f"{path}/motions", BODY).json["id"]
    names = []
    for number in range(candidates):
        body = {"name": f"候选人{number}", "statement": "愿为大家服务。"}
        added = api("POST", f"{path}/motions/{motion}/candidates", body)
        assert added.status_code == 201, added.text
        names.append(added.json["id"])
    return path, motion, names


@kept
def opened(world: World, owners: int = 3, candidates: int = 7) -> Election:
    people = world.owners(owners)
    path, motion, names = draft(world, candidates)
    announced = world.api(world.secretary)("POST", f"{path}/announcement")
    assert announced.status_code == 200, announced.text
    return Election(world, people, path, announced.json["motions"][0]["id"], motion, names)


def test_those_with_more_than_half_take_the_seats_and_the_next_is_substitute_CC278_2(world: World):
    election = opened(world, owners=6)
    with at(OPENS):
        shown = world.api(election.owners[0])("GET", election.path).json["motions"][1]
        assert (shown["seats"], len(shown["candidates"])) == (5, 7)
        for marks in ((0, 1, 2, 3, 4), (0, 1, 2, 3, 4), (0, 1, 2, 3, 4), (0, 1, 2, 3, 5), (0, 1, 5, 2), (0, 5)):
            assert election.cast(election.owners.pop(), *marks).status_code == 201
    outcome = election.outcome()
    assert election.numbers(outcome["elected"]) == [0, 1, 2, 3]
    assert (outcome["vacancies"], outcome["substitutes"], outcome["needs_lot"]) == (1, [], [])
    by_name = {election.names.index(one["candidate_id"]): one for one in outcome["candidates"]}
    assert (by_name[0]["persons"], by_name[0]["area_centi"]) == (6, 60000)
    assert (by_name[4]["persons"], by_name[4]["outcome"]) == (3, "not_elected")


def test_a_full_tie_at_the_last_seat_needs_a_lot_and_nobody_is_chosen_by_the_program(world: World):
    election = opened(world)
    with at(OPENS):
        for marks in ((0, 1, 2, 3, 4), (0, 1, 2, 3, 5), (4, 5, 0, 1, 2)):
            election.cast(election.owners.pop(), *marks)
    outcome = election.outcome()
    assert election.numbers(outcome["elected"]) == [0, 1, 2]
    assert sorted(election.numbers(outcome["needs_lot"])) == [3, 4, 5]
    assert (outcome["seats_by_lot"], outcome["vacancies"]) == (2, 0)


def test_without_two_thirds_nobody_is_elected_and_blanks_take_no_part_CC278_2(world: World):
    election = opened(world)
    with at(OPENS):
        election.cast(election.owners[0], 0)
        election.cast(election.owners[1])
    outcome = election.outcome()
    assert (outcome["quorum"], outcome["elected"], outcome["vacancies"]) == (False, [], 5)
    assert (outcome["took_part"], outcome["blank"]) == (
        {"persons": 1, "area_centi": 10000},
        {"persons": 1, "area_centi": 10000},
    )
    assert outcome["differs_if_blank_counted_otherwise"]


def test_marks_enter_the_leaf_sorted_and_the_owner_sees_them(world: World):
    election = opened(world)
    with at(OPENS):
        receipt = election.cast(election.owners[0], 3, 1, choices={}).json
        mine = world.api(election.owners[0])("GET", election.path).json["my_parties"][0]
    assert mine["marks"] == {election.motion: sorted([election.names[3], election.names[1]])}
    ballot, meeting = db.session.query(Ballot).one(), db.session.query(Meeting).one()
    leaf = sequencing.leaf_of(meeting, ballot)
    assert leaf["marks"] == mine["marks"]
    assert leaves.hash_of(leaf).hex() == receipt["leaf_hash"]


BAD = {
    "more marks than seats": {"marks": (0, 1, 2, 3, 4, 5)},
    "somebody who does not stand": {"stranger": True},
    "a choice on the election": {"election_choice": True},
    "marks on a plain motion": {"on_plain": True},
}


@pytest.mark.parametrize("case", BAD.values(), ids=BAD.keys())
def test_domain_2_bad_marks_are_refused_and_change_nothing(world: World, case: dict[str, Any]):
    election = opened(world)
    body: dict[str, Any] = {}
    if "stranger" in case:
        body = {"marks": {election.motion: [election.plain]}}
    if "election_choice" in case:
        body = {"choices": {election.motion: "for"}, "marks": {election.motion: [election.names[0]]}}
    if "on_plain" in case:
        body = {"marks": {election.plain: [election.names[0]]}}
    with at(OPENS):
        refused = election.cast(election.owners[0], *case.get("marks", ()), **body)
    assert (refused.status_code, refused.json["error"]["code"]) == (422, "marks_unlawful")
    assert db.session.scalar(select(func.count()).select_from(Ballot)) == 0


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        pytest.param({"seats": 6}, "seats_unlawful", id="GR31-even"),
        pytest.param({"seats": 3}, "seats_unlawful", id="GR31-fewer-than-5"),
        pytest.param({"seats": 13}, "seats_unlawful", id="GR31-more-than-11"),
        pytest.param({"matter": 4}, "seats_unlawful", id="CC278(1)(3)-no-committee"),
    ],
)
def test_seats_that_the_law_does_not_know_are_refused(world: World, changes: dict[str, Any], code: str):
    world.owners(1)
    path = world.draft(5)
    refused = world.api(world.secretary)("POST", f"{path}/motions", {**BODY, **changes})
    assert (refused.status_code, refused.json["error"]["code"]) == (422, code)


def test_an_election_without_candidates_is_not_announced_and_a_plain_motion_has_none(world: World):
    world.owners(1)
    path, motion, names = draft(world, 1)
    api = world.api(world.secretary)
    gone = api("DELETE", f"{path}/motions/{motion}/candidates/{names[0]}")
    assert gone.status_code == 204
    again = api("DELETE", f"{path}/motions/{motion}/candidates/{names[0]}")
    assert again.json["error"]["code"] == "candidate_not_found"
    assert api("POST", f"{path}/announcement").json["error"]["code"] == "no_candidates"
    plain = api("GET", path).json["motions"][0]["id"]
    body = {"name": "候选人", "statement": "愿为大家服务。"}
    assert api("POST", f"{path}/motions/{plain}/candidates", body).json["error"]["code"] == "not_an_election"


def test_a_corrected_meeting_keeps_its_candidates(world: World):
    election = opened(world)
    again = world.api(world.secretary)("POST", f"{election.path}/redraft", {"reason": "时间有误"})
    assert [one["name"] for one in again.json["motions"][1]["candidates"]] == [f"候选人{one}" for one in range(7)]
