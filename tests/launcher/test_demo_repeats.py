"""The demonstration's acts are repeated without harm where replies are lost."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from launcher.demo.http import GaveUp, Refused
from launcher.demo.meeting import Meeting, Party, prepare
from launcher.demo.product import Person, Product
from tests.launcher.flaky import Answer, serving

SECRETARY = Person("openid", "token", True)
OPENS = datetime(2026, 5, 16, tzinfo=UTC)
PARTY = Party("party", 10000, ("1栋101",))


def refusal(status: int, code: str) -> tuple[int, Any]:
    return status, {"error": {"code": code, "message": "不行。", "details": {}, "request_id": ""}}


@contextmanager
def product_on(answer: Answer, patience_s: float = 5) -> Iterator[Product]:
    with serving(answer) as url:
        product = Product(url, url, patience_s)
        yield product
        product.close()


def losing_first(answer: Answer, acts: Callable[[str, str], bool]) -> Answer:
    """The answer, but the first reply to a matching request is lost after it was carried out."""
    lost: list[str] = []

    def answering(method: str, path: str, body: Any) -> tuple[int, Any] | None:
        reply = answer(method, path, body)
        if acts(method, path) and not lost:
            lost.append(path)
            return None
        return reply

    return answering


def test_what_is_unavailable_is_asked_again_and_the_time_is_counted() -> None:
    replies = [(503, {}), (502, {}), None, (200, {"done": True})]
    with product_on(lambda *_: replies.pop(0)) as product:
        assert product.api.call("GET", "/x") == {"done": True}
        assert product.trouble.retries == 3
        assert product.trouble.refused_s > 0


def test_patience_ends_with_a_sentence() -> None:
    with product_on(lambda *_: (503, {}), patience_s=0.1) as product, pytest.raises(GaveUp, match="GET /x: 503"):
        product.api.call("GET", "/x")


def test_a_refusal_is_not_repeated() -> None:
    asked: list[str] = []

    def answer(method: str, path: str, _: Any) -> tuple[int, Any]:
        asked.append(path)
        return refusal(403, "forbidden")

    with product_on(answer) as product, pytest.raises(Refused) as refused:
        product.api.call("GET", "/x")
    assert refused.value.code == "forbidden"
    assert len(asked) == 1


def test_a_ballot_whose_reply_was_lost_is_found_and_not_cast_twice() -> None:
    cast: list[Any] = []

    def answer(method: str, path: str, body: Any) -> tuple[int, Any]:
        if method == "POST":
            if cast:
                return refusal(409, "ballot_already_cast")
            cast.append(body)
            return 201, {"ballot_id": "receipt"}
        return 200, {"my_parties": [{"ballot_id": "receipt", "choices": {"motion": "for"}}]}

    with product_on(losing_first(answer, lambda method, _: method == "POST")) as product:
        meeting = Meeting(product, SECRETARY, "compound", "meeting")
        assert meeting.cast(SECRETARY, PARTY, {"motion": "for"}) == "receipt"
    assert cast == [{"party_id": "party", "choices": {"motion": "for"}}]


def test_a_ballot_that_somebody_else_cast_is_a_refusal() -> None:
    with product_on(lambda *_: refusal(409, "ballot_already_cast")) as product:
        meeting = Meeting(product, SECRETARY, "compound", "meeting")
        with pytest.raises(Refused):
            meeting.cast(SECRETARY, PARTY, {"motion": "for"})


def test_a_meeting_whose_creation_was_not_answered_is_made_once() -> None:
    made: list[Any] = []

    def answer(method: str, path: str, body: Any) -> tuple[int, Any]:
        if method == "POST":
            made.append({"id": str(len(made)), "title": body["title"]})
            return 201, made[-1]
        return 200, {"items": made}

    with product_on(losing_first(answer, lambda method, _: method == "POST")) as product:
        meeting = prepare(product, SECRETARY, "compound", "第1次业主大会", OPENS, OPENS)
    assert [one["title"] for one in made] == ["第1次业主大会"]
    assert meeting.id == "0"


def test_an_announcement_that_was_not_answered_is_not_a_failure() -> None:
    announced: list[str] = []

    def answer(method: str, path: str, _: Any) -> tuple[int, Any]:
        if method == "GET":
            return 200, {"announced_at": announced[0] if announced else None}
        if announced:
            return refusal(409, "wrong_meeting_state")
        announced.append("now")
        return 200, {}

    with product_on(losing_first(answer, lambda method, _: method == "POST")) as product:
        assert Meeting(product, SECRETARY, "compound", "meeting").announce()["announced_at"] == "now"


def test_an_act_that_is_refused_and_not_done_is_a_refusal() -> None:
    def answer(method: str, path: str, _: Any) -> tuple[int, Any]:
        return (200, {"announced_at": None}) if method == "GET" else refusal(422, "schedule_defective")

    with product_on(answer) as product, pytest.raises(Refused, match="schedule_defective"):
        Meeting(product, SECRETARY, "compound", "meeting").announce()


def test_signing_in_again_takes_a_fresh_code() -> None:
    codes: list[str] = []

    def answer(method: str, path: str, body: Any) -> tuple[int, Any] | None:
        if path.endswith("/login-code"):
            codes.append(f"code{len(codes)}")
            return 200, {"code": codes[-1]}
        if body["code"] == "code0":
            return None
        return 201, {"token": body["code"], "phone_verified": False}

    with product_on(answer) as product:
        assert product.sign_in("openid").token == "code1"
