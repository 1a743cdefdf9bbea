"""Random entries through every act, valid and invalid, over the API, beside a simple model of the rules.

After every act what each role sees is what the model says; a refused act changes nothing. No worker runs: time alone
ends the hearing and the publication. Domain rules, section 5.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.machine.playing import run
from tests.support.notices import Notices, code
from tests.support.world import START, Person, World, at

DAYS = {"black": 7, "red": 30}
GOING_ON = ("hearing", "heard", "published")


def whole_days(moment: datetime, days: int) -> datetime:
    """The midnight in China that ends so many days after the day of the moment: Civil Code 201."""
    china = moment + timedelta(hours=8)
    midnight = china.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(days=days + 1) - timedelta(hours=8)


@dataclass
class Model:
    """An entry as simply as it can be said. Each act returns the code that refuses it, or None and is done."""

    colour: str
    known: bool
    now: datetime = START
    stored: str = "draft"
    hearing_until: datetime | None = None
    expires: datetime | None = None
    appeal: str | None = None
    consent: str | None = None

    @property
    def state(self) -> str:
        if self.stored == "hearing" and self.hearing_until and self.now >= self.hearing_until:
            return "heard"
        if self.stored == "published" and self.expires and self.now >= self.expires:
            return "expired"
        return self.stored

    def _only(self, *states: str) -> str | None:
        return None if self.state in states else "wrong_notice_state"

    def change(self) -> str | None:
        return self._only("draft", "returned")

    def submit(self) -> str | None:
        refusal = self._only("draft", "returned")
        self.stored = self.stored if refusal else "reviewing"
        return refusal

    def review(self, accept: bool) -> None:
        self.stored = "hearing" if accept else "returned"
        if accept:
            self.hearing_until = whole_days(self.now, 3)
            if self.known and self.colour == "red":
                self.consent = "asked"

    def publish(self) -> str | None:
        refusal = self._only("heard") or ("appeal_open" if self.appeal == "open" else None)
        if refusal is None:
            self.stored, self.expires = "published", whole_days(self.now, DAYS[self.colour])
        return refusal

    def withdraw(self) -> str | None:
        refusal = self._only("draft", "returned", "reviewing", "hearing", "heard")
        if refusal is None:
            self.stored = "withdrawn"
            self.appeal = "upheld" if self.appeal == "open" else self.appeal
        return refusal

    def take_down(self) -> str | None:
        refusal = self._only("published")
        if refusal is None:
            self.stored = "taken_down"
            self.appeal = "upheld" if self.appeal == "open" else self.appeal
        return refusal

    def file(self) -> str | None:
        if not self.seen_by_the_concerned:
            return "notice_not_found"
        refusal = self._only(*GOING_ON) or ("already_appealed" if self.appeal else None)
        self.appeal = self.appeal if refusal else "open"
        return refusal

    def decide(self, uphold: bool) -> str | None:
        if self.appeal != "open":
            return "notice_appeal_decided"
        self.appeal = "upheld" if uphold else "dismissed"
        if uphold:
            self.stored = "taken_down"
        return None

    def answer_consent(self, agree: bool) -> str | None:
        if self.consent is None:
            return "consent_not_asked"
        refusal = self._only(*GOING_ON)
        self.consent = self.consent if refusal else ("given" if agree else "refused")
        return refusal

    def withdraw_consent(self) -> str | None:
        if self.consent is None:
            return "consent_not_asked"
        if self.consent not in ("given", "withdrawn"):
            return "consent_not_given"
        self.consent = "withdrawn"
        return None

    @property
    def seen_by_residents(self) -> bool:
        if self.state in ("hearing", "heard"):
            return not self.known
        return self.expires is not None and self.now < self.expires

    @property
    def seen_by_the_concerned(self) -> bool:
        ever_heard = self.hearing_until is not None and self.stored not in ("withdrawn",)
        return (self.known and ever_heard) or self.seen_by_residents

    @property
    def names(self) -> bool:
        return self.state == "published" and self.consent == "given"


class Noticeboard(RuleBasedStateMachine):
    """One entry of a steward's, reviewed by the secretary, with a neighbour whom it may be about."""

    application: Flask

    @initialize(colour=st.sampled_from(["red", "black"]), known=st.booleans(), stage=st.integers(0, 4))
    def prepare(self, colour: str, known: bool, stage: int) -> None:
        """Begin anywhere on an entry's way, so that its late stages are seen as often as its early ones."""
        with at(START):
            self.notices = Notices(World(self.application))
            self.entry = self.notices.draft(colour, self.notices.concerned if known else None)
        self.model = Model(colour, known)
        self.appeal_id: str | None = None
        if stage > 0:
            self.submit()
        if stage > 1:
            self.review(True)
        if stage > 2:
            self.wait_for_the_next_milestone()
        if stage > 3:
            self.publish()

    @rule()
    def change(self) -> None:
        body = {"text": "有人在门厅堆放杂物。"}
        self._does(self.notices.steward, "PATCH", f"/{self.entry}", body, expected=self.model.change())

    @rule()
    def submit(self) -> None:
        self._does(self.notices.steward, "POST", f"/{self.entry}/submission", expected=self.model.submit())

    @rule(accept=st.sampled_from([True, True, False]))
    def review(self, accept: bool) -> None:
        if self.model.state == "reviewing":
            with at(self.model.now):
                assert self.notices.decide(self.entry, accept).status_code == 200
            self.model.review(accept)

    @rule()
    def publish(self) -> None:
        self._does(self.notices.secretary, "POST", f"/{self.entry}/publication", expected=self.model.publish())

    @rule(sure=st.integers(0, 7).map(lambda number: number == 3))
    def withdraw(self, sure: bool) -> None:
        if sure:
            self._does(self.notices.steward, "POST", f"/{self.entry}/withdrawal", expected=self.model.withdraw())

    @rule(sure=st.integers(0, 7).map(lambda number: number == 3))
    def take_down(self, sure: bool) -> None:
        if sure:
            body = {"note": "已经整改"}
            expected = self.model.take_down()
            self._does(self.notices.secretary, "POST", f"/{self.entry}/takedown", body, expected=expected)

    @rule()
    def appeal(self) -> None:
        person = self.notices.concerned
        answer = self._does(person, "POST", f"/{self.entry}/appeals", {"text": "不属实"}, expected=self.model.file())
        if answer:
            self.appeal_id = answer["id"]

    @rule(uphold=st.sampled_from([False, False, True]))
    def decide_the_appeal(self, uphold: bool) -> None:
        if self.appeal_id:
            body = {"uphold": uphold, "reason": "已经核实"}
            path = f"/appeals/{self.appeal_id}/decision"
            self._does(self.notices.officer, "POST", path, body, expected=self.model.decide(uphold))

    @rule(agree=st.booleans())
    def answer_consent(self, agree: bool) -> None:
        body = {"agree": agree, "version": 1}
        expected = self.model.answer_consent(agree)
        self._does(self.notices.concerned, "PUT", f"/{self.entry}/consent", body, expected=expected)

    @rule()
    def withdraw_consent(self) -> None:
        expected = self.model.withdraw_consent()
        self._does(self.notices.concerned, "DELETE", f"/{self.entry}/consent", expected=expected)

    @rule(ahead=st.sampled_from([timedelta(hours=2), timedelta(days=1), timedelta(days=3)]))
    def wait(self, ahead: timedelta) -> None:
        self.model.now += ahead

    @rule()
    def wait_for_the_next_milestone(self) -> None:
        milestones = (self.model.hearing_until, self.model.expires)
        self.model.now = min((one for one in milestones if one and one > self.model.now), default=self.model.now)

    @rule(act=st.sampled_from(["submission", "withdrawal", "publication"]))
    def a_resident_tries_what_is_not_a_resident_s(self, act: str) -> None:
        self._does(self.notices.other, "POST", f"/{self.entry}/{act}", expected="forbidden")

    @invariant()
    def each_role_sees_what_the_model_says(self) -> None:
        if not hasattr(self, "model"):
            return
        model = self.model
        with at(model.now):
            shown = self.notices.call(self.notices.secretary, "GET", f"/{self.entry}").json
            assert shown["state"] == model.state
            for person, sees in (
                (self.notices.neighbour, model.seen_by_residents),
                (self.notices.concerned, model.seen_by_the_concerned),
                (self.notices.foreigner, False),
            ):
                answer = self.notices.call(person, "GET", f"/{self.entry}")
                assert (answer.status_code == 200) is sees, (model, answer.text)
            current = self.notices.call(self.notices.neighbour, "GET").json["items"]
        assert bool(current) is (model.expires is not None and model.now < model.expires)
        assert [bool(one["names"]) for one in current] == ([model.names] if current else [])

    def _does(self, person: Person, method: str, path: str, body: Any = None, *, expected: str | None) -> Any:
        with at(self.model.now):
            answer = self.notices.call(person, method, path, body)
        assert code(answer) == expected, f"{method} {path} {self.model}: {answer.text}"
        return answer.json if expected is None else None


@pytest.mark.parametrize("examples", [4])
def test_whatever_is_done_to_an_entry_everybody_sees_what_the_rules_say(app: Flask, examples: int):
    run(Noticeboard, app, examples, steps=20)
