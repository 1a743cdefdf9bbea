"""Sales of units."""

from datetime import timedelta
from fractions import Fraction

import pytest

from app.compounds import errors, queries, service
from app.compounds.models import Owner, Ownership, Unit
from app.compounds.types import NewOwner
from app.core import clock
from app.core.db import db
from app.core.errors import Forbidden
from app.core.ids import new_id
from app.identity.actor import Actor
from tests.app.compounds.conftest import Town
from tests.support.roll_files import ID_1, ID_2
from tests.support.world import Person

BUYER = NewOwner("买受人", ID_1, "139 0001 0001")


@pytest.fixture
def seller(town: Town) -> Person:
    return town.world.owner(town.world.unit("101"), town.world.unit("102"))


def sell(town: Town, seller: Person, *buyers: NewOwner) -> None:
    service.transfer_unit(town.secretary, town.compound, seller.unit_ids[0], buyers, clock.now())


def owners_of(town: Town, unit_id: object) -> list[Owner]:
    units = {unit.unit_id: unit.owner_ids for unit in queries.units_with_owners(town.compound)}
    return [db.session.get_one(Owner, (town.compound, owner_id)) for owner_id in units[unit_id]]  # type: ignore[index]


def test_a_sale_passes_ownership_and_homes(town: Town, seller: Person):
    buyer = town.holder("13900010001")
    sell(town, seller, BUYER)
    (owner,) = owners_of(town, seller.unit_ids[0])
    assert (owner.name, owner.id_number, owner.phone) == ("买受人", ID_1, "13900010001")
    assert town.states(buyer) == [("accepted", "phone")]
    assert sorted(town.states(seller)) == [("accepted", "phone"), ("revoked", "phone")]
    assert queries.owners_represented(seller.account_id, town.compound) == [seller.owner_id]
    assert queries.roll_version(town.compound) == 2


def test_the_former_ownership_stays_as_history(town: Town, seller: Person):
    sell(town, seller, BUYER)
    rows = db.session.query(Ownership).filter_by(unit_id=seller.unit_ids[0]).order_by(Ownership.id).all()
    assert [row.valid_to is None for row in rows] == [False, True]
    assert rows[0].valid_to == rows[1].valid_from


def test_a_buyer_who_is_on_the_roll_stays_one_person(town: Town, seller: Person):
    sell(town, seller, BUYER)
    service.transfer_unit(
        town.secretary, town.compound, seller.unit_ids[1], [NewOwner("买受人", None, "13900010001")], clock.now()
    )
    assert owners_of(town, seller.unit_ids[0]) == owners_of(town, seller.unit_ids[1])


def test_a_buyer_with_a_new_number_loses_the_old_numbers_account(town: Town, seller: Person):
    old, new = town.holder("13900010001"), town.holder("13900010002")
    sell(town, seller, BUYER)
    service.transfer_unit(
        town.secretary, town.compound, seller.unit_ids[1], [NewOwner("买受人", ID_1, "13900010002")], clock.now()
    )
    assert town.states(old) == [("revoked", "phone")]
    assert town.states(new) == [("accepted", "phone"), ("accepted", "phone")]


def test_several_buyers_hold_equal_or_given_shares(town: Town, seller: Person):
    sell(town, seller, BUYER, NewOwner("另一位", ID_2))
    service.transfer_unit(
        town.secretary,
        town.compound,
        seller.unit_ids[1],
        [NewOwner("甲某", share=Fraction(2, 3)), NewOwner("乙某", share=Fraction(1, 3))],
        clock.now(),
    )
    current = db.session.query(Ownership).filter(Ownership.valid_to.is_(None)).order_by(Ownership.id)
    assert [(row.share_numerator, row.share_denominator) for row in current] == [(1, 2), (1, 2), (2, 3), (1, 3)]


def test_what_the_developer_held_is_sold(town: Town):
    unit = town.world.unit("101", held_by_developer=True)
    service.transfer_unit(town.secretary, town.compound, unit.id, [BUYER], clock.now())
    assert not db.session.get_one(Unit, (town.compound, unit.id)).held_by_developer


@pytest.mark.parametrize(
    ("buyers", "error"),
    [
        ([], errors.NoNewOwners),
        ([NewOwner("  ")], errors.NewOwnerInvalid),
        ([NewOwner("甲某", "410101199001010000")], errors.NewOwnerInvalid),
        ([NewOwner("甲某", None, "0371-65551234")], errors.NewOwnerInvalid),
        ([NewOwner("甲某"), NewOwner("甲 某")], errors.NewOwnerInvalid),
        ([NewOwner("甲某", share=Fraction(1, 2))], errors.NewOwnerInvalid),
        ([NewOwner("甲某", share=Fraction(1, 2)), NewOwner("乙某")], errors.NewOwnerInvalid),
    ],
)
def test_doubtful_buyers_are_refused_and_nothing_changes(
    town: Town, seller: Person, buyers: list[NewOwner], error: type[Exception]
):
    with pytest.raises(error) as refusal:
        sell(town, seller, *buyers)
    assert refusal.value.text  # type: ignore[attr-defined]
    assert [owner.id for owner in owners_of(town, seller.unit_ids[0])] == [seller.owner_id]
    assert queries.roll_version(town.compound) == 1


@pytest.mark.parametrize("days", [-1, 1])
def test_a_sale_lies_between_the_purchase_and_now(town: Town, seller: Person, days: int):
    moment = clock.now() + timedelta(days=days)
    with pytest.raises(errors.TransferTooEarly):
        service.transfer_unit(town.secretary, town.compound, seller.unit_ids[0], [BUYER], moment)
    assert [owner.id for owner in owners_of(town, seller.unit_ids[0])] == [seller.owner_id]


def test_a_sale_is_recorded_by_the_secretary_for_a_unit_of_the_compound(town: Town, seller: Person):
    with pytest.raises(Forbidden):
        service.transfer_unit(Actor(new_id()), town.compound, seller.unit_ids[0], [BUYER], clock.now())
    elsewhere = town.world.unit("101", compound=town.world.add_compound("别的小区"))
    with pytest.raises(errors.UnitNotFound):
        service.transfer_unit(town.secretary, town.compound, elsewhere.id, [BUYER], clock.now())
