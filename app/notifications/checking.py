"""Whether the operator's templates are what the catalogue needs, as WeChat itself lists them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.core import alerts, wechat
from app.core.settings import Settings
from app.notifications.catalogue import CATALOGUE, Kind
from app.notifications.wechat import template_id

SUBSCRIBE_LIST = "/wxaapi/newtmpl/gettemplate"
_FIELD = re.compile(r"\{\{\s*(\w+)\.DATA\s*\}\}")


class Verdict(StrEnum):
    """What is to be said of the template of a kind."""

    OK = "ok"
    MISSING = "no template id is set"
    UNKNOWN = "WeChat has no such template"
    MISMATCH = "the fields differ"
    NO_SUCH_KIND = "no such kind of message"


@dataclass(frozen=True)
class Finding:
    """About one kind on one channel."""

    kind: str
    channel: str
    template_id: str
    verdict: Verdict
    detail: str = ""


@dataclass(frozen=True)
class Listed:
    """A template as WeChat lists it, with the names of its fields."""

    title: str
    fields: frozenset[str]


def check(settings: Settings) -> list[Finding]:
    """One finding for each kind, and for each name in the settings that is none.

    Asks WeChat: call it outside a transaction. Raises wechat.WeChatError and WeChatUnreachable.
    """
    listed = subscribe_templates()
    findings = [_finding(settings, kind, listed) for kind in Kind]
    unknown = sorted(set(settings.wechat_template_ids) - set(Kind))
    findings += [
        Finding(name, "subscribe", settings.wechat_template_ids[name], Verdict.NO_SUCH_KIND) for name in unknown
    ]
    alerts.over({one.kind for one in findings if one.verdict is Verdict.OK})
    return findings


def subscribe_templates() -> dict[str, Listed]:
    """The mini-program's templates by id."""
    answer = wechat.client().call_with_token("get", SUBSCRIBE_LIST, {})
    return dict(_listed(answer.get("data", []), "priTmplId"))


def _listed(entries: list[dict[str, Any]], key: str) -> Iterator[tuple[str, Listed]]:
    for entry in entries:
        yield entry[key], Listed(str(entry.get("title", "")), frozenset(_FIELD.findall(str(entry.get("content", "")))))


def _finding(settings: Settings, kind: Kind, listed: dict[str, Listed]) -> Finding:
    found = template_id(settings, kind)
    if found is None:
        return Finding(kind, "subscribe", "", Verdict.MISSING)
    if found not in listed:
        return Finding(kind, "subscribe", found, Verdict.UNKNOWN)
    wanted, there = set(CATALOGUE[kind].fields.values()), listed[found].fields
    if wanted != there:
        return Finding(kind, "subscribe", found, Verdict.MISMATCH, _difference(wanted, there))
    return Finding(kind, "subscribe", found, Verdict.OK, listed[found].title)


def _difference(wanted: set[str], there: frozenset[str]) -> str:
    parts = {"lacks": sorted(wanted - there), "has besides": sorted(there - wanted)}
    return "; ".join(f"{what} {', '.join(names)}" for what, names in parts.items() if names)
