"""A bundle of a real meeting holds; each of the tamperings is caught and named, however careful it was."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from app.core.db import db
from benchmarks.bundles import InventedMeeting
from tasks import meetings
from tests.miniprogram_api.test_co_owners import VOTING, House
from tests.miniprogram_api.test_elections import opened
from tests.miniprogram_api.test_lots import tied_election
from tests.support.ballot_log import counted_meeting
from tests.support.world import CLOSES, OPENS, World, at
from tests.verifier.tampering import DATA_FILES, Desk, Parts, files_of, packed, tampered
from verifier.__main__ import main

ROOT = Path(__file__).parents[2]


def flip_a_choice(parts: Parts) -> None:
    choices = parts.ballot(2)["choices"]
    motion = next(iter(choices))
    choices[motion] = "against" if choices[motion] != "against" else "for"


def flip_a_choice_and_its_hash(parts: Parts) -> None:
    flip_a_choice(parts)
    parts.renumber()


def remove_a_ballot(parts: Parts) -> None:
    del parts.log[3]


def remove_a_ballot_and_close_the_gap(parts: Parts) -> None:
    del parts.log[3]
    parts.renumber()


def add_a_ballot(parts: Parts) -> None:
    voted = {line["input"].get("party") for line in parts.log}
    silent = next(party for party in parts.electorate if party["party"] not in voted)
    ballot = {**parts.ballot(2), "party": silent["party"]}
    parts.log.insert(3, {**parts.log[2], "input": ballot, "area_centi": silent["area_centi"]})
    parts.renumber()


def add_a_second_ballot(parts: Parts) -> None:
    parts.log.insert(3, {**parts.log[2], "input": {**parts.ballot(2), "nonce": "00" * 16}})
    parts.renumber()


def add_a_ballot_after_the_count(parts: Parts) -> None:
    parts.log.append(parts.log[2])
    parts.renumber()


def swap_two_ballots(parts: Parts) -> None:
    parts.log[3], parts.log[4] = parts.log[4], parts.log[3]


def swap_two_ballots_of_a_batch_and_their_numbers(parts: Parts) -> None:
    ends = [0, *(head["size"] for head in parts.heads)]
    batch = next(range(start, end) for start, end in pairwise(ends) if start and end - start > 1)
    parts.log[batch[0]], parts.log[batch[1]] = parts.log[batch[1]], parts.log[batch[0]]
    parts.renumber()


def enlarge_an_area(parts: Parts) -> None:
    parts.electorate[2]["area_centi"] += 5000


def enlarge_an_area_and_its_unit(parts: Parts) -> None:
    party = parts.electorate[2]
    party["area_centi"] += 5000
    party["units"][0]["area_centi"] += 5000


def move_area_between_parties_everywhere(parts: Parts) -> None:
    for place, more in ((1, 5), (2, -5)):
        party = parts.electorate[place]
        party["area_centi"] += more
        party["units"][0]["area_centi"] += more
        for line in parts.log:
            if line["input"].get("party") == party["party"]:
                line["area_centi"] += more


TAMPERINGS: list[tuple[Callable[[Parts], None], str]] = [
    (flip_a_choice, "ballot_changed"),
    (flip_a_choice_and_its_hash, "log_changed"),
    (remove_a_ballot, "leaf_missing"),
    (remove_a_ballot, "ballot_removed"),
    (remove_a_ballot_and_close_the_gap, "ballot_removed"),
    (add_a_ballot, "ballot_added"),
    (add_a_second_ballot, "second_ballot"),
    (add_a_ballot_after_the_count, "ballot_added"),
    (swap_two_ballots, "log_reordered"),
    (swap_two_ballots_of_a_batch_and_their_numbers, "log_reordered"),
    (enlarge_an_area, "area_changed"),
    (enlarge_an_area_and_its_unit, "area_changed"),
    (move_area_between_parties_everywhere, "electorate_changed"),
]


def test_the_bundle_of_a_real_meeting_holds(real: bytes, desk: Desk):
    verdict = desk.verify(real)
    assert verdict.code == 0, verdict.text
    assert "✗" not in verdict.text
    assert "EVERYTHING HOLDS" in verdict.text
    assert "全部核验通过" in verdict.text


@pytest.mark.parametrize(("change", "name"), TAMPERINGS)
def test_domain_3_a_tampering_with_a_real_meeting_is_caught_and_named(
    real: bytes, desk: Desk, change: Callable[[Parts], None], name: str
):
    verdict = desk.verify(tampered(real, change))
    assert verdict.code == 1
    assert f"[{name}]" in verdict.text, verdict.text


@pytest.mark.parametrize(("change", "name"), TAMPERINGS)
def test_a_tampering_with_an_invented_meeting_is_caught_and_named(
    invented: bytes, desk: Desk, change: Callable[[Parts], None], name: str
):
    verdict = desk.verify(tampered(invented, change))
    assert verdict.code == 1
    assert f"[{name}]" in verdict.text, verdict.text


def test_a_bundle_taken_apart_and_put_together_unchanged_holds(invented: bytes, desk: Desk):
    assert desk.verify(tampered(invented, lambda parts: None)).code == 0


def test_a_log_cut_off_at_an_earlier_head_is_caught(invented: bytes, desk: Desk):
    def cut(parts: Parts) -> None:
        del parts.heads[1:]
        del parts.log[parts.heads[0]["size"] :]

    verdict = desk.verify(tampered(invented, cut))
    assert verdict.code == 1
    assert "[log_not_ended]" in verdict.text


def test_a_figure_changed_in_the_record_is_caught_twice(invented: bytes, desk: Desk):
    def change(parts: Parts) -> None:
        parts.record["motions"][2]["verdict"] = "passes"

    verdict = desk.verify(tampered(invented, change))
    assert verdict.code == 1
    assert "[record_changed]" in verdict.text
    assert "[count_wrong]" in verdict.text


def test_a_forged_head_is_caught(invented: bytes, desk: Desk):
    def forge(parts: Parts) -> None:
        parts.heads[0]["root_hash"] = "00" * 32

    verdict = desk.verify(tampered(invented, forge))
    assert verdict.code == 1
    assert "[head_signature]" in verdict.text


def test_a_whole_log_signed_by_somebody_else_is_caught_by_the_published_fingerprint(desk: Desk, tmp_path: Path):
    ours, theirs = InventedMeeting(5), InventedMeeting(5, key=Ed25519PrivateKey.from_private_bytes(bytes(32)))
    bundles = []
    for name, meeting in (("ours", ours), ("theirs", theirs)):
        with (tmp_path / name).open("wb") as file:
            meeting.write(file)
        bundles.append((tmp_path / name).read_bytes())
    fingerprint = desk.verify(bundles[0]).text.partition("with the key ")[2][:64]
    assert desk.verify(bundles[0], "--key", fingerprint).code == 0
    assert desk.verify(bundles[1]).code == 0
    foreign = desk.verify(bundles[1], "--key", fingerprint)
    assert foreign.code == 1
    assert "[key_foreign]" in foreign.text


@given(at=st.data())
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_byte_that_is_flipped_is_noticed(invented: bytes, tmp_path: Path, at: st.DataObject):
    files = files_of(invented)
    name = at.draw(st.sampled_from(DATA_FILES))
    place = at.draw(st.integers(0, len(files[name]) - 1))
    content = bytearray(files[name])
    content[place] ^= at.draw(st.integers(1, 255))
    path = tmp_path / "flipped.zip"
    path.write_bytes(packed(files | {name: bytes(content)}))
    assert main([str(path)]) in (1, 2)


@pytest.mark.parametrize("name", DATA_FILES)
def test_a_file_that_is_missing_or_cut_short_is_noticed(invented: bytes, desk: Desk, name: str):
    files = files_of(invented)
    assert desk.verify(packed(files | {name: files[name][:-40]})).code in (1, 2)
    del files[name]
    verdict = desk.verify(packed(files))
    assert verdict.code == 2
    assert name in verdict.text


def test_what_is_no_bundle_is_said_to_be_none(desk: Desk):
    verdict = desk.verify(b"not a bundle")
    assert verdict.code == 2
    assert "[unreadable]" in verdict.text


def test_an_owner_finds_the_own_ballot_and_an_earlier_head_in_the_bundle(world: World, desk: Desk):
    owner = world.owner(world.unit("900", 12345))
    others = world.owners(3)
    path = world.announced()
    with at(OPENS):
        receipt = world.cast(owner, path, "for").json
        meetings.sequence_ballots()
        early = world.api(owner)("GET", f"{path}/log/heads").json["items"][0]
        for other in others:
            world.cast(other, path, "for")
    with at(CLOSES):
        for person in (world.secretary, world.supervisor):
            world.api(person)("POST", f"{path}/count")
        with world.api(world.secretary)("GET", f"{path}/bundle") as answer:
            bundle = answer.data
    own = ("--receipt", desk.file("receipt.json", receipt), "--head", desk.file("head.json", early))
    verdict = desk.verify(bundle, *own)
    assert verdict.code == 0, verdict.text
    assert "Your ballot is leaf 1 and counted as {'事项5': 'for'}" in verdict.text
    assert "您的表决票是第 1 条存证，计为：事项5“同意”。" in verdict.text
    assert "begins with the 2 leaves that you saw signed" in verdict.text

    foreign = desk.verify(bundle, "--receipt", desk.file("receipt.json", {**receipt, "party_id": str(uuid4())}))
    assert (foreign.code, "[receipt_of_another]" in foreign.text) == (1, True)
    assert "Your ballot is" not in foreign.text


def test_contrary_ballots_of_co_owners_are_set_aside_and_no_other_can_be(world: World, desk: Desk):
    house = House(world)
    with at(VOTING):
        assert house.cast(house.neighbour, "for", "for").status_code == 201
        assert house.cast(house.wife, "for", "for").status_code == 201
        assert house.cast(house.husband, "against", "for").status_code == 201
    house.count()
    with at(CLOSES + timedelta(hours=1)), world.api(world.secretary)("GET", f"{house.path}/bundle") as answer:
        bundle = answer.data
    verdict = desk.verify(bundle)
    assert verdict.code == 0, verdict.text
    assert "2 ballots are in the log and do not count" in verdict.text
    assert "1 ballots give every total" in verdict.text

    def set_the_neighbour_aside(parts: Parts) -> None:
        leaf = next(line for line in parts.log if line["input"].get("party") == house_of_neighbour(parts))
        parts.record["not_counted"].append({"leaf_hash": leaf["leaf_hash"], "reason": "withdrawn"})

    def house_of_neighbour(parts: Parts) -> str:
        aside = {one["leaf_hash"] for one in parts.record["not_counted"]}
        return next(str(line["input"]["party"]) for line in parts.log[1:] if line["leaf_hash"] not in aside)

    changed = desk.verify(tampered(bundle, set_the_neighbour_aside))
    assert changed.code == 1
    assert "[set_aside_wrongly]" in changed.text


def test_an_election_is_counted_anew_and_a_moved_mark_is_noticed(world: World, desk: Desk):
    election, receipts = opened(world, owners=6), list[str]()
    with at(OPENS):
        for marks in ((0, 1, 2, 3, 4), (0, 1, 2, 3, 4), (0, 1, 2, 3, 5), (0,), ()):
            cast = election.cast(election.owners.pop(), *marks)
            assert cast.status_code == 201
            receipts.append(desk.file(f"receipt{len(receipts)}.json", cast.json))
    election.outcome()
    with at(CLOSES), world.api(world.secretary)("GET", f"{election.path}/bundle") as answer:
        bundle = answer.data
    verdict = desk.verify(bundle, "--receipt", receipts[3], "--receipt", receipts[4])
    assert verdict.code == 0, verdict.text
    assert "选举第一届业主委员会“候选人0”" in verdict.text
    assert "选举第一届业主委员会“未选”" in verdict.text

    def move_a_mark(parts: Parts) -> None:
        marks = next(line["input"]["marks"] for line in parts.log if len(line["input"].get("marks", {})) > 0)
        names = next(iter(marks.values()))
        names[:] = sorted([*names[:-1], next(name for name in election.names if name not in names)])

    changed = desk.verify(tampered(bundle, move_a_mark))
    assert changed.code == 1
    assert "[ballot_changed]" in changed.text

    def seat_somebody_else(parts: Parts) -> None:
        parts.record["elections"][0]["elected"][0] = election.names[6]

    seated = desk.verify(tampered(bundle, seat_somebody_else))
    assert "[count_wrong]" in seated.text
    assert "[record_changed]" in seated.text


def test_a_lot_stands_in_the_log_and_names_who_is_elected(world: World, desk: Desk):
    election = tied_election(world)
    names = [election.names[one] for one in (5, 3, 4)]
    motion = f"{election.path}/motions/{election.motion}"
    with at(CLOSES):
        assert world.api(world.secretary)("POST", f"{motion}/lot", {"order": names}).status_code == 201
        assert world.api(world.supervisor)("POST", f"{motion}/lot/confirmation").status_code == 200
        with world.api(world.secretary)("GET", f"{election.path}/bundle") as answer:
            bundle = answer.data
    verdict = desk.verify(bundle)
    assert verdict.code == 0, verdict.text
    assert "候选人5、候选人3" in verdict.text

    def draw_another(parts: Parts) -> None:
        parts.log[-1]["input"]["order"].reverse()

    def draw_another_and_its_hash(parts: Parts) -> None:
        draw_another(parts)
        parts.renumber()

    def draw_somebody_who_is_not_tied(parts: Parts) -> None:
        parts.log[-1]["input"]["order"][0] = election.names[0]

    def draw_twice(parts: Parts) -> None:
        parts.log.append({**parts.log[-1]})
        parts.renumber()

    def rename_a_candidate(parts: Parts) -> None:
        parts.log[0]["input"]["motions"][1]["election"]["names"][5] = "别人"

    for change, code in (
        (draw_another, "leaf_changed"),
        (draw_another_and_its_hash, "log_changed"),
        (draw_somebody_who_is_not_tied, "lot_wrong"),
        (draw_twice, "lot_wrong"),
        (rename_a_candidate, "leaf_changed"),
    ):
        found = desk.verify(tampered(bundle, change))
        assert found.code == 1
        assert f"[{code}]" in found.text, change.__name__


def test_a_motion_of_a_stairwell_is_counted_among_its_own_parties(world: World, desk: Desk):
    inside = [world.owner(world.unit(room, 9000, building="3栋", stairwell="2单元")) for room in ("101", "102", "103")]
    outside = [world.owner(world.unit(room, 9000, building="3栋", stairwell="1单元")) for room in ("101", "102")]
    path = world.draft(5)
    scope = {"scope_building_id": str(world.building("3栋")), "scope_stairwell": "2单元"}
    motion = {"matter": 5, "title": "更换2单元电梯", "text": "使用维修资金更换电梯。", **scope}
    assert world.api(world.secretary)("POST", f"{path}/motions", motion).status_code == 201
    assert world.api(world.secretary)("POST", f"{path}/announcement").status_code == 200
    with at(OPENS):
        for owner in inside[:2]:
            assert world.cast(owner, path, "against", "for").status_code == 201
        assert world.cast(outside[0], path, "for").status_code == 201
    with at(CLOSES):
        for person in (world.secretary, world.supervisor):
            assert world.api(person)("POST", f"{path}/count").status_code == 200
        with world.api(world.secretary)("GET", f"{path}/bundle") as answer:
            bundle = answer.data
    verdict = desk.verify(bundle)
    assert verdict.code == 0, verdict.text
    assert "更换2单元电梯: passes" in verdict.text

    def enlarge(parts: Parts) -> None:
        party = next(party for party in parts.electorate if "scoped" in party)
        party["scoped"] = dict.fromkeys(party["scoped"], 8000)

    changed = desk.verify(tampered(bundle, enlarge))
    assert changed.code == 1
    assert "[electorate_changed]" in changed.text


@pytest.mark.parametrize(("allowed", "code"), [(True, 0), (False, 1)])
def test_ballots_after_an_extension_hold_where_the_rule_set_allows_one(
    world: World, desk: Desk, allowed: bool, code: int
):
    owners = world.owners(3)
    path = world.announced()
    rules = {"allow_extension": allowed, "max_extension_days": 5 if allowed else 0}
    changed = text("UPDATE meeting SET rule_set = rule_set || CAST(:rules AS jsonb)")
    db.session.execute(changed, {"rules": json.dumps(rules)})
    db.session.commit()
    with at(OPENS):
        world.cast(owners[0], path)
        meetings.sequence_ballots()
    db.session.execute(text("UPDATE meeting SET closes_at = closes_at + interval '2 days'"))
    db.session.commit()
    with at(CLOSES + timedelta(days=1)):
        assert world.cast(owners[1], path).status_code == 201
    with at(CLOSES + timedelta(days=3)):
        for person in (world.secretary, world.supervisor):
            assert world.api(person)("POST", f"{path}/count").status_code == 200
        with world.api(world.secretary)("GET", f"{path}/bundle") as answer:
            verdict = desk.verify(answer.data)
    assert verdict.code == code, verdict.text
    assert ("[extension_not_allowed]" in verdict.text) == bool(code)


def test_a_receipt_or_head_of_another_log_is_caught(world: World, invented: bytes, desk: Desk):
    path = counted_meeting(world)
    with at(CLOSES):
        head = world.api(world.secretary)("GET", f"{path}/log/heads").json["items"][0]
    verdict = desk.verify(invented, "--head", desk.file("head.json", head))
    assert verdict.code == 1
    assert "[head_signature]" in verdict.text


def test_the_verifier_runs_where_nothing_else_of_the_program_is(invented: bytes, tmp_path: Path):
    shutil.copytree(ROOT / "verifier", tmp_path / "verifier", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "bundle.zip").write_bytes(invented)
    command = [sys.executable, "-m", "verifier", "bundle.zip"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.endswith("全部核验通过。\n")
