"""A home is said to be unchanged only while it is, whatever is done and whatever the time does."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import psycopg
import pytest
from sqlalchemy import text, update
from structlog.contextvars import get_contextvars
from structlog.testing import CapturingLogger

from app.compounds import service as compounds
from app.compounds.models import Binding, Building, Guardianship
from app.compounds.types import NewOwner
from app.core import clock
from app.core.crypto import token_hash
from app.core.db import db
from app.home import feed
from app.home.statements import MORE, WHOLE
from app.identity.actor import Actor
from app.identity.models import LoginSession
from app.org.models import OrgUnit
from miniprogram_api import http
from miniprogram_api.metrics import requests
from tests.miniprogram_api.test_guardians import record
from tests.support.files import pdf
from tests.support.homes import changed, home, raising_tables, tables
from tests.support.notices import Notices
from tests.support.phones import proven
from tests.support.volunteering import Volunteering, shift
from tests.support.wishes import Wishes
from tests.support.world import CLOSES, OPENS, START, Person, World, at

VOTING = OPENS + timedelta(hours=1)
WEEK, INSTANT = timedelta(days=7), timedelta(microseconds=1)
ROUTE = "/api/v1/compounds/<uuid:compound_id>/home"


class House:
    """A couple with one flat, a neighbour, and somebody without a home, in a meeting that is announced."""

    def __init__(self, world: World) -> None:
        self.world = world
        flat = world.unit("701")
        self.wife, self.husband = world.owner(flat, name="甲某"), world.owner(flat, name="乙某")
        self.neighbour = world.owner(world.unit("702"), name="丙某")
        self.guest = world.person()
        self.path = world.announced()

    def the_other_of_the_couple_votes(self) -> Person:
        assert self.world.cast(self.husband, self.path).status_code == 201
        return self.wife

    def the_other_of_the_couple_is_named(self) -> Person:
        for owner in (self.wife, self.husband):
            body = {"owner_id": str(self.husband.owner_id)}
            answer = self.world.api(owner)("PUT", f"{self._party()}/delegate", body)
            assert answer.status_code == 200, answer.text
        return self.wife

    def a_guardian_is_recorded(self) -> Person:
        assert record(self.world, self.neighbour, proven(self.guest)).status_code == 200
        return self.neighbour

    def a_mandate_is_given(self) -> Person:
        form = {"proxy_phone": proven(self.neighbour), "proxy_name": "丙某", "file": (BytesIO(pdf()), "委托书.pdf")}
        sent = {"data": form, "content_type": "multipart/form-data"}
        given = self.world.api(self.wife)("POST", f"{self._party()}/mandates", **sent)
        assert given.status_code == 201, given.text
        return self.neighbour

    def the_flat_is_sold(self) -> Person:
        buyers = [NewOwner("买某", None, proven(self.guest))]
        # the account stays bound by a second home, so that it still sees the compound
        second = self.world.unit("703")
        self.world.give(self.neighbour, second)
        secretary = Actor(self.world.secretary.account_id)
        compounds.transfer_unit(secretary, self.world.compound, self.neighbour.unit_ids[0], buyers, clock.now())
        db.session.commit()
        return self.neighbour

    def the_compound_is_renamed(self) -> Person:
        db.session.get_one(OrgUnit, self.world.compound).name = "改名小区"
        db.session.commit()
        return self.neighbour

    def _party(self) -> str:
        party = self.world.api(self.wife)("GET", self.path).json["my_parties"][0]["id"]
        return f"{self.path}/parties/{party}"


@pytest.mark.parametrize("act", [name for name in vars(House) if name.startswith(("a_", "the_"))])
def test_what_others_do_about_a_vote_changes_the_home_of_whom_it_concerns(world: World, act: str):
    house = House(world)
    with at(VOTING):
        before = {person.token: home(world, person) for person in (house.wife, house.neighbour)}
        concerned = getattr(house, act)()
        assert changed(world, concerned, before[concerned.token])


def test_a_turn_on_the_waiting_list_and_a_new_name_of_a_building_change_the_home(world: World):
    volunteering, wishes = Volunteering(world), Wishes(world)
    for room in range(11, 21):
        world.unit(str(room))  # enough homes that the building is told
    first, second = volunteering.volunteers(2)
    slot = volunteering.slot(shift(capacity=1))
    assert volunteering.book(first, slot).status_code == 201
    wishes.published()
    before = home(world, second)
    assert volunteering.book(second, slot, may_wait=True).status_code == 201
    assert changed(world, second, before)
    before = home(world, second)
    db.session.execute(update(Building).values(name="一号楼"))
    db.session.commit()
    assert changed(world, second, before)


def test_whoever_serves_is_told_of_what_neighbours_hand_in(world: World):
    flat, newcomer = world.unit("101"), world.person()
    before = home(world, world.secretary)
    assert not changed(world, world.secretary, before)
    applied = {"unit_id": flat.id, "state": "applied", "method": "application", "created_at": START}
    db.session.add(Binding(compound_id=world.compound, account_id=newcomer.account_id, **applied))
    db.session.commit()
    assert changed(world, world.secretary, before)
    assert home(world, world.secretary, home(world, world.secretary).headers["ETag"]).status_code == 304


class Turns:
    """Somebody whose home the time alone changes at a moment, by what there is."""

    def __init__(self, world: World) -> None:
        self.world = world

    def a_meeting_opens(self) -> tuple[Person, datetime]:
        owner = self.world.owner(self.world.unit("101"))
        self.world.announced()
        return owner, OPENS

    def a_meeting_closes(self) -> tuple[Person, datetime]:
        return self.a_meeting_opens()[0], CLOSES

    def a_result_is_two_weeks_old(self) -> tuple[Person, datetime]:
        owner, published = self.a_meeting_opens()[0], CLOSES + timedelta(days=1)
        db.session.execute(text("UPDATE meeting SET counted_at = :at, published_at = :at"), {"at": published})
        db.session.commit()
        return owner, published + 2 * WEEK

    def a_wish_expires(self) -> tuple[Person, datetime]:
        wishes = Wishes(self.world)
        wishes.published()
        return wishes.other, START + timedelta(days=60)

    def a_claim_lapses(self) -> tuple[Person, datetime]:
        wishes = Wishes(self.world)
        wishes.claimed()
        return wishes.other, START + WEEK

    def the_own_claim_lapses(self) -> tuple[Person, datetime]:
        wishes = Wishes(self.world)
        wishes.claimed()
        return wishes.helper, START + WEEK

    def a_shift_is_two_weeks_away(self) -> tuple[Person, datetime]:
        volunteering, begins = Volunteering(self.world), START + timedelta(days=20)
        reader = volunteering.volunteer()
        volunteering.slot(shift(begins))
        return reader, begins - 2 * WEEK

    def a_shift_begins(self) -> tuple[Person, datetime]:
        reader, early = self.a_shift_is_two_weeks_away()
        return reader, early + 2 * WEEK

    def a_full_shift_of_the_own_begins(self) -> tuple[Person, datetime]:
        volunteering, begins = Volunteering(self.world), START + timedelta(days=2)
        reader = volunteering.volunteer()
        assert volunteering.book(reader, volunteering.slot(shift(begins, capacity=1))).status_code == 201
        return reader, begins

    def a_hearing_ends(self) -> tuple[Person, datetime]:
        notices = Notices(self.world)
        notices.hearing(about=notices.concerned)
        return notices.concerned, datetime.fromisoformat("2026-05-05T00:00:00+08:00")

    def an_entry_expires(self) -> tuple[Person, datetime]:
        notices = Notices(self.world)
        entry = notices.published()
        shown = notices.call(notices.secretary, "GET", f"/{entry}").json["expires_at"]
        return notices.other, datetime.fromisoformat(shown)

    def a_guardianship_ends(self) -> tuple[Person, datetime]:
        notices, guardian = Notices(self.world), self.world.owner(self.world.unit("901"))
        assert record(self.world, notices.concerned, proven(guardian)).status_code == 200
        db.session.execute(update(Guardianship).values(ground="minor", until=START + timedelta(days=2)))
        db.session.commit()
        notices.hearing(about=notices.concerned)
        return guardian, START + timedelta(days=2)


@pytest.mark.parametrize("turn", [name for name in vars(Turns) if not name.startswith("_")])
def test_a_home_that_the_time_alone_changes_is_sent_anew_at_that_very_moment(world: World, turn: str):
    reader, moment = getattr(Turns(world), turn)()
    with at(moment - INSTANT):
        before = home(world, reader)
        assert home(world, reader, before.headers["ETag"]).status_code == 304
    with at(moment):
        assert home(world, reader, before.headers["ETag"]).status_code == 200
        assert changed(world, reader, before)


class Street:
    """Neighbours who do what comes to their mind."""

    def __init__(self, world: World, rng: random.Random) -> None:
        self.world, self.rng, self.now = world, rng, START
        self.house, self.wishes, self.notices = House(world), Wishes(world), Notices(world, building="2栋")
        self.volunteering = Volunteering(world)
        self.readers = [self.house.wife, self.house.neighbour, self.wishes.helper, self.notices.concerned]
        self.readers += [self.volunteering.volunteer(), world.secretary]
        self.slots = [self.volunteering.slot(shift(START + timedelta(days=days), capacity=1)) for days in (1, 3, 16)]
        self.posted = [self.wishes.published()]
        self.entries = [self.notices.hearing(about=self.notices.concerned)]

    def acts(self) -> list[Callable[[], Any]]:
        """All that may happen; what the rules refuse does not."""
        rng, api, reader = self.rng, self.world.api, self.rng.choice(self.readers)
        wish, entry, slot = (rng.choice(some) for some in (self.posted, self.entries, self.slots))
        return [
            lambda: self.posted.append(
                self.wishes.published(self.wishes.poster, text=f"想借一把{rng.random()}米的梯子。")
            ),
            lambda: self.wishes.call(reader, "POST", f"/{wish}/claim"),
            lambda: self.wishes.call(reader, "POST", f"/{wish}/claim/start"),
            lambda: self.wishes.call(reader, "DELETE", f"/{wish}/claim"),
            lambda: self.wishes.call(reader, "POST", f"/{wish}/fulfilment", {"note": "好了"}),
            lambda: self.wishes.call(self.wishes.poster, "POST", f"/{wish}/withdrawal"),
            lambda: self.entries.append(self.notices.reviewing(about=self.notices.concerned)),
            lambda: self.notices.decide(entry),
            lambda: self.notices.call(self.world.secretary, "POST", f"/{entry}/publication"),
            lambda: self.notices.appeal(self.notices.concerned, entry),
            lambda: self.volunteering.book(reader, slot, may_wait=True),
            lambda: self.volunteering.cancel(reader, slot),
            lambda: self.volunteering.cancel(reader, slot),
            lambda: self.world.cast(self.house.husband, self.house.path),
            lambda: self.world.cast(reader, self.house.path) if reader is self.house.neighbour else None,
            lambda: api(reader)("POST", "/me/messages/reading", {}),
            lambda: None,
        ]

    def wait(self) -> None:
        hours = self.rng.choice([0, 0, 0, 1, 24, 24 * 7, 24 * 16])
        if self.now + timedelta(hours=hours) < START + timedelta(days=50):
            self.now += timedelta(hours=hours)


@pytest.mark.parametrize("seed", range(2))
def test_in_a_street_where_anything_happens_nobody_is_told_that_a_changed_home_is_unchanged(world: World, seed: int):
    street = Street(world, random.Random(seed))
    seen = {person.token: home(world, person) for person in street.readers}
    differed, kept = 0, 0
    for _ in range(25):
        street.wait()
        with at(street.now):
            street.rng.choice(street.acts())()
            for person in street.readers:
                before = seen[person.token]
                asked, now = home(world, person, before.headers["ETag"]), home(world, person)
                told = f"it was {before.text} and is {now.text}"
                if asked.status_code == 304:
                    kept += 1
                    assert now.data == before.data, told
                else:
                    assert asked.data == now.data, told
                    differed += now.data != before.data
                seen[person.token] = now
    assert differed > 20, "the street was too quiet to show anything"
    assert kept > 40, "homes that stayed as they were are sent again"


def test_a_change_of_any_table_that_homes_show_raises_their_version(world: World):
    # the electorate changes with its meeting's row, units and their owners with the roll's
    with_others = {"voting_party", "voting_party_unit", "ownership", "unit"}
    # looked up at every glance; ballots that come, where the home asked for them
    looked_up = {"login_session", "home_version", "outbox", "appointment"}
    read = tables(WHOLE) | tables(MORE)
    assert {"wish", "booking", "ballot", *with_others, *looked_up} <= read
    assert read - raising_tables() - with_others - looked_up == set()


def test_an_unchanged_home_is_answered_with_all_that_every_answer_has(world: World, monkeypatch: pytest.MonkeyPatch):
    reader, log = world.owner(world.unit("101")), CapturingLogger()
    first = home(world, reader)
    monkeypatch.setattr(http, "log", log)
    again = home(world, reader, first.headers["ETag"], X_Request_ID="a-phone-1")
    assert (again.status_code, again.data) == (304, b"")
    for name in ("ETag", "Cache-Control", "X-Content-Type-Options"):
        assert again.headers[name] == first.headers[name]
    assert again.headers["X-Request-ID"] == "a-phone-1"
    [(level, (event,), about)] = log.calls
    assert (level, event, about.pop("ms") >= 0) == ("info", "request", True)
    assert about == {"method": "GET", "route": ROUTE, "status": 304}
    assert get_contextvars()["request_id"] == "a-phone-1", "of every line that is logged meanwhile"
    given = home(world, reader, first.headers["ETag"], X_Request_ID="<script>")
    assert given.headers["X-Request-ID"] != "<script>"


def test_an_unchanged_home_is_counted_as_its_route_is(world: World, monkeypatch: pytest.MonkeyPatch):
    seen: list[tuple[object, ...]] = []
    monkeypatch.setattr(requests, "observe", lambda *about: seen.append(about[:3]))
    reader = world.owner(world.unit("101"))
    home(world, reader, home(world, reader).headers["ETag"])
    assert seen == [("GET", ROUTE, 200), ("GET", ROUTE, 304)]


def test_a_sign_in_is_kept_alive_by_asking_whether_the_home_has_changed(world: World):
    reader = world.owner(world.unit("101"))
    session = db.session.get_one(LoginSession, token_hash(reader.token))
    session.expires_at = START + timedelta(days=29)
    db.session.commit()
    etag = home(world, reader).headers["ETag"]
    assert home(world, reader, etag).status_code == 304
    with at(START + timedelta(hours=23)):
        assert home(world, reader, etag).status_code == 304
    session = db.session.get_one(LoginSession, token_hash(reader.token))
    assert session.expires_at == START + timedelta(days=30, hours=23)


@pytest.mark.parametrize("tag", ["", "*", "0-0", "f" * 17 + "-" + "0" * 24, "z", "-", "whole-" + "0" * 24, "9" * 5000])
def test_a_tag_that_nobody_was_given_gets_the_whole_home(world: World, tag: str):
    reader = world.owner(world.unit("101"))
    assert home(world, reader, f'W/"{tag}"').status_code == 200
    assert home(world, reader, tag).status_code == 200


def test_what_goes_wrong_early_is_rendered_as_everywhere(world: World, monkeypatch: pytest.MonkeyPatch):
    reader = world.owner(world.unit("101"))
    etag, asked = home(world, reader).headers["ETag"], []

    def away(*_: object) -> None:
        asked.append(1)
        raise psycopg.OperationalError

    for fetch in ("fetch_one_alone", "fetch_text_alone"):
        monkeypatch.setattr(feed, fetch, away)
    for brought in (etag, None):
        refused = home(world, reader, brought, X_Request_ID="a-phone-1")
        assert (refused.status_code, refused.json["error"]["code"]) == (503, "unavailable")
        assert refused.json["error"]["request_id"] == refused.headers["X-Request-ID"] == "a-phone-1"
    assert len(asked) == 2, "a database that is away is not asked a second time"


def test_the_head_of_a_home_is_the_one_of_the_whole(world: World):
    reader = world.owner(world.unit("101"))
    whole = home(world, reader)
    head = world.application.test_client().head(
        f"/api/v1/compounds/{world.compound}/home", headers={"Authorization": f"Bearer {reader.token}"}
    )
    assert (head.status_code, head.data) == (200, b"")
    for name in ("ETag", "Cache-Control", "Content-Type", "Content-Length"):
        assert head.headers[name] == whole.headers[name]
