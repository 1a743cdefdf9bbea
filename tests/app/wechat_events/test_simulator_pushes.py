"""The simulator pushes to the running address: over real HTTP, encrypted, in both forms."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import delete, select
from werkzeug.serving import make_server

from app.bootstrap import create_app
from app.core.db import db, dispose_of_engines
from app.core.settings import Settings
from app.core.unit_of_work import unit_of_work
from app.wechat_events.models import WeChatEvent
from miniprogram_api import register
from tests.support import servers
from tests.support.wechat import WeChat


@pytest.fixture(scope="module")
def address(settings: Settings, worker_id: str) -> Iterator[str]:
    """The address of an application with a database of its own."""
    application = create_app(servers.beside(settings, f"pushes_{worker_id}"))
    register(application)
    server = make_server("127.0.0.1", 0, application, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    with application.app_context():
        yield f"http://127.0.0.1:{server.port}/wechat/events"
        db.session.remove()
        server.shutdown()
        server.server_close()
        thread.join()
        dispose_of_engines()


@pytest.fixture(params=["json", "xml"])
def pushing(address: str, settings: Settings, running_wechat: WeChat, request: pytest.FixtureRequest) -> Iterator[str]:
    """The simulator pushes there; the form in which."""
    target = {
        "url": address,
        "token": settings.secrets["wechat_event_token"],
        "encoding_aes_key": settings.secrets["wechat_event_aes_key"],
        "format": request.param,
    }
    assert running_wechat.http.put("/_sim/events", json=target).status_code == 200
    yield request.param
    running_wechat.http.delete("/_sim/events")
    with unit_of_work():
        db.session.execute(delete(WeChatEvent))


def kept(number: int) -> list[Any]:
    """The events, once there are so many."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        with unit_of_work():
            found = db.session.execute(select(WeChatEvent.name, WeChatEvent.openid, WeChatEvent.data)).all()
        if len(found) >= number:
            return list(found)
        time.sleep(0.02)
    raise AssertionError(f"{len(found)} events in place of {number}")


def attempts(running_wechat: WeChat, number: int) -> list[tuple[int, str]]:
    """How the last pushes went, once the simulator has heard of so many: each is kept before it has its answer."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        recent = running_wechat.http.get("/_sim/events").json()["recent"]
        if len(recent) >= number:
            break
        time.sleep(0.02)
    return [(one["attempts"], one["outcome"]) for one in recent[-number:]]


def test_entering_the_address_is_verified(pushing: str, running_wechat: WeChat):
    assert running_wechat.post("events/verify") == {"verified": True}


def test_a_tap_arrives_at_the_first_attempt(pushing: str, running_wechat: WeChat):
    openid = running_wechat.phone()
    running_wechat.accept(openid, "voting_opened", "result_published")
    running_wechat.accept(openid, "ballot_received")
    found = sorted(kept(2), key=lambda event: len(event.data["List"]))
    assert [len(event.data["List"]) for event in found] == [1, 2]
    assert {(event.name, event.openid) for event in found} == {("subscribe_msg_popup_event", openid)}
    assert attempts(running_wechat, 2) == [(1, "success")] * 2


def test_many_at_once_all_arrive_at_the_first_attempt(pushing: str, running_wechat: WeChat):
    for openid in [running_wechat.phone() for _ in range(10)]:
        running_wechat.accept(openid, "voting_opened")
    assert len(kept(10)) == 10
    assert attempts(running_wechat, 10) == [(1, "success")] * 10
