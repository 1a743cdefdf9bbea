"""The tables of docs/notifications.md that are rendered from the catalogue; the rest of the page is written by hand."""

from datetime import timedelta
from pathlib import Path

from app.notifications.catalogue import CATALOGUE, Kind
from app.notifications.kinds import CHANNEL_TEXT, Template

PAGE = Path(__file__).parent.parent / "docs" / "notifications.md"
BEGIN, END = "<!-- catalogue: rendered -->\n", "<!-- end of catalogue -->\n"


def notifications() -> str:
    """docs/notifications.md with its tables as the catalogue has them now."""
    before, _, rest = PAGE.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{_told()}\n\n{_sent()}\n\n{END}{after}"


def _told() -> str:
    rows = [
        f"| `{kind}` {one.name} | {one.recipient} | {one.reason} | {one.law or 'none: can be muted'} |"
        for kind, one in CATALOGUE.items()
    ]
    return "\n".join(["| kind | who is told | why | demanded by |", "|---|---|---|---|", *rows])


def _sent() -> str:
    head = ["| kind | fields | opens | urgency | of use for | at night | channels |", "|---|---|---|---|---|---|---|"]
    return "\n".join([*head, *(_row(kind, one) for kind, one in CATALOGUE.items())])


def _row(kind: Kind, one: Template) -> str:
    fields = ", ".join(f"{name} `{field}`" for name, field in one.fields.items())
    channels = ", ".join(CHANNEL_TEXT[channel] for channel in one.channels)
    night = "sent" if one.at_night else "waits for 8:00"
    page = one.page.partition("?")[0]
    return f"| `{kind}` | {fields} | `{page}` | {one.urgency} | {_span(one.lifetime)} | {night} | {channels} |"


def _span(lifetime: timedelta) -> str:
    days, hours = lifetime.days, lifetime.seconds // 3600
    return f"{days} d" if not hours else f"{days} d {hours} h" if days else f"{hours} h"
