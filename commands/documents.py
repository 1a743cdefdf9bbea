"""Documents that are rendered from code: `make docs` writes them, a test compares them."""

import inspect
from pathlib import Path

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from app.compounds.roll_columns import HEADERS, Column
from app.compounds.roll_findings import KINDS
from app.core.settings import Settings
from commands import dashboards, permissions_page
from commands.catalogue_page import PAGE, notifications

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


ROLL_HEAD = """# The roll (业主名册)

What an uploaded roll may look like: `.xlsx` or `.csv` (UTF-8 or GB18030; comma, semicolon or tab), at most 30 MB. The
header row need not be the first; cells may be merged; digits may be full-width; several co-owners may stand in one cell
(张三、李四) or on rows of their own; several sheets are read. A dry run (`POST /compounds/{id}/roll-imports`) changes
nothing: it lists every doubtful cell with sheet, row, column and what to do, and the difference to the current roll. An
error blocks the import as a whole; a warning does not. What was read waits encrypted, and beside it, without the names
and numbers of persons, the plan of what the import would change; both go with the import, or after a week. Applying
carries out that plan in one transaction, and refuses if the roll has changed since the dry run. An import never deletes
a unit: those missing from the file are reported. While a check or an import runs,
`GET /compounds/{id}/roll-imports/progress/{request id}` says how far it has come, by the `X-Request-ID` it was sent
with. This page is rendered from `app/compounds/roll_columns.py` and `roll_findings.py` by `make docs`.

## Columns

| what | headers that are understood |
|---|---|
"""


def roll() -> str:
    """docs/roll.md as the reader of rolls has it now."""
    names: dict[Column, list[str]] = {}
    for name, column in HEADERS.items():
        names.setdefault(column, []).append(name)
    columns = [f"| {column.value} | {'、'.join(names[column])} |" for column in names]
    findings = [f"| {kind.severity.value} | {kind.what} | {kind.to_do} |" for kind in KINDS.values()]
    return "\n".join(
        [
            ROLL_HEAD + "\n".join(columns),
            "",
            "## Findings",
            "",
            "| | what | what to do |",
            "|---|---|---|",
            *findings,
            "",
        ]
    )


PAGES = {
    CONFIGURATION: configuration,
    CONFIGURATION.parent / "roll.md": roll,
    PAGE: notifications,
    permissions_page.PAGE: permissions_page.permissions,
    **dashboards.PAGES,
}

if __name__ == "__main__":
    for path, rendered in PAGES.items():
        path.write_text(rendered())
