"""Identifiers that are made many at once."""

import time
from uuid import RFC_4122, UUID

from app.core.ids import new_id, new_ids_bytes


def test_ids_made_together_are_of_version_7_each_another_and_in_their_order():
    made = new_ids_bytes(10_000)
    ids = [UUID(bytes=one) for one in made]
    assert {(one.version, one.variant) for one in ids} == {(7, RFC_4122)}
    assert made == sorted(made)
    assert len(set(made)) == 10_000


def test_ids_made_together_are_of_now():
    (one,) = new_ids_bytes(1)
    assert abs(int.from_bytes(one[:6]) - time.time_ns() // 1_000_000) < 10_000
    assert abs(int.from_bytes(one[:6]) - (new_id().int >> 80)) < 10_000
    assert new_ids_bytes(0) == []
