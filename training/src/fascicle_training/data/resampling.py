"""Sections at the network's pixel size and probabilities back at the volume's, with the filters of the program.

Both grids start at the same corner, so pixel m of the network covers the volume from m * zoom to (m + 1) * zoom.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]


def coarsen_sections(sections: NDArray[np.number], zoom: float) -> NDArray[np.number]:
    """Averages over extents of `zoom` >= 1 pixels, (z, y, x); the last extent ends where the volume does."""
    if zoom == 1:
        return sections
    if zoom < 1:
        raise ValueError(f"zoom {zoom}: sections are brought to coarser pixels here, never to finer ones")
    rows, columns = (_averages(size, zoom) for size in sections.shape[1:])
    return rows @ sections.astype(np.float32) @ columns.T


def refine_probabilities(
    channels: NDArray[np.float32], zoom: float, offsets: Sequence[tuple[int, int, int]], shape: Sequence[int]
) -> NDArray[np.float32]:
    """Channels (C, z, y, x) back at the volume's `shape` (z, y, x), linearly.

    A channel without an offset holds values of voxels, at their centres. The value of a link sits between the voxels
    that it joins: for offset -1 on the face at the lower end.
    """
    if zoom == 1:
        return channels
    (height, width), (tall, wide) = channels.shape[2:], shape[1:]
    found = np.empty((len(channels), *shape), dtype=np.float32)
    for channel, values in enumerate(channels):
        _, y, x = offsets[channel] if channel < len(offsets) else (0, 0, 0)
        found[channel] = _between(tall, height, zoom, y) @ values @ _between(wide, width, zoom, x).T
    return found


def _averages(size: int, zoom: float) -> Matrix:
    """(coarse, size): the share of each pixel in each extent."""
    coarse = max(1, int(np.ceil(size / zoom - 1e-9)))
    low = np.arange(coarse)[:, None] * zoom
    high = np.minimum(low + zoom, size)
    pixel = np.arange(size)
    overlap = (np.minimum(high, pixel + 1) - np.maximum(low, pixel)).clip(min=0)
    return (overlap / overlap.sum(axis=1, keepdims=True)).astype(np.float32)


def _between(size: int, coarse: int, zoom: float, offset: int) -> Matrix:
    """(size, coarse): linear weights, the outermost value going on beyond the outermost centre."""
    shift = 0.5 + offset / 2
    position = ((np.arange(size) + shift) / zoom - shift).clip(0, coarse - 1)
    return np.maximum(0, 1 - np.abs(position[:, None] - np.arange(coarse))).astype(np.float32)
