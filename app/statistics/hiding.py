"""Which figures are too small to show. PIPL 73(4): what may lead back to a person is not anonymous.

Figures stand at the nodes of a tree, and each is the sum of those below it. So hiding the small ones is not enough: a
sum less its parts would tell them. Pure: no database.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Final
from uuid import UUID

FEWEST: Final = 5
"""A group of fewer people is not shown (domain rules, section 6)."""

People = tuple[int, ...]
"""The people behind a figure, by the groups that can be told apart at that node."""


def hidden(
    parents: Mapping[UUID, UUID | None], people: Mapping[UUID, People], never: Collection[UUID] = ()
) -> set[UUID]:
    """The nodes whose figure is not shown.

    `parents`: the whole tree. `people`: nodes that are missing have none; a parent's are the sum of its children's.
    `never`: nodes that are hidden whatever they are.

    What can be worked out from figures that are shown is, for each of them, the figure less those of the nearest shown
    nodes below it. Every such rest is nobody or at least FEWEST people, in every group: the smallest figures below are
    hidden until it is.
    """
    below: dict[UUID | None, list[UUID]] = defaultdict(list)
    for node, parent in parents.items():
        below[parent].append(node)
    size = len(next(iter(people.values()), ()))
    search = _Search(below, people, frozenset(never), (0,) * size)
    for top in below[None]:
        search.settle(top)
    return search.found


def is_shown(people: People) -> bool:
    """Whether each group is large enough to be shown. Nobody is no group."""
    return all(number == 0 or number >= FEWEST for number in people)


class _Search:
    """From the leaves up. `rests`: of each node, the people that no shown node below it counts."""

    def __init__(
        self,
        below: Mapping[UUID | None, Sequence[UUID]],
        people: Mapping[UUID, People],
        never: frozenset[UUID],
        nobody: People,
    ) -> None:
        self.found: set[UUID] = set()
        self._below, self._people, self._never, self._nobody = below, people, never, nobody
        self._rests: dict[UUID, People] = {}
        self._nearest: dict[UUID, list[UUID]] = {}

    def settle(self, node: UUID) -> None:
        """Decide on a node, and hide more below it where its rest is small."""
        children = self._below.get(node, ())
        for child in children:
            self.settle(child)
        own = self._people.get(node, self._nobody)
        nearest: list[UUID] = []
        rest = self._nobody if children else own
        for child in children:
            if child in self.found:
                rest = _plus(rest, self._rests[child])
                nearest += self._nearest[child]
            elif any(self._people.get(child, ())):
                nearest.append(child)
        self._rests[node], self._nearest[node] = rest, nearest
        if node in self._never or not is_shown(own):
            self.found.add(node)
        elif children:
            self._enlarge(node)

    def _enlarge(self, node: UUID) -> None:
        """Hide below a shown node, the smallest first, what brings people into the small groups of its rest."""
        nearest = self._nearest[node]
        while not is_shown(self._rests[node]):
            helpful = [one for one in nearest if self._brings(one, self._rests[node])]
            smallest = min(helpful, key=lambda one: (sum(self._people[one]), one))
            nearest.remove(smallest)
            nearest += self._nearest[smallest]
            self.found.add(smallest)
            self._rests[node] = _plus(self._rests[node], self._rests[smallest])

    def _brings(self, node: UUID, rest: People) -> bool:
        return any(more and 0 < few < FEWEST for more, few in zip(self._people[node], rest, strict=True))


def _plus(one: People, other: People) -> People:
    return tuple(a + b for a, b in zip(one, other, strict=True))
