"""Every page and form of the console as everybody, in the own compound and in another: the permission table decides.

A page of a desk says by its decorator which acts it is for; those who may are let in by the services behind it as well.
In each run every page is asked by some who may and some who may not; by all with PERMISSIONS_ALL=1.
"""

from uuid import UUID

from flask import Flask
from werkzeug.routing import Rule

from app.core.errors import Forbidden
from app.org.models import Role
from app.org.permissions import Act
from tests.permissions.cast import Cast, address, forget_rates, methods, turns, undone
from tests.permissions.test_api import ALL

OPEN = {
    "console.nowhere",
    "console.static",
    "console_public_certificates.check",
    "console_public_certificates.show",
    "console_public_results.find",
    "console_public_results.result",
    "console_sign_in.code",
    "console_sign_in.go_on",
    "console_sign_in.show",
}
OWN = {
    "console_home.start",
    "console_own_data.agree",
    "console_own_data.ask_closing",
    "console_own_data.close",
    "console_own_data.keep",
    "console_own_data.show",
    "console_own_data.take_away",
    "console_own_data.withdraw_consent",
    "console_sign_in.devices",
    "console_sign_in.sign_out",
    "console_sign_in.sign_out_device",
    "console_sign_in.sign_out_everywhere",
}
"""What is there for everybody who is signed in is their own."""

OF_NODES = {"console_officer.export": (Act.SEE_STATISTICS,), "console_officer.show": (Act.SEE_STATISTICS,)}
OF_THE_PROGRAM = {"console_operator.show": (Act.SEE_OPERATIONS,)}
"""The same whichever compound the operator is appointed in."""


def pages(application: Flask) -> list[tuple[Rule, str]]:
    rules = sorted(application.url_map.iter_rules(), key=lambda rule: (rule.rule, methods(rule)))
    return [(rule, method) for rule in rules if rule.rule.startswith("/console") for method in methods(rule)]


def acts_of(application: Flask, rule: Rule) -> tuple[Act, ...]:
    found: tuple[Act, ...] = getattr(application.view_functions[rule.endpoint], "acts", ())
    return found or OF_NODES.get(rule.endpoint) or OF_THE_PROGRAM.get(rule.endpoint) or ()


def refused(cast: Cast, rule: Rule, method: str, who: str, compound_id: UUID) -> bool:
    """Whether somebody is turned away for want of a permission."""
    visitor, path = cast.visitor(who), address(rule, compound_id)
    with undone():
        answer = visitor.get(path) if method == "GET" else visitor.post(path)
    if answer.status_code == 429:
        forget_rates(cast.application)
        return refused(cast, rule, method, who, compound_id)
    assert answer.status_code < 500, f"{who}: {method} {rule.endpoint}: {answer.text[:300]}"
    assert answer.status_code != 303 or "/sign-in" not in answer.location or who == "nobody", rule.endpoint
    return answer.status_code == 403 and Forbidden.message in answer.text


def test_every_page_is_of_a_desk_or_on_a_list(application: Flask):
    others = {rule.endpoint for rule, _ in pages(application) if not acts_of(application, rule)}
    assert others == OPEN | OWN


def test_a_page_is_open_to_those_whom_the_table_names_and_to_nobody_else(cast: Cast):
    wrong = []
    for place, (rule, method) in enumerate(pages(cast.application)):
        acts, here = acts_of(cast.application, rule), cast.world.compound
        if not acts:
            continue
        may = [one for one in cast.allowed(*acts) if one in set(Role)]  # a standing leads to no desk
        anybody = [] if rule.endpoint in OF_THE_PROGRAM else list(cast.people)[1:]
        asked = [(who, here, False) for who in turns(may, place, 1, ALL)]
        asked += [(who, here, True) for who in turns(cast.denied(*acts), place, 1, ALL)]
        asked += [(who, cast.elsewhere, True) for who in turns(anybody, place, 1, ALL)]
        wrong += [
            f"{who} {'may not' if turned_away else 'may'} in {compound_id}: {method} {rule.endpoint}"
            for who, compound_id, turned_away in asked
            if refused(cast, rule, method, who, compound_id) is not turned_away
        ]
    assert not wrong, "\n".join(wrong)


def test_nobody_sees_a_page_without_signing_in(cast: Cast):
    nobody = cast.visitor("nobody")
    for rule, method in pages(cast.application):
        if rule.endpoint in OPEN:
            continue
        path = address(rule, cast.world.compound)
        answer = nobody.get(path) if method == "GET" else nobody.post(path)
        assert (answer.status_code, "/console/sign-in" in answer.location) == (303, True), rule.endpoint
