"""Every route of the mini-program API as everybody, in the own compound and in another: the permission table decides.

In each run every route is asked by some who may and some who may not; by all with PERMISSIONS_ALL=1.
"""

import os
from collections import Counter
from uuid import UUID

import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.permissions.bodies import Examples
from tests.permissions.cast import Cast, address, code, forget_rates, methods, turns, undone
from tests.permissions.routes import ACTS, OF_OWNERS, OF_THE_THING, OWN
from tests.structure.test_routes import PUBLIC, documented_rules

ALL = bool(os.environ.get("PERMISSIONS_ALL"))
REFUSED = (403, "forbidden")


def api_routes(application: Flask) -> list[tuple[Rule, str]]:
    rules = sorted(documented_rules(application), key=lambda rule: (rule.rule, methods(rule)))
    return [(rule, method) for rule in rules if rule.rule.startswith("/api/v1/") for method in methods(rule)]


class Asking:
    """Asks routes as people of the cast, and undoes what comes of it."""

    def __init__(self, cast: Cast, examples: Examples) -> None:
        self.cast, self.examples, self.asked = cast, examples, Counter[str]()

    def __call__(self, rule: Rule, method: str, who: str, compound_id: UUID) -> tuple[int, str]:
        answer = self._ask(rule, method, who, compound_id)
        if answer.status_code == 429:
            forget_rates(self.cast.application)
            answer = self._ask(rule, method, who, compound_id)
        self.asked[who] += 1
        assert answer.status_code < 500 or code(answer) == "wechat_busy", f"{who}: {method} {rule.rule}: {answer.text}"
        return answer.status_code, code(answer)

    def _ask(self, rule: Rule, method: str, who: str, compound_id: UUID) -> TestResponse:
        api = self.cast.world.api(self.cast.people[who])
        sent = self.examples.of(rule, method)
        body = sent.pop("json", None)
        with undone():
            return api(method, address(rule, compound_id).removeprefix("/api/v1"), body, **sent)


@pytest.fixture
def asking(cast: Cast, examples: Examples) -> Asking:
    return Asking(cast, examples)


def test_every_route_is_an_act_of_the_table_or_about_the_own(application: Flask):
    lists = [set(ACTS), OF_OWNERS, OF_THE_THING, OWN, PUBLIC]
    served = {rule.endpoint for rule, _ in api_routes(application)}
    assert set().union(*lists) == served
    assert sum(map(len, lists)) == len(served), "each stands in one list"


def test_a_route_is_open_to_those_whom_the_table_names_and_to_nobody_else(cast: Cast, asking: Asking):
    wrong = []
    for place, (rule, method) in enumerate(api_routes(cast.application)):
        if rule.endpoint not in ACTS:
            continue
        acts, here = ACTS[rule.endpoint], cast.world.compound
        for who in turns(cast.allowed(*acts), place, 1, ALL):
            found = asking(rule, method, who, here)
            if found == REFUSED or found[0] in (401, 405) or found[1] == "invalid_input":
                wrong.append(f"{who} may: {method} {rule.endpoint} {found}")
        for who in turns(cast.denied(*acts), place, 2, ALL):
            found = asking(rule, method, who, here)
            if found != REFUSED:
                wrong.append(f"{who} may not: {method} {rule.endpoint} {found}")
    assert not wrong, "\n".join(wrong)
    assert set(asking.asked) == set(cast.people) - {"nobody"}


def test_whatever_somebody_is_here_counts_for_nothing_in_another_compound(cast: Cast, asking: Asking):
    wrong = []
    for place, (rule, method) in enumerate(api_routes(cast.application)):
        if rule.endpoint not in ACTS:
            continue
        for who in turns(list(cast.people)[2:], place, 1, ALL):
            found = asking(rule, method, who, cast.elsewhere)
            if found != REFUSED:
                wrong.append(f"{who} elsewhere: {method} {rule.endpoint} {found}")
    assert not wrong, "\n".join(wrong)


def test_nobody_comes_to_a_route_without_signing_in(cast: Cast, asking: Asking):
    for rule, method in api_routes(cast.application):
        found = asking(rule, method, "nobody", cast.world.compound)
        assert (found == (401, "unauthenticated")) == (rule.endpoint not in PUBLIC), f"{method} {rule.endpoint} {found}"


def test_what_is_about_the_own_has_nothing_for_others(cast: Cast, asking: Asking):
    for place, (rule, method) in enumerate(api_routes(cast.application)):
        if rule.endpoint not in OWN | OF_THE_THING:
            continue
        for who in turns(list(cast.people)[1:], place, 1, ALL):
            found = asking(rule, method, who, cast.elsewhere)
            assert found != REFUSED, f"{who}: {method} {rule.endpoint} {found}"
            made = {201} if "<uuid:compound_id>" not in rule.rule else set()
            assert found[0] in {200, 204, 403, 404, 409, 422, 503, *made}, f"{who}: {method} {rule.endpoint} {found}"
