"""Runs a network over a volume in tiles, the way the program does: cropped halos, mirrored edges, one normalisation."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np
from numpy.typing import NDArray

LATTICE = 8
"""Tile sides are cut to multiples of this where the volume is smaller than a tile; any stride in use divides it."""

Predict = Callable[[NDArray[np.float32]], NDArray[np.float32]]
"""Maps (1, 1, z, y, x) normalised intensities to (1, C, z, y, x) probabilities."""


def normalise(raw: NDArray[np.integer], mean: float, std: float) -> NDArray[np.float32]:
    """Zero mean and unit deviation of the whole volume, as `zero_mean_unit_variance` of the package."""
    return ((raw.astype(np.float32) - np.float32(mean)) / np.float32(std + 1e-6)).astype(np.float32)


def predict_volume(
    predict: Predict,
    image: NDArray[np.float32],
    halo: tuple[int, int, int],
    core: tuple[int, int, int] = (32, 256, 256),
) -> NDArray[np.float32]:
    """Probabilities (C, z, y, x) of a normalised volume (z, y, x).

    `core` and `halo` are multiples of the network's stride, `halo` at least its receptive-field radius: then the result
    does not depend on `core`.
    """
    shape = image.shape
    core = tuple(min(c, -(-n // LATTICE) * LATTICE) for c, n in zip(core, shape, strict=True))
    tiles = [-(-n // c) for n, c in zip(shape, core, strict=True)]
    after = [t * c - n + h for t, c, n, h in zip(tiles, core, shape, halo, strict=True)]
    padded = np.pad(image, list(zip(halo, after, strict=True)), mode="reflect")
    output: NDArray[np.float32] | None = None
    for index in product(*map(range, tiles)):
        start = [i * c for i, c in zip(index, core, strict=True)]
        window = tuple(slice(s, s + c + 2 * h) for s, c, h in zip(start, core, halo, strict=True))
        tile = predict(np.ascontiguousarray(padded[window])[None, None])[0]
        inner = tuple(slice(h, h + min(c, n - s)) for h, c, n, s in zip(halo, core, shape, start, strict=True))
        if output is None:
            output = np.empty((tile.shape[0], *shape), dtype=np.float32)
        target = tuple(slice(s, min(s + c, n)) for s, c, n in zip(start, core, shape, strict=True))
        output[(slice(None), *target)] = tile[(slice(None), *inner)]
    assert output is not None
    return output
