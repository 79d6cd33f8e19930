"""The plain baseline: threshold a boundary map, take connected components, let them grow until they meet."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, label
from skimage.segmentation import watershed


def darkness(raw: NDArray[np.uint8], sigma: tuple[float, float, float]) -> NDArray[np.float32]:
    """Boundary map without learning: membranes are dark. Smoothed and scaled so that the brightest voxel is 0."""
    smooth = gaussian_filter(raw.astype(np.float32), sigma)
    low, high = np.percentile(smooth, (0.5, 99.5))
    return np.clip((high - smooth) / (high - low), 0.0, 1.0).astype(np.float32)


def components_baseline(boundary: NDArray[np.float32], threshold: float, min_voxels: int) -> NDArray[np.int32]:
    """Segments (z, y, x) of a boundary map in 0..1.

    Seeds are the 6-connected components of what lies below `threshold` with at least `min_voxels`; a watershed on the
    boundary map fills the rest.
    """
    seeds, _ = label(boundary < threshold)
    sizes = np.bincount(seeds.ravel())
    kept = sizes >= min_voxels
    kept[0] = False
    if not kept.any():
        return np.ones(boundary.shape, dtype=np.int32)
    return watershed(boundary, np.where(kept[seeds], seeds, 0)).astype(np.int32)
