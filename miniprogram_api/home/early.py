"""The first screen, answered early: see miniprogram_api/early.py."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from app.home import feed
from miniprogram_api.early import Answer, seen, tagged, unchanged


def answer(environ: Mapping[str, Any], token: str, compound_id: UUID) -> Answer:
    """The home, or that it is the one that the client has. Raises what `feed.visit` raises."""
    kept = seen(environ)
    if tag := feed.unchanged(token, compound_id, kept):
        return unchanged(tag)
    visit = feed.visit(token, compound_id)
    if visit.tag in kept:
        return unchanged(visit.tag)
    return Answer("200 OK", visit.body, tagged(visit.tag))
