"""Ids of another compound's things, in every address and body of the API, open nothing, tell nothing, change nothing.

Two compounds where everything is under way; the first one's people ask, with one id at a time from the second, and for
what is their own.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.permissions.bodies import Examples
from tests.permissions.cast import address, code, forget_rates, turns
from tests.permissions.ids import FREE, kind_of, kinds_in, put_one
from tests.permissions.living import BESIDE, TABLES, UUID_TEXT, Living, Moment
from tests.permissions.test_api import ALL, api_routes
from tests.support.kept import kept
from tests.support.world import World, at

OTHER_KINDS: Final = {
    ("committees.leave_committee", "member_id"): "committee_member_id",
    ("results.decide_result_objection", "objection_id"): "result_objection_id",
}
"""Parameters that mean another kind of thing than elsewhere."""


@pytest.fixture
def both(world: World) -> tuple[Living, Living]:
    living_of = kept(Living.of)
    return living_of(world), living_of(kept(World)(world.application))


def kind(rule: Rule, name: str) -> str:
    """What a parameter of an address names."""
    return OTHER_KINDS.get((rule.endpoint, name), name)


def named_in(rule: Rule) -> list[str]:
    """The parameters of an address that name a thing, but not the compound itself."""
    return sorted(set(re.findall(r"<uuid:(\w+)>", rule.rule)) - {"compound_id", "org_unit_id"})


class Probing:
    """People of one compound ask with ids of the other's things; what was wrong is told at the end."""

    def __init__(self, here: Living, there: Living, examples: Examples) -> None:
        self.here, self.there, self.examples = here, there, examples
        self.secret, self.wrong, self.asked = there.everything(), list[str](), 0

    def moments(self, rule: Rule) -> Iterator[tuple[Moment, Moment]]:
        """When to ask here, and what is there then: three times about meetings, else once."""
        all_of_it = zip(self.here.moments, self.there.moments, strict=True)
        of_meetings = "meeting_id" in rule.arguments or rule.endpoint.startswith("committees.")
        return iter(list(all_of_it)[:: 1 if of_meetings else 3])

    def in_the_address(self, rule: Rule, method: str, place: int) -> None:
        """Ask with each thing that the address names, in turn."""
        for name in named_in(rule):
            for when, (mine, theirs) in enumerate(self.moments(rule)):
                foreign = (self.there.ids | theirs.ids)[kind(rule, name)]
                for who in {"secretary", *turns(list(self.here.people), place, 0 if when else 1, ALL)}:
                    self._ask(rule, method, who, mine, foreign, {name: foreign}, self.examples.of(rule, method))

    def in_the_body(self, rule: Rule, method: str) -> None:
        """Ask with each thing that the body names, in turn."""
        for form in ("json", "data"):
            kinds = kinds_in(self.examples.of(rule, method).get(form))
            for place in (place for place, one in enumerate(kinds) if one not in FREE):
                for when, (mine, theirs) in enumerate(self.moments(rule)):
                    own, foreign = self.here.ids | mine.ids, self.there.ids | theirs.ids
                    for who in ("secretary", "owner")[: 2 if when < 2 else 1]:
                        sent = self.examples.of(rule, method)
                        sent[form] = put_one(sent[form], place, own, foreign)
                        asked = foreign[kinds[place]]
                        self._ask(rule, method, who, mine, asked, {}, sent, may_answer=kinds[place] == "after")

    def with_own_things(self, rule: Rule) -> None:
        """Read what is the own: nothing of the other's stands in it."""
        for mine, _ in self.moments(rule):
            for who in ("secretary", "owner"):
                self._ask(rule, "GET", who, mine, "", {}, self.examples.of(rule, "GET"), may_answer=True)

    def in_the_query(self, rule: Rule, method: str) -> None:
        """Ask for what is after, or of, a thing: an own list is answered, or a refusal."""
        for name in self.examples.ids_in_query(rule, method):
            foreign = self.there.ids.get(kind_of(name), self.there.ids["wish_id"])
            sent = self.examples.of(rule, method)
            sent["query_string"] = sent.get("query_string", {}) | {name: foreign}
            self._ask(rule, method, "secretary", self.here.moments[0], foreign, {}, sent, may_answer=True)

    def _ask(
        self,
        rule: Rule,
        method: str,
        who: str,
        mine: Moment,
        foreign: str,
        ids: dict[str, str],
        sent: dict[str, Any],
        may_answer: bool = False,
    ) -> None:
        known = self.here.ids | mine.ids
        own = {name: known[kind(rule, name)] for name in named_in(rule)}
        path = address(rule, self.here.world.compound, own | ids).removeprefix("/api/v1")
        shown = f"{who}: {method} {path} {ids or json.dumps(sent, default=str)[:300]}"
        with at(mine.at):
            answer = self._answer(who, method, path, sent)
            if answer.status_code == 429:
                forget_rates(self.here.world.application)
                answer = self._answer(who, method, path, sent)
        told = self.secret & set(UUID_TEXT.findall(answer.get_data().decode(errors="replace"))) - {foreign}
        self.asked += 1
        refused = 400 <= answer.status_code < 500 and answer.status_code != 429 and code(answer) != "invalid_input"
        if told or not (refused or (may_answer and answer.status_code == 200)):
            self.wrong.append(f"{shown}: {answer.status_code} {code(answer)} {told}")

    def _answer(self, who: str, method: str, path: str, sent: dict[str, Any]) -> TestResponse:
        rest = {name: value for name, value in sent.items() if name != "json"}
        answer = self.here.world.api(self.here.people[who])(method, path, sent.get("json"), **rest)
        answer.get_data()
        answer.close()  # a file
        return answer


def test_an_id_of_another_compound_opens_tells_and_changes_nothing(both: tuple[Living, Living], examples: Examples):
    here, there = both
    before, probing = there.fingerprint(), Probing(here, there, examples)
    for place, (rule, method) in enumerate(api_routes(here.world.application)):
        probing.in_the_address(rule, method, place)
        probing.in_the_body(rule, method)
        probing.in_the_query(rule, method)
        if method == "GET":
            probing.with_own_things(rule)
    assert not probing.wrong, "\n".join(probing.wrong)
    assert probing.asked > 500
    assert there.fingerprint() == before


def test_of_every_kind_that_an_address_or_a_body_names_there_is_a_thing(application: Flask, examples: Examples):
    named = set()
    for rule, method in api_routes(application):
        named |= {kind(rule, name) for name in named_in(rule)}
        for form in ("json", "data"):
            named |= set(kinds_in(examples.of(rule, method).get(form)))
    assert named - FREE <= TABLES.keys() | BESIDE.keys()
