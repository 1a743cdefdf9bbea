"""Several people at the same moment, on real transactions."""

import binascii
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from app.bootstrap import create_app
from app.compounds import queries, residents, service
from app.compounds.models import Binding, BindingState, RollImport
from app.compounds.types import NewOwner
from app.core import clock, crypto
from app.core.crypto import lookup_hash
from app.core.db import db, dispose_of_engines
from app.core.errors import AppError
from app.core.ids import new_id
from app.core.settings import Settings
from app.core.unit_of_work import unit_of_work
from app.identity.actor import Actor
from tests.app.compounds.conftest import Town
from tests.support import servers
from tests.support.roll_files import HEADER, ROW, row, workbook
from tests.support.world import World

PHONE_HASH_KIND = "phone"


@pytest.fixture
def own(settings: Settings, worker_id: str) -> Iterator[Flask]:
    """An application over a database of this test's own, where commits are real."""
    application = create_app(servers.beside(settings, f"rolls_{worker_id}"))
    with application.app_context():
        yield application
        db.session.remove()
        dispose_of_engines()


def at_once(application: Flask, acts: list[Callable[[], Any]]) -> list[Any]:
    """What each act returns, or the code of its refusal; all run in transactions of their own at the same time."""

    def one(act: Callable[[], Any]) -> Any:
        with application.app_context():
            try:
                with unit_of_work():
                    return act()
            except AppError as refusal:
                return refusal.code

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def settled(application: Flask) -> tuple[Town, Any]:
    """A town whose roll is checked and waits to be imported; and the import's id."""
    with unit_of_work():
        town = Town(World(application))
        content = workbook([HEADER, ROW, row(room="102")])
        import_id = service.check_roll(town.secretary, town.compound, "名册.xlsx", content).id
    return town, import_id


def test_an_import_that_several_ask_for_happens_once(own: Flask):
    town, import_id = settled(own)
    act = lambda: str(service.apply_roll(town.secretary, town.compound, import_id).state)  # noqa: E731
    assert at_once(own, [act] * 4) == ["applied"] * 4
    assert queries.roll_version(town.compound) == 2
    assert queries.roll_totals(town.compound).units == 2


def test_an_import_that_breaks_while_owners_are_sealed_changes_nothing(own: Flask):
    town, import_id = settled(own)
    with unit_of_work():
        db.session.get_one(RollImport, (town.compound, import_id)).payload = crypto.encrypt("not what was checked")
    with pytest.raises(binascii.Error), unit_of_work():
        service.apply_roll(town.secretary, town.compound, import_id)
    assert queries.roll_totals(town.compound).units == 0
    assert queries.get_roll_import(town.secretary, town.compound, import_id).state == "checked"


def test_a_number_that_several_prove_at_once_has_one_holder(own: Flask):
    town, import_id = settled(own)
    with unit_of_work():
        service.apply_roll(town.secretary, town.compound, import_id)
    hashed = lookup_hash(PHONE_HASH_KIND, "13900010001")
    accounts = [new_id() for _ in range(4)]
    acts = [lambda account=account: len(service.match_roll(account, hashed)) for account in accounts]
    assert at_once(own, acts) == [2] * 4
    accepted = db.session.query(Binding).filter_by(state=BindingState.ACCEPTED)
    assert len({binding.account_id for binding in accepted}) == 1
    assert accepted.count() == 2


def test_a_unit_that_is_sold_twice_at_once_has_one_current_owner(own: Flask):
    town, import_id = settled(own)
    with unit_of_work():
        service.apply_roll(town.secretary, town.compound, import_id)
        unit_id = queries.units_with_owners(town.compound)[0].unit_id
    acts = [
        lambda name=name: service.transfer_unit(town.secretary, town.compound, unit_id, [NewOwner(name)], clock.now())
        for name in ("甲某", "乙某")
    ]
    outcomes = at_once(own, acts)
    assert outcomes.count(None) >= 1
    assert set(outcomes) <= {None, "transfer_too_early"}
    (unit,) = (unit for unit in queries.units_with_owners(town.compound) if unit.unit_id == unit_id)
    assert len(unit.owner_ids) == 1


def test_applying_and_deciding_at_once_have_one_outcome(own: Flask):
    town, import_id = settled(own)
    with unit_of_work():
        service.apply_roll(town.secretary, town.compound, import_id)
        unit = queries.units_with_owners(town.compound)[0]
    applicant = Actor(new_id())
    apply = lambda: str(  # noqa: E731
        service.apply_for_binding(applicant, town.compound, unit.building, unit.stairwell, unit.room, "甲").state
    )
    assert sorted(at_once(own, [apply] * 4)) == ["already_bound"] * 3 + ["applied"]
    binding_id = queries.bindings_of(applicant)[0].binding_id
    db.session.remove()
    decisions = [
        lambda: str(
            service.decide_binding(town.secretary, town.compound, binding_id, True, unit.owner_ids[0], None).state
        ),
        lambda: str(service.decide_binding(town.secretary, town.compound, binding_id, False, None, "不符").state),
    ]
    outcomes = at_once(own, decisions * 2)
    assert outcomes.count("binding_not_waiting") == 3
    assert outcomes.count("accepted") + outcomes.count("rejected") == 1


def test_no_tenant_is_warned_of_a_last_day_that_is_being_changed(own: Flask, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(residents, "is_night", lambda _: False)
    with unit_of_work():
        world = World(own)
        secretary, flat = Actor(world.secretary.account_id), world.unit("101")
        tenant = world.resident(flat, lease_ends=clock.today() + timedelta(days=7))
    binding_id = queries.bindings_of(Actor(tenant.account_id))[0].binding_id
    db.session.remove()
    with unit_of_work():
        service.change_lease(secretary, world.compound, binding_id, clock.today() + timedelta(days=300))
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(at_once, own, [service.warn_of_lease_ends]).result(30) == [0]
    assert at_once(own, [service.warn_of_lease_ends]) == [0]
