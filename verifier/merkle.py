"""Merkle tree hashes, RFC 9162, 2.1.1: SHA-256, 0x00 before a leaf, 0x01 before a node."""

import hashlib


def hash_leaf(data: bytes) -> bytes:
    """The hash of a leaf with this content."""
    return hashlib.sha256(b"\x00" + data).digest()


class Frontier:
    """A growing tree that remembers only the roots of its complete subtrees, the largest first."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def append(self, leaf: bytes) -> None:
        """Add a leaf hash."""
        self._peaks.append(leaf)
        self.size += 1
        count = self.size
        while count % 2 == 0:
            right = self._peaks.pop()
            self._peaks[-1] = _node(self._peaks[-1], right)
            count //= 2

    def root(self) -> bytes:
        """The root over all leaves so far."""
        if not self._peaks:
            return hashlib.sha256().digest()
        found = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            found = _node(peak, found)
        return found


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()
