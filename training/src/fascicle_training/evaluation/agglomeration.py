"""Greedy agglomeration by mean affinity (Funke et al. 2019, doi:10.1109/TPAMI.2018.2835450), in plain Python.

Merges the pair with the highest mean affinity until it falls below a floor. The order of merges is kept, so that every
threshold above the floor is a prefix of it.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .region_graph import RegionGraph


@dataclass(frozen=True)
class MergeTree:
    """Merges in their order: `kept[i]` absorbed `absorbed[i]` at mean affinity `score[i]`."""

    kept: NDArray[np.int64]
    absorbed: NDArray[np.int64]
    score: NDArray[np.float64]


def agglomerate(graph: RegionGraph, floor: float) -> MergeTree:
    """All merges with a mean affinity of at least `floor`; equal scores merge in the order of their ids."""
    neighbours: list[dict[int, tuple[float, int]]] = [{} for _ in range(graph.sizes.size)]
    heap: list[tuple[float, int, int, int]] = []
    for u, v, total, contacts in zip(
        graph.u.tolist(), graph.v.tolist(), graph.affinity_sum.tolist(), graph.contacts.tolist(), strict=True
    ):
        neighbours[u][v] = neighbours[v][u] = (total, contacts)
        if total >= floor * contacts:
            heap.append((-total / contacts, u, v, contacts))
    heapq.heapify(heap)
    kept, absorbed, score = [], [], []
    while heap:
        negative, u, v, contacts = heapq.heappop(heap)
        current = neighbours[u].get(v)
        if current is None or current[1] != contacts:
            continue
        if len(neighbours[u]) < len(neighbours[v]):
            u, v = v, u
        kept.append(u)
        absorbed.append(v)
        score.append(-negative)
        del neighbours[u][v]
        for w, (total, contacts) in neighbours[v].items():
            if w == u:
                continue
            del neighbours[w][v]
            known = neighbours[u].get(w)
            if known is not None:
                total, contacts = total + known[0], contacts + known[1]
            neighbours[u][w] = neighbours[w][u] = (total, contacts)
            if total >= floor * contacts:
                heapq.heappush(heap, (-total / contacts, min(u, w), max(u, w), contacts))
        neighbours[v] = {}
    return MergeTree(np.array(kept, dtype=np.int64), np.array(absorbed, dtype=np.int64), np.array(score))


def cut(tree: MergeTree, fragments: int, threshold: float) -> NDArray[np.int64]:
    """Segment of each fragment 0..fragments-1 when merges stop before the first with a score below `threshold`."""
    below = np.flatnonzero(tree.score < threshold)
    parent = np.arange(fragments, dtype=np.int64)
    for kept, absorbed in zip(
        tree.kept[: below[0] if below.size else None], tree.absorbed[: below[0] if below.size else None], strict=True
    ):
        parent[absorbed] = kept
    while True:
        further = parent[parent]
        if np.array_equal(further, parent):
            return parent
        parent = further


def absorb_small(segments: NDArray[np.int64], graph: RegionGraph, min_voxels: int) -> NDArray[np.int64]:
    """Gives segments below `min_voxels` to the neighbour with the highest mean affinity, smallest segment first."""
    sizes = np.bincount(segments, weights=graph.sizes, minlength=graph.sizes.size)
    neighbours: dict[int, dict[int, tuple[float, int]]] = {}
    for u, v, total, contacts in zip(
        segments[graph.u].tolist(),
        segments[graph.v].tolist(),
        graph.affinity_sum.tolist(),
        graph.contacts.tolist(),
        strict=True,
    ):
        if u == v:
            continue
        for a, b in ((u, v), (v, u)):
            known = neighbours.setdefault(a, {}).get(b, (0.0, 0))
            neighbours[a][b] = (known[0] + total, known[1] + contacts)
    parent = np.arange(graph.sizes.size, dtype=np.int64)
    heap = [(int(sizes[s]), s) for s in neighbours if sizes[s] < min_voxels]
    heapq.heapify(heap)
    while heap:
        size, s = heapq.heappop(heap)
        if parent[s] != s or size != sizes[s] or size >= min_voxels or not neighbours[s]:
            continue
        best = max(neighbours[s].items(), key=lambda item: (item[1][0] / item[1][1], -item[0]))[0]
        parent[s] = best
        sizes[best] += sizes[s]
        for w, (total, contacts) in neighbours.pop(s).items():
            del neighbours[w][s]
            if w == best:
                continue
            known = neighbours[best].get(w, (0.0, 0))
            neighbours[best][w] = neighbours[w][best] = (known[0] + total, known[1] + contacts)
        if sizes[best] < min_voxels:
            heapq.heappush(heap, (int(sizes[best]), best))
    while True:
        further = parent[parent]
        if np.array_equal(further, parent):
            return parent[segments]
        parent = further
