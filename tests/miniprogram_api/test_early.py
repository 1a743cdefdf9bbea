"""What is answered before Flask is answered in turn."""

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from threading import Event
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import EnvironBuilder, run_wsgi_app

from miniprogram_api import early
from miniprogram_api.early import Answer, EarlyAnswers, EarlyRoute

LONG_S = 30


class SlowPhone(BytesIO):
    """A body that has not come yet."""

    def __init__(self, body: bytes) -> None:
        super().__init__(body)
        self.is_waited_for, self.has_come = Event(), Event()

    def read(self, size: int | None = -1, /) -> bytes:
        self.is_waited_for.set()
        assert self.has_come.wait(LONG_S)
        return super().read(size)


@pytest.fixture
def one_at_a_time(application: Flask, monkeypatch: pytest.MonkeyPatch) -> EarlyAnswers:
    """One address that gives back what it was sent, and one that answers at once."""

    def echo(environ: Any, token: str) -> Answer:
        return Answer("200 OK", early.json_body(environ))

    def now(environ: Any, token: str) -> Answer:
        return Answer("200 OK", b"now")

    given = application.config["SETTINGS"].model_copy(update={"api_at_once": 1})
    monkeypatch.setitem(application.config, "SETTINGS", given)
    monkeypatch.setattr(early, "PATIENCE_S", 2 * LONG_S)
    return EarlyAnswers(application, [EarlyRoute("POST", "/echo", echo), EarlyRoute("GET", "/now", now)])


def asked(answers: EarlyAnswers, method: str, path: str, **options: Any) -> bytes:
    environ = EnvironBuilder(path, method=method, headers={"Authorization": "Bearer t"}, **options).get_environ()
    body, _, _ = run_wsgi_app(answers, environ)
    return b"".join(body)


def test_a_body_that_comes_slowly_holds_up_nobody(one_at_a_time: EarlyAnswers):
    phone = SlowPhone(b'{"a":1}')
    about = {"input_stream": phone, "content_length": 7, "content_type": "application/json"}
    with ThreadPoolExecutor(2) as threads:
        slow = threads.submit(asked, one_at_a_time, "POST", "/echo", **about)
        assert phone.is_waited_for.wait(LONG_S)
        assert threads.submit(asked, one_at_a_time, "GET", "/now").result(LONG_S) == b"now"
        phone.has_come.set()
        assert slow.result(LONG_S) == b'{"a":1}'
