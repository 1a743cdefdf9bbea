"""What stands at the edge: limits, headers, and that nothing is said to other sites."""

from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.core import rate_limits
from app.core.ids import new_id
from app.core.settings import Settings
from miniprogram_api import auth
from miniprogram_api.identity import routes as identity
from tests.support.wechat import WeChat
from tests.support.world import World


@pytest.fixture(autouse=True)
def _counted_anew(app: Flask):
    rate_limits.forget()
    yield
    rate_limits.forget()


def sign_in(app: Flask, code: str) -> TestResponse:
    return app.test_client().post("/api/v1/auth/wechat", json={"code": code})


def test_guessing_sign_in_codes_ends_soon(app: Flask, wechat: WeChat):
    answers = [sign_in(app, f"guess-{place}").status_code for place in range(identity.GUESSES_A_MINUTE + 2)]
    assert answers == [401] * identity.GUESSES_A_MINUTE + [429] * 2


def test_whoever_acts_faster_than_a_thumb_is_told_to_wait(world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(auth, "ACTS_A_MINUTE", 3)
    api = world.api(world.secretary)
    answers = [api("POST", world.meetings_path(), {}).status_code for _ in range(4)]
    assert answers == [422, 422, 422, 429]
    assert api("GET", world.meetings_path()).status_code == 200
    assert world.api(world.supervisor)("POST", world.meetings_path(), {}).status_code == 422


def test_limits_count_on_while_redis_is_away(app: Flask, settings: Settings, folder: Path):
    try:
        rate_limits.configure(f"unix://{folder}/nothing.sock")
        assert [rate_limits.allows(2, "somebody", "away") for _ in range(3)] == [True, True, False]
        assert rate_limits.used_up(2, "somebody", "away")
    finally:
        rate_limits.configure(settings.effective_redis_url)
    assert rate_limits.allows(2, "somebody", "away")


@pytest.mark.parametrize("address", ["/api/v1/me", "/api/v1/nothing", "/healthz"])
def test_every_answer_keeps_browsers_from_using_it(app: Flask, address: str):
    headers = app.test_client().get(address).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("method", ["OPTIONS", "GET", "POST"])
def test_no_other_site_may_read_an_answer(app: Flask, method: str):
    origin = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "POST"}
    answer = app.test_client().open("/api/v1/auth/wechat", method=method, headers=origin)
    assert not [name for name, _ in answer.headers if name.startswith("Access-Control-")]


def test_a_body_that_is_too_large_is_refused_before_it_is_read(world: World):
    refused = world.api(world.secretary)("POST", world.meetings_path(), {"title": "大" * (1 << 20)})
    assert (refused.status_code, refused.json["error"]["code"]) == (413, "too_large")


def test_a_part_of_a_form_that_has_no_name_is_refused_as_others_are(world: World):
    parts = ["Content-Disposition: form-data\r\n\r\nx", 'Content-Disposition: form-data; name="other"\r\n\r\nx']
    body = "".join(f"--limit\r\n{part}\r\n" for part in parts) + "--limit--\r\n"
    address = f"/compounds/{world.compound}/meetings/{new_id()}/parties/{new_id()}/mandates"
    kind = "multipart/form-data; boundary=limit"
    refused = world.api(world.person())("POST", address, data=body.encode(), content_type=kind)
    assert refused.status_code == 422, refused.text
    [said] = refused.json["error"]["details"]["fields"].values()
    assert said[""] == said["other"] == ["没有这一项。"]
