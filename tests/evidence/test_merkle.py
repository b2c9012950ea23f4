"""Merkle trees: the published vectors of Certificate Transparency, and what must hold for every tree."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.evidence.merkle import EMPTY, holds, inclusion, leaf_hash, root

ENTRIES = [
    bytes.fromhex(entry)
    for entry in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
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
hashes = st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=70)


@pytest.mark.parametrize("size", range(1, 9))
def test_a_tree_has_the_root_that_certificate_transparency_publishes(size: int) -> None:
    assert root(map(leaf_hash, ENTRIES[:size])).hex() == ROOTS[size - 1]


def test_a_tree_without_leaves_has_the_hash_of_nothing() -> None:
    assert root([]) == EMPTY == hashlib.sha256(b"").digest()


@given(hashes, st.data())
def test_every_leaf_of_every_tree_can_be_proven_to_belong(leaves: list[bytes], data: st.DataObject) -> None:
    position = data.draw(st.integers(0, len(leaves) - 1))
    path = inclusion(leaves, position)
    assert len(path) <= (len(leaves) - 1).bit_length()
    assert holds(leaves[position], position, len(leaves), path, root(leaves))


@given(hashes, st.data())
def test_no_other_leaf_place_size_or_path_passes(leaves: list[bytes], data: st.DataObject) -> None:
    size, top = len(leaves), root(leaves)
    position = data.draw(st.integers(0, size - 1))
    path = inclusion(leaves, position)
    assert not holds(leaf_hash(leaves[position]), position, size, path, top)
    assert not holds(leaves[position], position, size, (*path, top), top)
    assert not holds(leaves[position], size, size, path, top)
    assert not holds(leaves[position], -1, size, path, top)
    if path:
        broken = data.draw(st.integers(0, len(path) - 1))
        assert not holds(leaves[position], position, size, path[:-1], top)
        changed = (*path[:broken], leaf_hash(path[broken]), *path[broken + 1 :])
        assert not holds(leaves[position], position, size, changed, top)


@given(hashes)
def test_a_node_cannot_be_passed_off_as_a_leaf(leaves: list[bytes]) -> None:
    if len(leaves) >= 2:
        assert leaf_hash(leaves[0] + leaves[1]) != root(leaves[:2])


def test_a_place_outside_the_tree_has_no_proof() -> None:
    with pytest.raises(IndexError):
        inclusion([bytes(32)], 1)
    with pytest.raises(IndexError):
        inclusion([bytes(32)], -1)
