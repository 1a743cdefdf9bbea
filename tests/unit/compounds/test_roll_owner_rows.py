"""Owners on their way into the database: which rows of a payload are taken, and what of each."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from struct import pack

import pytest

from app.compounds.roll_owner_rows import UNITS_AT_ONCE, sealed_owners
from app.compounds.roll_payload import PackedUnits, encrypted, line_of, owners_of_units
from app.compounds.roll_units import RollOwner, RollUnit
from app.core import crypto
from app.core.settings import load_settings
from tests.support.keys import keys_given_back

NEW, NAME, ID_NUMBER, PHONE, ROW = 1, 2, 4, 8, 16


@pytest.fixture(autouse=True)
def _keys(tmp_path: Path) -> Iterator[None]:
    with keys_given_back():
        crypto.configure(load_settings(data_dir=tmp_path))
        yield


def payload(*units: list[RollOwner]) -> bytes:
    packed = PackedUnits()
    for owners in units:
        packed.add(line_of(RollUnit("", 1, "1栋", "", "101", owners=owners)) + b"\n")
    return encrypted(packed.finish())


def stored(units: bytes, *lines: tuple[int, bytes, int]) -> list[tuple[bytes, bool, list[str | None]]]:
    """The owners that come of a payload by these lines of a plan: the id, whether new, and what is stored of them."""
    plan = b"".join(pack("!i16si", *line) for line in lines)
    found = []
    for batch in sealed_owners(owners_of_units(units), plan):
        for is_new, owners in ((True, batch.added), (False, batch.changed)):
            for owner_id, columns in owners:
                said = [crypto.decrypt(token) if token else None for token in columns[::2]]
                hashes = zip(("name", "id_number", "phone"), said, strict=True)
                assert list(columns[1::2]) == [
                    crypto.lookup_hash(kind, text) if text else None for kind, text in hashes
                ]
                found.append((owner_id[:1], is_new, said))
    return found


def test_a_person_of_one_row_is_stored_with_all_that_it_says():
    units = payload([], [RollOwner("甲", "A1", "1"), RollOwner("乙", share=Fraction(1, 2))])
    whole = NAME | ID_NUMBER | PHONE | ROW
    assert stored(units, (1, b"a" * 16, NEW | whole), (2, b"b" * 16, NAME | ROW)) == [
        (b"a", True, ["甲", "A1", "1"]),
        (b"b", False, ["乙", None, None]),
    ]


def test_a_person_of_several_rows_takes_from_each_what_the_plan_says():
    units = payload([RollOwner("甲", None, "1")], [RollOwner("丙")], [RollOwner("甲", "A1", "2")])
    lines = (0, b"a" * 16, NEW | NAME | PHONE | 2 * ROW), (2, b"a" * 16, NEW | ID_NUMBER | 2 * ROW)
    assert stored(units, *lines) == [(b"a", True, ["甲", "A1", "1"])]


def test_batches_count_all_units_and_rows_that_nothing_is_needed_of_are_passed_over():
    number = UNITS_AT_ONCE + 1
    units = payload(*([RollOwner(f"甲{place}")] for place in range(number)))
    plan = pack("!i16si", number - 1, b"z" * 16, NEW | NAME | ROW)
    batches = list(sealed_owners(owners_of_units(units), plan))
    assert [batch.units for batch in batches] == [UNITS_AT_ONCE, 1]
    assert [len(batch.added) for batch in batches] == [0, 1]
