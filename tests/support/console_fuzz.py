"""What a browser could send to any address of the console, at random: ids, queries and fields that fit nowhere."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode
from uuid import UUID

from flask import Flask
from hypothesis import strategies as st
from werkzeug.routing import Rule

from tests.support.answers import UUID_TEXT
from tests.support.console_crawler import SECRETS, WORDS, SentForm

ASKED = ("q", "after", "seen", "asked", "unit", "item", "building", "code", "nomination", "step", "measure", "from")
"""What pages ask of their address."""

_TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=60)
_NUMBERS = st.one_of(st.integers(), st.floats(allow_nan=False).map(repr)).map(str)
_MOMENTS = st.one_of(st.dates().map(str), st.datetimes().map(lambda one: one.isoformat()[:16]), st.times().map(str))
_BROKEN = st.sampled_from(["%ff", "%00", "%ed%a0%80", "%", "%u4e2d"])


class Sent(NamedTuple):
    """One request."""

    method: str
    address: str
    fields: dict[str, Any]


def endpoints(application: Flask) -> list[tuple[Rule, str]]:
    """Every address of the console and each way in which it is asked, but those that end a sign-in or begin one."""
    rules = sorted(application.url_map.iter_rules(), key=lambda rule: (rule.endpoint, rule.rule))
    return [
        (rule, method)
        for rule in rules
        if rule.rule.startswith("/console") and not any(one in rule.rule for one in (*SECRETS, "static"))
        for method in ("GET", "POST")
        if method in (rule.methods or ())
    ]


def requests(
    application: Flask,
    compounds: Sequence[UUID],
    pages: Sequence[str],
    forms: Mapping[str, Sequence[SentForm]],
) -> st.SearchStrategy[Sent]:
    """Requests to any address with any ids, to `pages` that exist, and of `forms` that were seen, by endpoint."""
    ids = sorted({found for page in pages for found in UUID_TEXT.findall(page)} - {str(one) for one in compounds})
    some = st.one_of(st.sampled_from(ids), st.uuids().map(str))
    typed = st.one_of(_TEXT, _NUMBERS, _MOMENTS, some, st.sampled_from(WORDS))
    queries = st.one_of(
        st.dictionaries(st.sampled_from(ASKED), typed, min_size=4, max_size=10).map(urlencode),
        st.tuples(st.sampled_from(ASKED), _BROKEN).map("=".join),
    )
    paths = sorted({page.partition("?")[0] for page in pages})
    seen = st.sampled_from([form for some_forms in forms.values() for form in some_forms if form.method == "post"])
    return st.one_of(
        st.sampled_from(endpoints(application)).flatmap(lambda one: _anywhere(*one, compounds, some, queries)),
        st.builds(lambda page, query: Sent("GET", f"{page}?{query}", {}), st.sampled_from(paths), queries),
        seen.flatmap(lambda form: _fields(form, typed).map(lambda fields: Sent("POST", form.action, fields))),
    )


def _anywhere(
    rule: Rule,
    method: str,
    compounds: Sequence[UUID],
    some: st.SearchStrategy[str],
    queries: st.SearchStrategy[str],
) -> st.SearchStrategy[Sent]:
    values = {name: _argument(rule, name, compounds, some) for name in rule.arguments}
    return st.builds(
        lambda arguments, query: Sent(method, f"{_address(rule, arguments)}?{query}", {}),
        st.fixed_dictionaries(values),
        queries,
    )


def _argument(rule: Rule, name: str, compounds: Sequence[UUID], some: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    if name == "compound_id":
        return st.sampled_from([str(one) for one in compounds])
    return some if f"uuid:{name}" in rule.rule else st.one_of(some, _TEXT.filter(bool), st.just("one_change_allowed"))


def _fields(form: SentForm, typed: st.SearchStrategy[str]) -> st.SearchStrategy[dict[str, Any]]:
    """The fields of a form, each as it was held or as nobody should fill it in, some left out."""
    held = {name: value for name, value in {**form.typed, **form.held}.items() if name not in ("csrf_token", "once")}
    return st.fixed_dictionaries({}, optional={name: st.one_of(st.just(value), typed) for name, value in held.items()})


def _address(rule: Rule, values: dict[str, str]) -> str:
    """The address of a rule, each `<converter:name>` filled in as it is, whether or not it may stand there."""
    return re.sub("<(?:[^<>]*:)?([a-z_]+)>", lambda found: quote(values[found[1]], safe=""), rule.rule)
