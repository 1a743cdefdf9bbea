"""Random activities and posts through every act, valid and invalid, over the API, beside a simple model.

After every act everybody's place, turn and hours are those of the model; a refused act changes nothing.
"""

from datetime import timedelta
from typing import Any

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

from tests.machine.playing import run
from tests.machine.volunteering_model import Model, Shift
from tests.support.volunteering import REASON, TOMORROW, Volunteering, shift
from tests.support.world import START, Person, World, at

PEOPLE, PLACES = st.integers(0, 5), st.integers(0, 2)
HOURS, LIMIT = 2, timedelta(hours=1)
STARTS = [TOMORROW, TOMORROW + timedelta(hours=1), TOMORROW + timedelta(hours=3)]
RARELY = st.integers(0, 9).map(lambda number: number == 7)


class Activities(RuleBasedStateMachine):
    """Three shifts, of which the first two overlap, a post of two places, and six volunteers."""

    application: Flask

    @initialize(capacities=st.lists(st.integers(1, 3), min_size=3, max_size=3), crowd=st.lists(PLACES, max_size=6))
    def prepare(self, capacities: list[int], crowd: list[int]) -> None:
        with at(START):
            self.here = Volunteering(World(self.application))
            self.people = self.here.volunteers(6)
            self.names = [f"志愿者{number}" for number in range(6)]
            for person, name in zip(self.people, self.names, strict=True):
                assert self.here.register(person, name=name).status_code == 200
            shifts = [shift(one, HOURS, size) for one, size in zip(STARTS, capacities, strict=True)]
            minutes = int(LIMIT.total_seconds()) // 60
            made = self.here.activity(*shifts, cancel_minutes=minutes)
            self.post = self.here.post(places=2)
        self.slots = [f"{self.here.path}/slots/{one['id']}" for one in made["slots"]]
        ends = [one + timedelta(hours=HOURS) for one in STARTS]
        self.model = Model(START, [Shift(*one, LIMIT) for one in zip(STARTS, ends, capacities, strict=True)], 2)
        self.records: dict[tuple[int, int], str] = {}
        self.touched = {0, 1, 2}
        for person, place in enumerate(crowd):
            self.book(person, place, True)

    @rule(person=PEOPLE, place=PLACES, may_wait=st.booleans())
    def book(self, person: int, place: int, may_wait: bool) -> None:
        expected = self.model.book(person, place, may_wait)
        self._does(self.people[person], "POST", f"{self.slots[place]}/booking", {"may_wait": may_wait}, expected)

    @rule(person=PEOPLE, place=PLACES)
    def cancel(self, person: int, place: int) -> None:
        expected = self.model.cancel(person, place)
        self._does(self.people[person], "DELETE", f"{self.slots[place]}/booking", None, expected)

    @rule(person=PEOPLE, place=PLACES)
    def take_out(self, person: int, place: int) -> None:
        if booking := self._booking(person, place):
            path = f"{self.slots[place]}/bookings/{booking}/cancellation"
            self._does(self.secretary, "POST", path, REASON, self.model.take_out(person, place))

    @rule(person=PEOPLE, place=PLACES)
    def record_no_show(self, person: int, place: int) -> None:
        if booking := self._booking(person, place):
            path = f"{self.slots[place]}/bookings/{booking}/no-show"
            self._does(self.secretary, "POST", path, None, self.model.no_show(person, place))

    @rule(place=PLACES, capacity=st.integers(1, 4))
    def resize(self, place: int, capacity: int) -> None:
        expected = self.model.resize(place, capacity)
        self._does(self.secretary, "PATCH", self.slots[place], {"capacity": capacity}, expected)

    @rule(place=PLACES, sure=RARELY)
    def call_off(self, place: int, sure: bool) -> None:
        if sure:
            expected = self.model.call_off(place)
            self._does(self.secretary, "POST", f"{self.slots[place]}/cancellation", REASON, expected)

    @rule(person=PEOPLE, place=PLACES, out=st.booleans())
    def scan(self, person: int, place: int, out: bool) -> None:
        act = self.model.check_out if out else self.model.check_in
        code = self._call(self.secretary, "GET", f"{self.slots[place]}/code").json["code"]
        path = f"{self.slots[place]}/check-{'out' if out else 'in'}"
        answer = self._does(self.people[person], "POST", path, {"code": code}, act(person, place))
        if answer.status_code == 200:
            self.records[person, place] = answer.json["id"]

    @precondition(lambda self: self.records)
    @rule(data=st.data())
    def confirm_hours(self, data: st.DataObject) -> None:
        person, place = data.draw(st.sampled_from(sorted(self.records)))
        path = f"{self.here.path}/service-records/{self.records[person, place]}/confirmation"
        self._does(self.people[person], "POST", path, None, "forbidden")
        self._does(self.secretary, "POST", path, None, self.model.confirm(person, place))
        self.touched.add(place)

    @rule(person=PEOPLE)
    def claim(self, person: int) -> None:
        self._does(self.people[person], "POST", f"{self.post}/claim", None, self.model.claim(person))

    @rule(person=PEOPLE)
    def give_up(self, person: int) -> None:
        self._does(self.people[person], "DELETE", f"{self.post}/claim", None, self.model.give_up(person))

    @rule(person=PEOPLE, confirm=st.booleans())
    def decide(self, person: int, confirm: bool) -> None:
        claims = self._call(self.secretary, "GET", f"{self.post}/claims").json["items"]
        mine = [one["id"] for one in claims if one["name"] == self.names[person]]
        if mine:
            path = f"{self.post}/claims/{mine[-1]}/{'confirmation' if confirm else 'refusal'}"
            self._does(self.secretary, "POST", path, None if confirm else REASON, self.model.decide(person, confirm))

    @rule(sure=RARELY)
    def close_post(self, sure: bool) -> None:
        if sure:
            self._does(self.secretary, "POST", f"{self.post}/closing", None, self.model.close())

    @rule(ahead=st.sampled_from([timedelta(minutes=20), timedelta(hours=1), timedelta(hours=5), timedelta(hours=12)]))
    def wait(self, ahead: timedelta) -> None:
        self.model.now += ahead

    @rule(person=PEOPLE, place=PLACES)
    def a_volunteer_tries_what_is_the_organiser_s(self, person: int, place: int) -> None:
        slot = self.slots[place]
        for method, path, body in (("PATCH", slot, {"capacity": 9}), ("POST", f"{slot}/cancellation", REASON)):
            self._does(self.people[person], method, path, body, "forbidden")

    @invariant()
    def places_turns_and_hours_are_the_model_s(self) -> None:
        if not hasattr(self, "model"):
            return
        for place in sorted(self.touched):
            slot, expected = self.slots[place], self.model.shifts[place]
            found = self._call(self.secretary, "GET", f"{slot}/bookings").json["items"]
            entries = [(self.names[one.person], one.state) for one in expected.entries]
            assert [(one["name"], one["state"]) for one in found] == entries
            seen = self._call(self.secretary, "GET", slot).json
            assert (seen["capacity"], seen["free"]) == (expected.capacity, expected.capacity - expected.taken)
            assert (seen["waiting"], seen["cancelled"]) == (len(expected.of("waiting")), expected.off)
        assert self._call(self.secretary, "GET", self.post).json["free"] == 2 - self.model.held
        for (person, place), record in self.records.items():
            if place not in self.touched:
                continue
            mine = self._call(self.people[person], "GET", f"{self.here.path}/service-records/mine").json["items"]
            hours = self.model.shifts[place].hours[person]
            [served] = [(one["state"], one["minutes"]) for one in mine if one["id"] == record]
            assert served == (hours.state, hours.minutes)
        self.touched = set()

    @property
    def secretary(self) -> Person:
        return self.here.world.secretary

    def _booking(self, person: int, place: int) -> str | None:
        """The person's live booking, or else the last one."""
        found = self._call(self.secretary, "GET", f"{self.slots[place]}/bookings").json["items"]
        mine = [one for one in found if one["name"] == self.names[person]]
        live = [one for one in mine if one["state"] in ("booked", "waiting")]
        return str((live or mine)[-1]["id"]) if mine else None

    def _does(self, person: Person, method: str, path: str, body: Any, expected: str | None) -> TestResponse:
        self.touched |= {place for place, slot in enumerate(self.slots) if path.startswith(slot)}
        answer = self._call(person, method, path, body)
        code = None if answer.status_code < 400 else answer.json["error"]["code"]
        assert code == expected, f"{method} {path} {body}: {answer.text}"
        return answer

    def _call(self, person: Person, method: str, path: str, body: Any = None) -> TestResponse:
        with at(self.model.now if hasattr(self, "model") else START):
            return self.here.world.api(person)(method, path, body)


@pytest.mark.parametrize("examples", [4])
def test_whatever_is_done_everybody_s_place_is_the_model_s(app: Flask, examples: int):
    run(Activities, app, examples, steps=35)
