"""Small groups stay hidden, and nobody can work them out from what is shown."""

from collections import defaultdict
from operator import sub
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.statistics.hiding import FEWEST, People, hidden, is_shown

Shape = int | tuple[int, int] | list["Shape"]
"""A compound's people (or two groups of them), or a node's parts."""


class Tree:
    """A tree of figures as `hidden` takes it; a node is named by its path, the top by ''."""

    def __init__(self, shape: Shape) -> None:
        self.parents: dict[UUID, UUID | None] = {}
        self.people: dict[UUID, People] = {}
        self.names: dict[UUID, str] = {}
        self.parts: dict[UUID, list[UUID]] = defaultdict(list)
        self.top = self._add("", None, shape)

    def _add(self, name: str, parent: UUID | None, shape: Shape) -> UUID:
        node = UUID(int=len(self.parents))
        self.parents[node], self.names[node] = parent, name
        if isinstance(shape, list):
            self.parts[node] = [
                self._add(f"{name}{letter}", node, part) for letter, part in zip("abcdefgh", shape, strict=False)
            ]
            of_parts = [self.people[one] for one in self.parts[node]]
            self.people[node] = tuple(map(sum, zip(*of_parts, strict=True)))
        else:
            self.people[node] = shape if isinstance(shape, tuple) else (shape,)
        return node

    def hidden(self) -> str:
        return " ".join(sorted(self.names[one] or "top" for one in hidden(self.parents, self.people)))


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ([5, 9], ""),
        ([4, 9, 7], "a c"),
        ([4, 1, 7], "a b"),
        ([2, 2, 7, 9], "a b c"),
        ([3, 0], "a top"),
        ([0, 0], ""),
        ([[3], [7], [20]], "a aa b ba"),
        ([[3, 30], [20, 20]], "aa ab"),
        ([[3, 30, 8], [20, 20]], "aa ac"),
        ([(3, 30), (8, 6), (0, 9)], "a b"),
    ],
)
def test_pipl_73_small_parts_are_hidden_and_what_would_tell_them(shape: Shape, expected: str):
    assert Tree(shape).hidden() == expected


TREES = st.recursive(st.integers(0, 12), lambda parts: st.lists(parts, min_size=1, max_size=5), max_leaves=25)
SPLIT = st.recursive(
    st.tuples(st.integers(0, 9), st.integers(0, 9)),
    lambda parts: st.lists(parts, min_size=1, max_size=5),
    max_leaves=25,
)


def rests(tree: Tree, shown: set[UUID]) -> list[People]:
    """Everything that can be worked out: each shown figure less those of the nearest shown nodes below it."""

    def nearest(node: UUID) -> list[UUID]:
        return [one for part in tree.parts[node] for one in ([part] if part in shown else nearest(part))]

    return [
        tuple(map(sub, tree.people[node], map(sum, zip(*(tree.people[one] for one in nearest(node)), strict=True))))
        if nearest(node)
        else tree.people[node]
        for node in shown
        if tree.parts[node]
    ]


@given(st.one_of(TREES, SPLIT))
def test_no_small_group_is_shown_nor_left_over_by_any_subtraction(shape: Shape):
    tree = Tree(shape)
    shown = set(tree.parents) - hidden(tree.parents, tree.people)
    assert all(is_shown(tree.people[node]) for node in shown)
    assert all(is_shown(rest) for rest in rests(tree, shown))


@given(TREES)
def test_where_no_group_is_small_everything_is_shown(shape: Shape):
    tree = Tree(shape)
    if all(is_shown(people) for people in tree.people.values()):
        assert not hidden(tree.parents, tree.people)


@given(st.one_of(TREES, SPLIT))
def test_the_top_is_shown_whenever_its_own_groups_are_large(shape: Shape):
    tree = Tree(shape)
    assert (tree.top in hidden(tree.parents, tree.people)) != is_shown(tree.people[tree.top])


@given(TREES, st.data())
def test_what_is_never_shown_is_not_and_nothing_small_is_left_over_beside_it(shape: Shape, data: st.DataObject):
    tree = Tree(shape)
    never = data.draw(st.sets(st.sampled_from(sorted(tree.parents))))
    found = hidden(tree.parents, tree.people, never)
    assert never <= found
    assert all(is_shown(rest) for rest in rests(tree, set(tree.parents) - found))


def test_five_is_the_smallest_group_that_is_shown():
    assert (FEWEST, is_shown((4,)), is_shown((5,)), is_shown((0,)), is_shown((5, 4))) == (5, False, True, True, False)
