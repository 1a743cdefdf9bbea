"""A photograph from the upload to WeChat's verdict: the simulator fetches it from the running API and pushes to it."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select, update
from werkzeug.serving import make_server

from app.bootstrap import create_app
from app.core.db import db, dispose_of_engines
from app.core.settings import Settings
from app.identity.models import Account
from app.moderation import checking
from app.moderation.check_models import ContentCheck
from miniprogram_api import register
from tasks import moderation, wechat_events
from tests.miniprogram_api.wishes.test_photos import upload
from tests.support import servers
from tests.support.files import picture
from tests.support.wechat import WeChat
from tests.support.wishes import Wishes
from tests.support.world import World


@dataclass
class Running:
    """An application that serves, with a database of its own where everything is committed."""

    application: Flask
    wishes: Wishes
    address: str


@pytest.fixture(scope="module")
def running(settings: Settings, worker_id: str) -> Iterator[Running]:
    application = create_app(servers.beside(settings, f"verdicts_{worker_id}"))
    register(application)
    server = make_server("127.0.0.1", 0, application, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    address = f"http://127.0.0.1:{server.port}"
    application.config["SETTINGS"] = settings.model_copy(update={"public_url": address})
    with application.app_context():
        yield Running(application, Wishes(World(application)), address)
        db.session.remove()
        server.shutdown()
        server.server_close()
        thread.join()
        dispose_of_engines()


@pytest.fixture
def pushing(running: Running, settings: Settings, wechat: WeChat) -> Iterator[Running]:
    """The simulator pushes to it, and the poster came in through WeChat a moment ago."""
    target = {
        "url": f"{running.address}/wechat/events",
        "token": settings.secrets["wechat_event_token"],
        "encoding_aes_key": settings.secrets["wechat_event_aes_key"],
        "format": "json",
    }
    assert wechat.http.put("/_sim/events", json=target).status_code == 200
    openid, poster = wechat.phone(), running.wishes.poster
    assert running.wishes.world.api()("POST", "/auth/wechat", {"code": wechat.login_code(openid)}).status_code == 201
    db.session.execute(update(Account).where(Account.id == poster.account_id).values(openid=openid))
    db.session.commit()
    yield running
    wechat.http.delete("/_sim/events")


def submitted(running: Running, *photos: bytes) -> str:
    wishes = running.wishes
    wish = wishes.draft()
    for photo in photos:
        assert upload(wishes, wish, photo).status_code == 201
    assert wishes.call(wishes.poster, "POST", f"/{wish}/submission").status_code == 200
    assert moderation.check() == 1 + len(photos)
    return wish


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline
        wechat_events.sweep()
        time.sleep(0.05)


def test_the_verdict_comes_as_an_event_and_then_a_person_looks(pushing: Running):
    wishes = pushing.wishes
    wish = submitted(pushing, picture("JPEG"), picture("JPEG", 400, 300))
    until(lambda: bool(wishes.reviews(wishes.secretary, "GET").json["items"]))
    [case] = wishes.reviews(wishes.secretary, "GET").json["items"]
    assert [check["suggest"] for check in case["checks"]] == ["pass"] * 3
    assert wishes.decide(wish, True).status_code == 200


def test_a_risky_photograph_brings_the_wish_back_and_says_which_it_was(
    pushing: Running, monkeypatch: pytest.MonkeyPatch
):
    risky = Image.new("RGB", (64, 64), "red")
    file = BytesIO()
    risky.save(file, "JPEG")
    usual = checking.pictures.address
    # The simulator knows what stands for a violation by the address, since our pictures carry no words any more.
    monkeypatch.setattr(checking.pictures, "address", lambda *which: usual(*which) + "&SIM-RISKY")
    wish = submitted(pushing, file.getvalue())
    until(lambda: pushing.wishes.state(wish) != "checking")
    shown = pushing.wishes.call(pushing.wishes.poster, "GET", f"/{wish}").json
    assert shown["state"] == "returned"
    assert "第 1 张照片可能违规" in shown["review"]["reason"]


def test_a_photograph_that_wechat_cannot_fetch_is_left_to_a_person(pushing: Running):
    wishes, application = pushing.wishes, pushing.application
    usual = application.config["SETTINGS"]
    for address, label in (("http://127.0.0.1:9", "unreadable"), ("", "no_public_url")):
        closed = usual.model_copy(update={"public_url": address, "database_url": "" if address else "postgresql://x"})
        application.config["SETTINGS"] = closed
        try:
            wish = submitted(pushing, picture("JPEG", 500, 300))
        finally:
            application.config["SETTINGS"] = usual
        until(lambda: bool(wishes.reviews(wishes.secretary, "GET").json["items"]))
        [case] = wishes.reviews(wishes.secretary, "GET").json["items"]
        assert (case["checks"][1]["suggest"], case["checks"][1]["label"]) == ("unchecked", label)
        assert wishes.decide(wish, True).status_code == 200
        db.session.rollback()


def test_a_verdict_pushed_twice_or_of_nobodys_picture_changes_nothing(pushing: Running):
    wishes = pushing.wishes
    wish = submitted(pushing, picture("JPEG", 640, 300))
    until(lambda: bool(wishes.reviews(wishes.secretary, "GET").json["items"]))
    trace = db.session.scalars(select(ContentCheck.trace_id).order_by(ContentCheck.id.desc()).limit(1)).one()
    assert trace
    assert checking.picture_verdict(trace, {"suggest": "risky", "label": 20006})
    assert not checking.picture_verdict("nobody-s", {"suggest": "risky", "label": 20006})
    db.session.commit()
    assert wishes.state(wish) == "checking"
    [case] = wishes.reviews(wishes.secretary, "GET").json["items"]
    assert case["checks"][1]["suggest"] == "pass"
