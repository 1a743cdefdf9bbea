"""The Merkle tree against the vectors of Certificate Transparency (RFC 6962 and 9162), and its laws."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.meetings.log.merkle import Tree, hash_leaf, hash_node
from tests.support.proofs import is_consistent, root_by_inclusion

CONTENTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
A = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
B = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
C = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
D = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
E = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
F = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"

sizes = st.integers(1, 80)


def known() -> Tree:
    return Tree(hash_leaf(bytes.fromhex(content)) for content in CONTENTS)


def tree_of(size: int) -> Tree:
    return Tree(hash_leaf(number.to_bytes(4, "big")) for number in range(size))


def hexed(path: list[bytes]) -> list[str]:
    return [node.hex() for node in path]


def test_the_roots_are_the_published_ones():
    assert [known().root(size).hex() for size in range(1, 9)] == ROOTS
    assert Tree().root().hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize(
    ("index", "size", "path"),
    [(0, 1, []), (0, 8, [A, B, C]), (5, 8, [D, E, ROOTS[3]]), (2, 3, [ROOTS[1]]), (1, 5, [ROOTS[0], B, D])],
)
def test_the_inclusion_proofs_are_the_published_ones(index: int, size: int, path: list[str]):
    assert hexed(known().inclusion(index, size)) == path


@pytest.mark.parametrize(
    ("first", "second", "path"), [(1, 1, []), (1, 8, [A, B, C]), (6, 8, [F, E, ROOTS[3]]), (2, 5, [B, D])]
)
def test_the_consistency_proofs_are_the_published_ones(first: int, second: int, path: list[str]):
    assert hexed(known().consistency(first, second)) == path


@given(size=sizes, at=st.data())
def test_every_inclusion_proof_leads_to_the_root_and_to_no_other_place(size: int, at: st.DataObject):
    tree = tree_of(size)
    index = at.draw(st.integers(0, size - 1))
    path = tree.inclusion(index, size)
    leaf = hash_leaf(index.to_bytes(4, "big"))
    assert root_by_inclusion(leaf, index, size, path) == tree.root()
    elsewhere = at.draw(st.integers(0, size - 1).filter(lambda other: other != index)) if size > 1 else None
    if elsewhere is not None:
        assert root_by_inclusion(leaf, elsewhere, size, path) != tree.root()


@given(first=sizes, more=st.integers(0, 40))
def test_every_consistency_proof_holds_between_the_roots_and_between_no_others(first: int, more: int):
    tree = tree_of(first + more)
    path = tree.consistency(first, first + more)
    assert is_consistent(first, first + more, tree.root(first), tree.root(), path)
    assert not is_consistent(first, first + more, hash_leaf(b"other"), tree.root(), path)
    assert not is_consistent(first, first + more, tree.root(first), hash_leaf(b"other"), path)


@given(size=sizes, prefix=sizes)
def test_a_tree_knows_the_roots_of_its_past(size: int, prefix: int):
    assert tree_of(size + prefix).root(prefix) == tree_of(prefix).root()


def test_a_node_never_passes_for_a_leaf():
    left, right = hash_leaf(b"left"), hash_leaf(b"right")
    assert hash_node(left, right) != hash_leaf(left + right)


@pytest.mark.parametrize(
    "impossible", [lambda t: t.root(9), lambda t: t.inclusion(8, 8), lambda t: t.consistency(0, 8)]
)
def test_what_a_tree_does_not_have_it_does_not_prove(impossible):
    with pytest.raises(ValueError, match="tree"):
        impossible(known())


def test_only_hashes_are_appended():
    with pytest.raises(ValueError, match="32 bytes"):
        Tree([b"short"])
