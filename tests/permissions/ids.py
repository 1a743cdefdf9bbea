"""The ids in a body: of which kind each is, and the body with others in their place."""

import itertools
import json
from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import uuid4

from tests.permissions.living import UUID_TEXT

FREE: Final = {"key", "form_key"}
"""Ids that the client makes: they name nothing yet."""
_MEANS: Final = {
    "choices": "motion_id",
    "into": "wish_id",
    "marks": "motion_id",
    "order": "candidate_id",
    "replaces": "ballot_id",
    "spoiled": "motion_id",
}


def kind_of(field: str) -> str:
    """What the ids in a field name."""
    return _MEANS.get(field, field.removesuffix("s") if field.endswith("_ids") else field)


def kinds_in(body: Any) -> list[str]:
    """The kind of each id in a body, in the order in which `put_one` counts them."""
    found: list[str] = []

    def note(kind: str) -> str:
        found.append(kind)
        return kind

    _put(body, "", note)
    return found


def put_one(body: Any, place: int, own: Mapping[str, str], foreign: Mapping[str, str]) -> Any:
    """The body with own ids everywhere but at one place."""
    count = itertools.count()

    def choose(kind: str) -> str:
        ids = foreign if next(count) == place else own
        return str(uuid4()) if kind in FREE else ids[kind]

    return _put(body, "", choose)


def _put(value: Any, field: str, choose: Callable[[str], str]) -> Any:
    if isinstance(value, dict):
        return {
            choose(kind_of(field)) if _is_id(key) else key: _put(item, _inner(field, key), choose)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [_put(item, field, choose) for item in value]
    if field == "fixed":
        return json.dumps(_put(json.loads(value), "", choose))
    return choose(kind_of(field)) if _is_id(value) or field == "sheet" else value


def _inner(field: str, key: str) -> str:
    if _is_id(key):
        return "candidate_id" if field == "marks" else field
    return key


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and UUID_TEXT.fullmatch(value) is not None
