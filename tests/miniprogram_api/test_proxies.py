"""Whom rate limits count: the client, also behind proxies, and never what a client says of itself."""

from collections.abc import Callable, Iterator

import pytest
from werkzeug.test import Client

from app.bootstrap import create_app
from app.core import rate_limits
from app.core.settings import Settings
from miniprogram_api import register
from miniprogram_api.volunteering.certificates.routes import CHECKS_A_MINUTE
from tests.support.world import World

PROXY = "10.0.0.1"
Ask = Callable[..., int]


@pytest.fixture
def behind(world: World, settings: Settings) -> Iterator[Callable[[int], Ask]]:
    """The application behind so many proxies; a function that asks with X-Forwarded-For and says the status."""
    rate_limits.forget()

    def served(proxies: int) -> Ask:
        application = create_app(settings.model_copy(update={"trusted_proxies": proxies}))
        register(application)
        client = Client(application)

        def ask(*forwarded: str, peer: str = PROXY) -> int:
            headers = {"X-Forwarded-For": ", ".join(forwarded)} if forwarded else {}
            path, environ = "/api/v1/certificate-checks", {"REMOTE_ADDR": peer}
            return client.post(path, json={}, headers=headers, environ_overrides=environ).status_code

        return ask

    yield served
    rate_limits.forget()


def used_up(ask: Ask, *forwarded: str) -> None:
    assert {ask(*forwarded) for _ in range(CHECKS_A_MINUTE)} == {422}
    assert ask(*forwarded) == 429


def test_behind_a_proxy_each_client_is_counted_for_itself(behind: Callable[[int], Ask]):
    ask = behind(1)
    used_up(ask, "203.0.113.7")
    assert ask("203.0.113.8") == 422


def test_behind_two_proxies_it_is_whom_the_outer_one_was_called_by(behind: Callable[[int], Ask]):
    ask = behind(2)
    used_up(ask, "203.0.113.7", "10.0.0.2")
    assert ask("203.0.113.7", "10.0.0.3") == 429
    assert ask("203.0.113.8", "10.0.0.2") == 422


def test_what_a_client_puts_before_the_proxys_word_counts_for_nothing(behind: Callable[[int], Ask]):
    ask = behind(1)
    used_up(ask, "203.0.113.7")
    assert ask("198.51.100.1", "203.0.113.7") == 429


def test_without_a_proxy_the_header_is_not_read(behind: Callable[[int], Ask]):
    ask = behind(0)
    used_up(ask, "203.0.113.7")
    assert ask("203.0.113.8") == 429
    assert ask(peer="203.0.113.9") == 422
