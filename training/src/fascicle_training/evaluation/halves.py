"""Scores of two halves of a volume: values are chosen on one and judged on the other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..metrics.partition import Contingency, PartitionScores, contingency, scores


@dataclass(frozen=True)
class HalvedScores:
    """Scores of a segmentation of the whole volume; of a half without truth there are none."""

    whole: PartitionScores
    choosing: PartitionScores | None
    """The half of low x, on which thresholds are chosen."""
    judging: PartitionScores | None
    """The half of high x, on which nothing is chosen."""


def evaluate_halves(truth: NDArray[np.integer], segmentation: NDArray[np.integer]) -> HalvedScores:
    """Scores (z, y, x) labels, truth ids below 2^30; an object that lies in both halves counts in each by its part.

    Raises ValueError where no voxel has a truth.
    """
    high = np.arange(truth.shape[2]) >= truth.shape[2] // 2
    table = contingency(np.where(truth != 0, truth.astype(np.int64) * 2 + high, 0), segmentation)

    def half(is_high: int) -> PartitionScores | None:
        own = table.truth & 1 == is_high
        return scores(Contingency(table.truth[own], table.segment[own], table.count[own])) if own.any() else None

    return HalvedScores(scores(Contingency(table.truth >> 1, table.segment, table.count)), half(0), half(1))
