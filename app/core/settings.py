"""Settings, read once from environment variables. docs/configuration.md is rendered from the fields below.

Two modes:
- *embedded*: neither DATABASE_URL nor REDIS_URL is set. PostgreSQL and Valkey come from wheels and live under
  DATA_DIR, secrets are generated there, WeChat is the simulator, and the clock can be moved.
- *external*: both are set. Every secret must be given; the clock is the machine's.
"""

import base64
import fcntl
import hashlib
import json
import os
import secrets
import tempfile
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet
from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.core.addresses import for_sqlalchemy
from app.core.errors import ConfigurationError
from app.core.redis_client import is_address as is_redis_address
from app.core.signing_keys import RETIRED, read_public_key

WECHAT_API_BASE_URL = "https://api.weixin.qq.com"
SECRET_FIELDS = ("encryption_keys", "lookup_key", "signing_keys", "wechat_secret")
OPTIONAL_SECRETS = ("wechat_official_appid", "wechat_official_secret", "wechat_event_token", "wechat_event_aes_key")


class Settings(BaseSettings):
    """Every setting of the program. The environment variable is the field's name in capitals."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore")

    database_url: str = Field(
        "",
        description="PostgreSQL, as `postgresql://user:password@host/name`; with a standby as "
        "`postgresql://user:password@a:5432,b:5432/name`: the one that takes writes is used (docs/scaling.md). "
        "Empty, together with REDIS_URL: embedded mode",
    )
    statistics_database_url: str = Field(
        "",
        description="A streaming standby of the database, in the same form, for what statistics read. While it is "
        "away or behind, and where it is empty: the database itself (docs/scaling.md)",
    )
    redis_url: str = Field(
        "",
        description="Redis or Valkey, as `redis://host:6379/0`; behind Sentinels as "
        "`redis+sentinel://:password@h1:26379,h2:26379,h3:26379/NAME?db=0` (docs/scaling.md)",
    )
    data_dir: Path = Field(Path(".data"), description="Folder of the embedded servers, their secrets and logs")

    embedded_database: str = Field(
        "community", pattern="^[a-z][a-z0-9_]*$", description="Name of the database in embedded mode"
    )
    embedded_shared_buffers: str = Field(
        "256MB",
        pattern="^[0-9]+[MG]B$",
        description="Memory in which the embedded PostgreSQL keeps pages; for a city a quarter of the machine's",
    )
    embedded_redis_db: int = Field(0, ge=0, le=15, description="Number of the Valkey database in embedded mode")
    encryption_keys: str = Field(
        "",
        description="Master keys for personal data at rest (32 bytes, base64), comma-separated, the newest "
        "first; older ones still decrypt. See docs/operations.md",
        json_schema_extra={"secret": True},
    )
    lookup_key: str = Field(
        "",
        description="Key of the keyed hashes by which phones, names and ID numbers are found, at least 32 characters; "
        "later ones follow, comma-separated, the newest last. See docs/operations.md",
        json_schema_extra={"secret": True},
    )
    signing_keys: str = Field(
        "",
        description="Ed25519 seeds (32 bytes, base64) that sign receipts and the ballot log, comma-separated, the "
        "newest first; `public:` and a public key keeps a retired key published. See docs/ballot-log.md",
        json_schema_extra={"secret": True},
    )
    wechat_appid: str = Field("", description="AppID of the mini-program")
    wechat_secret: str = Field("", description="AppSecret of the mini-program", json_schema_extra={"secret": True})
    wechat_api_base_url: str = Field(
        "", description="Base of WeChat's server API; empty: WeChat itself (embedded mode: the simulator)"
    )
    wechat_timeout_s: float = Field(5.0, gt=0, le=60, description="Seconds until a call to WeChat is given up")
    wechat_template_ids: dict[str, str] = Field(
        default_factory=dict,
        description='JSON object: kind of message -> template id, as `{"meeting_announced": "tmpl..."}`',
    )
    wechat_official_appid: str = Field(
        "", description="AppID of the linked official account (服务号); empty: there is none (docs/notifications.md)"
    )
    wechat_official_secret: str = Field(
        "", description="AppSecret of the official account; needed with its AppID", json_schema_extra={"secret": True}
    )
    wechat_official_template_ids: dict[str, str] = Field(
        default_factory=dict,
        description="JSON object: kind of message -> template id of the official account",
    )
    wechat_long_term_templates: list[str] = Field(
        default_factory=list,
        description="JSON list: ids of subscribe templates that are long-term, so that one accept is good for all "
        "messages",
    )
    wechat_event_token: str = Field(
        "",
        description="Token (令牌) of the message push, the same for mini-program and official account. Empty: pushes "
        "are refused",
        json_schema_extra={"secret": True},
    )
    wechat_event_aes_key: str = Field(
        "",
        pattern=r"^([A-Za-z0-9+/]{43})?$",
        description="EncodingAESKey of the message push in secure mode (安全模式); needed with WECHAT_EVENT_TOKEN",
        json_schema_extra={"secret": True},
    )
    wechat_event_plain_mode: bool = Field(
        False,
        description="Take pushes in plain mode (明文模式), to try something out; embedded mode only. Their signature "
        "says nothing of what they contain, so whoever has seen one push can forge others",
    )
    wechat_miniprogram_state: str = Field(
        "formal",
        pattern="^(developer|trial|formal)$",
        description="Version of the mini-program that a message opens",
    )

    storage_url: str = Field(
        "",
        pattern=r"^(s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\?.+)?)?$",
        description="Where files are kept, as `s3://bucket?endpoint=https://host&region=r&addressing=virtual` "
        "(addressing: auto, virtual or path). Empty: DATA_DIR/storage",
    )
    storage_access_key: str = Field(
        "", description="Access key of STORAGE_URL; needed with it only", json_schema_extra={"secret": True}
    )
    storage_secret_key: str = Field(
        "", description="Secret key of STORAGE_URL; needed with it only", json_schema_extra={"secret": True}
    )
    attachment_limit_mb: int = Field(20, ge=1, le=50, description="Largest attachment of a motion, in MB (2^20 bytes)")
    document_templates_dir: Path | None = Field(
        None,
        description="Folder with a city's own Word templates; one that is not there is taken from the program "
        "(docs/documents.md)",
    )

    owners_of_a_phone: int = Field(
        5,
        ge=1,
        description="How many owners of a compound may have one phone number on the roll for it to bind an account to "
        "their homes by itself; where more have it, whoever proves it applies, and the secretary decides",
    )

    reminder_hour: int = Field(
        10,
        ge=8,
        le=20,
        description="Hour of the day, in China, at which owners who have not voted are reminded, on the days that the "
        "rule set names; never between 21:00 and 8:00",
    )

    public_url: str = Field(
        "",
        pattern=r"^(https?://[^/?#\s]+)?$",
        description="Address at which WeChat reaches the API, as `https://host`: pictures are fetched from there to be "
        "checked. Empty: HOST and PORT in embedded mode; else pictures are left to a person",
    )

    wish_claim_days: int = Field(
        7, ge=1, le=60, description="Days after which a claim on a wish that was not begun is released"
    )
    wish_days: int = Field(60, ge=7, le=365, description="Days that a published wish waits for a claim")
    wish_photo_days: int = Field(
        90,
        ge=1,
        le=3650,
        description="Days after which the photos of a wish that is done, withdrawn, returned, merged or expired are "
        "erased",
    )
    notice_hearing_days: int = Field(
        3, ge=1, le=30, description="Days in which the person concerned may answer before an entry is published"
    )
    notice_black_days: int = Field(7, ge=1, le=30, description="Days after which a black entry expires")
    notice_red_days: int = Field(30, ge=1, le=365, description="Days after which a red entry expires")

    trusted_proxies: int = Field(
        0,
        ge=0,
        le=10,
        description="How many reverse proxies stand between the clients and the API, each of which adds the address "
        "that it was called from to X-Forwarded-For. Rate limits count by that "
        "address. 0: none, the header is not read",
    )
    host: str = Field("127.0.0.1", description="Address that the API listens on")
    port: int = Field(8000, ge=1, le=65535, description="Port of the API")
    simulator_port: int = Field(8001, ge=1, le=65535, description="Port of the WeChat simulator (embedded mode)")
    api_workers: int = Field(2, ge=1, le=64, description="API processes")
    api_threads: int = Field(
        4, ge=1, le=256, description="Threads of one API process; each holds up to two connections"
    )
    api_at_once: int = Field(
        0,
        ge=0,
        le=256,
        description="Ballots, first screens, meetings and turnouts that one API process has in work at a time, the "
        "others in the order in which they come; nobody waits for that longer than 50 ms. 0: 2 in embedded mode, "
        "where PostgreSQL runs on the same processors, else as many as there are threads",
    )
    send_threads: int = Field(
        32,
        ge=1,
        le=256,
        description="Messages that one sender has under way at a time; a quarter as many again for critical ones alone",
    )
    movable_clock: bool = Field(False, description="Let the simulator move the program's clock; embedded mode only")
    console_idle_minutes: int = Field(
        60, ge=5, le=480, description="Minutes without a click after which a browser is signed out of the console"
    )
    metrics_token: str = Field(
        "",
        description="What Prometheus must bring to read `/metrics` (`Authorization: Bearer ...`), at least 16 "
        "characters. Empty: open in embedded mode, no such address elsewhere. See docs/operations.md",
        json_schema_extra={"secret": True},
    )
    slow_statement_ms: int = Field(
        500, ge=0, description="Milliseconds from which on a statement is logged as slow, with the id of its request"
    )
    traces_url: str = Field(
        "",
        pattern=r"^(https?://[^?#\s]+)?$",
        description="Where traces are sent by OTLP over HTTP, as `http://collector:4318`. Empty: there are none, and "
        "nothing for them is loaded",
    )
    traces_share: float = Field(0.05, ge=0, le=1, description="Share of requests and periodic jobs that are traced")
    log_level: str = Field("INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="Least severe level logged")

    @field_validator("data_dir")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().resolve()

    @field_validator("database_url", "statistics_database_url")
    @classmethod
    def _postgresql_only(cls, value: str) -> str:
        if value and not value.startswith(("postgresql://", "postgres://", "postgresql+psycopg://")):
            raise ValueError("must be a postgresql:// address")
        return value

    @field_validator("redis_url")
    @classmethod
    def _redis_only(cls, value: str) -> str:
        if value and not is_redis_address(value):
            raise ValueError("must be a redis://, rediss://, unix:// or redis+sentinel://HOSTS/NAME address")
        return value

    @field_validator("metrics_token")
    @classmethod
    def _hard_to_guess(cls, value: str) -> str:
        if value and len(value) < 16:
            raise ValueError("must have at least 16 characters")
        return value

    @field_validator("encryption_keys")
    @classmethod
    def _fernet_keys(cls, value: str) -> str:
        for key in filter(None, value.split(",")):
            try:
                Fernet(key.strip())
            except ValueError:
                raise ValueError("must be keys of 32 bytes in base64, comma-separated") from None
        return value

    @field_validator("signing_keys")
    @classmethod
    def _ed25519_keys(cls, value: str) -> str:
        entries = [entry.strip() for entry in value.split(",")] if value else []
        try:
            for entry in entries:
                read_public_key(entry)
        except ValueError:
            raise ValueError("must be Ed25519 seeds (32 bytes, base64), comma-separated") from None
        if entries and entries[0].startswith(RETIRED):
            raise ValueError("must begin with the seed that signs, not with a retired key")
        return value

    @model_validator(mode="after")
    def _consistent(self) -> "Settings":
        if bool(self.database_url) != bool(self.redis_url):
            raise ValueError("set DATABASE_URL and REDIS_URL both, or neither for embedded mode")
        if bool(self.wechat_official_appid) != bool(self.wechat_official_secret):
            raise ValueError("set WECHAT_OFFICIAL_APPID and WECHAT_OFFICIAL_SECRET both, or neither")
        if self.storage_url and not (self.storage_access_key and self.storage_secret_key):
            raise ValueError("STORAGE_ACCESS_KEY and STORAGE_SECRET_KEY must be set where STORAGE_URL is set")
        if self.embedded:
            return self
        if self.movable_clock:
            raise ValueError("MOVABLE_CLOCK is for embedded mode only; unset it where DATABASE_URL is set")
        missing = [name.upper() for name in (*SECRET_FIELDS, "wechat_appid") if not getattr(self, name)]
        if missing:
            raise ValueError(f"{', '.join(missing)} must be set where DATABASE_URL is set")
        if any(len(key.strip()) < 32 for key in self.lookup_key.split(",")):
            raise ValueError("LOOKUP_KEY must have at least 32 characters, and so must each that follows it")
        self._require_secure_pushes()
        return self

    def _require_secure_pushes(self) -> None:
        if self.wechat_event_plain_mode:
            raise ValueError("WECHAT_EVENT_PLAIN_MODE is for embedded mode only; unset it where DATABASE_URL is set")
        if self.wechat_event_token and not self.wechat_event_aes_key:
            raise ValueError("WECHAT_EVENT_AES_KEY must be set where WECHAT_EVENT_TOKEN is set (安全模式)")

    @property
    def embedded(self) -> bool:
        """Whether the program brings its own PostgreSQL, Valkey, secrets and WeChat simulator."""
        return not self.database_url

    @property
    def most_at_once(self) -> int:
        """What API_AT_ONCE comes to."""
        return self.api_at_once or (2 if self.embedded else self.api_threads)

    @property
    def socket_dir(self) -> Path:
        """Folder of the embedded servers' sockets: short, since a socket's path may have some 100 bytes only."""
        digest = hashlib.sha256(str(self.data_dir).encode()).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"community-{digest}"

    @property
    def clock_file(self) -> Path:
        """File that holds the seconds by which the movable clock runs ahead."""
        return self.data_dir / "clock"

    @property
    def sqlalchemy_url(self) -> str:
        """DATABASE_URL for SQLAlchemy with psycopg 3."""
        if self.embedded:
            return f"postgresql+psycopg://postgres@/{self.embedded_database}?host={self.socket_dir}"
        return for_sqlalchemy(self.database_url)

    @property
    def libpq_url(self) -> str:
        """The same for libpq and what is built on it: psycopg alone, pg_dump, pgbench."""
        return self.sqlalchemy_url.replace("postgresql+psycopg", "postgresql", 1)

    @property
    def statistics_sqlalchemy_url(self) -> str:
        """STATISTICS_DATABASE_URL for SQLAlchemy; empty: there is none."""
        return for_sqlalchemy(self.statistics_database_url, "any") if self.statistics_database_url else ""

    @property
    def effective_redis_url(self) -> str:
        """REDIS_URL, or the embedded Valkey's socket."""
        if self.embedded:
            return f"unix://{self.socket_dir}/valkey.sock?db={self.embedded_redis_db}"
        return self.redis_url

    @property
    def effective_public_url(self) -> str:
        """Where WeChat reaches the API; empty: nowhere."""
        return self.public_url or (f"http://{self.host}:{self.port}" if self.embedded else "")

    @property
    def simulator_url(self) -> str:
        """Base address of the WeChat simulator in embedded mode."""
        return f"http://127.0.0.1:{self.simulator_port}"

    @property
    def effective_wechat_api_base_url(self) -> str:
        """Where WeChat's server API is called."""
        return self.wechat_api_base_url or (self.simulator_url if self.embedded else WECHAT_API_BASE_URL)

    @cached_property
    def secrets(self) -> dict[str, str]:
        """The secrets by field name; those not given in embedded mode come from DATA_DIR/secrets.json."""
        given = {name: getattr(self, name) for name in (*SECRET_FIELDS, "wechat_appid", *OPTIONAL_SECRETS)}
        if self.embedded:
            return {**_generated_secrets(self.data_dir), **{k: v for k, v in given.items() if v}}
        return given


def load_settings(**overrides: Any) -> Settings:
    """The settings of this process.

    Raises ConfigurationError with one sentence that names the variable and what is wrong with it.
    """
    try:
        return Settings(**overrides)
    except ValidationError as error:
        raise ConfigurationError(_one_sentence(error)) from None
    except ValueError as error:  # a JSON value that cannot be read
        raise ConfigurationError(f"configuration: {error}") from None


def _one_sentence(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    message = first["msg"].removeprefix("Value error, ")
    variable = ".".join(str(part) for part in first["loc"][:1]).upper()
    return f"configuration: {variable + ': ' if variable else ''}{message}."


def _generated_secrets(data_dir: Path) -> dict[str, str]:
    """What DATA_DIR/secrets.json holds; what it lacks is generated and added, by one process for all."""
    path = data_dir / "secrets.json"
    stored = _read_secrets(path)
    if stored.keys() >= _GENERATORS.keys():
        return stored
    data_dir.mkdir(parents=True, exist_ok=True)
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        stored = _read_secrets(path)
        stored = {name: stored.get(name) or generate() for name, generate in _GENERATORS.items()} | stored
        draft = path.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(stored, indent=1))
        draft.replace(path)
    return stored


_GENERATORS: dict[str, Callable[[], str]] = {
    "encryption_keys": lambda: Fernet.generate_key().decode(),
    "lookup_key": lambda: secrets.token_urlsafe(32),
    "signing_keys": lambda: base64.b64encode(secrets.token_bytes(32)).decode(),
    "wechat_appid": lambda: "wx" + secrets.token_hex(8),
    "wechat_secret": lambda: secrets.token_hex(16),
    "wechat_official_appid": lambda: "wx" + secrets.token_hex(8),
    "wechat_official_secret": lambda: secrets.token_hex(16),
    "wechat_event_token": lambda: secrets.token_hex(16),
    "wechat_event_aes_key": lambda: base64.b64encode(secrets.token_bytes(32)).decode().rstrip("="),
}


def _read_secrets(path: Path) -> dict[str, str]:
    try:
        stored: dict[str, str] = json.loads(path.read_text())
    except FileNotFoundError:
        return {}
    return stored
