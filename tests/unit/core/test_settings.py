"""Settings: one plain sentence for what is missing or wrong, and no default secret outside embedded mode."""

import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet

from app.core.errors import ConfigurationError
from app.core.settings import load_settings
from tests.support.forking import output_of

EXTERNAL = {
    "database_url": "postgresql://user:password@127.0.0.1/community",
    "redis_url": "redis://127.0.0.1:6379/0",
    "encryption_keys": Fernet.generate_key().decode(),
    "lookup_key": "x" * 32,
    "wechat_appid": "wx0123456789abcdef",
    "wechat_secret": "secret",
}


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*EXTERNAL, "movable_clock", "port", "wechat_template_ids"):
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"redis_url": ""}, "set DATABASE_URL and REDIS_URL both, or neither for embedded mode"),
        ({"database_url": ""}, "set DATABASE_URL and REDIS_URL both, or neither for embedded mode"),
        ({"database_url": "mysql://x"}, "DATABASE_URL: must be a postgresql:// address"),
        ({"redis_url": "http://x"}, "REDIS_URL: must be a redis://"),
        ({"redis_url": "redis+sentinel://h1:26379,h2"}, "REDIS_URL: must be a redis://"),
        ({"statistics_database_url": "mysql://x"}, "STATISTICS_DATABASE_URL: must be a postgresql:// address"),
        ({"encryption_keys": ""}, "ENCRYPTION_KEYS must be set where DATABASE_URL is set"),
        ({"encryption_keys": "short"}, "ENCRYPTION_KEYS: must be keys of 32 bytes"),
        ({"lookup_key": ""}, "LOOKUP_KEY must be set"),
        ({"lookup_key": "short"}, "LOOKUP_KEY must have at least 32 characters"),
        ({"wechat_secret": ""}, "WECHAT_SECRET must be set"),
        ({"wechat_appid": ""}, "WECHAT_APPID must be set"),
        ({"movable_clock": True}, "MOVABLE_CLOCK is for embedded mode only"),
        ({"port": "eighty"}, "PORT: Input should be a valid integer"),
        ({"port": 70000}, "PORT: Input should be less than or equal to 65535"),
        ({"wechat_event_token": "t"}, "WECHAT_EVENT_AES_KEY must be set where WECHAT_EVENT_TOKEN is set"),
        (
            {"wechat_event_token": "t", "wechat_event_aes_key": "a" * 43, "wechat_event_plain_mode": True},
            "WECHAT_EVENT_PLAIN_MODE is for embedded mode only; unset it where DATABASE_URL is set",
        ),
        ({"wechat_event_plain_mode": True}, "WECHAT_EVENT_PLAIN_MODE is for embedded mode only"),
        ({"trusted_proxies": -1}, "TRUSTED_PROXIES: Input should be greater than or equal to 0"),
        ({"log_level": "LOUD"}, "LOG_LEVEL: String should match pattern"),
    ],
)
def test_a_wrong_setting_is_named_in_one_sentence(changes: dict[str, object], sentence: str):
    with pytest.raises(ConfigurationError) as refused:
        load_settings(**{**EXTERNAL, **signing(), **changes})
    assert sentence in str(refused.value)
    assert "\n" not in str(refused.value)


def signing() -> dict[str, str]:
    """Any further secret that external mode asks for."""
    import base64

    return {"signing_keys": base64.b64encode(os.urandom(32)).decode()}


def test_pushes_are_taken_in_secure_mode():
    pushed = {"wechat_event_token": "t", "wechat_event_aes_key": "a" * 43}
    assert load_settings(**{**EXTERNAL, **signing(), **pushed}).secrets["wechat_event_token"] == "t"


def test_a_template_map_that_is_not_json_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("WECHAT_TEMPLATE_IDS", "{")
    with pytest.raises(ConfigurationError, match="wechat_template_ids"):
        load_settings(**EXTERNAL, **signing())


def test_external_mode_takes_the_secrets_that_are_given(tmp_path: Path):
    settings = load_settings(**EXTERNAL, **signing(), data_dir=tmp_path)
    assert not settings.embedded
    assert settings.secrets["wechat_secret"] == "secret"
    assert settings.effective_wechat_api_base_url == "https://api.weixin.qq.com"
    assert list(tmp_path.iterdir()) == []


def test_embedded_mode_makes_its_secrets_once_for_all_processes(tmp_path: Path):
    first, second = (load_settings(data_dir=tmp_path).secrets for _ in range(2))
    assert first == second
    assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600
    assert json.loads((tmp_path / "secrets.json").read_text())["wechat_appid"] == first["wechat_appid"]


def test_two_installations_share_no_secret(tmp_path: Path):
    one, two = (load_settings(data_dir=tmp_path / name).secrets for name in ("one", "two"))
    assert not set(one.values()) & set(two.values())


@pytest.mark.parametrize("module", ["wsgi", "tasks.worker", "tasks.schedule"])
def test_a_process_with_a_wrong_setting_does_not_start(module: str):
    said = "configuration: set DATABASE_URL and REDIS_URL both, or neither for embedded mode.\n"
    wrong = {"PATH": os.environ["PATH"], "DATABASE_URL": "postgresql://127.0.0.1/x"}
    assert output_of(module, environment=wrong) == (1, said)


@pytest.mark.parametrize(
    ("given", "comes_to"),
    [
        ({}, 2),
        ({"api_at_once": 3}, 3),
        ({**EXTERNAL, "api_threads": 6}, 6),
        ({**EXTERNAL, "api_threads": 6, "api_at_once": 3}, 3),
    ],
)
def test_fewer_are_in_work_at_a_time_where_postgresql_has_the_same_processors(
    given: dict[str, Any], comes_to: int, tmp_path: Path
):
    secrets = signing() if given.keys() & EXTERNAL.keys() else {}
    assert load_settings(data_dir=tmp_path, **given, **secrets).most_at_once == comes_to
