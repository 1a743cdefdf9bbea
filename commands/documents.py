"""Documents that are rendered from code: `make docs` writes them, a test compares them."""

import inspect
from pathlib import Path

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from app.core.settings import Settings

CONFIGURATION = Path(__file__).parent.parent / "docs" / "configuration.md"

HEAD = """# Configuration

Every setting is an environment variable, read once at the start. A missing or wrong one stops the program with one
sentence that names it. This page is rendered from `app/core/settings.py` by `make docs`.

Without `DATABASE_URL` and `REDIS_URL` the program runs in **embedded mode**: PostgreSQL and Valkey come from wheels and
keep their data in `DATA_DIR`, secrets are generated there (`secrets.json`), and WeChat is the simulator. With both set
it runs on those servers; then every variable marked *secret* and `WECHAT_APPID` must be given (the storage keys only
with `STORAGE_URL`), and `MOVABLE_CLOCK` is refused.

| variable | default | meaning |
|---|---|---|
"""


def configuration() -> str:
    """docs/configuration.md as the settings have it now."""
    rows = [_row(name, field) for name, field in Settings.model_fields.items()]
    return HEAD + "\n".join(rows) + "\n"


def _row(name: str, field: FieldInfo) -> str:
    extra = field.json_schema_extra
    secret = " *secret*" if isinstance(extra, dict) and extra.get("secret") else ""
    default = field.get_default(call_default_factory=True, validated_data={})
    shown = "" if default in ("", None, {}, PydanticUndefined) else f"`{default}`"
    return f"| `{name.upper()}` | {shown} | {inspect.cleandoc(field.description or '')}.{secret} |"


if __name__ == "__main__":
    CONFIGURATION.write_text(configuration())
