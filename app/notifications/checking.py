"""Whether the operator's templates are what the catalogue needs, as WeChat itself lists them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.core import alerts, wechat
from app.core.settings import Settings
from app.notifications import official
from app.notifications import wechat as subscribe
from app.notifications.catalogue import CATALOGUE, Kind
from app.notifications.kinds import Channel

SUBSCRIBE_LIST = "/wxaapi/newtmpl/gettemplate"
OFFICIAL_LIST = "/cgi-bin/template/get_all_private_template"
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
    """One finding for each kind and channel, and for each name in the settings that is none.

    The official account's templates are looked at where there is an account; a kind may do without one there.
    Asks WeChat: call it outside a transaction. Raises wechat.WeChatError and WeChatUnreachable.
    """
    listed = subscribe_templates()
    findings = [
        _finding(kind, Channel.SUBSCRIBE, subscribe.template_id(settings, kind), listed)
        for kind in Kind
        if Channel.SUBSCRIBE in CATALOGUE[kind].channels
    ]
    findings += _strangers(Channel.SUBSCRIBE, settings.wechat_template_ids)
    if settings.secrets["wechat_official_appid"]:
        findings += _of_the_official_account(settings)
    alerts.over({one.kind for one in findings if one.verdict is Verdict.OK})
    return findings


def subscribe_templates() -> dict[str, Listed]:
    """The mini-program's templates by id."""
    answer = wechat.client().call_with_token("get", SUBSCRIBE_LIST, {})
    return dict(_listed(answer.get("data", []), "priTmplId"))


def official_templates() -> dict[str, Listed]:
    """The official account's templates by id."""
    answer = wechat.official().call_with_token("get", OFFICIAL_LIST, {})
    return dict(_listed(answer.get("template_list", []), "template_id"))


def _of_the_official_account(settings: Settings) -> list[Finding]:
    listed = official_templates()
    chosen = {kind: found for kind in Kind if (found := official.template_id(settings, kind))}
    findings = [_finding(kind, Channel.OFFICIAL, found, listed) for kind, found in chosen.items()]
    return findings + _strangers(Channel.OFFICIAL, settings.wechat_official_template_ids)


def _strangers(channel: Channel, ids: Mapping[str, str]) -> list[Finding]:
    return [Finding(name, channel, ids[name], Verdict.NO_SUCH_KIND) for name in sorted(set(ids) - set(Kind))]


def _listed(entries: list[dict[str, Any]], key: str) -> Iterator[tuple[str, Listed]]:
    for entry in entries:
        yield entry[key], Listed(str(entry.get("title", "")), frozenset(_FIELD.findall(str(entry.get("content", "")))))


def _finding(kind: Kind, channel: Channel, found: str | None, listed: dict[str, Listed]) -> Finding:
    if found is None:
        return Finding(kind, channel, "", Verdict.MISSING)
    if found not in listed:
        return Finding(kind, channel, found, Verdict.UNKNOWN)
    wanted, there = set(CATALOGUE[kind].fields.values()), listed[found].fields
    if wanted != there:
        return Finding(kind, channel, found, Verdict.MISMATCH, _difference(wanted, there))
    return Finding(kind, channel, found, Verdict.OK, listed[found].title)


def _difference(wanted: set[str], there: frozenset[str]) -> str:
    parts = {"lacks": sorted(wanted - there), "has besides": sorted(there - wanted)}
    return "; ".join(f"{what} {', '.join(names)}" for what, names in parts.items() if names)
