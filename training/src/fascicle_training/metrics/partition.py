"""Variation of information and adapted Rand error of two partitions.

Voxels whose ground-truth id is 0 are dropped; nothing is dropped because of the segmentation, whose 0 is an ordinary
segment. VI is in bits: split is H(segmentation | truth), merge is H(truth | segmentation) (Meila 2007). The
adapted Rand error counts pairs without replacement (Arganda-Carreras et al. 2015); the CREMI variant keeps self pairs
and treats every voxel of segment 0 as a segment of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class PartitionScores:
    """Scores of a segmentation; lower is better."""

    split: float
    """Bits of over-segmentation."""
    merge: float
    """Bits of under-segmentation."""
    adapted_rand_error: float
    """1 - F1 over pairs of voxels, 0..1."""
    cremi_adapted_rand_error: float
    voxels: int
    """Voxels that counted."""

    @property
    def total(self) -> float:
        """VI in bits."""
        return self.split + self.merge


@dataclass(frozen=True)
class Contingency:
    """How many voxels carry each pair of ids; parallel arrays, one item per pair that occurs."""

    truth: NDArray[np.int64]
    segment: NDArray[np.int64]
    count: NDArray[np.int64]

    def relabelled(self, table: NDArray[np.integer]) -> Contingency:
        """The table after segment s became table[s]; pairs that coincide are kept apart and add up in the scores."""
        return Contingency(self.truth, table[self.segment].astype(np.int64), self.count)


def contingency(truth: NDArray[np.integer], segmentation: NDArray[np.integer]) -> Contingency:
    """Counts pairs of ids where the ground truth is not 0; ids below 2^31."""
    if truth.shape != segmentation.shape:
        raise ValueError(f"truth {truth.shape} and segmentation {segmentation.shape} differ in shape")
    counted = truth != 0
    keys = truth[counted].astype(np.int64) << 32 | segmentation[counted].astype(np.int64)
    pairs, count = np.unique(keys, return_counts=True)
    return Contingency(pairs >> 32, pairs & 0xFFFFFFFF, count.astype(np.int64))


def scores(table: Contingency) -> PartitionScores:
    """Scores from a contingency table; counts are summed as exact integers."""
    if table.count.size == 0:
        raise ValueError("no voxel has a ground-truth id other than 0; there is nothing to score")
    keys, inverse = np.unique(table.truth << 32 | table.segment, return_inverse=True)
    joint = _sums(inverse, table.count)
    truth_index = np.unique(keys >> 32, return_inverse=True)[1]
    segment_ids, segment_index = np.unique(keys & 0xFFFFFFFF, return_inverse=True)
    truth_sizes, segment_sizes = _sums(truth_index, joint), _sums(segment_index, joint)
    n = int(joint.sum())

    share = joint / n
    split = float(-(share * np.log2(joint / truth_sizes[truth_index])).sum())
    merge = float(-(share * np.log2(joint / segment_sizes[segment_index])).sum())

    pairs = _squares(joint)
    ordered = _squares(truth_sizes) + _squares(segment_sizes) - 2 * n
    adapted = 1.0 - 2.0 * (pairs - n) / ordered if ordered else 0.0

    empty_pairs = segment_ids[segment_index] == 0
    empty = int(joint[empty_pairs].sum())
    cremi_pairs = _squares(joint[~empty_pairs]) + empty / n
    cremi_segments = _squares(segment_sizes[segment_ids != 0]) + empty / n
    cremi = 1.0 - 2.0 * cremi_pairs / (_squares(truth_sizes) + cremi_segments)
    return PartitionScores(max(0.0, split), max(0.0, merge), adapted, cremi, n)


def evaluate(truth: NDArray[np.integer], segmentation: NDArray[np.integer]) -> PartitionScores:
    """Scores a segmentation against the ground truth, voxel by voxel."""
    return scores(contingency(truth, segmentation))


def _sums(index: NDArray[np.integer], values: NDArray[np.int64]) -> NDArray[np.int64]:
    total = np.zeros(int(index.max()) + 1, dtype=np.int64)
    np.add.at(total, index, values)
    return total


def _squares(values: NDArray[np.int64]) -> int:
    return sum(int(v) * int(v) for v in values)
