"""Contacts between fragments, with the sums that their mean affinity needs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class RegionGraph:
    """Edges u < v with statistics of the affinities over their contacts; ids 1..N."""

    u: NDArray[np.int64]
    v: NDArray[np.int64]
    affinity_sum: NDArray[np.float64]
    contacts: NDArray[np.int64]
    strongest: NDArray[np.float32]
    """Largest affinity over the contacts."""
    sizes: NDArray[np.int64]
    """Voxels of each fragment; item 0 is what belongs to none."""


def region_graph(fragments: NDArray[np.int32], affinities: NDArray[np.float32]) -> RegionGraph:
    """Region graph over the 6-neighbourhood; affinities (3, z, y, x) for nearest links."""
    keys, values = [], []
    for axis in range(3):
        here = tuple(slice(1, None) if a == axis else slice(None) for a in range(3))
        there = tuple(slice(None, -1) if a == axis else slice(None) for a in range(3))
        a, b = fragments[here], fragments[there]
        contact = (a != b) & (a > 0) & (b > 0)
        a, b = a[contact].astype(np.int64), b[contact].astype(np.int64)
        keys.append(np.minimum(a, b) << 32 | np.maximum(a, b))
        values.append(affinities[axis][here][contact])
    pairs, inverse = np.unique(np.concatenate(keys), return_inverse=True)
    affinity = np.concatenate(values)
    sums = np.bincount(inverse, weights=affinity, minlength=pairs.size)
    contacts = np.bincount(inverse, minlength=pairs.size)
    strongest = np.zeros(pairs.size, dtype=np.float32)
    np.maximum.at(strongest, inverse, affinity)
    return RegionGraph(pairs >> 32, pairs & 0xFFFFFFFF, sums, contacts, strongest, np.bincount(fragments.ravel()))
