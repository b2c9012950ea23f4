"""Merkle trees as in Certificate Transparency (RFC 6962 section 2.1): many items under one hash, each provable alone.

A leaf is hashed behind 0x00 and a node behind 0x01, so that a node can never be passed off as a leaf. Everything here
takes and gives leaf *hashes*; `leaf_hash` makes them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

__all__ = ["EMPTY", "holds", "inclusion", "leaf_hash", "root"]

EMPTY = hashlib.sha256().digest()
"""The root of no leaves at all."""


def leaf_hash(entry: bytes) -> bytes:
    """Hash one item as a leaf."""
    return hashlib.sha256(b"\0" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two neighbours into their parent."""
    return hashlib.sha256(b"\1" + left + right).digest()


def root(leaves: Iterable[bytes]) -> bytes:
    """Compute the root over the leaves in their order, holding no more than one hash per level of the tree."""
    peaks: list[bytes] = []
    for number, leaf in enumerate(leaves):
        carried = leaf
        while number & 1:  # a full pair at this level: the binary count of the leaves is the list of peaks
            carried = node_hash(peaks.pop(), carried)
            number >>= 1
        peaks.append(carried)
    if not peaks:
        return EMPTY
    top = peaks.pop()
    while peaks:
        top = node_hash(peaks.pop(), top)
    return top


def inclusion(leaves: Sequence[bytes], position: int) -> tuple[bytes, ...]:
    """Build the audit path of the leaf at a position, nearest neighbour first (RFC 6962 section 2.1.1).

    :raises IndexError: no leaf stands there.
    """
    if not 0 <= position < len(leaves):
        raise IndexError(f"no leaf at position {position} of {len(leaves)}")
    path: list[bytes] = []
    low, high = 0, len(leaves)
    while high - low > 1:
        middle = low + (1 << (high - low - 1).bit_length() - 1)  # the largest power of two below the size
        if position < middle:
            path.append(root(leaves[middle:high]))
            high = middle
        else:
            path.append(root(leaves[low:middle]))
            low = middle
    return tuple(reversed(path))


def holds(leaf: bytes, position: int, size: int, path: Sequence[bytes], expected: bytes) -> bool:
    """Check an audit path against a root that is known from elsewhere (RFC 9162 section 2.1.3.2)."""
    if not 0 <= position < size:
        return False
    here, last, reached = position, size - 1, leaf
    for neighbour in path:
        if last == 0:
            return False
        if here & 1 or here == last:
            reached = node_hash(neighbour, reached)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            reached = node_hash(reached, neighbour)
        here, last = here >> 1, last >> 1
    return last == 0 and reached == expected
