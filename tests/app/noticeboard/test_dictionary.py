"""The roll asked for the names and rooms that a text contains."""

from sqlalchemy import event

from app.compounds.dictionary import names_among, rooms_among
from app.core.db import db
from app.noticeboard.guard.check import OnRoll, asked_of_roll, check_black
from tests.support.world import World


def black(world: World, text: str) -> list[str]:
    asked = asked_of_roll(text)
    on_roll = OnRoll(names_among(world.compound, asked.names), rooms_among(world.compound, asked.rooms))
    return [one.part for one in check_black(text, on_roll)]


def test_names_and_rooms_of_this_compound_are_found_and_no_others(world: World):
    other = world.add_compound("另一小区")
    world.owner(world.unit("501", building="3栋"), name="张伟")
    world.owner(world.unit("777", compound=other), name="王芳")
    assert names_among(world.compound, ["张伟", "王芳", "高兴"]) == {"张伟"}
    assert rooms_among(world.compound, ["501", "777"]) == {"501"}
    assert names_among(world.compound, []) == frozenset()


def test_a_name_is_found_however_it_is_spaced_and_whatever_dot_it_has(world: World):
    world.owner(world.unit("501"), name="张伟")
    world.owner(world.unit("502"), name="阿卜杜·买买提")
    assert black(world, "张　伟和阿卜杜•买买提占用楼道") == ["张　伟", "阿卜杜•买买提"]


def test_asking_costs_one_statement_and_decrypts_no_name(world: World):
    for number in range(20):
        world.owner(world.unit(f"{number + 100}"), name=f"测试{number}")
    statements: list[str] = []
    connection = db.session.connection()
    event.listen(connection, "before_cursor_execute", lambda *facts: statements.append(facts[2]))
    names_among(world.compound, asked_of_roll("有人在楼道里堆放杂物，影响通行" * 20).names)
    assert len(statements) == 1
    assert "owner.name " not in statements[0]
