"""Walking the console as every role: no fault, no page that the role must not see, no word of another compound.

Two roles walk the whole way in every run, all of them with CRAWL_ALL=1 (`make stress-console`), which also sends thirty
times as many requests at random.
"""

import os
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from hypothesis import Phase, given, settings

from app.bootstrap import configure
from app.core.db import db
from app.core.settings import Settings
from app.org.models import Role
from tests.support import console_fuzz, console_meetings, console_reviews, console_roll
from tests.support.console import ConsoleWorld, Product, visitor
from tests.support.console_crawler import NOWHERE, Walk, elsewhere, nonsense
from tests.support.console_volunteering import Stage
from tests.support.notices import Notices
from tests.support.wishes import TEXT, Wishes
from tests.support.world import Person, Ref

pytestmark = pytest.mark.timeout(300)  # the first test of the file makes both compounds

CANARY = "金丝雀"
SEED = 20260501
ALL = "CRAWL_ALL" in os.environ
CLOSED = ("nobody", "resident", "owner", "property company", "operator", "other secretary", "other officer")
"""Who opens no page of the compound."""

STEWARD = {
    *(
        "home.today",
        "people.index",
        "grids.index",
        "notices",
        "meetings.index",
        "meetings.show",
        "delivery",
        "rules.show",
    ),
    *("volunteering", "activities", "services", "slots", "hours", "electorate.new_objection"),
    *("count.paper", "count.find_party", "count.new_sheet", "count.new_unidentified"),
}
"""Pages of a compound that a steward opens: all of a blueprint, or one."""

SECRETARY_ALONE = {
    *("roll", "agenda", "people.list_groups", "people.group"),
    *(f"drafting.{step}" for step in ("new", "what", "name", "who", "when", "check", "confirm")),
}
"""Pages of a compound that are the secretary's, and not the officer's who oversees."""


class Crowded(ConsoleWorld):
    """A town in which everybody moves in at the same few doors: whoever comes later gets another stairwell."""

    def unit(self, room: str, *args: Any, **columns: Any) -> Ref:
        """A home; its stairwell is a new one if the room is taken."""
        self._rooms: Counter[str] = getattr(self, "_rooms", Counter())
        self._rooms[room] += 1
        if self._rooms[room] > 1:
            columns["stairwell"] = f"{self._rooms[room]}单元"
        return super().unit(room, *args, **columns)


@dataclass
class City:
    """Two compounds of two communities, both with a full life; what stands in the other one names the canary."""

    town: ConsoleWorld
    other: ConsoleWorld
    people: dict[str, Person | None]
    walks: dict[str, Walk] = field(default_factory=dict)

    def walk(self, role: str) -> Walk:
        """All that somebody comes to who follows every link; walked once."""
        if role not in self.walks:
            mine = self.other.compound if role.startswith("other") else self.town.compound
            unread = () if role.startswith("other") else (CANARY,)
            limit = 1 if role in CLOSED else 2
            new = Walk(self.town.product.application, visitor(self.town, self.people[role]), unread, limit)
            self.walks[role] = new.from_pages(*_starts(self.town, mine))
        return self.walks[role]


def _starts(town: ConsoleWorld, compound: UUID) -> list[str]:
    """Where everybody begins; no link leads a stranger to most of them."""
    nodes = [f"/console/nodes/{one}/" for one in (town.community, town.compound)]
    public = ["/console/public/results/", "/console/public/certificates"]
    return ["/console/", f"/console/compounds/{compound}/", *nodes, "/console/operator/", *public]


@pytest.fixture(scope="module")
def city(product: Product, settings: Settings) -> Iterator[City]:
    """Both compounds, made once for all tests of this file."""
    product.settings.clock_file.unlink(missing_ok=True)
    configure(product.settings)
    with product.application.app_context():
        town, other = Crowded(product), Crowded(product)
        _live(other, CANARY)
        _live(town, "演示")
        people = {
            "nobody": None,
            "resident": town.person(),
            "owner": town.owner(town.unit("1001"), name="演示业主戊"),
            "property company": town.official(Role.PROPERTY_STAFF, town.compound),
            "operator": town.official(Role.OPERATOR, town.community),
            "steward": town.official(Role.STEWARD, town.compound),
            "secretary": town.secretary,
            "officer": town.supervisor,
            "other secretary": other.secretary,
            "other officer": other.supervisor,
        }
        try:
            yield City(town, other, people)
        finally:
            db.session.remove()
    configure(settings)


def _live(town: ConsoleWorld, word: str) -> None:
    """Some of everything in a compound, named by the word."""
    stage, wishes, notices = Stage(town), Wishes(town), Notices(town)
    console_roll.home(town, "501", f"{word}业主")
    wishes.submitted(text=f"{word}：{TEXT}")
    notices.hearing(about=notices.concerned, title=f"{word}堆物")
    console_reviews.own_draft(town)
    console_roll.uploaded(town)
    console_roll.applied(town, f"{word}业主", "501")
    console_roll.reported(town)
    console_roll.group(town)
    stage.claimed(stage.named(f"{word}志愿者"))
    stage.booked()
    stage.service()
    stage.post(title=f"{word}岗位")
    stage.disputed()
    stage.certificate()
    console_meetings.objection(town)
    town.draft(3, 5)


def _belongs(endpoint: str, wanted: set[str]) -> bool:
    page = endpoint.removeprefix("console_")
    return page in wanted or page.partition(".")[0] in wanted


def test_whoever_has_no_role_comes_to_no_page_of_the_compound(city: City):
    addresses = [found[0] for found in city.walk("secretary").pages.values()]
    inside = [one for one in addresses if str(city.town.compound) in one and "/nodes/" not in one]
    assert len(inside) > 80, "the secretary's walk leads through the whole desk"
    for role in CLOSED if ALL else ("nobody", "owner", "property company", "other secretary"):
        stranger = city.walk(role)
        for address in inside:
            status = stranger.get(address).status_code
            assert status == (303 if role == "nobody" else 403), (role, address)
        assert stranger.take_faults() == "", role


@pytest.mark.parametrize("role", ["steward", "officer"] if ALL else ["steward"])
def test_a_steward_and_an_officer_come_to_no_pages_but_theirs(city: City, role: str):
    walk, opened = city.walk(role), set()
    for shape, addresses in city.walk("secretary").pages.items():
        if "/compounds/" in addresses[0] and any(walk.get(one).status_code == 200 for one in addresses):
            opened.add(shape.partition("?")[0])
    of_steward = {one for one in opened if _belongs(one, STEWARD)}
    of_secretary = {one for one in opened if _belongs(one, SECRETARY_ALONE)}
    assert (opened - of_steward if role == "steward" else of_secretary) == set()
    assert walk.take_faults() == ""
    assert len(opened) > 20, "and there is much that they do come to"


@pytest.mark.parametrize("role", ["secretary", "officer", "steward"] if ALL else ["secretary"])
def test_no_word_of_another_compound_and_no_fault_by_ids_of_nothing_or_of_others(city: City, role: str):
    walk, foreign = city.walk(role), city.walk("other secretary")
    for addresses in list(walk.pages.values()):
        for other in (NOWHERE, str(city.other.compound)):
            walk.get(elsewhere(addresses[0], city.town.compound, other))
    for addresses in foreign.pages.values():
        walk.get(addresses[0])
        walk.get(addresses[0].replace(str(city.other.compound), str(city.town.compound)))
    assert walk.take_faults() == ""


@pytest.mark.parametrize("role", ["secretary", "officer", "steward", "operator", "nobody"] if ALL else ["secretary"])
def test_every_form_takes_nonsense_without_a_fault(city: City, role: str):
    walk, chance = city.walk(role), random.Random(f"{SEED} {role}")
    sent = 0
    for endpoint, forms in sorted(walk.forms.items()):
        for form in forms[:1]:
            forged = walk.send(form, {**form.held, "csrf_token": "forged"})
            if role != "nobody" and form.method == "post":
                assert forged.status_code == 403, endpoint
            for fields in nonsense(form, chance):
                walk.send(form, fields)
                sent += 1
    assert walk.take_faults() == ""
    assert sent


@pytest.mark.parametrize("role", ["secretary", "officer", "steward", "operator", "nobody"] if ALL else ["secretary"])
def test_no_address_answers_anything_at_random_with_a_fault(city: City, role: str):
    walk, secretary = city.walk(role), city.walk("secretary")
    pages = sorted({address for addresses in secretary.pages.values() for address in addresses})
    compounds = [city.town.compound] * 9 + [city.other.compound]

    @settings(max_examples=1500 if ALL else 50, derandomize=not ALL, phases=[Phase.generate], database=None)
    @given(console_fuzz.requests(city.town.product.application, compounds, pages, secretary.forms))
    def send(sent: console_fuzz.Sent) -> None:
        if sent.method == "GET":
            walk.get(sent.address)
        else:
            walk.checked(walk.visitor.post(sent.address, **sent.fields), f"POST {sent}"[:400])

    send()
    assert walk.take_faults() == ""
