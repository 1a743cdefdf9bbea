"""A hash chain taken apart where it does not hold, and put together again: what was moved, removed, added or changed.

A link's chain hash is SHA-256 of the chain hash before it and of its event hash. Whoever removes, moves or adds links
without computing everything after them anew leaves runs of links that still hold among themselves: segments.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

BEGINNING = bytes(32)
_REMEMBERED = 64
_MOST_SEGMENTS = 400


@dataclass(frozen=True)
class Link:
    """One link as it was read. `content`: the hash of its row as that is now; None where the row is gone."""

    index: int
    event_id: str
    event_hash: bytes
    chain_hash: bytes
    content: bytes | None


@dataclass(frozen=True)
class Fault:
    """What is wrong from a place on, with how many links (0: nobody can say), and the first row if it is known."""

    code: str
    index: int
    event_id: str | None = None
    many: int = 1


@dataclass(eq=False)
class Segment:
    """Links that follow one another. `last` are the newest of them, of `size`."""

    first: Link
    order: int
    size: int = 0
    last: deque[Link] = field(default_factory=lambda: deque(maxlen=_REMEMBERED))

    def add(self, link: Link) -> None:
        """Append a link that follows."""
        self.size += 1
        self.last.append(link)

    @property
    def tip(self) -> bytes:
        """The chain hash at the end."""
        return self.last[-1].chain_hash

    def begins_after(self, before: bytes) -> bool:
        """Whether its first link follows this chain hash."""
        return follow(before, self.first.event_hash) == self.first.chain_hash


def follow(before: bytes, event_hash: bytes) -> bytes:
    """The chain hash of a row after another."""
    return sha256(before + event_hash).digest()


class Chain:
    """Takes in links in their order; `faults` says what is wrong with their order."""

    def __init__(self) -> None:
        self.size = 0
        self._tip = BEGINNING
        self._segments: list[Segment] = []
        self._gaps: dict[int, int] = {}
        self._renumbered: list[Fault] = []

    def add(self, link: Link) -> None:
        """Take in the next link."""
        holds = bool(self._segments) and follow(self._tip, link.event_hash) == link.chain_hash
        if not holds:
            self._segments.append(Segment(link, len(self._segments)))
            self._gaps[link.index] = max(link.index - self.size, 0)
        elif link.index != self.size:
            self._renumbered.append(Fault("reordered", link.index, link.event_id))
        self._segments[-1].add(link)
        self._tip, self.size = link.chain_hash, link.index + 1

    def faults(self, signed: Mapping[int, bytes]) -> list[Fault]:
        """What is wrong, by place. `signed`: the chain hash under each signed head, by size.

        A chain in more pieces than can be told apart is one fault: rewritten.
        """
        if len(self._segments) > _MOST_SEGMENTS:
            return [Fault("rewritten", self._segments[1].first.index, many=len(self._segments))]
        found = _Assembly(self._segments, self._gaps, signed).run()
        return sorted(found + self._renumbered, key=lambda one: one.index)


class _Assembly:
    """The segments of a chain, being put into the order in which they follow one another."""

    def __init__(self, segments: Sequence[Segment], gaps: Mapping[int, int], signed: Mapping[int, bytes]) -> None:
        self._left = list(segments)
        self._gaps, self._signed = gaps, signed
        self._placed: list[Segment] = []
        self._faults: list[Fault] = []
        self._tip = BEGINNING

    def run(self) -> list[Fault]:
        """Place what follows; where nothing does, say why and go on."""
        while self._left:
            following = next((one for one in self._left if one.begins_after(self._tip)), None)
            if following:
                self._place(following)
            elif not self._intruders_at_the_end():
                self._explain(self._left[0])
        return self._faults + self._moved()

    def _place(self, segment: Segment) -> None:
        self._left.remove(segment)
        self._placed.append(segment)
        self._tip = segment.tip

    def _intruders_at_the_end(self) -> bool:
        """Whether links at the end of what is placed were added: something left follows what stands before them."""
        newest = list(self._placed[-1].last) if self._placed else []
        for back in range(1, len(newest)):
            before = newest[-back - 1].chain_hash
            if any(one.begins_after(before) for one in self._left):
                self._faults += [Fault("added", one.index, one.event_id) for one in newest[-back:]]
                self._tip = before
                return True
        return False

    def _explain(self, segment: Segment) -> None:
        """Say why the first segment that is left follows nothing."""
        first, healed = segment.first, follow(self._tip, segment.first.event_hash)
        if first.content and follow(self._tip, first.content) == first.chain_hash:
            self._faults.append(Fault("altered", first.index, first.event_id))
            self._place(segment)
        elif segment.size == 1 and self._goes_on_from(healed, first.index + 1, segment):
            self._faults.append(Fault("altered", first.index, first.event_id))
            self._place(segment)
            self._tip = healed
        elif self._placed and self._placed[-1].order > segment.order:  # what stands around it is whole without it
            self._faults.append(Fault("added", first.index, first.event_id, segment.size))
            self._left.remove(segment)
        else:
            missing = self._gaps[first.index]
            self._faults.append(Fault("removed", first.index - missing, many=missing))
            self._place(segment)

    def _goes_on_from(self, chain_hash: bytes, size: int, segment: Segment) -> bool:
        others = (one for one in self._left if one is not segment)
        return self._signed.get(size) == chain_hash or any(one.begins_after(chain_hash) for one in others)

    def _moved(self) -> list[Fault]:
        """The segments that stand out of order: all but the heaviest run that rises."""
        best: list[tuple[int, list[Segment]]] = []
        for segment in self._placed:
            before = [one for one in best if one[1][-1].order < segment.order]
            weight, run = max(before, key=lambda one: one[0], default=(0, []))
            best.append((weight + segment.size, [*run, segment]))
        kept = {one.order for one in max(best, key=lambda one: one[0], default=(0, []))[1]}
        moved = [one for one in self._placed if one.order not in kept]
        return [Fault("reordered", one.first.index, one.first.event_id, one.size) for one in moved]
