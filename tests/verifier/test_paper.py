"""Paper ballots in the bundle: counted anew, and a change to one is caught and named."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.support.bundles import held_once
from tests.support.paper import Table
from tests.support.world import CLOSES, OPENS, World, at
from tests.verifier.tampering import Desk, Parts, tampered

VOTING = OPENS + timedelta(hours=1)


@held_once
def mixed(world: World) -> bytes:
    """The bundle of a meeting with a ballot in the app, three on paper (one after the close), and spoiled items."""
    owners = world.owners(5)
    table = Table(world, world.announced(5, 8))
    with at(VOTING):
        assert world.cast(owners[0], table.path, "for", "for").status_code == 201
        table.confirmed(owners[1], "for", spoiled=[table.motions[1]])
        table.confirmed(owners[2], spoiled=table.motions)
        table.received(None)
    with at(CLOSES + timedelta(hours=1)):
        table.confirmed(owners[3], "for", "against", received_at=CLOSES - timedelta(minutes=1))
        table.received(owners[4])
        table.count()
        with world.api(world.secretary)("GET", f"{table.path}/bundle") as answer:
            return answer.data


def paper(parts: Parts) -> list[dict]:
    return [line for line in parts.log if line["input"].get("channel") == "paper"]


def flip_a_paper_ballot(parts: Parts) -> None:
    choices = next(one["input"]["choices"] for one in paper(parts) if one["input"]["choices"])
    choices[next(iter(choices))] = "against"


def flip_a_paper_ballot_and_its_hash(parts: Parts) -> None:
    flip_a_paper_ballot(parts)
    parts.renumber()


def call_a_choice_spoiled(parts: Parts) -> None:
    ballot = next(one["input"] for one in paper(parts) if len(one["input"]["choices"]) == 2)
    ballot["spoiled"] = sorted(ballot["choices"])
    ballot["choices"] = {}
    parts.renumber()


def spoil_what_is_marked(parts: Parts) -> None:
    ballot = next(one["input"] for one in paper(parts) if len(one["input"]["choices"]) == 2)
    ballot["spoiled"] = sorted(ballot["choices"])


def say_that_a_paper_ballot_came_late(parts: Parts) -> None:
    paper(parts)[-1]["input"]["accepted_at"] = parts.log[0]["input"]["closes_at"]


def spoil_in_the_app(parts: Parts) -> None:
    ballot = next(one["input"] for one in parts.log if one["input"].get("channel") == "app")
    ballot["spoiled"] = [ballot["choices"].popitem()[0]]


def forget_a_paper_ballot_in_the_record(parts: Parts) -> None:
    parts.record["paper"]["ballots"] -= 1


def forget_the_spoiled_items(parts: Parts) -> None:
    parts.record["paper"]["spoiled_items"] = 0


def forget_the_paper(parts: Parts) -> None:
    del parts.record["paper"]


TAMPERINGS: list[tuple[Callable[[Parts], None], str]] = [
    (flip_a_paper_ballot, "ballot_changed"),
    (flip_a_paper_ballot_and_its_hash, "log_changed"),
    (call_a_choice_spoiled, "log_changed"),
    (call_a_choice_spoiled, "count_wrong"),
    (spoil_what_is_marked, "ballot_not_valid"),
    (say_that_a_paper_ballot_came_late, "ballot_not_valid"),
    (spoil_in_the_app, "ballot_not_valid"),
    (forget_a_paper_ballot_in_the_record, "count_wrong"),
    (forget_the_spoiled_items, "count_wrong"),
    (forget_the_paper, "count_wrong"),
    (forget_the_paper, "record_changed"),
]


def test_a_meeting_of_app_and_paper_holds(mixed: bytes, desk: Desk):
    verdict = desk.verify(mixed)
    assert verdict.code == 0, verdict.text
    assert "4 ballots give every total" in verdict.text


@pytest.mark.parametrize(("change", "name"), TAMPERINGS)
def test_a_tampering_with_paper_is_caught_and_named(
    mixed: bytes, desk: Desk, change: Callable[[Parts], None], name: str
):
    verdict = desk.verify(tampered(mixed, change))
    assert verdict.code == 1
    assert f"[{name}]" in verdict.text, verdict.text


def test_the_owner_of_a_paper_ballot_finds_it_counted_with_the_receipt(world: World, desk: Desk):
    [owner] = world.owners(1)
    table = Table(world, world.announced(5))
    with at(VOTING):
        receipt = table.confirmed(owner, "for")["receipt"]
    with at(CLOSES + timedelta(hours=1)):
        table.count()
        with world.api(world.secretary)("GET", f"{table.path}/bundle") as answer:
            bundle = answer.data
    verdict = desk.verify(bundle, "--receipt", desk.file("receipt.json", receipt))
    assert verdict.code == 0, verdict.text
    assert "Your ballot is leaf 1 and counted as {'事项5': 'for'}" in verdict.text


def test_SPC_9_a_dispute_that_a_joint_sheet_ended_verifies_and_the_sheet_alone_counts(world: World, desk: Desk):
    flat = world.unit("101")
    wife, husband = world.owner(flat, name="甲某"), world.owner(flat, name="乙某")
    table = Table(world, world.announced(5))
    with at(VOTING):
        world.cast(wife, table.path, "for")
        world.cast(husband, table.path, "against")
    with at(CLOSES + timedelta(hours=1)):
        sheet = table.receive(wife, CLOSES - timedelta(hours=1), joint="true").json
        for person in (world.secretary, world.supervisor):
            table.enter(person, sheet, "for", joint=True)
        table.count()
        with world.api(world.secretary)("GET", f"{table.path}/bundle") as answer:
            bundle = answer.data
    verdict = desk.verify(bundle)
    assert verdict.code == 0, verdict.text
    assert "1 ballots give every total" in verdict.text
    assert "2 ballots are in the log and do not count" in verdict.text
