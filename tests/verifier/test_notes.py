"""The notes beside a verdict, and silence in the majority, are worked out anew; what they rest on cannot be changed."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from app.core.db import db
from app.meetings.rules.rule_set import BlankMotion, RuleSet
from app.meetings.tally import Choice
from benchmarks.noted_bundles import NotedMeeting
from tasks import meetings
from tests.miniprogram_api.meetings.test_delivery import handover, party_ids
from tests.miniprogram_api.test_documents import fetch, text_of
from tests.miniprogram_api.test_elections import Election, draft, opened
from tests.support.bundles import held_once
from tests.support.objections import corrected
from tests.support.world import CLOSES, OPENS, World, at
from tests.verifier.tampering import MORE_FILES, Desk, Parts, files_of, packed, tampered

BEFORE = Path(__file__).parents[1] / "data" / "bundle_before_notes.zip"


def adopt(world: World, **changes: Any) -> None:
    strict = world.api(world.secretary)("GET", "/rule-set-presets").json["items"][0]["data"]
    body = {"note": "业主大会通过", "data": {**strict, **changes}}
    assert world.api(world.secretary)("POST", f"/compounds/{world.compound}/rule-sets", body).status_code == 201


def bundle_of(world: World, path: str) -> bytes:
    """The bundle, once counted."""
    with at(CLOSES):
        for person in (world.secretary, world.supervisor):
            world.api(person)("POST", f"{path}/count")
        with world.api(world.secretary)("GET", f"{path}/bundle") as answer:
            return answer.data


def with_a_stairwell(world: World) -> str:
    """An announced meeting: a motion of the whole, and one of building 3."""
    path = world.draft(4)
    scope = {"matter": 5, "title": "换电梯", "text": "说明", "scope_building_id": str(world.building("3栋"))}
    assert world.api(world.secretary)("POST", f"{path}/motions", scope).status_code == 201
    assert world.api(world.secretary)("POST", f"{path}/announcement").status_code == 200
    return path


@held_once
def parking(world: World) -> bytes:
    """Three owners in two buildings, two with parking, and two who own nothing but equal parking."""
    inside = world.owner(
        world.unit("101", building="3栋"),
        world.unit("车1", 500, use="parking", building="3栋"),
        world.unit("车2", 600, use="parking", building="4栋"),
    )
    outside = world.owner(world.unit("101", building="4栋"), world.unit("车3", 700, use="storage", building="3栋"))
    world.owner(world.unit("102", building="4栋"))
    for room in ("车4", "车5"):
        world.owner(world.unit(room, 900, use="parking", building="3栋"))
    path = with_a_stairwell(world)
    with at(OPENS):
        world.cast(inside, path, "for", "for")
        world.cast(outside, path, "for")
    return bundle_of(world, path)


@held_once
def silence(world: World) -> bytes:
    """Ten owners, seven took part: 3 for, 1 against, 3 blank, which abstain; two of three silent ones have proof."""
    owners = world.owners(10)
    world.give(owners[8], world.unit("车1", 1200, use="parking"))
    adopt(world, deemed_with_majority=True, blank_motion="abstains")
    path = world.announced(4, 8)
    on_paper = party_ids(world, path, owners[8])
    with at(OPENS):
        for owner, choice in zip(owners, ["for"] * 3 + ["against"] + ["blank"] * 3, strict=False):
            assert world.cast(owner, path, choice, "for").status_code == 201
        world.api(owners[7])("GET", path)
        assert handover(world, path, *on_paper, when=OPENS, item="ballot").json == {"recorded": 1}
    return bundle_of(world, path)


def test_gr25_the_notes_on_parking_hold_in_the_whole_and_in_a_building(parking: bytes, desk: Desk):
    verdict = desk.verify(parking)
    assert verdict.code == 0, verdict.text
    assert "frozen before voting: 4 persons, 3600 × 0.01 m²" in verdict.text
    assert "The notes beside motion 1 hold. Its verdict with these counted otherwise: " in verdict.text
    assert "parking and storage: no_quorum" in verdict.text
    assert (
        "第 2 项的附注相符。如另作计算，结论为：空白项“通过”，车位、储藏室“参与表决不足法定比例，表决不成立”。"
        in verdict.text
    )


def test_gr26_silence_in_the_majority_is_proved_and_the_strict_count_stands_beside(silence: bytes, desk: Desk):
    verdict = desk.verify(silence)
    assert verdict.code == 0, verdict.text
    assert "2 silent parties join the majority: ballot and warning came to each" in verdict.text
    assert "事项4: passes." in verdict.text
    assert "2 silent parties are in the majority. The strict count beside it: fails." in verdict.text
    assert "其中 2 个未参与表决的表决权人计入多数票；严格计票的结论：未通过。" in verdict.text
    assert "silent parties: passes" in verdict.text


def test_a_meeting_with_neither_has_no_such_files_and_its_notes_hold(real: bytes, desk: Desk):
    verdict = desk.verify(real)
    assert verdict.code == 0, verdict.text
    assert "The notes beside motion 2 hold. Its verdict with these counted otherwise: blank items" in verdict.text
    assert "parking" not in verdict.text
    assert "silent" not in verdict.text


def test_a_bundle_of_the_program_before_still_holds_and_says_what_it_cannot_show(desk: Desk):
    verdict = desk.verify(BEFORE.read_bytes())
    assert verdict.code == 0, verdict.text
    assert "on parking and storage cannot be checked" in verdict.text
    assert "on silent parties cannot be checked" in verdict.text
    assert "an older program decided here by the ballots alone" in verdict.text


def test_a_log_begun_by_the_program_before_holds_and_its_notes_on_parking_cannot_be_checked(world: World, desk: Desk):
    election = opened(world, owners=3)
    with at(OPENS):
        for owner in election.owners:
            assert election.cast(owner, 0, 1).status_code == 201
        meetings.sequence_ballots()
    frozen = (
        "INSERT INTO excluded_unit (compound_id, meeting_id, unit_id, joining, building_id, stairwell, area_centi)"
        " SELECT compound_id, meeting_id, unit_id, 1, building_id, stairwell, 900 FROM voting_party_unit LIMIT 1"
    )
    db.session.execute(text(frozen))
    db.session.commit()
    verdict = desk.verify(bundle_of(world, election.path))
    assert verdict.code == 0, verdict.text
    assert "The note beside motion 1 on parking and storage cannot be checked" in verdict.text
    assert "The note on parking beside the election 2 cannot be checked" in verdict.text


def enlarge_parking(parts: Parts) -> None:
    parts.excluded[0]["area_centi"] += 100


def enlarge_parking_and_its_unit(parts: Parts) -> None:
    enlarge_parking(parts)
    parts.excluded[0]["units"][0] += 100


def remove_a_parking_unit(parts: Parts) -> None:
    person = next(one for one in parts.excluded if len(one["units"]) > 1)
    person["area_centi"] -= person["units"].pop()


def remove_a_parking_owner(parts: Parts) -> None:
    del parts.excluded[-1]


def add_a_parking_owner(parts: Parts) -> None:
    parts.excluded.append(parts.excluded[-1])


def forget_all_parking(parts: Parts) -> None:
    parts.excluded.clear()


def forget_that_parking_was_frozen(parts: Parts) -> None:
    del parts.log[0]["input"]["excluded"]


def flip_the_parking_note(parts: Parts) -> None:
    note = parts.record["motions"][0]["what_if"]["parking"]
    note["turns"] = not note["turns"]


def reword_the_parking_note(parts: Parts) -> None:
    note = parts.record["motions"][0]["what_if"]["parking"]
    note["text"] = note["text"].replace("不同", "相同")


def drop_the_parking_note(parts: Parts) -> None:
    parts.record["motions"][1]["what_if"]["parking"] = None


def flip_the_blank_note(parts: Parts) -> None:
    parts.record["motions"][0]["differs_if_blank_counted_otherwise"] = True


PARKING: list[tuple[Callable[[Parts], None], str]] = [
    (enlarge_parking, "excluded_changed"),
    (enlarge_parking_and_its_unit, "excluded_changed"),
    (remove_a_parking_unit, "excluded_changed"),
    (remove_a_parking_owner, "excluded_changed"),
    (add_a_parking_owner, "excluded_changed"),
    (forget_all_parking, "excluded_changed"),
    (forget_that_parking_was_frozen, "leaf_changed"),
    (forget_that_parking_was_frozen, "excluded_changed"),
    (flip_the_parking_note, "note_wrong"),
    (flip_the_parking_note, "record_changed"),
    (reword_the_parking_note, "note_wrong"),
    (drop_the_parking_note, "note_wrong"),
    (flip_the_blank_note, "note_wrong"),
]


@pytest.mark.parametrize(("change", "code"), PARKING)
def test_a_tampering_with_parking_is_caught_and_named(
    parking: bytes, desk: Desk, change: Callable[[Parts], None], code: str
):
    verdict = desk.verify(tampered(parking, change))
    assert verdict.code == 1
    assert f"[{code}]" in verdict.text, verdict.text


def remove_a_proof(parts: Parts) -> None:
    del parts.deliveries[0]


def forget_all_proofs(parts: Parts) -> None:
    parts.deliveries.clear()


def silent_without_proof(parts: Parts) -> str:
    known = {line["input"].get("party") for line in parts.log} | {one["party"] for one in parts.deliveries}
    return next(str(one["party"]) for one in parts.electorate if one["party"] not in known)


def add_a_proof(parts: Parts) -> None:
    parts.deliveries.append({**parts.deliveries[0], "party": silent_without_proof(parts)})
    parts.deliveries.sort(key=lambda one: str(one["party"]))


def add_a_proof_and_change_the_record(parts: Parts) -> None:
    add_a_proof(parts)
    parts.record["deliveries"]["persons"] += 1


def add_a_proof_to_somebody_who_voted(parts: Parts) -> None:
    parts.deliveries[0]["party"] = parts.ballot(1)["party"]
    parts.deliveries.sort(key=lambda one: str(one["party"]))


def move_a_proof_after_the_close(parts: Parts) -> None:
    parts.deliveries[0]["proofs"][0]["delivered_at"] = parts.log[0]["input"]["closes_at"]


def move_a_proof_by_a_second(parts: Parts) -> None:
    proof = parts.deliveries[0]["proofs"][0]
    proof["delivered_at"] = proof["delivered_at"].replace(":00.", ":01.")


def call_the_strict_count_a_pass(parts: Parts) -> None:
    parts.record["motions"][0]["deemed"]["strict"]["verdict"] = "passes"


def hide_the_strict_count(parts: Parts) -> None:
    del parts.record["motions"][0]["deemed"]


def decide_strictly(parts: Parts) -> None:
    parts.record["motions"][0] |= {"verdict": "fails", "verdict_text": "未通过"}


def let_silence_join_a_special_motion(parts: Parts) -> None:
    parts.record["motions"][1]["deemed"] = parts.record["motions"][0]["deemed"]


def flip_the_note_on_silence(parts: Parts) -> None:
    parts.record["motions"][0]["what_if"]["deemed"]["verdict"] = "fails"


SILENCE: list[tuple[Callable[[Parts], None], str]] = [
    (remove_a_proof, "delivery_changed"),
    (forget_all_proofs, "delivery_changed"),
    (forget_all_proofs, "count_wrong"),
    (add_a_proof, "delivery_changed"),
    (add_a_proof, "count_wrong"),
    (add_a_proof_and_change_the_record, "delivery_changed"),
    (add_a_proof_and_change_the_record, "record_changed"),
    (add_a_proof_to_somebody_who_voted, "delivery_wrong"),
    (move_a_proof_after_the_close, "delivery_wrong"),
    (move_a_proof_by_a_second, "delivery_changed"),
    (call_the_strict_count_a_pass, "count_wrong"),
    (hide_the_strict_count, "count_wrong"),
    (decide_strictly, "count_wrong"),
    (let_silence_join_a_special_motion, "count_wrong"),
    (flip_the_note_on_silence, "note_wrong"),
]


@pytest.mark.parametrize(("change", "code"), SILENCE)
def test_a_tampering_with_silence_is_caught_and_named(
    silence: bytes, desk: Desk, change: Callable[[Parts], None], code: str
):
    verdict = desk.verify(tampered(silence, change))
    assert verdict.code == 1
    assert f"[{code}]" in verdict.text, verdict.text


@held_once
def parked_election(world: World) -> bytes:
    """Six vote of six; 0 has four of six persons, but with the parking of those two who oppose only 400 of 810 m²."""
    people = world.owners(6)
    for number, owner in enumerate(people[:2]):
        world.give(owner, world.unit(f"车{number}", 10500, use="parking"))
    path, motion, names = draft(world, 5)
    announced = world.api(world.secretary)("POST", f"{path}/announcement")
    election = Election(world, people, path, announced.json["motions"][0]["id"], motion, names)
    with at(OPENS):
        for owner in people[:2]:
            assert election.cast(owner, 1, 2, 3, 4).status_code == 201
        for owner in people[2:]:
            assert election.cast(owner, 0, 1, 2, 3, 4).status_code == 201
    note = election.outcome()["what_if"]["parking"]
    assert (note["turns"], election.numbers(note["elected"])) == (True, [1, 2, 3, 4])
    with at(CLOSES):
        for document in ("count-record", "result"):
            assert "如将车位、储藏室计入，当选人与公布的结果不同" in text_of(fetch(world, path, document))
    return bundle_of(world, path)


def test_gr25_the_note_on_parking_beside_an_election_holds(parked_election: bytes, desk: Desk):
    verdict = desk.verify(parked_election)
    assert verdict.code == 0, verdict.text
    assert "The note beside the election 2 holds: with parking and storage others had been elected." in verdict.text


def flip_the_note_of_the_election(parts: Parts) -> None:
    note = parts.record["elections"][0]["what_if"]["parking"]
    note["turns"] = not note["turns"]


def drop_the_note_of_the_election(parts: Parts) -> None:
    parts.record["elections"][0]["what_if"]["parking"] = None


def seat_somebody_in_the_note(parts: Parts) -> None:
    note = parts.record["elections"][0]["what_if"]["parking"]
    note["elected"].append(parts.record["elections"][0]["elected"][0])


@pytest.mark.parametrize(
    "change", [flip_the_note_of_the_election, drop_the_note_of_the_election, seat_somebody_in_the_note]
)
def test_a_changed_note_beside_an_election_is_caught_and_named(
    parked_election: bytes, desk: Desk, change: Callable[[Parts], None]
):
    verdict = desk.verify(tampered(parked_election, change))
    assert verdict.code == 1
    assert "[note_wrong]" in verdict.text, verdict.text


def test_a_correction_that_takes_a_party_off_leaves_its_parking_to_somebody_who_would_join(world: World, desk: Desk):
    keeper, gone = world.owners(2)
    world.give(gone, world.unit("车1", 700, use="parking"))
    path = world.announced()
    assert corrected(world, keeper, path, {"act": "remove_unit", "unit_id": str(gone.unit_ids[0])}).status_code == 200
    with at(OPENS):
        assert world.cast(keeper, path, "for").status_code == 201
    bundle = bundle_of(world, path)
    [parked] = [json.loads(line) for line in files_of(bundle)["excluded.jsonl"].splitlines()]
    assert (parked["units"], "party" in parked) == ([700], False)
    verdict = desk.verify(bundle)
    assert verdict.code == 0, verdict.text
    assert "parking and storage: no_quorum" in verdict.text


def test_a_page_that_reaches_the_database_after_the_count_lets_nobody_join(world: World, desk: Desk):
    owners = world.owners(3)
    adopt(world, deemed_with_majority=True)
    path = world.announced()
    with at(OPENS):
        for owner in owners[:2]:
            world.cast(owner, path, "for")
    counted = bundle_of(world, path)
    db.session.execute(
        text(
            "INSERT INTO delivery (compound_id, meeting_id, party_id, item, way, delivered_at, recorded_at, account_id)"
            " SELECT compound_id, meeting_id, id, 'ballot', 'opened', :at, :at, :account FROM voting_party"
            " ON CONFLICT DO NOTHING"
        ),
        {"at": OPENS, "account": owners[2].account_id},
    )
    db.session.commit()
    with at(CLOSES), world.api(world.secretary)("GET", f"{path}/bundle") as answer:
        assert answer.data == counted
    assert desk.verify(counted).code == 0
    assert files_of(counted)["deliveries.jsonl"] == b""


def test_a_log_commits_to_parking_and_proofs_only_where_there_are_some(real: bytes):
    files = files_of(real)
    assert not files.keys() & {"excluded.jsonl", "deliveries.jsonl"}
    assert "excluded" not in json.loads(files["log.jsonl"].splitlines()[0])["input"]
    assert "deliveries" not in json.loads(files["count_record.json"])


CHOICES = st.lists(st.sampled_from(list(Choice)), min_size=1, max_size=6).filter(
    lambda some: set(some) != {Choice.BLANK}
)


@given(st.integers(1, 40), st.integers(0, 999), CHOICES, st.sampled_from(BlankMotion), st.booleans())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_product_and_verifier_agree_on_every_verdict_and_note(
    desk: Desk, ballots: int, seed: int, choices: list[Choice], blank: BlankMotion, deemed: bool
):
    rules = RuleSet(deemed_with_majority=deemed, blank_motion=blank)
    file = io.BytesIO()
    NotedMeeting(ballots, seed=seed, rules=rules, choices=choices).write(file)
    verdict = desk.verify(file.getvalue())
    assert verdict.code == 0, verdict.text


@given(chosen=st.data())
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_byte_of_parking_and_proofs_that_is_flipped_is_noticed(desk: Desk, chosen: st.DataObject):
    file = io.BytesIO()
    NotedMeeting(18).write(file)
    files = files_of(file.getvalue())
    name = chosen.draw(st.sampled_from(MORE_FILES))
    place = chosen.draw(st.integers(0, len(files[name]) - 1))
    content = bytearray(files[name])
    content[place] ^= chosen.draw(st.integers(1, 255))
    assert desk.verify(packed(files | {name: bytes(content)})).code in (1, 2)


def test_neither_names_anybody_nor_says_where_they_live(parking: bytes, silence: bytes):
    for bundle, name in ((parking, "excluded.jsonl"), (silence, "deliveries.jsonl")):
        text = files_of(bundle)[name].decode()
        assert "测试业主" not in text
        assert "车" not in text
        assert "unit_id" not in text
