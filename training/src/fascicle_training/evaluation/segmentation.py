"""Affinities to segments with one set of parameters, and the sweep that chooses them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..metrics.partition import PartitionScores, contingency, scores
from .agglomeration import absorb_small, agglomerate, cut
from .region_graph import RegionGraph, region_graph
from .size_gated_merge import size_gated_merge
from .watershed import affinity_watershed


@dataclass(frozen=True)
class PostProcessing:
    """Parameters from affinities to segments; sizes are voxels at the voxel size of the network."""

    low: float = 0.05
    high: float = 0.995
    size_threshold: int = 0
    """Fragments below this join their neighbour of the strongest single contact before agglomeration."""
    threshold: float = 0.8
    """Mean affinity down to which fragments are merged."""
    min_fragment_voxels: int = 300
    """Segments below this are given to their strongest neighbour in the end."""


@dataclass(frozen=True)
class Scored:
    """Parameters with what they give on one volume."""

    parameters: PostProcessing
    fragments: int
    scores: PartitionScores

    def row(self) -> dict[str, Any]:
        """Plain values, for JSON and tables."""
        return {
            **asdict(self.parameters),
            "fragments": self.fragments,
            "split": round(self.scores.split, 4),
            "merge": round(self.scores.merge, 4),
            "voi": round(self.scores.total, 4),
            "are": round(self.scores.adapted_rand_error, 4),
        }


def quantise(probability: NDArray[np.float32]) -> NDArray[np.float32]:
    """Probabilities as the program stores them, in 255 steps, rounded half to even."""
    return (np.rint(probability * np.float32(255)) / np.float32(255)).astype(np.float32)


def supervoxels(
    affinities: NDArray[np.float32], low: float, high: float, size_threshold: int
) -> tuple[NDArray[np.int64], RegionGraph]:
    """Watershed fragments after the size-gated merge, with their region graph."""
    fragments = affinity_watershed(affinities, low, high)
    graph = region_graph(fragments, affinities)
    if size_threshold <= 1:
        return fragments, graph
    merged = size_gated_merge(graph, size_threshold)[fragments]
    return merged, region_graph(merged, affinities)


def segment(affinities: NDArray[np.float32], parameters: PostProcessing) -> NDArray[np.int64]:
    """Segments (z, y, x) of affinities (3, z, y, x); 0 where no link exceeds `low`."""
    fragments, graph = supervoxels(affinities, parameters.low, parameters.high, parameters.size_threshold)
    tree = agglomerate(graph, parameters.threshold)
    return _table(graph, cut(tree, graph.sizes.size, parameters.threshold), parameters)[fragments]


def sweep(
    affinities: NDArray[np.float32],
    truth: NDArray[np.integer],
    lows: Sequence[float],
    highs: Sequence[float],
    gates: Sequence[int],
    thresholds: Iterable[float],
    sizes: Sequence[int],
) -> list[Scored]:
    """Scores every combination; watershed and agglomeration run once per low, high and size threshold (`gates`)."""
    levels = sorted(thresholds)
    results = []
    for low, high, gate in product(lows, highs, gates):
        fragments, graph = supervoxels(affinities, low, high, gate)
        tree = agglomerate(graph, levels[0])
        table = contingency(truth, fragments)
        for threshold in levels:
            merged = cut(tree, graph.sizes.size, threshold)
            for size in sizes:
                parameters = PostProcessing(low, high, gate, threshold, size)
                scored = scores(table.relabelled(_table(graph, merged, parameters)))
                results.append(Scored(parameters, graph.sizes.size - 1, scored))
    return results


def _table(graph: RegionGraph, merged: NDArray[np.int64], parameters: PostProcessing) -> NDArray[np.int64]:
    if parameters.min_fragment_voxels <= 1:
        return merged
    return absorb_small(merged, graph, parameters.min_fragment_voxels)
