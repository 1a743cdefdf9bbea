"""What tests begin with is found again by the next test, and nothing else of a test is."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy import func, select

from app.compounds.models import Unit
from app.core import queueing
from app.core.db import db
from tests.support.kept import kept, one_test
from tests.support.world import START, Ref, World, at


@contextmanager
def begun(application: Flask) -> Iterator[World]:
    """A test with a world."""
    with application.app_context(), one_test(application), at(START):
        yield kept(World)(application)


def homes() -> int:
    return db.session.scalars(select(func.count()).select_from(Unit)).one()


@kept
def home(world: World) -> Ref:
    queueing.connection().set("a home", "made")
    return world.unit("101")


def test_a_kept_call_finds_what_it_made_in_the_test_before_and_nothing_that_that_test_did(application: Flask):
    made = set()
    for _ in range(3):
        with begun(application) as world:
            made.add(home(world))
            assert queueing.connection().get("a home") == b"made"
            assert homes() == 1
            world.unit("102")
            queueing.connection().set("a home", "changed")
            assert homes() == 2
    assert len(made) == 1


def test_what_is_asked_for_after_anything_else_is_made_anew_and_goes_with_the_test(application: Flask):
    with begun(application) as world:
        first = home(world)
    with begun(application) as world:
        assert homes() == 0, "of what this test did not ask for it sees nothing"
        assert home(world) != first
        assert homes() == 1
    with begun(application) as world:
        other = world.unit("201")
        home(world)
        assert db.session.scalars(select(Unit.room).where(Unit.id == other.id)).one() == "201"
        assert homes() == 2


def test_what_one_function_keeps_is_all_that_is_kept_where_only_that_is_asked_for(application: Flask):
    made = set()
    for _ in range(2):
        with application.app_context(), one_test(application, World), at(START):
            world = kept(World)(application)
            made |= {world.compound, home(world).id}
    assert len(made) == 3, "one compound, two homes"
