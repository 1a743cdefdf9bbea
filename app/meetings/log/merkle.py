"""Merkle tree of the ballot log (表决存证): RFC 9162, section 2.1, with SHA-256. Pure.

A leaf is hashed with the prefix 0x00 and a node with 0x01, so that neither passes for the other. A tree keeps the hash
of every complete subtree, 64 bytes a leaf; a root or a proof then takes about as many hashes as the tree has levels.
"""

import hashlib
from collections.abc import Iterable
from typing import Final

HASH_BYTES: Final = 32


def hash_leaf(data: bytes) -> bytes:
    """The hash of a leaf with this content."""
    return hashlib.sha256(b"\x00" + data).digest()


def hash_node(left: bytes, right: bytes) -> bytes:
    """The hash of a node over two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """An append-only tree over leaf hashes of 32 bytes."""

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self._levels = [bytearray()]  # the hashes of complete subtrees of 1, 2, 4, ... leaves, end to end
        for leaf in leaves:
            self.append(leaf)

    def __len__(self) -> int:
        return len(self._levels[0]) // HASH_BYTES

    def append(self, leaf: bytes) -> None:
        """Add a leaf hash, and close the subtrees that it completes. Raises ValueError for any other length."""
        if len(leaf) != HASH_BYTES:
            raise ValueError("a leaf hash has 32 bytes")
        self._levels[0] += leaf
        level, count = 0, len(self)
        while count % 2 == 0:
            pair = self._levels[level][-2 * HASH_BYTES :]
            level, count = level + 1, count // 2
            if level == len(self._levels):
                self._levels.append(bytearray())
            self._levels[level] += hashlib.sha256(b"\x01" + pair).digest()

    def root(self, size: int | None = None) -> bytes:
        """The root over the first `size` leaves, by default all. Raises ValueError beyond the tree."""
        size = len(self) if size is None else size
        self._check(0, size)
        return self._range(0, size) if size else hashlib.sha256().digest()

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """The audit path of a leaf in the first `size` leaves, from the leaf up: RFC 9162, 2.1.3.1."""
        self._check(index + 1, size)
        start, end, path = 0, size, []
        while end - start > 1:
            middle = start + _split(end - start)
            if index < middle:
                path.append(self._range(middle, end))
                end = middle
            else:
                path.append(self._range(start, middle))
                start = middle
        return path[::-1]

    def consistency(self, first: int, second: int) -> list[bytes]:
        """The proof that the first `first` leaves are a prefix of the first `second`: RFC 9162, 2.1.4.1."""
        if first < 1:
            raise ValueError("a tree of no leaves proves nothing")
        self._check(first, second)
        start, end, path = 0, second, []
        while first != end:
            middle = start + _split(end - start)
            if first <= middle:
                path.append(self._range(middle, end))
                end = middle
            else:
                path.append(self._range(start, middle))
                start = middle
        if start:
            path.append(self._range(start, end))
        return path[::-1]

    def _check(self, least: int, size: int) -> None:
        if not 0 <= least <= size <= len(self):
            raise ValueError(f"no such place in a tree of {len(self)} leaves")

    def _range(self, start: int, end: int) -> bytes:
        """The hash over leaves start to end. Splitting as the RFC does, a width of 2^k is a complete subtree."""
        width = end - start
        if width & (width - 1) == 0:
            place = start // width * HASH_BYTES
            return bytes(self._levels[width.bit_length() - 1][place : place + HASH_BYTES])
        middle = start + _split(width)
        return hash_node(self._range(start, middle), self._range(middle, end))


def _split(width: int) -> int:
    """The largest power of two below the width."""
    return 1 << (width - 1).bit_length() - 1
