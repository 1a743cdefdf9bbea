"""Requests drawn from the documents of the API, sent as people of two compounds, each with a word of its own.

Every request is undone afterwards, so that each meets the same compounds, whatever the ones before it did.
"""

import copy
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation
from sqlalchemy import select

from app.core.db import db
from app.org import service as org
from app.org.models import OrgKind, OrgUnit, Role
from tests.support.notices import Notices
from tests.support.volunteering import Volunteering
from tests.support.wishes import Wishes
from tests.support.world import OPENS, Person, World, at

OURS, THEIRS = "金丝雀甲", "金丝雀乙"
NOWHERE = UUID("0198c0de-0000-7000-8000-00000000dead")


@dataclass
class Sender:
    """Somebody who sends, and the words that must not come back."""

    name: str
    person: Person | None
    unread: tuple[str, ...]
    at_home: bool = True


class Town:
    """Two compounds under two streets, with everything in each that a stranger must not read."""

    def __init__(self, world: World) -> None:
        self.ours, self.theirs = world, self._elsewhere(world)
        self.senders = [Sender("nobody", None, (OURS, THEIRS)), Sender("stranger", world.person(), (OURS, THEIRS))]
        for home, word, unread in ((self.ours, OURS, THEIRS), (self.theirs, THEIRS, OURS)):
            people = self._furnish(home, word)
            self.senders += [Sender(name, one, (unread,), home is self.ours) for name, one in people.items()]
        db.session.commit()
        self.ids = {home.compound: _ids_of(home.compound) for home in (self.ours, self.theirs)}

    @staticmethod
    def _elsewhere(world: World) -> World:
        there = copy.copy(world)
        county = org.add_unit(OrgKind.COUNTY, "别县", _city())
        street = org.add_unit(OrgKind.STREET, "别街道", county.id)
        there.community = org.add_unit(OrgKind.COMMUNITY, "别社区", street.id).id
        there.compound = there.add_compound("别小区")
        there.secretary = there.official(Role.SECRETARY, there.compound)
        there.supervisor = there.official(Role.COMMUNITY_OFFICER, there.community)
        return there

    def _furnish(self, home: World, word: str) -> dict[str, Person]:
        owner = home.owner(home.unit("1101"), name=f"{word}之主")
        other = home.owner(home.unit("1102"), name=f"{word}邻居")
        steward = home.official(Role.STEWARD, home.compound)
        wishes = Wishes(home)
        wishes.published(text=f"{word}想请人修水龙头，漏水好几天了。")
        wishes.claimed(text=f"{word}想请人换灯泡，楼道里很暗。")
        wishes.submitted(text=f"{word}想借一把梯子，擦一擦窗户。")
        notices = NoticesHere(home)
        notices.published(title=f"{word}堵了通道")
        notices.reviewing(title=f"{word}堵了大门")
        helping = Volunteering(home)
        helping.register(owner, name=f"{word}之主")
        helping.post(title=f"{word}巡查员")
        helping.book(owner, helping.slot(title=f"{word}清洁家园"))
        path = home.draft()
        home.api(home.secretary)("PATCH", path, {"title": f"{word}业主大会"})
        assert home.api(home.secretary)("POST", f"{path}/announcement").status_code == 200
        with at(OPENS):
            home.cast(owner, path)
        home.api(home.secretary)("PATCH", home.draft(), {"title": f"{word}草稿"})
        petition = {"title": f"{word}联名", "text": word, "motions": [{"matter": 5, "title": word, "text": word}]}
        home.api(owner)("POST", f"/compounds/{home.compound}/petitions", petition)
        return {"owner": owner, "other": other, "steward": steward, "secretary": home.secretary} | {
            "officer": home.supervisor,
            "staff": home.official(Role.PROPERTY_STAFF, home.compound),
        }


class NoticesHere(Notices):
    """As the parent, in a compound that has a second community of its own already."""

    def __init__(self, world: World) -> None:
        super().__init__(world, building="9栋")


def _city() -> UUID:
    return db.session.scalars(select(OrgUnit.id).where(OrgUnit.kind == OrgKind.CITY)).one()


def _ids_of(compound_id: UUID) -> dict[str, list[UUID]]:
    """The ids of everything in a compound, by the table's name."""
    found = {}
    for table in db.metadata.tables.values():
        if "compound_id" in table.columns and "id" in table.columns:
            own = select(table.c.id).where(table.c.compound_id == compound_id).limit(50)
            found[table.name] = list(db.session.scalars(own))
    return {name: ids for name, ids in found.items() if ids}


@dataclass
class Run:
    """What was sent and what came back."""

    application: Flask
    town: Town
    draws: random.Random = field(default_factory=lambda: random.Random(7))
    sent: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    heard: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def operations(self) -> Iterator[APIOperation[Any, Any, Any, Any]]:
        """Every operation of the documents."""
        schema = schemathesis.openapi.from_wsgi("/openapi.json", self.application)
        for found in schema.get_all_operations():
            assert isinstance(found, Ok), found
            yield found.ok()

    def send(self, operation: APIOperation[Any, Any, Any, Any], times: int) -> None:
        """Send an operation so many times with what its documents allow, and as often with what they forbid."""
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            drawn = operation.as_strategy(generation_mode=mode)
            send = settings(
                max_examples=times,
                database=None,
                phases=[Phase.generate],
                derandomize=True,
                suppress_health_check=list(HealthCheck),
            )(given(case=drawn)(self._send_as_somebody))
            with suppress(Unsatisfiable):  # what takes nothing cannot be sent anything wrong
                send()

    def _send_as_somebody(self, case: Case) -> None:
        sender = self.draws.choices(self.town.senders, [3 if one.person else 1 for one in self.town.senders])[0]
        self._name_real_things(case, sender)
        headers = {"Authorization": f"Bearer {sender.person.token}"} if sender.person else {}
        connection = db.session.get_bind()
        db.session.remove()
        with connection.begin_nested() as undone:  # type: ignore[union-attr]
            try:
                answer = case.call(headers=headers)
            finally:
                db.session.remove()
                undone.rollback()
        self._judge(case, sender, answer)

    def _name_real_things(self, case: Case, sender: Sender) -> None:
        """Put ids of this compound or the other in place of drawn ones, most of the time."""
        draws = self.draws
        own, other = self.town.ours.compound, self.town.theirs.compound
        if not sender.at_home:
            own, other = other, own
        compound = draws.choices((own, other), (8, 3))[0]
        things = draws.choices((compound, own, other), (8, 1, 1))[0]
        if draws.random() < 0.9:
            for name in case.path_parameters or {}:
                if name.endswith("_id"):
                    case.path_parameters[name] = str(compound if name == "compound_id" else self._any(things, name))
        if isinstance(case.body, dict) and draws.random() < 0.8:
            for name, value in case.body.items():
                if name.endswith("_id") and isinstance(value, str):
                    case.body[name] = str(self._any(things, name))

    def _any(self, compound_id: UUID, name: str) -> UUID:
        stem, ids = name.removesuffix("_id"), self.town.ids[compound_id]
        fitting = [one for table, some in ids.items() if stem in table or table in stem for one in some]
        return self.draws.choice(fitting or [uuid5(NOWHERE, name)])

    def _judge(self, case: Case, sender: Sender, answer: Any) -> None:
        label, status = case.operation.label, answer.status_code
        self.sent[label] += 1
        self.statuses[status] += 1
        documented = case.operation.definition.raw["responses"]
        about = f"{label} as {sender.name}: {status}"
        if status >= 500 and status != 503:
            self.faults.append(f"{about}, {case.path_parameters} {case.query} {str(case.body)[:300]}")
        if str(status) not in documented:
            self.faults.append(f"{about} is not in the documents, {answer.content[:200].decode(errors='replace')!s}")
        read = answer.content.decode(errors="replace")
        self.heard.update(word for word in (OURS, THEIRS) if word in read)
        self.faults += [f"{about} says {word}" for word in sender.unread if word in read or _escaped(word) in read]


def _escaped(word: str) -> str:
    return word.encode("unicode_escape").decode()
