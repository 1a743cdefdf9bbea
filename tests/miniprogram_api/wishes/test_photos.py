"""Photographs of wishes: up to six, by content, through signed addresses."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.core.db import db
from app.core.storage import storage
from app.moderation.check_models import ContentCheck, Picture
from tests.miniprogram_api.test_attachments import form
from tests.support.answers import code
from tests.support.files import HTML, huge_png, pdf, picture
from tests.support.wishes import Wishes
from tests.support.world import START, Person, at


def upload(wishes: Wishes, wish: str, content: bytes, by: Person | None = None, path: str = "photos") -> TestResponse:
    api = wishes.world.api(by or wishes.poster)
    return api("POST", f"{wishes.path}/{wish}/{path}", **form(content, "照片.jpg"))


def photo(number: int = 0) -> bytes:
    return picture("JPEG", 320 + number, 240)


def fetch(wishes: Wishes, address: str) -> TestResponse:
    """As a page of the mini-program does: without a token."""
    return wishes.world.application.test_client().get(address, buffered=True)


def test_up_to_six_in_their_order_and_the_seventh_is_refused(wishes: Wishes):
    wish = wishes.draft()
    made = [upload(wishes, wish, photo(number)) for number in range(6)]
    assert [answer.status_code for answer in made] == [201] * 6
    assert code(upload(wishes, wish, photo(6))) == (409, "too_many_pictures")
    shown = wishes.call(wishes.poster, "GET", f"/{wish}").json["photos"]
    assert [one["position"] for one in shown] == [1, 2, 3, 4, 5, 6]
    assert wishes.call(wishes.poster, "DELETE", f"/{wish}/photos/{shown[2]['id']}").status_code == 204
    assert upload(wishes, wish, photo(6)).json["position"] == 3


def test_the_same_file_twice_is_one_photograph(wishes: Wishes):
    wish = wishes.draft()
    assert upload(wishes, wish, photo()).json["id"] == upload(wishes, wish, photo()).json["id"]
    assert len(wishes.call(wishes.poster, "GET", f"/{wish}").json["photos"]) == 1


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (HTML, "file_type_refused"),
        (pdf(), "not_a_picture"),
        (huge_png(), "picture_too_large"),
        (photo()[:-100], "file_damaged"),
        (b"\xff\xd8\xff" + b"0" * (10 * 1024 * 1024), "file_too_large"),
    ],
    ids=["html", "pdf", "bomb", "truncated", "over 10 MB"],
)
def test_what_is_no_photograph_is_refused_and_changes_nothing(wishes: Wishes, content: bytes, refusal: str):
    wish = wishes.draft()
    assert code(upload(wishes, wish, content)) == (422, refusal)
    assert db.session.scalars(select(Picture)).all() == []


def test_a_body_over_the_limit_is_not_even_read(wishes: Wishes):
    assert code(upload(wishes, wishes.draft(), b"0" * (12 * 1024 * 1024))) == (413, "too_large")


@pytest.mark.parametrize("state", ["checking", "published", "claimed", "rated", "withdrawn"])
def test_what_is_before_the_reviewers_or_beyond_takes_no_photograph(wishes: Wishes, state: str):
    wish = wishes.in_state(state)
    assert code(upload(wishes, wish, photo())) == (409, "wrong_wish_state")
    assert db.session.scalars(select(Picture)).all() == []


def test_nobody_else_puts_or_takes_photographs(wishes: Wishes):
    wish = wishes.draft()
    photo_id = upload(wishes, wish, photo()).json["id"]
    assert code(upload(wishes, wish, photo(1), by=wishes.other)) == (404, "wish_not_found")
    assert code(wishes.call(wishes.other, "DELETE", f"/{wish}/photos/{photo_id}")) == (404, "wish_not_found")
    another = wishes.draft(wishes.other)
    answer = wishes.call(wishes.other, "DELETE", f"/{another}/photos/{photo_id}")
    assert code(answer) == (404, "picture_not_found")


def test_a_photograph_of_what_came_back_makes_it_a_draft_again(wishes: Wishes):
    wish = wishes.in_state("returned")
    upload(wishes, wish, photo())
    assert wishes.state(wish) == "draft"


def test_each_photograph_is_checked_and_shown_to_the_reviewer(wishes: Wishes):
    wish = wishes.draft()
    for number in range(2):
        upload(wishes, wish, photo(number))
    wishes.submit(wish)
    assert len(db.session.scalars(select(ContentCheck)).all()) == 3
    [case] = wishes.reviews(wishes.secretary, "GET").json["items"]
    assert [check["what"] for check in case["checks"]] == ["文字", "第 1 张照片", "第 2 张照片"]
    assert fetch(wishes, case["pictures"][0]["url"]).status_code == 200


class TestAddresses:
    @pytest.fixture
    def shown(self, wishes: Wishes) -> dict[str, str]:
        wish = wishes.draft()
        upload(wishes, wish, photo())
        wishes.submit(wish)
        wishes.decide(wish, True)
        [found] = wishes.call(wishes.other, "GET", "").json["items"][0]["photos"]
        return dict(found)

    def test_a_photograph_and_its_thumbnail_open_without_a_token(self, wishes: Wishes, shown: dict[str, str]):
        for name in ("url", "thumbnail_url"):
            answer = fetch(wishes, shown[name])
            assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
            assert answer.headers["Cache-Control"] == "private, max-age=3600"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert len(fetch(wishes, shown["url"]).data) > 0

    def test_another_signature_variant_or_time_opens_nothing(self, wishes: Wishes, shown: dict[str, str]):
        url = shown["url"]
        for wrong in (
            url.replace("/whole", "/thumbnail"),
            re.sub(r"until=(\d+)", lambda found: f"until={int(found[1]) + 3600}", url),
            re.sub(r"signature=.", lambda found: "signature=" + ("0" if found[0][-1] != "0" else "1"), url),
        ):
            assert code(fetch(wishes, wrong)) == (404, "picture_not_found")
        assert code(fetch(wishes, url.split("?")[0])) == (422, "invalid_input")

    def test_an_address_ends_after_two_hours_at_most(self, wishes: Wishes, shown: dict[str, str]):
        with at(START + timedelta(minutes=59)):
            assert fetch(wishes, shown["url"]).status_code == 200
        with at(START + timedelta(hours=2)):
            assert code(fetch(wishes, shown["url"])) == (404, "picture_not_found")

    def test_a_file_that_is_lost_is_not_found(self, wishes: Wishes, shown: dict[str, str]):
        [kept] = db.session.scalars(select(Picture)).all()
        storage().delete(kept.storage_key)
        assert code(fetch(wishes, shown["url"])) == (404, "picture_not_found")


def test_photographs_of_what_was_done_are_shown_to_neighbours_once_checked(wishes: Wishes):
    wish = wishes.claimed()
    first = upload(wishes, wish, photo(), by=wishes.helper, path="claim/photos")
    second = upload(wishes, wish, photo(1), by=wishes.helper, path="claim/photos")
    assert (first.status_code, second.status_code) == (201, 201)
    removed = wishes.call(wishes.helper, "DELETE", f"/{wish}/claim/photos/{second.json['id']}")
    assert removed.status_code == 204
    assert code(upload(wishes, wish, photo(2), by=wishes.other, path="claim/photos")) == (403, "not_your_claim")
    wishes.call(wishes.helper, "POST", f"/{wish}/fulfilment", {"note": "修好了"})
    assert len(wishes.call(wishes.poster, "GET", f"/{wish}").json["claim"]["photos"]) == 1
    assert wishes.call(wishes.other, "GET", f"/{wish}").json["claim"]["photos"] == []
    wishes.said(str(db.session.scalars(select(Picture.subject_id)).one()))
    assert len(wishes.call(wishes.other, "GET", f"/{wish}").json["claim"]["photos"]) == 1
    assert code(upload(wishes, wish, photo(2), by=wishes.helper, path="claim/photos")) == (409, "wrong_wish_state")
