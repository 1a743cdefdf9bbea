"""A small world to test in: a compound with owners who can sign in, a secretary and a supervisor."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import time_machine
from flask import Flask, has_app_context
from sqlalchemy import insert
from werkzeug.test import TestResponse

from app.compounds.models import Binding, Building, Owner, Ownership, Roll, Unit
from app.core import clock
from app.core.crypto import lookup_hash, token_hash
from app.core.db import db, session_begun
from app.core.ids import new_id
from app.identity.models import Account, LoginSession
from app.org import service as org
from app.org.models import OrgKind, Role
from app.org.places import Place
from tests.support.kept import kept, kept_small

START = datetime(2026, 5, 1, 1, 0, tzinfo=UTC)
OPENS = START + timedelta(days=16)
CLOSES = OPENS + timedelta(days=10)


class Ref(NamedTuple):
    """Something made for a test, by its ids."""

    compound_id: UUID
    id: UUID


@dataclass
class Person:
    """Somebody who is signed in. `owner_id` and `unit_ids` are those of an owner."""

    account_id: UUID
    token: str
    owner_id: UUID | None = None
    unit_ids: list[UUID] = field(default_factory=list)


@dataclass
class Api:
    """The mini-program API as one person sees it."""

    application: Flask
    token: str | None = None

    def __call__(
        self, method: str, path: str, body: Any = None, request_id: str | None = None, **options: Any
    ) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        if request_id:
            headers["X-Request-ID"] = request_id
        if body is not None:
            options["json"] = body
        if has_app_context() and session_begun():
            db.session.commit()  # else an act that is refused would take back what was answered early before it
        return self.application.test_client().open("/api/v1" + path, method=method, headers=headers, **options)


class World:
    """Compounds and people, made in the test's own transaction."""

    def __init__(self, application: Flask) -> None:
        self.application = application
        self._makers = 0
        with self.together():
            city = org.add_unit(OrgKind.CITY, "测试市")
            county = org.add_unit(OrgKind.COUNTY, "测试县", city.id)
            street = org.add_unit(OrgKind.STREET, "测试街道", county.id)
            self.community = org.add_unit(OrgKind.COMMUNITY, "测试社区", street.id).id
            self.compound = self.add_compound("测试小区")
            self.secretary = self.official(Role.SECRETARY, self.compound)
            self.supervisor = self.official(Role.COMMUNITY_OFFICER, self.community)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Make many things and commit once: a commit costs two round trips, and every row is read anew after it."""
        self._makers += 1
        try:
            yield
        finally:
            self._makers -= 1
        self._made()

    def _made(self) -> None:
        """Commit, or send what was made to the database: rows that others refer to are there before these."""
        if self._makers:
            db.session.flush()
        else:
            db.session.commit()

    def api(self, person: Person | None = None) -> Api:
        """The API as the person sees it; without one, as a stranger."""
        return Api(self.application, person.token if person else None)

    @kept_small
    def add_compound(self, name: str) -> UUID:
        compound_id = org.add_unit(OrgKind.COMPOUND, name, self.community).id
        db.session.add(Roll(compound_id=compound_id, version=1))
        self._made()
        return compound_id

    @kept_small
    def person(self) -> Person:
        now, token = clock.now(), secrets.token_urlsafe(16)
        account_id = new_id()
        db.session.add(Account(id=account_id, openid=secrets.token_hex(14), created_at=now))
        db.session.add(
            LoginSession(
                token_hash=token_hash(token), account_id=account_id, created_at=now, expires_at=now + timedelta(days=90)
            )
        )
        self._made()
        return Person(account_id, token)

    @kept_small
    def official(self, role: Role, org_unit_id: UUID) -> Person:
        with self.together():
            person = self.person()
            self.appoint(person, role, org_unit_id)
        return person

    def appoint(self, person: Person, role: Role, org_unit_id: UUID | None = None, place: Place | None = None) -> None:
        """Give somebody a role; without a node, in the compound; `place`: what a steward looks after."""
        made = org.appoint(role, org_unit_id or self.compound, secrets.token_hex(6), place=place)
        made.account_id, made.phone = person.account_id, None
        self._made()

    def building(self, name: str, compound: UUID | None = None) -> UUID:
        compound_id = compound or self.compound
        building = db.session.query(Building).filter_by(compound_id=compound_id, name=name).one_or_none()
        if building is not None:
            return building.id
        building_id = new_id()
        db.session.add(Building(compound_id=compound_id, id=building_id, name=name))
        self._made()
        return building_id

    @kept_small
    def unit(
        self,
        room: str,
        area_centi: int = 10000,
        compound: UUID | None = None,
        building: str = "1栋",
        stairwell: str = "1单元",
        **columns: Any,
    ) -> Ref:
        made = Ref(compound or self.compound, new_id())
        with self.together():
            db.session.add(
                Unit(
                    compound_id=made.compound_id,
                    id=made.id,
                    building_id=self.building(building, compound),
                    stairwell=stairwell,
                    room=room,
                    area_register_centi=area_centi,
                    **columns,
                )
            )
        return made

    @kept_small
    def owner(self, *units: Ref, name: str = "测试业主", bound: bool = True) -> Person:
        """Somebody who owns the units and is bound to them."""
        with self.together():
            person = self.person()
            person.owner_id, person.unit_ids = new_id(), [unit.id for unit in units]
            db.session.add(
                Owner(
                    compound_id=units[0].compound_id,
                    id=person.owner_id,
                    name=name,
                    name_hash=lookup_hash("name", name),
                )
            )
            self._made()
            for unit in units:
                self.give(person, unit, bound)
        return person

    def give(self, person: Person, unit: Ref, bound: bool = True) -> None:
        """Make the person (another) owner of the unit."""
        now = clock.now()
        db.session.add(
            Ownership(
                compound_id=unit.compound_id, id=new_id(), unit_id=unit.id, owner_id=person.owner_id, valid_from=now
            )
        )
        if bound:
            db.session.add(
                Binding(
                    compound_id=unit.compound_id,
                    id=new_id(),
                    account_id=person.account_id,
                    unit_id=unit.id,
                    owner_id=person.owner_id,
                    state="accepted",
                    method="phone",
                    created_at=now,
                )
            )
        self._made()

    @kept_small
    def resident(self, unit: Ref, capacity: str = "tenant", name: str = "测试租客", **columns: Any) -> Person:
        """Somebody who is registered as living in the unit without owning it."""
        with self.together():
            person = self.person()
            made = {"id": new_id(), "state": "accepted", "method": "application", "created_at": clock.now()}
            db.session.add(
                Binding(
                    compound_id=unit.compound_id,
                    account_id=person.account_id,
                    unit_id=unit.id,
                    capacity=capacity,
                    claimed_name=name,
                    decided_at=clock.now(),
                    **made | columns,
                )
            )
        return person

    @kept
    def owners(self, number: int, area_centi: int = 10000) -> list[Person]:
        """Owners of one flat each, written a table at a time: there may be hundreds."""
        compound_id, building_id, now = self.compound, self.building("1栋"), clock.now()
        people = [Person(new_id(), secrets.token_urlsafe(16), new_id(), [new_id()]) for _ in range(number)]
        name, of_compound = "测试业主", {"compound_id": compound_id}
        rows: dict[type[Any], list[dict[str, Any]]] = {
            model: [] for model in (Account, LoginSession, Unit, Owner, Ownership, Binding)
        }
        for position, person in enumerate(people, start=1):
            rows[Account].append({"id": person.account_id, "openid": secrets.token_hex(14), "created_at": now})
            rows[LoginSession].append(
                {
                    "token_hash": token_hash(person.token),
                    "account_id": person.account_id,
                    "created_at": now,
                    "expires_at": now + timedelta(days=90),
                }
            )
            rows[Unit].append(
                {
                    **of_compound,
                    "id": person.unit_ids[0],
                    "building_id": building_id,
                    "stairwell": "1单元",
                    "room": f"{position:03}",
                    "area_register_centi": area_centi,
                }
            )
            rows[Owner].append(
                {**of_compound, "id": person.owner_id, "name": name, "name_hash": lookup_hash("name", name)}
            )
            owned = {**of_compound, "unit_id": person.unit_ids[0], "owner_id": person.owner_id}
            rows[Ownership].append({**owned, "id": new_id(), "valid_from": now})
            rows[Binding].append(
                {
                    **owned,
                    "id": new_id(),
                    "account_id": person.account_id,
                    "state": "accepted",
                    "method": "phone",
                    "created_at": now,
                }
            )
        for model, made in rows.items():
            db.session.execute(insert(model), made)
        self._made()
        return people

    def meetings_path(self, compound: UUID | None = None) -> str:
        return f"/compounds/{compound or self.compound}/meetings"

    @kept
    def draft(self, *matters: int, compound: UUID | None = None, secretary: Person | None = None) -> str:
        """A draft with a motion for each matter; its path."""
        api = self.api(secretary or self.secretary)
        body = {
            "title": "第一次业主大会",
            "convenor": "committee",
            "opens_at": OPENS.isoformat(),
            "closes_at": CLOSES.isoformat(),
        }
        created = api("POST", self.meetings_path(compound), body)
        assert created.status_code == 201, created.text
        path = f"{self.meetings_path(compound)}/{created.json['id']}"
        for matter in matters or (5,):
            motion = {"matter": matter, "title": f"事项{matter}", "text": "事项说明"}
            assert api("POST", f"{path}/motions", motion).status_code == 201
        return path

    @kept
    def announced(self, *matters: int) -> str:
        """An announced meeting; its path."""
        path = self.draft(*matters)
        answer = self.api(self.secretary)("POST", f"{path}/announcement")
        assert answer.status_code == 200, answer.text
        return path

    def ballot(self, person: Person, path: str, *choices: str) -> dict[str, Any]:
        """A ballot of the person's first party with one choice a motion."""
        meeting = self.api(person)("GET", path).json
        motions = [motion["id"] for motion in meeting["motions"]]
        chosen = dict(zip(motions, choices or ("for",), strict=False))
        return {"party_id": meeting["my_parties"][0]["id"], "choices": chosen}

    def cast(self, person: Person, path: str, *choices: str) -> TestResponse:
        return self.api(person)("POST", f"{path}/ballots", self.ballot(person, path, *choices))


def at(moment: datetime) -> time_machine.travel:
    """Run a block at the moment."""
    return time_machine.travel(moment, tick=False)
