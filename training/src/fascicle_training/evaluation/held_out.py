"""Held-out sections, the network's probabilities on them, and what they score."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..data.volume import load_volume
from .inference import Predict, normalise, predict_volume
from .truth import MIN_VOXELS, scorable_truth


@dataclass(frozen=True)
class HeldOut:
    """Sections that are scored."""

    name: str
    raw: NDArray[np.uint8]
    image: NDArray[np.float32]
    """Normalised."""
    truth: NDArray[np.int32]


def load_held_out(
    name: str,
    path: Path,
    voxel_size_nm: tuple[float, float, float],
    in_plane_factor: int,
    sections: tuple[int, int] | None,
) -> HeldOut:
    """Reads the sections at the voxel size of the network; small objects are dropped by their size in the tracing."""
    volume = load_volume(path, voxel_size_nm, in_plane_factor)
    if sections is not None:
        volume = volume.slices(*sections)
    truth = scorable_truth(volume.labels, MIN_VOXELS // in_plane_factor**2)
    return HeldOut(name, volume.raw, normalise(volume.raw, volume.mean, volume.std), truth)


def predict_held_out(held_out: HeldOut, predict: Predict, halo: tuple[int, int, int]) -> NDArray[np.float32]:
    """Probabilities (4, z, y, x): three affinities, foreground."""
    return predict_volume(predict, held_out.image, halo)
