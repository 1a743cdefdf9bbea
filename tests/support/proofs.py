"""Checking proofs of a Merkle log as RFC 9162 writes it down (2.1.3.2 and 2.1.4.2), step by step."""

from collections.abc import Sequence

from app.meetings.log.merkle import hash_node


def root_by_inclusion(leaf_hash: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root that an audit path leads to; None for a path that cannot be."""
    if index >= size:
        return None
    fn, sn, found = index, size - 1, leaf_hash
    for node in path:
        if sn == 0:
            return None
        if fn & 1 or fn == sn:
            found = hash_node(node, found)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            found = hash_node(found, node)
        fn, sn = fn >> 1, sn >> 1
    return found if sn == 0 else None


def is_consistent(first: int, second: int, first_root: bytes, second_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether a consistency proof holds between two roots."""
    if first == second:
        return not path and first_root == second_root
    nodes = list(path) if first & (first - 1) else [first_root, *path]
    if not nodes:
        return False
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = nodes[0]
    for node in nodes[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = hash_node(node, fr), hash_node(node, sr)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = hash_node(sr, node)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and fr == first_root and sr == second_root
