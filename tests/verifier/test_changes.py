"""A meeting in which ballots were changed holds; every way to count the wrong one of the two is caught and named.

Domain rules, section 3: one change before the close, the earlier stays in the log.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tasks import meetings
from tests.support.bundles import held_once
from tests.support.changes import adopt_one_change, change
from tests.support.world import CLOSES, OPENS, World, at
from tests.verifier.tampering import Desk, Parts, tampered

VOTING = OPENS + timedelta(hours=1)


class Held:
    """Four owners, two of whom changed: one within a batch of the log, one a batch later. Counted."""

    def __init__(self, world: World) -> None:
        adopt_one_change(world)
        owners = world.owners(5)
        path = world.announced(5, 8)
        self.receipts: list[dict[str, Any]] = []
        with at(VOTING):
            for owner in owners[:4]:
                self.receipts.append(world.cast(owner, path, "for", "for").json)
            self.receipts.append(change(world, owners[0], path, self.receipts[0]["ballot_id"], "against", "for").json)
            meetings.sequence_ballots()
        with at(VOTING + timedelta(days=1)):
            self.receipts.append(change(world, owners[1], path, self.receipts[1]["ballot_id"], "abstain", "for").json)
        with at(CLOSES):
            for person in (world.secretary, world.supervisor):
                answer = world.api(person)("POST", f"{path}/count")
            self.record: dict[str, Any] = answer.json["record"]
            with world.api(world.secretary)("GET", f"{path}/bundle") as bundle:
                self.bundle: bytes = bundle.data


@held_once
def held(world: World) -> Held:
    return Held(world)


def pair(parts: Parts) -> tuple[int, int]:
    """Places of a changed ballot and of the one that replaces it."""
    later = next(place for place, line in enumerate(parts.log) if "replaces" in line["input"])
    replaced = parts.ballot(later)["replaces"]
    return next(place for place, line in enumerate(parts.log) if line["leaf_hash"] == replaced), later


def reason_of(parts: Parts, place: int) -> dict[str, Any]:
    """The record's entry of a leaf that it does not count."""
    leaf_hash = parts.log[place]["leaf_hash"]
    return next(one for one in parts.record["not_counted"] if one["leaf_hash"] == leaf_hash)


def count_the_old_one_instead(parts: Parts) -> None:
    earlier, later = pair(parts)
    entry = reason_of(parts, earlier)
    entry["leaf_hash"] = parts.log[later]["leaf_hash"]


def drop_the_change_as_withdrawn(parts: Parts) -> None:
    earlier, later = pair(parts)
    entry = reason_of(parts, earlier)
    entry |= {"leaf_hash": parts.log[later]["leaf_hash"], "reason": "withdrawn"}
    parts.record["changed_ballots"] -= 1


def count_both(parts: Parts) -> None:
    entry = reason_of(parts, pair(parts)[0])
    parts.record["not_counted"].remove(entry)
    parts.record["changed_ballots"] -= 1


def drop_the_change_from_the_log(parts: Parts) -> None:
    del parts.log[pair(parts)[1]]
    parts.renumber()


def call_the_old_one_withdrawn(parts: Parts) -> None:
    reason_of(parts, pair(parts)[0])["reason"] = "withdrawn"


def invent_a_change_in_the_record(parts: Parts) -> None:
    aside = {one["leaf_hash"] for one in parts.record["not_counted"]}
    free = next(
        line["leaf_hash"]
        for line in parts.log[1:]
        if line["leaf_hash"] not in aside and "choices" in line["input"] and "replaces" not in line["input"]
    )
    parts.record["not_counted"].append({"leaf_hash": free, "reason": "replaced"})
    parts.record["changed_ballots"] += 1


def invent_a_change_in_the_log(parts: Parts) -> None:
    aside = {one["leaf_hash"] for one in parts.record["not_counted"]}
    place = next(
        place
        for place, line in enumerate(parts.log)
        if "choices" in line["input"] and "replaces" not in line["input"] and line["leaf_hash"] not in aside
    )
    victim = parts.log[place]
    forged = {**victim["input"], "replaces": victim["leaf_hash"], "choices": {}, "nonce": "00" * 16}
    forged["choices"] = dict.fromkeys(victim["input"]["choices"], "against")
    parts.log.insert(len(parts.log) - 1, {**victim, "input": forged})
    parts.record["not_counted"].append({"leaf_hash": victim["leaf_hash"], "reason": "replaced"})
    parts.record["changed_ballots"] += 1
    parts.renumber()


def swap_the_two(parts: Parts) -> None:
    earlier, later = pair(parts)
    parts.log[earlier], parts.log[later] = parts.log[later], parts.log[earlier]
    for index, line in enumerate(parts.log):
        line["index"] = index


def change_what_is_replaced(parts: Parts) -> None:
    parts.ballot(pair(parts)[1])["replaces"] = "00" * 32


def change_somebody_elses(parts: Parts) -> None:
    places = [place for place, line in enumerate(parts.log) if "replaces" in line["input"]]
    one, other = (parts.ballot(place) for place in places)
    one["replaces"], other["replaces"] = other["replaces"], one["replaces"]


def change_twice(parts: Parts) -> None:
    later = parts.log[pair(parts)[1]]
    again = {**later["input"], "replaces": later["leaf_hash"], "nonce": "11" * 16}
    parts.log.insert(len(parts.log) - 1, {**later, "input": again})
    parts.record["not_counted"].append({"leaf_hash": later["leaf_hash"], "reason": "replaced"})
    parts.record["changed_ballots"] += 1
    parts.renumber()


def forbid_changes(parts: Parts) -> None:
    parts.log[0]["input"]["rule_set"]["allow_ballot_change"] = False


def change_on_paper(parts: Parts) -> None:
    parts.ballot(pair(parts)[1])["channel"] = "paper"


def say_that_fewer_were_changed(parts: Parts) -> None:
    parts.record["changed_ballots"] -= 1


TAMPERINGS: list[tuple[Callable[[Parts], None], tuple[str, ...]]] = [
    (count_the_old_one_instead, ("change_wrong", "count_wrong")),
    (drop_the_change_as_withdrawn, ("change_wrong", "count_wrong")),
    (count_both, ("change_wrong", "second_ballot")),
    (drop_the_change_from_the_log, ("change_wrong", "ballot_removed")),
    (call_the_old_one_withdrawn, ("change_wrong",)),
    (invent_a_change_in_the_record, ("change_wrong", "count_wrong")),
    (invent_a_change_in_the_log, ("ballot_added", "log_changed", "count_wrong")),
    (swap_the_two, ("change_wrong", "log_changed")),
    (change_what_is_replaced, ("change_wrong", "ballot_changed")),
    (change_somebody_elses, ("change_wrong", "ballot_changed")),
    (change_twice, ("change_wrong", "ballot_added")),
    (forbid_changes, ("change_wrong", "leaf_changed")),
    (change_on_paper, ("change_wrong", "ballot_changed")),
    (say_that_fewer_were_changed, ("change_wrong", "record_changed")),
]


def test_a_meeting_in_which_ballots_were_changed_holds(held: Held, desk: Desk):
    verdict = desk.verify(held.bundle)
    assert verdict.code == 0, verdict.text
    assert "2 ballots were changed once before the close" in verdict.text
    assert "有 2 张表决票按议事规则在截止前更改过一次" in verdict.text
    assert "Counted anew, 4 ballots give every total" in verdict.text
    assert "contradicted" not in verdict.text
    votes = {name: one["persons"] for name, one in held.record["motions"][0]["votes"].items()}
    assert votes == {"for": 2, "against": 1, "abstain": 1, "blank": 0}


@pytest.mark.parametrize(("tamper", "names"), TAMPERINGS)
def test_counting_another_ballot_than_the_changed_one_is_caught_and_named(
    held: Held, desk: Desk, tamper: Callable[[Parts], None], names: tuple[str, ...]
):
    verdict = desk.verify(tampered(held.bundle, tamper))
    assert verdict.code == 1
    for name in names:
        assert f"[{name}]" in verdict.text, verdict.text


def test_the_old_receipt_is_genuine_and_said_to_be_replaced_and_the_new_one_counts(held: Held, desk: Desk):
    old, new = desk.file("old.json", held.receipts[0]), desk.file("new.json", held.receipts[4])
    verdict = desk.verify(held.bundle, "--receipt", old, "--receipt", new)
    assert verdict.code == 0, verdict.text
    assert "does not count any more: leaf" in verdict.text
    assert "如非本人（或者有权代表您的人）更改，请对表决结果提出异议" in verdict.text
    assert "counted as {'事项5': 'against', '事项8': 'for'}" in verdict.text


def test_an_own_ballot_that_a_forged_change_replaced_in_the_record_is_not_said_to_be_counted(held: Held, desk: Desk):
    own = desk.file("own.json", held.receipts[2])
    verdict = desk.verify(tampered(held.bundle, invent_a_change_in_the_log), "--receipt", own)
    assert verdict.code == 1
    assert "Your ballot is leaf 3 and counted" not in verdict.text or "[ballot_added]" in verdict.text
