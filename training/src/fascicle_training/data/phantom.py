"""A small procedural neuropil with exact labels, for tests and smoke runs.

Neurites are the cells of a Voronoi diagram whose centres wander from section to section; membranes are dark where two
cells meet, cytoplasm carries smooth texture and noise. The program has a richer generator for scale runs; this one
needs nothing but a seed.
"""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter
from scipy.spatial import cKDTree

from .volume import Volume, make_volume

MEMBRANE_HALF_WIDTH = 1.5
"""Pixels from the middle of a membrane to its edge."""


def phantom_volume(shape: tuple[int, int, int], neurites: int, seed: int) -> Volume:
    """A volume of `shape` with about as many neurites; 30 x 12 x 12 nm, membranes labelled 0."""
    rng = np.random.default_rng(seed)
    depth, height, width = shape
    start = rng.uniform((0, 0), (height, width), (neurites, 2))
    drift = gaussian_filter(rng.normal(0.0, 6.0, (depth, neurites, 2)), (2.0, 0, 0)).cumsum(axis=0)
    pixels = np.stack(np.meshgrid(np.arange(height), np.arange(width), indexing="ij"), axis=-1).reshape(-1, 2)
    labels = np.zeros(shape, dtype=np.uint32)
    gap = np.zeros(shape, dtype=np.float32)
    for z in range(depth):
        distance, nearest = cKDTree(start + drift[z]).query(pixels, k=2)
        gap[z] = ((distance[:, 1] - distance[:, 0]) / 2).reshape(height, width)
        labels[z] = nearest[:, 0].reshape(height, width) + 1
    texture = gaussian_filter(rng.normal(0.0, 1.0, shape), (0.5, 3.0, 3.0))
    cytoplasm = 165.0 + 60.0 * texture
    membrane = np.exp(-0.5 * (gap / MEMBRANE_HALF_WIDTH) ** 2)
    raw = cytoplasm * (1 - membrane) + 55.0 * membrane + rng.normal(0.0, 8.0, shape)
    labels[gap < MEMBRANE_HALF_WIDTH / 2] = 0
    return make_volume("phantom", raw.clip(0, 255).astype(np.uint8), labels, (30.0, 12.0, 12.0))
