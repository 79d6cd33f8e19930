"""Affinity watershed of Zlateski and Seung 2015 (arXiv:1505.00249), the short way.

Basins are the connected components of the graph that holds each voxel's strongest link and every link of at least
`high`; links of at most `low` are no links. Where a voxel's strongest links are equal the first in the order
-z, -y, -x, +z, +y, +x is taken. The program's engine divides such plateaus by geodesic distance instead, so the two
differ on quantised affinities by little and on affinities without ties not at all.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components


def affinity_watershed(affinities: NDArray[np.float32], low: float, high: float) -> NDArray[np.int32]:
    """Fragments (z, y, x), dense in 1..N, 0 where no link exceeds `low`; affinities (3, z, y, x) for nearest links."""
    shape = affinities.shape[1:]
    count = int(np.prod(shape))
    links = np.full((6, *shape), -1.0, dtype=np.float32)
    for axis in range(3):
        inner = [slice(None)] * 3
        inner[axis] = slice(1, None)
        before = [slice(None)] * 3
        before[axis] = slice(None, -1)
        links[axis][tuple(inner)] = affinities[axis][tuple(inner)]
        links[axis + 3][tuple(before)] = affinities[axis][tuple(inner)]
    links = links.reshape(6, count)
    strongest = links.argmax(axis=0)
    weight = np.take_along_axis(links, strongest[None], axis=0)[0]
    linked = weight > low
    strides = np.array([shape[1] * shape[2], shape[2], 1])
    steps = np.concatenate((-strides, strides))

    here = np.flatnonzero(linked)
    ends = [(here, here + steps[strongest[here]])]
    for axis in range(3):
        strong = np.flatnonzero((links[axis] >= high) & (links[axis] > low))
        ends.append((strong, strong - strides[axis]))
    first = np.concatenate([a for a, _ in ends])
    second = np.concatenate([b for _, b in ends])
    graph = coo_array((np.ones(first.size, dtype=np.int8), (first, second)), shape=(count, count))
    components = connected_components(graph, directed=False)[1]
    touched = linked.copy()
    touched[second] = True
    components[~touched] = -1
    ids, dense = np.unique(components, return_inverse=True)
    return (dense + (0 if ids[0] == -1 else 1)).reshape(shape).astype(np.int32)
