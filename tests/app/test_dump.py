"""A leaked dump of the database shows no number, name or ID number (PIPL 51)."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from app.bootstrap import create_app
from app.compounds.persons import check_character
from app.core.db import db, dispose_of_engines
from app.core.postgres_programs import EMBEDDED_BIN
from app.core.settings import Settings
from app.org.models import Role
from launcher.demo_roll import write_roll
from miniprogram_api import register
from tests.support import servers
from tests.support.phones import proven
from tests.support.volunteering import Volunteering
from tests.support.wishes import Wishes
from tests.support.world import OPENS, START, World, at

_BORN = "11010119900307765"
ID_NUMBER = _BORN + check_character(_BORN)
NEIGHBOUR, NEIGHBOURS_PHONE = "欧阳慕容", "13911112222"


@pytest.fixture
def own(settings: Settings, worker_id: str) -> Iterator[tuple[World, Settings]]:
    """A world with real commits."""
    made = servers.beside(settings, f"dump_{worker_id}")
    application = create_app(made)
    register(application)
    with application.app_context(), at(START):
        yield World(application), made
        db.session.remove()
        dispose_of_engines()


def forms_of(word: str) -> Iterator[bytes]:
    """A word as it may stand in a dump: as it is, as bytes in hex, and escaped in JSON."""
    yield word.encode()
    yield word.encode().hex().encode()
    if not word.isascii():
        yield word.encode("unicode_escape")


def seeded(world: World, folder: Path) -> set[str]:
    """A roll imported and another that waits, people, a meeting, wishes and volunteers; what must not be found."""
    there = world.add_compound("名册小区")
    secretary, roll = world.api(world.official(Role.SECRETARY, there)), folder / "roll.xlsx"
    units = write_roll(roll, 30, co_owned_percent=40)
    said = {word for unit in units for one in unit.owners for word in (one.name, one.phone, one.id_number)}
    for first in (True, False):
        with roll.open("rb") as file:
            upload = {"file": (file, "名册.xlsx")}
            path = f"/compounds/{there}/roll-imports"
            checked = secretary("POST", path, data=upload)
        assert checked.status_code == 201, checked.text
        if first:
            assert secretary("POST", f"{path}/{checked.json['id']}/application").status_code == 200
    house = Wishes(world)
    said |= {"张三丰", "李四光", "王五一", NEIGHBOUR, NEIGHBOURS_PHONE, ID_NUMBER, proven(house.poster)}
    neighbour = {"name": NEIGHBOUR, "consent": "spoken", "consent_note": NEIGHBOUR}
    house.published(house.steward, unit_id=str(house.homes[2].id), phone=NEIGHBOURS_PHONE, neighbour=neighbour)
    house.claimed()
    helping = {"id_type": "citizen", "id_number": ID_NUMBER}
    assert Volunteering(world).register(house.poster, name="张三丰", **helping).status_code == 200
    body = {"building": "1栋", "stairwell": "1单元", "room": "401", "claimed_name": NEIGHBOUR, "note": NEIGHBOUR}
    world.api(world.person())("POST", f"/compounds/{world.compound}/bindings", body)
    meeting = world.announced()
    with at(OPENS):
        assert world.cast(house.poster, meeting).status_code == 201
    headers = {"Authorization": f"Bearer {house.poster.token}", "Idempotency-Key": "a-key"}
    wish = {"text": "想借一把梯子用一下午。", "category": "repair", "phone": NEIGHBOURS_PHONE}
    path = f"/api/v1/compounds/{world.compound}/wishes"
    assert world.application.test_client().post(path, json=wish, headers=headers).status_code == 201
    return said


def test_a_dump_shows_nobodys_name_number_or_id(own: tuple[World, Settings], folder: Path):
    world, settings = own
    said = seeded(world, folder)
    assert db.session.scalar(text("SELECT count(*) FROM owner")) > 30
    assert db.session.scalar(text("SELECT count(*) FROM roll_import WHERE payload IS NOT NULL")) == 1
    db.session.remove()
    address = settings.libpq_url
    command = "pg_dump" if servers.external() else str(EMBEDDED_BIN / "pg_dump")
    dump = subprocess.run([command, address], capture_output=True, check=True).stdout
    assert b"COPY public.owner" in dump
    found = {word for word in said for form in forms_of(word) if form in dump}
    assert found == set()
