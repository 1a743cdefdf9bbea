"""Doors in whatever spelling."""

import pytest

from app.compounds.doors import Door, building_key, building_name, room_name, split_door, stairwell_name


@pytest.mark.parametrize("text", ["1", "01", "1号楼", "1栋", "一幢", "１号楼", "1#", "1#楼", " 1 栋 ", "1.0", "第1栋"])
def test_all_spellings_of_a_building_have_one_key(text: str):
    assert building_key(text) == "1"


@pytest.mark.parametrize(
    ("text", "key"), [("十二号楼", "12"), ("二十栋", "20"), ("A座", "A"), ("S1#", "S1"), ("商业楼", "商业楼")]
)
def test_other_buildings_keep_what_tells_them_apart(text: str, key: str):
    assert building_key(text) == key


def test_a_building_is_shown_as_its_roll_writes_it():
    assert [building_name(text) for text in ("1号楼", "３幢", "7", "a座")] == ["1号楼", "3幢", "7栋", "A座"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("1", "1单元"),
        ("一单元", "1单元"),
        ("2梯", "2单元"),
        ("B单元", "B单元"),
        ("", ""),
        ("无", ""),
        ("/", ""),
        ("东厅", "东厅"),
    ],
)
def test_stairwells_have_one_spelling(text: str, name: str):
    assert stairwell_name(text) == name


@pytest.mark.parametrize(
    "text", ["501", "501室", "５０１", "501.0", "501号房", "1-2-501", "2-501", "1-501", "01-02-501"]
)
def test_a_room_loses_its_word_and_a_repeated_door(text: str):
    assert room_name(text, "1栋", "2单元") == "501"


def test_a_room_keeps_a_dash_that_says_something_else():
    assert room_name("A-012", "地下车库", "") == "A-012"


@pytest.mark.parametrize(
    ("text", "door"),
    [
        ("3栋2单元501室", Door("3栋", "2单元", "501")),
        ("3号楼 二单元 501", Door("3号楼", "2单元", "501")),
        ("3-2-501", Door("3栋", "2单元", "501")),
        ("3—501", Door("3栋", "", "501")),
        ("A座1201", Door("A座", "", "1201")),
        ("501", None),
        ("3栋", None),
        ("张三", None),
        ("", None),
    ],
)
def test_a_door_in_one_text_is_taken_apart(text: str, door: Door | None):
    assert split_door(text) == door
