"""The guard of black entries, sentence by sentence: recall of 100% on the listed kinds, and the precision stated.

Domain rules, section 5.
"""

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.noticeboard.guard.check import OnRoll, asked_of_roll, check_black, check_red
from app.noticeboard.guard.findings import Finding
from app.noticeboard.guard.words import SURNAMES
from tests.unit.noticeboard.sentences import (
    HARMLESS,
    LATER_HARMLESS,
    LATER_REFUSED,
    NAMES,
    REFUSED,
    ROOMS,
    THIRD_HARMLESS,
    THIRD_REFUSED,
    WORDS,
)

FULL_WIDTH = {chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)}
CHINESE = str.maketrans("0123456789", "零一二三四五六七八九")
FORMAL = str.maketrans("0123456789", "〇壹贰叁肆伍陆柒捌玖")
SECRETS = ["13812345678", "豫S12345", "豫SD12345", "990105199001011234", "3栋2单元501", "张伟", "3-2-501"]
ODD = ["", " ", "…", "1", "栋", "\u200b", "👨\u200d👩", "3栋" * 300, "1" * 1000, "一" * 1000, "-" * 1000]
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀兰霞平刚桂英华玉萍红玲建国志文斌燕龙飞鹏云海峰波辉宇浩欣然子轩涵雨思远嘉怡春梅"
)
PAGE = Path(__file__).parents[3] / "docs" / "noticeboard.md"
BEFORE = ["", "请联系", "就是", "昨天晚上，", "注意：", "发现"]
AFTER = ["", "占用楼道", "，影响通行", "。", "的行为不文明"]


def found(text: str, words: frozenset[str] = frozenset()) -> list[Finding]:
    """The findings of a black entry, with the roll asked as the program asks it."""
    asked = asked_of_roll(text)
    on_roll = OnRoll(NAMES & frozenset(asked.names), ROOMS & frozenset(asked.rooms))
    return check_black(text, on_roll, words)


@pytest.mark.parametrize(("text", "kind"), REFUSED)
def test_a_sentence_that_tells_who_is_meant_is_refused_with_the_part_and_the_kind(text: str, kind: str):
    assert kind in [one.kind for one in found(text, WORDS)]


@pytest.mark.parametrize("text", HARMLESS)
def test_a_harmless_sentence_passes(text: str):
    assert found(text, WORDS) == []


def test_recall_and_precision_are_1_on_the_listed_sentences_as_the_documents_say():
    must_be = [*(text for text, _ in REFUSED), *LATER_REFUSED, *THIRD_REFUSED]
    harmless = [*HARMLESS, *LATER_HARMLESS, *THIRD_HARMLESS]
    refused = [text for text in must_be if found(text, WORDS)]
    wrongly = [text for text in harmless if found(text, WORDS)]
    recall, precision = len(refused) / len(must_be), len(refused) / (len(refused) + len(wrongly))
    assert f"{len(must_be)} sentences to be refused, {len(harmless)} harmless" in PAGE.read_text()
    assert (recall, precision) == (1.0, 1.0), (set(must_be) - set(refused), wrongly)


def test_eight_thousand_names_on_the_roll_refuse_no_harmless_sentence():
    """Two- and three-character names, drawn from frequent surnames and frequent characters of given names."""
    draw = random.Random(1314)
    surnames = sorted(SURNAMES)
    roll: set[str] = set()
    while len(roll) < 8000:
        roll.add(draw.choice(surnames) + "".join(draw.choices(GIVEN, k=draw.choice([1, 2, 2]))))
    for text in [*HARMLESS, *LATER_HARMLESS]:
        asked = asked_of_roll(text)
        assert check_black(text, OnRoll(roll & set(asked.names), ()), WORDS) == [], text


@pytest.mark.parametrize(("text", "kind"), REFUSED)
def test_the_part_is_what_stands_at_its_place_in_the_text_as_it_was_written(text: str, kind: str):
    for one in found(text):
        assert text[one.start : one.end] == one.part
        assert one.sentence.startswith(f"“{one.part}”")


def test_a_name_that_is_an_everyday_word_is_asked_about_and_the_drafter_may_say_that_it_means_nobody():
    text = "居民看到楼道整洁都很高兴"
    assert [(one.kind, one.part) for one in found(text)] == [("name_or_word", "高兴")]
    assert found(text, frozenset({"高兴"})) == []


def test_an_everyday_word_that_stands_where_a_person_does_is_refused_whatever_the_drafter_says():
    assert [one.kind for one in found("住户高兴把车停在草坪上", frozenset({"高兴"}))] == ["name"]


def test_another_name_cannot_be_said_to_mean_nobody():
    assert [one.part for one in found("张伟占用楼道", frozenset({"张伟"}))] == ["张伟"]


def test_a_name_that_is_not_on_the_roll_of_this_compound_is_not_known():
    assert found("周敏敏占用楼道") == []


def test_a_number_that_may_be_a_door_or_a_quantity_is_a_door_if_the_roll_has_the_room():
    assert [one.kind for one in found("3栋501户占用楼道")] == ["door"]
    assert found("3栋120户停水") == []


def test_a_red_entry_may_tell_of_storeys_and_of_children_but_names_nobody_in_its_text():
    on_roll = OnRoll(frozenset({"张伟"}), frozenset())
    assert check_red("热心居民送迷路的小孩回家，又帮3栋5楼的老人提菜", on_roll) == []
    assert [one.kind for one in check_red("张伟送迷路的小孩回家，电话13812345678", on_roll)] == ["name", "phone"]


@pytest.mark.parametrize("text", ODD)
def test_whatever_is_written_the_guard_answers(text: str):
    for one in found(text):
        assert text[one.start : one.end] == one.part


@st.composite
def disguised(draw: st.DrawFn) -> str:
    """Something that must be refused, inside harmless words, in one of the spellings that people use to hide it."""
    secret = draw(st.sampled_from(SECRETS))
    if draw(st.booleans()):
        secret = secret.translate(draw(st.sampled_from([CHINESE, FORMAL])))
    signs = [FULL_WIDTH.get(sign, sign) if draw(st.booleans()) else sign for sign in secret]
    between = draw(st.sampled_from(["", " ", "　", "\u200b", "\u00a0", " \u200b"]))
    return draw(st.sampled_from(BEFORE)) + between.join(signs) + draw(st.sampled_from(AFTER))


@given(disguised())
def test_no_spacing_and_no_width_hides_what_must_be_refused(text: str):
    assert found(text)


@given(st.text(max_size=80))
def test_any_text_is_read_without_failing_and_every_part_stands_where_it_is_said_to(text: str):
    for one in found(text):
        assert text[one.start : one.end] == one.part


@given(st.sampled_from(HARMLESS), st.booleans())
def test_a_harmless_sentence_stays_harmless_in_full_width(text: str, wide: bool):
    assert found("".join(FULL_WIDTH.get(sign, sign) for sign in text) if wide else text, WORDS) == []
