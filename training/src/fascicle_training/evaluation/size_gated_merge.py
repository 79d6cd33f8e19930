"""Size-gated merge of watershed fragments (Zlateski and Seung 2015, arXiv:1505.00249)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .region_graph import RegionGraph


def size_gated_merge(graph: RegionGraph, size_threshold: int) -> NDArray[np.int64]:
    """New id of each fragment, dense in 1..M, item 0 is 0.

    Over the edges in falling order of their largest affinity, ties in order of (u, v), two fragments unite when the
    smaller has fewer than `size_threshold` voxels.
    """
    parent = list(range(graph.sizes.size))
    sizes = graph.sizes.tolist()

    def find(a: int) -> int:
        while parent[a] != a:
            parent[a] = parent[parent[a]]
            a = parent[a]
        return a

    order = np.lexsort((graph.v, graph.u, -graph.strongest))
    for u, v in zip(graph.u[order].tolist(), graph.v[order].tolist(), strict=True):
        a, b = find(u), find(v)
        if a == b or min(sizes[a], sizes[b]) >= size_threshold:
            continue
        low, high = min(a, b), max(a, b)
        parent[high] = low
        sizes[low] += sizes[high]
    roots = np.array([find(a) for a in range(len(parent))], dtype=np.int64)
    return np.unique(roots, return_inverse=True)[1].astype(np.int64)
