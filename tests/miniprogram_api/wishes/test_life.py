"""A wish from draft to rating, every act in every state. Domain rules, section 4."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from app.core.audit import AuditEvent
from app.core.db import db
from app.notifications.models import OutboxMessage
from app.wishes.models import WishClaim
from tasks import wishes as jobs
from tests.support.answers import UUID_TEXT, code
from tests.support.wishes import TEXT, Wishes
from tests.support.world import START, Person, at

ACTS = {
    "change": ("poster", "PATCH", "", {"text": "新的文字"}),
    "submit": ("poster", "POST", "/submission", None),
    "withdraw": ("poster", "POST", "/withdrawal", None),
    "claim": ("other", "POST", "/claim", None),
    "claim again": ("helper", "POST", "/claim", None),
    "give up": ("helper", "DELETE", "/claim", None),
    "start": ("helper", "POST", "/claim/start", None),
    "release": ("poster", "POST", "/claim/release", {"reason": "一直没有来"}),
    "fulfil": ("helper", "POST", "/fulfilment", {}),
    "rate": ("poster", "POST", "/rating", {"rating": 5}),
    "back": ("other", "PUT", "/backing", None),
    "unback": ("other", "DELETE", "/backing", None),
}
GONE, WRONG = (404, "wish_not_found"), (409, "wrong_wish_state")
# The state after the act, or the refusal; what is not named is WRONG.
LIFE: dict[str, dict[str, str | tuple[int, str]]] = {
    "draft": {"change": "draft", "submit": "checking", "withdraw": "withdrawn"},
    "checking": {"submit": "checking", "withdraw": "withdrawn"},
    "returned": {"change": "draft", "submit": "checking", "withdraw": "withdrawn"},
    "published": {
        "withdraw": "withdrawn",
        "claim": "claimed",
        "claim again": "claimed",
        "back": "published",
        "unback": "published",
    },
    "claimed": {
        "withdraw": "withdrawn",
        "claim": (409, "wish_taken"),
        "claim again": "claimed",
        "give up": "published",
        "start": "claimed",
        "release": "published",
        "fulfil": "fulfilled",
        "back": "claimed",
        "unback": "claimed",
    },
    "fulfilled": {"fulfil": "fulfilled", "rate": "rated"},
    "rated": {"fulfil": "rated", "rate": "rated"},
    "withdrawn": {"withdraw": "withdrawn"},
}
UNSEEN = ("draft", "checking", "returned")


def expected(state: str, act: str) -> str | tuple[int, str]:
    unseen = state in UNSEEN and ACTS[act][0] != "poster"
    return LIFE[state].get(act, GONE if unseen else WRONG)


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("state", LIFE)
def test_every_act_in_every_state_does_what_the_rules_say_or_changes_nothing(wishes: Wishes, state: str, act: str):
    wish = wishes.in_state(state)
    assert wishes.state(wish) == state
    who, method, path, body = ACTS[act]
    answer = wishes.call(getattr(wishes, who), method, f"/{wish}{path}", body)
    outcome = expected(state, act)
    if isinstance(outcome, tuple):
        assert code(answer) == outcome
        assert wishes.state(wish) == state
    else:
        assert answer.status_code in (200, 201), answer.text
        assert wishes.state(wish) == outcome


def told(person: Person) -> list[str]:
    """The kinds of messages that were written to somebody, in order."""
    kinds = select(OutboxMessage.kind).where(OutboxMessage.account_id == person.account_id).order_by(OutboxMessage.id)
    return list(db.session.scalars(kinds))


def test_everybody_concerned_is_told_once(wishes: Wishes):
    wish = wishes.in_state("returned")
    wishes.submit(wish)
    wishes.decide(wish, True)
    for person, method, path, body in (
        (wishes.helper, "POST", "/claim", None),
        (wishes.helper, "POST", "/claim", None),
        (wishes.poster, "POST", "/claim/release", {"reason": "一直没有来"}),
        (wishes.other, "POST", "/claim", None),
        (wishes.other, "POST", "/fulfilment", {"note": "修好了"}),
        (wishes.poster, "POST", "/rating", {"rating": 2, "text": "还在滴水"}),
    ):
        assert wishes.call(person, method, f"/{wish}{path}", body).status_code < 300
    kinds = ["wish_returned", "wish_published", "wish_claimed", "wish_released", "wish_claimed", "wish_fulfilled"]
    assert told(wishes.poster) == kinds
    assert told(wishes.helper) == ["wish_released"]
    assert told(wishes.secretary) == ["review_waiting", "review_waiting", "wish_rated_low"]


@pytest.mark.parametrize(("rating", "told_of_it"), [(1, True), (2, True), (3, False), (5, False)])
def test_the_secretary_is_told_of_a_rating_below_three(wishes: Wishes, rating: int, told_of_it: bool):
    wish = wishes.in_state("fulfilled")
    wishes.call(wishes.poster, "POST", f"/{wish}/rating", {"rating": rating})
    assert ("wish_rated_low" in told(wishes.secretary)) is told_of_it


@pytest.mark.parametrize("rating", [0, 6, 4.5, "5", None])
def test_a_rating_is_one_to_five(wishes: Wishes, rating: object):
    wish = wishes.in_state("fulfilled")
    assert code(wishes.call(wishes.poster, "POST", f"/{wish}/rating", {"rating": rating})) == (422, "invalid_input")
    assert wishes.state(wish) == "fulfilled"


def test_another_rating_of_the_same_wish_is_refused(wishes: Wishes):
    wish = wishes.in_state("rated")
    assert code(wishes.call(wishes.poster, "POST", f"/{wish}/rating", {"rating": 1})) == (409, "already_rated")
    assert wishes.call(wishes.poster, "GET", f"/{wish}").json["claim"]["rating"] == 5


@pytest.mark.parametrize(("letters", "status"), [(1, 201), (500, 201), (501, 422), (0, 422)])
def test_a_text_has_up_to_500_characters(wishes: Wishes, letters: int, status: int):
    answer = wishes.call(wishes.poster, "POST", "", {"text": "愿" * letters, "category": "repair"})
    assert answer.status_code == status


def test_one_form_sent_twice_is_one_wish(wishes: Wishes):
    key = str(uuid4())
    first, second = wishes.draft(form_key=key), wishes.draft(form_key=key)
    assert first == second
    assert wishes.draft(form_key=str(uuid4())) != first


def test_a_resident_has_up_to_ten_wishes_under_way(wishes: Wishes):
    drafts = [wishes.draft() for _ in range(10)]
    body = {"text": TEXT, "category": "repair"}
    assert code(wishes.call(wishes.poster, "POST", "", body)) == (409, "too_many_wishes")
    wishes.call(wishes.poster, "POST", f"/{drafts[0]}/withdrawal")
    assert wishes.call(wishes.poster, "POST", "", body).status_code == 201


def test_the_own_wish_is_neither_claimed_nor_backed(wishes: Wishes):
    wish = wishes.published()
    assert code(wishes.call(wishes.poster, "POST", f"/{wish}/claim")) == (403, "own_wish")
    assert code(wishes.call(wishes.poster, "PUT", f"/{wish}/backing")) == (403, "own_wish")
    assert wishes.state(wish) == "published"


def test_who_lives_in_the_home_neither_claims_nor_backs_what_it_wishes(wishes: Wishes):
    neighbour = {"name": "赵六顺", "consent": "written"}
    for home, wish in (
        (wishes.homes[0], wishes.published()),
        (wishes.homes[5], wishes.published(wishes.steward, unit_id=str(wishes.homes[5].id), neighbour=neighbour)),
    ):
        spouse = wishes.world.owner(home, name="赵六顺")
        assert code(wishes.call(spouse, "POST", f"/{wish}/claim")) == (403, "own_wish")
        assert code(wishes.call(spouse, "PUT", f"/{wish}/backing")) == (403, "own_wish")
        assert wishes.call(wishes.helper, "POST", f"/{wish}/claim").status_code == 201


def test_a_neighbour_backs_once_and_takes_it_back(wishes: Wishes):
    wish = wishes.published()
    for _ in range(2):
        shown = wishes.call(wishes.other, "PUT", f"/{wish}/backing").json
        assert (shown["backings"], shown["backed_by_me"]) == (1, True)
    assert wishes.call(wishes.helper, "PUT", f"/{wish}/backing").json["backings"] == 2
    for _ in range(2):
        shown = wishes.call(wishes.other, "DELETE", f"/{wish}/backing").json
        assert (shown["backings"], shown["backed_by_me"]) == (1, False)


class TestTime:
    """Times rule by themselves; the job only writes down what they have done, and tells."""

    SEVEN_DAYS = timedelta(days=7)
    INSTANT = timedelta(seconds=1)

    def test_a_claim_that_is_not_begun_in_seven_days_holds_nothing_though_no_job_has_run(self, wishes: Wishes):
        wish = wishes.claimed()
        with at(START + self.SEVEN_DAYS - self.INSTANT):
            assert code(wishes.call(wishes.other, "POST", f"/{wish}/claim")) == (409, "wish_taken")
        with at(START + self.SEVEN_DAYS):
            assert wishes.state(wish) == "published"
            assert wishes.call(wishes.helper, "GET", f"/{wish}").json["beneficiary"] is None
            assert code(wishes.call(wishes.helper, "POST", f"/{wish}/fulfilment", {})) == (409, "wrong_wish_state")
            assert wishes.call(wishes.other, "POST", f"/{wish}/claim").status_code == 201
        endings = db.session.scalars(select(WishClaim.ending).order_by(WishClaim.id)).all()
        assert endings == ["lapsed", None]
        assert told(wishes.helper) == ["wish_released"]

    def test_the_sweep_releases_it_once_and_tells_poster_and_claimant(self, wishes: Wishes):
        wish = wishes.claimed()
        with at(START + self.SEVEN_DAYS):
            assert [jobs.settle(), jobs.settle()] == [1, 0]
            assert wishes.state(wish) == "published"
        assert told(wishes.helper) == ["wish_released"]
        assert told(wishes.poster)[-1] == "wish_released"

    def test_what_was_begun_does_not_lapse(self, wishes: Wishes):
        wish = wishes.claimed()
        wishes.call(wishes.helper, "POST", f"/{wish}/claim/start")
        with at(START + 10 * self.SEVEN_DAYS):
            assert jobs.settle() == 0
            assert wishes.state(wish) == "claimed"
            assert wishes.call(wishes.helper, "POST", f"/{wish}/fulfilment", {}).status_code == 200

    def test_a_wish_that_nobody_claims_expires_after_sixty_days(self, wishes: Wishes):
        wish = wishes.published()
        with at(START + timedelta(days=60) - self.INSTANT):
            assert wishes.state(wish) == "published"
        with at(START + timedelta(days=60)):
            assert code(wishes.call(wishes.helper, "POST", f"/{wish}/claim")) == (409, "wrong_wish_state")
            assert wishes.state(wish) == "expired"
            assert wishes.call(wishes.other, "GET", "").json["items"] == []
            assert [jobs.settle(), jobs.settle()] == [1, 0]
        assert told(wishes.poster)[-1] == "wish_closed"

    def test_a_late_claim_that_comes_to_nothing_leaves_time_for_another(self, wishes: Wishes):
        wish = wishes.published()
        with at(START + timedelta(days=59)):
            assert wishes.call(wishes.helper, "POST", f"/{wish}/claim").status_code == 201
        with at(START + timedelta(days=59) + self.SEVEN_DAYS):
            assert wishes.state(wish) == "published"
        with at(START + timedelta(days=59) + self.SEVEN_DAYS + timedelta(days=14)):
            assert wishes.state(wish) == "expired"

    def test_what_expired_is_submitted_again_as_it_is_or_changed(self, wishes: Wishes):
        first, second = wishes.published(), wishes.published(text="想借一把人字梯，用半天。")
        with at(START + timedelta(days=60)):
            assert wishes.call(wishes.poster, "POST", f"/{first}/submission").json["state"] == "checking"
            wishes.said(first)
            assert wishes.decide(first, True).status_code == 200
            changed = wishes.call(wishes.poster, "PATCH", f"/{second}", {"text": "想借一把人字梯，用一天。"})
            assert (changed.status_code, changed.json["state"]) == (200, "draft")
        with at(START + timedelta(days=85)):
            assert wishes.state(first) == "published"

    def test_what_expired_counts_among_the_wishes_under_way_when_it_comes_back(self, wishes: Wishes):
        wish = wishes.published()
        with at(START + timedelta(days=60)):
            for _ in range(10):
                wishes.draft()
            for method, path in (("POST", "/submission"), ("PATCH", "")):
                refused = wishes.call(wishes.poster, method, f"/{wish}{path}", {} if method == "PATCH" else None)
                assert code(refused) == (409, "too_many_wishes")
            assert wishes.state(wish) == "expired"


def test_every_act_is_on_the_audit_log_without_words_or_names(wishes: Wishes):
    wishes.in_state("rated")
    others = ("see_beneficiary", "add_org_unit", "give_role")
    events = db.session.scalars(select(AuditEvent).where(AuditEvent.act.not_in(others)).order_by(AuditEvent.id)).all()
    assert [event.act for event in events] == [
        "create_wish",
        "submit_wish",
        "open_review",
        "decide_review",
        "publish_wish",
        "claim_wish",
        "fulfil_wish",
        "open_review",
        "rate_wish",
    ]
    said = UUID_TEXT.sub("", str([(event.before, event.after) for event in events]))
    assert not any(word in said for word in ("水龙头", "张三丰", "李四光", "101", "换了新的"))
