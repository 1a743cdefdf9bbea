"""The first screen, answered early: see miniprogram_api/early.py."""

import re
from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

import orjson

from app.home import feed
from miniprogram_api.early import Answer

_QUOTED = re.compile(r'"([^"]{1,400})"')


def headers(tag: str) -> Mapping[str, str]:
    """What a home's answer says of how long it may be kept, and of what it was made."""
    return {"ETag": f'W/"{tag}"', "Cache-Control": "private, no-cache"}


def seen(environ: Mapping[str, Any]) -> Collection[str]:
    """The tags of the homes that the client has kept."""
    return _QUOTED.findall(environ.get("HTTP_IF_NONE_MATCH", ""))


def rendered(home: feed.Home) -> bytes:
    """A home as JSON."""
    return orjson.dumps(vars(home))


def answer(environ: Mapping[str, Any], token: str, compound_id: UUID) -> Answer:
    """The home, or that it is the one that the client has. Raises what `feed.visit` raises."""
    kept = seen(environ)
    if tag := feed.unchanged(token, compound_id, kept):
        return Answer("304 NOT MODIFIED", None, headers(tag))
    visit = feed.visit(token, compound_id)
    if visit.tag in kept:
        return Answer("304 NOT MODIFIED", None, headers(visit.tag))
    return Answer("200 OK", rendered(visit.home), headers(visit.tag))
