"""The final announcement and the annulment are the last leaf of the log: changed, moved or forged, each is named."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.miniprogram_api.test_result_stages import DAY_AFTER, LAST_DAY, Published
from tests.support.ballot_log import check_head
from tests.support.bundles import held_once
from tests.support.world import World, at
from tests.verifier.tampering import Desk, Parts, tampered


def bundle_of(published: Published) -> bytes:
    with published.world.api(published.world.secretary)("GET", f"{published.path}/bundle") as answer:
        return answer.data


def final_in(world: World) -> bytes:
    """A final result; one objection was rejected, one to the second motion upheld."""
    published = Published(world)
    motions = [one["id"] for one in published.seen_by(world.secretary)["motions"]]
    with at(LAST_DAY):
        whole = published.object(published.owners[0]).json["id"]
        second = published.object(published.owners[1], motion_id=motions[1]).json["id"]
        published.decide(world.supervisor, whole, "rejected")
        published.decide(world.supervisor, second, "upheld")
    with at(DAY_AFTER):
        assert published.post(world.secretary, "final-announcement").status_code == 200
        return bundle_of(published)


def annulled_in(world: World) -> bytes:
    """A result that one objection of two annulled; the other still waits."""
    published = Published(world)
    with at(LAST_DAY):
        wrong = published.object(published.owners[0]).json["id"]
        published.object(published.owners[1])
        published.decide(world.supervisor, wrong, "count_wrong")
        reason = {"reason": "核实有三张表决票漏计"}
        assert published.post(world.secretary, "annulment", reason).status_code == 200
        return bundle_of(published)


@held_once
def final(world: World) -> bytes:
    return final_in(world)


@held_once
def annulled(world: World) -> bytes:
    return annulled_in(world)


def last(parts: Parts) -> dict[str, Any]:
    found: dict[str, Any] = parts.log[-1]["input"]
    return found


def test_pmr_18_a_final_result_stands_in_the_log_with_what_became_of_each_objection(final: bytes, desk: Desk):
    verdict = desk.verify(final)
    assert verdict.code == 0, verdict.text
    assert "The result is FINAL" in verdict.text
    assert "Objections: 1 rejected, 1 upheld." in verdict.text
    assert "异议：不成立 1 件、成立 1 件" in verdict.text


def test_civil_code_280_an_annulled_result_names_the_objection_that_annulled_it(desk: Desk, world: World):
    verdict = desk.verify(annulled_in(world))
    assert verdict.code == 0, verdict.text
    assert "The result is ANNULLED" in verdict.text
    assert "Reason given: 核实有三张表决票漏计" in verdict.text
    items = world.api(world.supervisor)("GET", f"{_path(world)}/result-objections").json["items"]
    named = [one["id"] in verdict.text for one in items]
    assert named == [one["decision"] == "count_wrong" for one in items]


def _path(world: World) -> str:
    [meeting] = world.api(world.secretary)("GET", world.meetings_path()).json["items"]
    return f"{world.meetings_path()}/{meeting['id']}"


def test_the_last_head_is_over_the_final_announcement_too(world: World):
    final_in(world)
    with at(DAY_AFTER):
        heads = world.api(world.secretary)("GET", f"{_path(world)}/log/heads").json["items"]
        check_head(world, _path(world).rsplit("/", 1)[1], heads[0])
        assert heads[0]["size"] == heads[1]["size"] + 1


def test_a_result_without_an_ending_is_said_to_be_preliminary(real: bytes, desk: Desk):
    assert "it is preliminary" in desk.verify(real).text


def forget_the_objections(parts: Parts) -> None:
    last(parts)["objections"] = []


def turn_an_answer(parts: Parts) -> None:
    last(parts)["objections"][0]["decision"] = "count_wrong"


def turn_an_answer_and_its_hash(parts: Parts) -> None:
    turn_an_answer(parts)
    parts.renumber()


def hurry(parts: Parts) -> None:
    last(parts)["final_at"] = last(parts)["published_at"]


def cut_the_ending_off(parts: Parts) -> None:
    del parts.log[-1]


def end_twice(parts: Parts) -> None:
    parts.log.append({**parts.log[-1]})
    parts.renumber()


def make_it_an_annulment(parts: Parts) -> None:
    leaf = last(parts)
    leaf |= {"kind": "annulment", "annulled_at": leaf.pop("final_at"), "reason": "无"}


def end_before_the_count(parts: Parts) -> None:
    parts.log[-1], parts.log[-2] = parts.log[-2], parts.log[-1]


FINAL: list[tuple[Callable[[Parts], None], str]] = [
    (forget_the_objections, "leaf_changed"),
    (turn_an_answer, "leaf_changed"),
    (turn_an_answer, "ending_wrong"),
    (turn_an_answer_and_its_hash, "log_changed"),
    (hurry, "ending_wrong"),
    (cut_the_ending_off, "ballot_removed"),
    (end_twice, "ballot_added"),
    (make_it_an_annulment, "ending_wrong"),
]


@pytest.mark.parametrize(("change", "code"), FINAL)
def test_a_final_announcement_that_was_tampered_with_is_named(
    final: bytes, desk: Desk, change: Callable[[Parts], None], code: str
):
    verdict = desk.verify(tampered(final, change))
    assert verdict.code == 1
    assert f"[{code}]" in verdict.text, verdict.text


def test_an_ending_before_the_count_is_no_leaf_that_may_stand_there(final: bytes, desk: Desk):
    assert desk.verify(tampered(final, end_before_the_count)).code != 0


def change_the_reason(parts: Parts) -> None:
    last(parts)["reason"] = "另有原因"


def acquit(parts: Parts) -> None:
    last(parts)["objections"][0]["decision"] = "rejected"


@pytest.mark.parametrize(("change", "code"), [(change_the_reason, "leaf_changed"), (acquit, "ending_wrong")])
def test_an_annulment_that_was_tampered_with_is_named(
    annulled: bytes, desk: Desk, change: Callable[[Parts], None], code: str
):
    verdict = desk.verify(tampered(annulled, change))
    assert verdict.code == 1
    assert f"[{code}]" in verdict.text, verdict.text


def test_an_ending_that_was_cut_off_is_caught_by_whoever_kept_the_last_head(desk: Desk, world: World):
    final = final_in(world)
    with at(DAY_AFTER):
        newest = world.api(world.secretary)("GET", f"{_path(world)}/log/heads").json["items"][0]

    def cut_with_its_head(parts: Parts) -> None:
        del parts.log[-1], parts.heads[-1]

    shorter = tampered(final, cut_with_its_head)
    assert desk.verify(shorter).code == 0
    verdict = desk.verify(shorter, "--head", desk.file("head.json", newest))
    assert "[log_rewritten]" in verdict.text
