"""Everybody who may ask: one person for each column of the permission table, and requests that leave nothing behind."""

import itertools
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final
from uuid import UUID

import redis
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app.core import clock
from app.core.db import db
from app.core.ids import new_id
from app.identity.console import sessions
from app.org import service as org
from app.org.models import GroupKind, GroupMember, HelpingGroup, OrgKind, Role
from app.org.permissions import ALLOWED, COLUMNS, Act, Standing
from app.volunteering.volunteers.models import Volunteer
from tests.support.console import BROWSER, Visitor
from tests.support.world import Person, World

NOTHING: Final = "0198c0de-0000-7000-8000-00000000dead"
NODES: Final = {
    Role.COMMUNITY_OFFICER: OrgKind.COMMUNITY,
    Role.STREET_OFFICER: OrgKind.STREET,
    Role.COUNTY_OFFICER: OrgKind.COUNTY,
}
"""Where these serve; the others in the compound itself."""


class Cast:
    """A compound with one person for each column, one who is signed in alone, and another city's compound."""

    def __init__(self, world: World) -> None:
        self.world, self.application = world, world.application
        self._tokens: dict[UUID, str] = {}
        with world.together():
            self.elsewhere = self._another_city()
            self.people: dict[str, Person | None] = {"nobody": None, "account": world.person()}
            self.people |= {column.value: self._made(column) for column in COLUMNS}

    def allowed(self, *acts: Act) -> list[str]:
        """Who may do one of the acts."""
        return [column.value for column in COLUMNS if any(column in ALLOWED[act] for act in acts)]

    def denied(self, *acts: Act) -> list[str]:
        """Who may do none of them, though signed in."""
        return [who for who in self.people if who != "nobody" and who not in self.allowed(*acts)]

    def visitor(self, who: str) -> Visitor:
        """The person in the console."""
        person = self.people[who]
        if person is None:
            return Visitor(self.application, "")
        if person.account_id not in self._tokens:
            self._tokens[person.account_id] = sessions.open_session(person.account_id, BROWSER).token
            db.session.commit()
        return Visitor(self.application, self._tokens[person.account_id])

    def _another_city(self) -> UUID:
        parent = None
        for kind in OrgKind:
            parent = org.add_unit(kind, f"别的{kind.value}", parent).id
        assert parent is not None
        return parent

    def _made(self, column: Standing | Role) -> Person:
        world, now = self.world, clock.now()
        if isinstance(column, Role):
            node = next((one.id for one in self._line() if one.kind == NODES.get(column)), world.compound)
            return world.official(column, node)
        if column is Standing.OWNER:
            return world.owner(world.unit("101"))
        if column is Standing.RESIDENT:
            return world.resident(world.unit("102"))
        person = world.person()
        if column is Standing.VOLUNTEER:
            registered = {"name": "测试志愿者", "number": "000000000001", "consent_version": "2026-01"}
            db.session.add(
                Volunteer(
                    compound_id=world.compound,
                    id=new_id(),
                    account_id=person.account_id,
                    registered_at=now,
                    **registered,
                )
            )
        else:
            group = HelpingGroup(
                compound_id=world.compound,
                id=new_id(),
                kind=GroupKind.VETERANS,
                name="测试团队",
                created_by=person.account_id,
                created_at=now,
            )
            db.session.add(group)
            db.session.flush()
            db.session.add(
                GroupMember(
                    compound_id=world.compound,
                    group_id=group.id,
                    phone="13900000100",
                    phone_hash=person.account_id.bytes * 2,
                    account_id=person.account_id,
                    added_by=person.account_id,
                    added_at=now,
                )
            )
        return person

    def _line(self) -> Any:
        from app.org.queries import path_to

        return path_to(self.world.compound)


@contextmanager
def undone() -> Iterator[None]:
    """Let nothing remain of what a request does."""
    connection = db.session.get_bind()
    db.session.remove()
    probe = connection.begin_nested()  # type: ignore[union-attr]
    try:
        yield
    finally:
        db.session.remove()
        probe.rollback()


def address(rule: Rule, compound_id: UUID, ids: Mapping[str, str] | None = None) -> str:
    """The address of a route in a compound, with these ids and with ids of nothing."""
    path = rule.rule
    for name, value in {"compound_id": compound_id, "org_unit_id": compound_id, **(ids or {})}.items():
        path = re.sub(rf"<(?:[^:<>]+:)?{name}>", str(value), path)
    path = re.sub(r"<uuid:\w+>", NOTHING, path)
    path = re.sub(r"<int:\w+>", "1", path)
    path = re.sub(r"<any\((\w+)[^>]*>", r"\1", path)
    return re.sub(r"<(?:string:)?\w+>", "x", path)


def methods(rule: Rule) -> list[str]:
    """What a route answers to."""
    return sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})


def code(answer: TestResponse) -> str:
    """The code of a refusal; empty for anything else."""
    if answer.is_json and answer.text and isinstance(answer.json, dict):
        return str(answer.json.get("error", {}).get("code", ""))
    return ""


def forget_rates(application: Flask) -> None:
    """Let the limits of requests begin anew."""
    redis.Redis.from_url(application.config["SETTINGS"].effective_redis_url).flushdb()


def turns(names: list[str], seed: int, number: int, every: bool) -> list[str]:
    """So many of the names, others at each seed; or every one."""
    if every or len(names) <= number:
        return names
    start = seed * number % len(names)
    return list(itertools.islice(itertools.cycle(names), start, start + number))
