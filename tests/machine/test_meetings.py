"""Random meetings through every act, valid and invalid, over the API, beside a simple model of the law.

After every act the state and the turnout are those of the model; a refused act changes neither; what is counted is what
the model counts. Civil Code 278; SPC 9; domain rules, sections 1 to 3.
"""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)
from werkzeug.test import TestResponse

from app.meetings.rules.rule_set import RuleSet
from tests.machine.model import Choices, Model, Party
from tests.machine.playing import run
from tests.support.world import CLOSES, OPENS, START, Person, World, at

CHOICE = st.sampled_from(["for", "for", "for", "against", "abstain", "blank"])
BALLOT = st.tuples(CHOICE, CHOICE, CHOICE)
RARELY = st.integers(0, 29).map(lambda number: number == 17)
MATTERS = st.integers(1, 9)
AREA = 10000
PEOPLE, PARTIES = st.integers(0, 5), st.integers(0, 4)
REASON = {"reason": "公告有误"}


class Meetings(RuleBasedStateMachine):
    """One meeting of five parties: three flats of one owner, a couple's flat, and three neighbours."""

    application: Flask

    @initialize(
        matters=st.lists(MATTERS, min_size=1, max_size=3),
        extension=st.booleans(),
        change=st.booleans(),
        stage=st.sampled_from(["voting", "counted", "closed", "announced", "draft"]),
        ballots=st.lists(BALLOT, min_size=6, max_size=6),
    )
    def prepare(self, matters: list[int], extension: bool, change: bool, stage: str, ballots: list[Choices]) -> None:
        """Begin anywhere on a meeting's way, so that its late stages are seen as often as its early ones."""
        with at(START):
            self.world = World(self.application)
            self.people, self.parties = _people(self.world)
            if extension or change:
                self._adopt(extension, change)
            self.path = self.world.draft(*matters)
        self.model = self.make_model(START, OPENS, CLOSES, self.parties, list(matters), extension, change)
        self.ballots: dict[tuple[int, int], str] = {}
        if stage != "draft":
            self.announce()
        if stage in ("voting", "closed", "counted"):
            self.wait_for_the_next_milestone()
            self.begin_voting(ballots)
        if stage in ("closed", "counted"):
            for owner, choices in enumerate(ballots):
                self.cast_for_the_own_party(owner, choices)
            self.wait_for_the_next_milestone()
        if stage == "counted":
            self.approve_the_count(False)
            self.approve_the_count(True)

    def make_model(self, *facts: Any) -> Model:
        """The model beside the meeting."""
        return Model(*facts)

    def begin_voting(self, ballots: list[Choices]) -> None:
        """What happens first when voting is open: nothing here."""

    def _adopt(self, extension: bool, change: bool) -> None:
        longest = 7 if extension else 0
        rules = RuleSet(allow_extension=extension, max_extension_days=longest, allow_ballot_change=change).to_dict()
        path = f"/compounds/{self.world.compound}/rule-sets"
        adopted = self.world.api(self.world.secretary)("POST", path, {"data": rules, "note": "业主大会通过"})
        assert adopted.status_code == 201, adopted.text

    @rule(matter=MATTERS)
    def add_motion(self, matter: int) -> None:
        motion = {"matter": matter, "title": f"事项{matter}", "text": "事项说明"}
        self._does(self.world.secretary, "POST", "/motions", motion, expected=self.model.add_motion(matter))

    @precondition(lambda self: self.model.matters)
    @rule()
    def remove_motion(self) -> None:
        last = self.meeting()["motions"][-1]["id"]
        self._does(self.world.secretary, "DELETE", f"/motions/{last}", expected=self.model.remove_motion())

    @rule()
    def rename(self) -> None:
        self._does(self.world.secretary, "PATCH", "", {"title": "改名"}, expected=self.model.rename())

    @rule()
    def announce(self) -> None:
        refusal = self.model.announce()
        self._does(self.world.secretary, "POST", "/announcement", expected=refusal)
        if refusal is None:
            self._learn_parties()
        elif self.model.announced and not self.ballots:
            [first, *_] = self._call(self.people[0], "GET", "").json["my_parties"]
            assert first["id"] == self.party_ids[0], "a refused announcement makes nobody another party"

    @rule(ahead=st.sampled_from([timedelta(minutes=20), timedelta(hours=2), timedelta(days=1), timedelta(days=3)]))
    def wait(self, ahead: timedelta) -> None:
        self.model.now += ahead

    @rule()
    def wait_for_the_next_milestone(self) -> None:
        ahead = [moment for moment in (self.model.opens, self.model.closes) if moment > self.model.now]
        self.model.now = min(ahead, default=self.model.now)

    @precondition(lambda self: self.model.announced)
    @rule(owner=PEOPLE, place=PARTIES, choices=BALLOT, unknown=RARELY)
    def cast_for_any_party(self, owner: int, place: int, choices: Choices, unknown: bool) -> None:
        self._cast(owner, place, choices, unknown)

    @precondition(lambda self: self.model.announced)
    @rule(owner=PEOPLE, choices=BALLOT)
    def cast_for_the_own_party(self, owner: int, choices: Choices) -> None:
        place = next(place for place, party in enumerate(self.parties) if owner in party.owners)
        self._cast(owner, place, choices)

    def _cast(self, owner: int, place: int, choices: Choices, unknown: bool = False) -> None:
        choices = choices[: len(self.model.matters)]
        motions = [motion["id"] for motion in self.meeting()["motions"]]
        body = {"party_id": self.party_ids[place], "choices": dict(zip(motions, choices, strict=False))}
        if unknown:
            body["choices"][str(uuid4())] = "for"
        choices += ("blank",) * (len(self.model.matters) - len(choices))
        if unknown and set(choices) == {"blank"}:
            return
        before = list(self.parties[place].live)
        answer = self._does(
            self.people[owner],
            "POST",
            "/ballots",
            body,
            expected=self.model.cast(owner, place, choices, unknown),
        )
        if answer.status_code == 201 and len(self.parties[place].live) > len(before):
            self.ballots[owner, place] = answer.json["ballot_id"]

    @precondition(lambda self: self.ballots)
    @rule(number=st.integers(0, 9), by_its_owner=st.sampled_from([True, True, True, False]), who=PEOPLE, choices=BALLOT)
    def change(self, number: int, by_its_owner: bool, who: int, choices: Choices) -> None:
        """Name any ballot that was ever cast as replaced, mostly by whose it is."""
        cast = sorted(self.ballots)
        of, place = cast[number % len(cast)]
        replaces = self.ballots[of, place]
        owner = of if by_its_owner else who
        choices = choices[: len(self.model.matters)]
        motions = [motion["id"] for motion in self.meeting()["motions"]]
        party = self.parties[place]
        changed, stands = party.changed, any(one == of for one, _ in party.live)
        answer = self._does(
            self.people[owner],
            "POST",
            "/ballots",
            {
                "party_id": self.party_ids[place],
                "choices": dict(zip(motions, choices, strict=False)),
                "replaces": replaces,
            },
            expected=self.model.change(owner, place, (of, stands), choices),
        )
        if answer.status_code == 201 and party.changed and not changed:
            self.ballots[owner, place] = answer.json["ballot_id"]
            assert answer.json["replaces"] == replaces

    @precondition(lambda self: any(self.parties[place].live for place in range(len(self.parties))))
    @rule(place=PARTIES, first=st.booleans())
    def withdraw(self, place: int, first: bool) -> None:
        live = self.parties[place].live
        if not live:
            return
        owner = live[0 if first else -1][0]
        path = f"/ballots/{self.ballots[owner, place]}"
        self._does(self.people[owner], "DELETE", path, expected=self.model.withdraw(owner, place))

    @rule(longer=st.integers(-1, 9))
    def extend(self, longer: int) -> None:
        closes = self.model.closes + timedelta(days=longer)
        body = {"closes_at": closes.isoformat()}
        self._does(self.world.secretary, "POST", "/extension", body, expected=self.model.extend(closes))

    @rule(sure=RARELY, supervisor=st.booleans())
    def cancel(self, sure: bool, supervisor: bool) -> None:
        if sure or self.model.ended:
            person = self.world.supervisor if supervisor else self.world.secretary
            expected = self.model.cancel("supervisor" if supervisor else "secretary")
            self._does(person, "POST", "/cancellation", REASON, expected=expected)

    @rule(sure=RARELY)
    def redraft(self, sure: bool) -> None:
        if sure or self.model.state != "announced":
            self._does(self.world.secretary, "POST", "/redraft", REASON, expected=self.model.redraft())

    @rule(supervisor=st.booleans())
    def approve_the_count(self, supervisor: bool) -> None:
        person = self.world.supervisor if supervisor else self.world.secretary
        capacity = "supervisor" if supervisor else "secretary"
        answer = self._does(person, "POST", "/count", expected=self.model.approve(capacity))
        if answer.status_code == 200 and answer.json["record"]:
            self._compare(answer.json["record"])

    @rule()
    def publish(self) -> None:
        self._does(self.world.secretary, "POST", "/publication", expected=self.model.publish())

    @rule(owner=PEOPLE, act=st.sampled_from(["announcement", "count", "publication", "cancellation", "redraft"]))
    def an_owner_tries_what_is_not_an_owner_s(self, owner: int, act: str) -> None:
        body = REASON if act in ("cancellation", "redraft") else None
        self._does(self.people[owner], "POST", f"/{act}", body, expected="forbidden")

    @invariant()
    def state_and_turnout_are_the_model_s(self) -> None:
        if not hasattr(self, "model"):
            return
        assert self.meeting()["state"] == self.model.state
        if self.model.announced:
            turnout = self._call(self.world.secretary, "GET", "/turnout").json
            assert (turnout["persons"], turnout["area_centi"]) == self.model.turnout
            assert (turnout["electorate_persons"], turnout["electorate_area_centi"]) == self.model.electorate

    def meeting(self) -> dict[str, Any]:
        found: dict[str, Any] = self._call(self.world.secretary, "GET", "").json
        return found

    def _compare(self, record: dict[str, Any]) -> None:
        assert (record["turnout"]["persons"], record["turnout"]["area_centi"]) == self.model.turnout
        for place, motion in enumerate(record["motions"]):
            for choice, votes in motion["votes"].items():
                assert (votes["persons"], votes["area_centi"]) == self.model.votes(place, choice)
            assert motion["verdict"] == self.model.verdict(place)
        assert record.get("changed_ballots", 0) == sum(party.changed for party in self.parties)

    def _learn_parties(self) -> None:
        shown = [self._call(person, "GET", "").json["my_parties"] for person in self.people]
        owner_of = [party.owners[0] for party in self.parties]
        self.party_ids = [shown[owner][0]["id"] for owner in owner_of]

    def _does(self, person: Person, method: str, path: str, body: Any = None, *, expected: str | None) -> TestResponse:
        answer = self._call(person, method, path, body)
        code = None if answer.status_code < 400 else answer.json["error"]["code"]
        assert code == expected, f"{method} {path} {body}: {answer.text}"
        return answer

    def _call(self, person: Person, method: str, path: str, body: Any = None) -> TestResponse:
        with at(self.model.now):
            return self.world.api(person)(method, self.path + path, body)


def _people(world: World) -> tuple[list[Person], list[Party]]:
    """Six people of five parties; the first owns three flats, the second and the third one together."""
    three = world.owner(*(world.unit(f"10{number}", AREA) for number in range(3)))
    flat = world.unit("201", 2 * AREA)
    wife, husband = world.owner(flat, name="甲某"), world.owner(flat, name="乙某")
    neighbours = [world.owner(world.unit(f"30{number}", AREA + number)) for number in range(3)]
    parties = [Party((0,), 3 * AREA), Party((1, 2), 2 * AREA)]
    parties += [Party((3 + number,), AREA + number) for number in range(3)]
    return [three, wife, husband, *neighbours], parties


@pytest.mark.parametrize("examples", [6])
def test_whatever_is_done_to_a_meeting_its_state_and_its_count_are_the_model_s(app: Flask, examples: int):
    run(Meetings, app, examples)
