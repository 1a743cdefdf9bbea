"""Ids of another compound's things, in every address and body of the API, open nothing, tell nothing, change nothing.

Two compounds where everything is under way; the first one's people ask, with one id at a time from the second.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import pytest
from flask import Flask
from sqlalchemy import ColumnElement, Table, Text, cast, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from werkzeug.routing import Rule

from app.core.db import db
from app.org import queries
from app.org.models import Role
from tests.miniprogram_api.test_daily_privacy import scene_of
from tests.permissions.bodies import Examples
from tests.permissions.cast import address, forget_rates, turns, undone
from tests.permissions.test_api import ALL, api_routes
from tests.support.objections import file_objection
from tests.support.world import OPENS, Person, World, at

TABLES: Final = {
    "activity_id": "offering",
    "appeal_id": "notice_statement",
    "ballot_id": "ballot",
    "binding_id": "binding",
    "booking_id": "booking",
    "brand_id": "service_brand",
    "building_id": "building",
    "case_id": "review_case",
    "claim_id": "post_claim",
    "entry_id": "notice_entry",
    "group_id": "helping_group",
    "meeting_id": "meeting",
    "member_id": "group_member",
    "motion_id": "motion",
    "nomination_id": "notice_nomination",
    "objection_id": "electorate_objection",
    "owner_id": "owner",
    "party_id": "voting_party",
    "petition_id": "petition",
    "post_id": "volunteer_post",
    "record_id": "service_record",
    "scope_building_id": "building",
    "secretary_nomination_id": "role_nomination",
    "service_id": "offering",
    "slot_id": "slot",
    "steward_nomination_id": "role_nomination",
    "unit_id": "unit",
    "wish_id": "wish",
}
UNMADE: Final = {
    "account_id",
    "attachment_id",
    "candidate_id",
    "committee_id",
    "import_id",
    "inspection_id",
    "mandate_id",
    "message_id",
    "notice_id",
    "picture_id",
    "request_id",
    "scan_id",
    "sheet_id",
}
"""Of these there is none in the other compound; what they are of stands in the same address and is foreign there.

Accounts, messages and uploads are of a person, not of a compound.
"""

_UUID = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@dataclass
class Living:
    """A compound where everything is under way: its people by what they are, and the ids of its things by parameter."""

    world: World
    people: dict[str, Person]
    ids: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, world: World) -> "Living":
        """Make everything."""
        made = cls(world, scene_of(world).people)
        voters = [world.owner(world.unit(f"m{number}", building="9栋")) for number in range(2)]
        motion = {"matter": 5, "title": "修电梯", "text": "预算 28 万元。"}
        asked = {"title": "提议开会", "text": "请大家决定。", "motions": [motion]}
        petition = world.api(voters[0])("POST", f"/compounds/{world.compound}/petitions", asked)
        assert petition.status_code == 201, petition.text
        street = queries.path_to(world.compound)[-3].id
        nomination = {"name": "某人", "phone": "13900000066", "grounds": "热心"}
        nominated = world.api(world.official(Role.STREET_OFFICER, street))(
            "POST", f"/compounds/{world.compound}/secretary-nominations", nomination
        )
        assert nominated.status_code == 201, nominated.text
        stood = world.api(world.secretary)(
            "POST",
            f"/compounds/{world.compound}/steward-nominations",
            nomination | {"building_id": str(world.building("9栋"))},
        )
        assert stood.status_code == 201, stood.text
        path = world.announced(5, 4)
        assert file_objection(world, voters[0], path).status_code == 201
        with at(OPENS):
            assert world.cast(voters[1], path).status_code == 201
        for name, table in TABLES.items():
            made.ids[name] = made.of_table(db.metadata.tables[table])
            assert made.ids[name], f"there is no {table}"
        made.ids["secretary_nomination_id"] = [nominated.json["id"]]
        made.ids["steward_nomination_id"] = [stood.json["id"]]
        return made

    def of_table(self, table: Table) -> list[str]:
        """The ids of the compound's rows."""
        return [str(one) for one in db.session.scalars(select(table.c.id).where(self._here(table)))]

    def everything(self) -> set[str]:
        """The id of every row of the compound, and its own."""
        found = [self.of_table(table) for table in _tables() if "id" in table.columns]
        return {str(self.world.compound)}.union(*found)

    def fingerprint(self) -> dict[str, str | None]:
        """What is in each table."""
        found = {}
        for table in _tables():
            row = cast(table.table_valued(), Text)
            content = func.md5(cast(func.array_agg(aggregate_order_by(row, row)), Text))
            found[table.name] = db.session.scalar(select(content).where(self._here(table)))
        return found

    def _here(self, table: Table) -> ColumnElement[bool]:
        return table.c.compound_id == self.world.compound


def _tables() -> list[Table]:
    return [table for table in db.metadata.tables.values() if "compound_id" in table.columns]


@pytest.fixture
def both(world: World) -> tuple[Living, Living]:
    return Living.of(world), Living.of(World(world.application))


def with_ids(application: Flask) -> Iterator[tuple[Rule, str, str]]:
    """Every route with each parameter that names a thing of a compound."""
    for rule, method in api_routes(application):
        if "<uuid:compound_id>" in rule.rule:
            for name in sorted(rule.arguments - {"compound_id"} - UNMADE):
                if f"<uuid:{name}>" in rule.rule:
                    yield rule, method, name


def foreign_bodies(body: Any, other: Living) -> Iterator[tuple[Any, str]]:
    """The body once for each field that names a thing, with the other compound's thing in it."""
    if isinstance(body, dict):
        for name, value in body.items():
            one = name.removesuffix("s") if isinstance(value, list) else name
            if one in TABLES and isinstance(value, str | list):
                foreign = other.ids[one][0]
                yield {**body, name: [foreign] if isinstance(value, list) else foreign}, foreign
            else:
                yield from (({**body, name: changed}, foreign) for changed, foreign in foreign_bodies(value, other))
    elif isinstance(body, list) and body:
        yield from (([changed, *body[1:]], foreign) for changed, foreign in foreign_bodies(body[0], other))


class Probing:
    """People of one compound ask with ids of the other's things; what was wrong is told at the end."""

    def __init__(self, here: Living, there: Living, examples: Examples) -> None:
        self.here, self.examples = here, examples
        self.secret, self.wrong, self.asked = there.everything(), list[str](), 0

    def __call__(self, rule: Rule, method: str, place: int, foreign: str, ids: dict[str, str], body: Any) -> None:
        """Ask as the secretary, and as others in turn."""
        own = {name: found[0] for name, found in self.here.ids.items() if name in rule.arguments}
        path = address(rule, self.here.world.compound, {**own, **ids}).removeprefix("/api/v1")
        for who in {"secretary", *turns(list(self.here.people), place, 1, ALL)}:
            sent = self.examples.of(rule, method) | ({"json": body} if body else {})
            with undone():
                answer = self.here.world.api(self.here.people[who])(method, path, sent.pop("json", None), **sent)
            told = self.secret & set(_UUID.findall(answer.get_data(as_text=True))) - {foreign}
            self.asked += 1
            if not 400 <= answer.status_code < 500 or told:
                self.wrong.append(f"{who}: {method} {path} {ids or json.dumps(body)}: {answer.status_code} {told}")
            if answer.status_code == 429:
                forget_rates(self.here.world.application)


def test_an_id_of_another_compound_opens_tells_and_changes_nothing(both: tuple[Living, Living], examples: Examples):
    here, there = both
    before, probe = there.fingerprint(), Probing(here, there, examples)
    for place, (rule, method, name) in enumerate(with_ids(here.world.application)):
        foreign = there.ids[name][0]
        probe(rule, method, place, foreign, {name: foreign}, None)
    for place, (rule, method) in enumerate(api_routes(here.world.application)):
        if "<uuid:compound_id>" in rule.rule:
            for body, foreign in foreign_bodies(examples.of(rule, method).get("json"), there):
                probe(rule, method, place, foreign, {}, body)
    assert not probe.wrong, "\n".join(probe.wrong)
    assert probe.asked > 300
    assert there.fingerprint() == before


def test_every_id_in_an_address_is_probed_or_known_not_to_be(application: Flask):
    names = {name for rule, _ in api_routes(application) for name in re.findall(r"<uuid:(\w+)>", rule.rule)}
    assert names - {"compound_id", "org_unit_id"} <= TABLES.keys() | UNMADE
