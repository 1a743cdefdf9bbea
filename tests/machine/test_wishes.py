"""Random wishes through every act, valid and invalid, over the API, beside a simple model. Domain rules, section 4."""

from datetime import timedelta
from typing import Any
from uuid import UUID

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
from sqlalchemy import select

from app.core.db import db
from app.wishes.models import WishClaim
from tasks import wishes as jobs
from tests.machine.playing import run
from tests.machine.wish_model import PUBLIC, WishModel
from tests.support.wishes import Wishes
from tests.support.world import START, World, at

WHO = st.sampled_from(["poster", "helper", "other", "secretary"])
CLAIMANT = st.sampled_from(["helper", "helper", "other", "poster"])
REVIEWER = st.sampled_from(["secretary", "officer"])
SIGNED_IN = timedelta(days=89)
REFUSAL = {"accept": False, "ground": "unclear", "reason": "请写清楚"}


class WishLife(RuleBasedStateMachine):
    """One wish, its poster, two neighbours and two reviewers."""

    application: Flask

    @initialize(stage=st.sampled_from(["draft", "checking", "published", "published", "claimed", "fulfilled"]))
    def prepare(self, stage: str) -> None:
        """Begin anywhere on its way, so that late states are seen as often as early ones."""
        self.model = WishModel(START)
        with at(START):
            self.wishes = Wishes(World(self.application))
            self.wish = self.wishes.draft()
        if stage != "draft":
            self.submit("poster")
        if stage in ("published", "claimed", "fulfilled"):
            self.decide("officer", True)
        if stage in ("claimed", "fulfilled"):
            self.claim("helper")
        if stage == "fulfilled":
            self.fulfil("helper")

    @rule(who=WHO)
    def change(self, who: str) -> None:
        self._does(who, "PATCH", "", {"text": "别的文字"}, expected=self.model.change(who))

    @rule(who=WHO)
    def submit(self, who: str) -> None:
        self._does(who, "POST", "/submission", expected=self.model.submit(who))
        with at(self.model.now):
            self.wishes.said(self.wish)

    @rule(who=WHO, sure=st.integers(0, 3).map(lambda number: number == 2))
    def withdraw(self, who: str, sure: bool) -> None:
        if sure or who != "poster":
            self._does(who, "POST", "/withdrawal", expected=self.model.withdraw(who))

    @precondition(lambda self: self.model.case)
    @rule(who=REVIEWER, accept=st.booleans())
    def decide(self, who: str, accept: bool) -> None:
        body = {"accept": True} if accept else REFUSAL
        self._review(who, "decision", body, self.model.decide(who, accept))

    @precondition(lambda self: self.model.case)
    @rule()
    def appeal(self) -> None:
        self._review("poster", "appeal", {"text": "请再看看"}, self.model.appeal())

    @rule(who=CLAIMANT)
    def claim(self, who: str) -> None:
        self._does(who, "POST", "/claim", expected=self.model.claim(who))

    @rule(who=WHO)
    def start(self, who: str) -> None:
        self._does(who, "POST", "/claim/start", expected=self.model.start(who))

    @rule(who=WHO)
    def give_up(self, who: str) -> None:
        self._does(who, "DELETE", "/claim", expected=self.model.give_up(who))

    @rule(who=WHO)
    def release(self, who: str) -> None:
        self._does(who, "POST", "/claim/release", {"reason": "没有来"}, expected=self.model.release(who))

    @rule(who=CLAIMANT)
    def fulfil(self, who: str) -> None:
        self._does(who, "POST", "/fulfilment", {"note": "好了"}, expected=self.model.fulfil(who))

    @rule(who=WHO, rating=st.integers(1, 5))
    def rate(self, who: str, rating: int) -> None:
        self._does(who, "POST", "/rating", {"rating": rating}, expected=self.model.rate(who, rating))

    @rule(who=WHO, back=st.booleans())
    def back(self, who: str, back: bool) -> None:
        self._does(who, "PUT" if back else "DELETE", "/backing", expected=self.model.back(who, back))

    @rule(ahead=st.sampled_from([timedelta(hours=1), timedelta(days=2), timedelta(days=7), timedelta(days=40)]))
    def wait(self, ahead: timedelta) -> None:
        if self.model.now + ahead < START + SIGNED_IN:
            self.model.now += ahead

    @rule()
    def the_job_runs(self) -> None:
        with at(self.model.now):
            jobs.settle()

    @invariant()
    def it_stands_where_the_model_says_and_everybody_sees_what_they_may(self) -> None:
        if not hasattr(self, "model"):
            return
        with at(self.model.now):
            for who in ("poster", "helper", "other", "secretary"):
                self._compare(who)

    @invariant()
    def at_most_one_claim_stands(self) -> None:
        if not hasattr(self, "model"):
            return
        endings = list(db.session.scalars(select(WishClaim.ending).where(WishClaim.wish_id == UUID(self.wish))))
        assert endings.count(None) <= 1
        assert endings.count("fulfilled") <= 1

    def _compare(self, who: str) -> None:
        answer = self.wishes.call(getattr(self.wishes, who), "GET", f"/{self.wish}")
        state, reviewer = self.model.state, who == "secretary"
        if who != "poster" and state not in PUBLIC and not (reviewer and state != "draft"):
            assert answer.status_code == 404
            return
        shown = answer.json
        assert (shown["state"], shown["backings"]) == (state, len(self.model.backers))
        assert (shown["beneficiary"] is not None) is self.model.sees_whom(who)
        assert (shown["claim"] is not None) is (self.model.claimant is not None)

    def _does(self, who: str, method: str, path: str, body: Any = None, *, expected: str | None) -> None:
        with at(self.model.now):
            answer = self.wishes.call(getattr(self.wishes, who), method, f"/{self.wish}{path}", body)
        code = None if answer.status_code < 400 else answer.json["error"]["code"]
        assert code == expected, f"{who} {method} {path} in {self.model.state}: {answer.text}"

    def _review(self, who: str, act: str, body: Any, expected: str | None) -> None:
        with at(self.model.now):
            case = self.wishes.call(self.wishes.poster, "GET", f"/{self.wish}").json["review"]["id"]
            answer = self.wishes.reviews(getattr(self.wishes, who), "POST", f"/{case}/{act}", body)
        code = None if answer.status_code < 400 else answer.json["error"]["code"]
        assert code == expected, f"{who} {act} {body} in {self.model.state}: {answer.text}"


@pytest.mark.parametrize("examples", [5])
def test_whatever_is_done_to_a_wish_it_stands_where_the_model_says(app: Flask, examples: int):
    run(WishLife, app, examples)
