"""A ballot's body is read early as by the schema of the route, which says what is wrong with it."""

import json
from typing import Any
from uuid import uuid4

import orjson
from hypothesis import example, given
from hypothesis import strategies as some
from marshmallow import ValidationError

from miniprogram_api.meetings.early import read_ballot
from miniprogram_api.meetings.schemas import CastBallotSchema

SCHEMA = CastBallotSchema()
CHOSEN = {"party_id": str(uuid4()), "choices": {str(uuid4()): "for"}}
WRITTEN = (str, lambda one: str(one).upper(), lambda one: one.hex, "{{{}}}".format, "urn:uuid:{}".format)
usual = some.builds(lambda written: written(uuid4()), some.sampled_from(WRITTEN))
odd = some.one_of(
    some.builds(lambda ends: ends.format(uuid4()), some.sampled_from((" {}", "{} ", "{}0", "x{}"))),
    some.sampled_from(("", "3", "不是编号")),
)
other = some.one_of(some.none(), some.booleans(), some.integers(), some.floats(), some.just([]), some.just({}), odd)
choices = some.sampled_from(("for", "against", "abstain", "blank"))


def mostly(likely: some.SearchStrategy[Any], unlikely: some.SearchStrategy[Any]) -> some.SearchStrategy[Any]:
    return some.integers(0, 15).flatmap(lambda drawn: unlikely if drawn == 15 else likely)


ids = mostly(usual, other)
keys = mostly(usual, odd)
names = mostly(
    some.lists(ids, max_size=3) | some.builds(lambda many: [str(uuid4())] * many, some.integers(10, 13)), other
)
many_choices = some.builds(lambda many: {str(uuid4()): "for" for _ in range(many)}, some.integers(99, 102))
many_marks = some.builds(lambda many: {str(uuid4()): [] for _ in range(many)}, some.integers(19, 22))
known = some.fixed_dictionaries(
    {"party_id": ids},
    optional={
        "choices": mostly(some.dictionaries(keys, mostly(choices, other), max_size=4) | many_choices, other),
        "marks": mostly(some.dictionaries(keys, names, max_size=3) | many_marks, other),
    },
)
bodies = mostly(known, known.map(lambda body: body | {"comment": "同意"}))


def by_the_schema(body: bytes) -> dict[str, Any] | None:
    try:
        return SCHEMA.load(orjson.loads(body))
    except (ValidationError, orjson.JSONDecodeError):
        return None


def early(body: bytes) -> dict[str, Any] | None:
    ballot = read_ballot(body)
    return ballot and {"choices": {}} | ballot.model_dump(exclude_unset=True)


@given(bodies)
@example(CHOSEN | {"marks": {}})
def test_a_body_is_read_early_as_the_schema_reads_it(body: dict[str, Any]):
    raw = json.dumps(body).encode()
    assert early(raw) == by_the_schema(raw)


def test_a_ballot_that_replaces_another_is_left_to_the_route():
    raw = json.dumps(CHOSEN | {"replaces": str(uuid4())}).encode()
    assert early(raw) is None
    assert by_the_schema(raw) is not None


@given(some.binary(max_size=40) | bodies.map(lambda body: json.dumps(body).encode()[:-1]))
def test_what_is_no_json_is_no_ballot(raw: bytes):
    assert early(raw) is None
    assert by_the_schema(raw) is None
