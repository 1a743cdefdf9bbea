"""The permission table: it is whole, services ask it and nothing else, and what is given or taken holds at once."""

import ast
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from app.core.audit import PLATFORM, AuditEvent
from app.core.db import db
from app.identity.actor import Actor
from app.org import appointments, service
from app.org.models import Role
from app.org.permissions import ALLOWED, CHINESE, COLUMNS, MARKS, PERMISSIONS, TABLE, Act
from tests.permissions.cast import Cast

ROOT = Path(__file__).parents[2]
TELLS = {
    "app/meetings/committees/terms.py",
    "app/meetings/petitions/delivery.py",
    "app/moderation/telling.py",
    "app/wishes/telling.py",
}
"""Whom to tell of something is no permission."""
KEEPS_OUT = {"app/meetings/elections/candidates.py", "app/meetings/mandates/proxies.py"}
"""What the property company's people must keep out of, whatever else they are."""


def modules() -> Iterator[tuple[str, str]]:
    for face in ("app", "console", "miniprogram_api", "tasks"):
        for path in sorted((ROOT / face).rglob("*.py")):
            yield str(path.relative_to(ROOT)), path.read_text()


def test_the_table_has_a_line_for_every_act_and_a_column_for_every_role():
    assert set(ALLOWED) == set(CHINESE) == set(Act)
    assert {one for one in COLUMNS if isinstance(one, Role)} == set(Role)
    assert all(CHINESE.values())
    assert all(set(line.split()[1 : 1 + len(COLUMNS)]) <= {"x", "p", "."} for line in TABLE.strip().splitlines()[1:])
    assert {one for marks in MARKS.values() for one, mark in marks.items() if mark == "p"} == {Role.STEWARD}
    assert not any(Role.PROPERTY_STAFF in who for who in PERMISSIONS.values())


def test_every_act_is_asked_for():
    asked = {
        name for file, text in modules() if "permissions" not in file for name in re.findall(r"Act\.([A-Z_]+)", text)
    }
    assert {act.name for act in Act} - asked == set()


def test_no_service_and_no_page_decides_by_a_role_itself():
    """Beside the organisation itself, a role is named where somebody is told of something or kept out."""
    naming = set()
    for file, text in modules():
        if file.startswith("app/org/"):
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Role":
                naming.add(file)
    assert naming == TELLS | KEEPS_OUT | {"console/people/routes.py"}, "that page shows the roles by their titles"


@pytest.mark.parametrize("role", [Role.STEWARD, Role.SECRETARY])
def test_what_is_given_and_taken_holds_at_once_for_running_sign_ins_and_is_on_record(cast: Cast, role: Role):
    world, person = cast.world, cast.people["account"]
    assert person is not None
    phone, browser, here = world.api(person), cast.visitor("account"), cast.world.compound
    officer = Actor(world.official(Role.STREET_OFFICER, world.community).account_id)

    def opens() -> tuple[int, int]:
        return (
            phone("GET", f"/compounds/{here}/home").status_code,
            browser.get(f"/console/compounds/{here}/").status_code,
        )

    assert opens() == (403, 403)
    given = appointments.give(officer, here, role, "某人", "13900000055", date(2029, 4, 30))
    given.account_id, given_id = person.account_id, given.id
    db.session.commit()
    assert opens() == (200, 200)
    appointments.end(officer, here, given_id, "搬离本小区")
    db.session.commit()
    assert opens() == (403, 403)
    noted = db.session.query(AuditEvent).filter_by(compound_id=here, subject_id=given_id).order_by(AuditEvent.id)
    assert [(one.act, one.account_id) for one in noted] == [
        ("give_role", officer.account_id),
        ("end_role", officer.account_id),
    ]


def test_a_role_above_the_compounds_is_on_record_where_no_compound_is(cast: Cast):
    made = service.appoint(Role.STREET_OFFICER, cast.world.community, "13900000056", operator="wang")
    service.end_appointment(made.id, operator="li")
    noted = db.session.query(AuditEvent).filter_by(compound_id=PLATFORM, subject_id=made.id).order_by(AuditEvent.id)
    assert [(one.act, (one.after or {}).get("operator")) for one in noted] == [
        ("give_role", "wang"),
        ("end_role", "li"),
    ]
