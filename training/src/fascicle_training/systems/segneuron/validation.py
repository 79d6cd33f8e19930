"""Scores of a network on windows that are never trained on: tiles as the program runs them, then the best threshold."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from ...data.resampling import coarsen_sections, refine_probabilities
from ...evaluation.segmentation import quantise, sweep
from ...evaluation.truth import MIN_VOXELS, scorable_truth
from ...targets.affinities import NEAREST
from .config import SegNeuronRunConfig, ValidationConfig
from .network import Probabilities
from .tissue import dense_labels, rescale

MARGIN = (5, 32, 32)
"""Voxels that are cut off the faces of a tile: a quarter, as with the published half-overlapping windows."""
LOWS, HIGHS, GATES, SIZES = (0.0,), (0.98,), (200,), (300,)
THRESHOLDS = tuple(np.arange(0.1, 0.91, 0.1).round(2).tolist())


@dataclass(frozen=True)
class Window:
    """Image in 0..1 at the network's pixel size and the truth to score at the volume's, (z, y, x)."""

    name: str
    image: NDArray[np.float32]
    truth: NDArray[np.int32]
    zoom: float = 1.0
    """Pixels of the truth per pixel of the image."""


def load_window(config: ValidationConfig, data: Path, whole: bool = False) -> Window:
    """Reads a window, or the `whole` sections.

    As in the program, intensities are scaled by the percentiles of the whole volume at the network's pixel size.
    """
    with h5py.File(data / config.file, "r") as file:
        raw = file["raw"][:]
        height, width = raw.shape[1:] if whole else config.window
        sections = slice(*config.sections)
        labels = dense_labels(file["labels"][sections, :height, :width], ())
    rows, columns = (math.ceil(side / config.zoom - 1e-9) for side in (height, width))
    image = rescale(coarsen_sections(raw, config.zoom))[sections, :rows, :columns]
    return Window(config.name, image, scorable_truth(labels, MIN_VOXELS), config.zoom)


def predict_window(
    network: nn.Module, window: Window, config: SegNeuronRunConfig, bfloat16: bool, blending: float | None = None
) -> NDArray[np.float32]:
    """Probabilities (4, z, y, x) at the pixel size of the truth; see `predict_tiles`."""
    found = predict_tiles(network, window.image, config.tile, config.device, bfloat16, blending)
    return refine_probabilities(found, window.zoom, NEAREST, window.truth.shape)


def predict_tiles(
    network: nn.Module,
    image: NDArray[np.float32],
    tile: tuple[int, int, int],
    device: str,
    bfloat16: bool,
    blending: float | None = None,
) -> NDArray[np.float32]:
    """Probabilities (4, z, y, x) of an image (z, y, x) by a network that gives such: tiles of one size, mirrored edges,
    margins cut off.

    With `blending`, the sigma of `blending_window`, tiles are kept whole and averaged where they overlap.
    """
    core = tuple(t - 2 * m for t, m in zip(tile, MARGIN, strict=True))
    after = [-n % c + m for n, c, m in zip(image.shape, core, MARGIN, strict=True)]
    padded = np.pad(image, list(zip(MARGIN, after, strict=True)), mode="reflect")
    weights = cropping_window(tile) if blending is None else blending_window(tile, blending)
    total = np.zeros((4, *padded.shape), dtype=np.float32)
    weight = np.zeros(padded.shape, dtype=np.float32)
    for index in np.ndindex(*(-(-n // c) for n, c in zip(image.shape, core, strict=True))):
        window = tuple(slice(i * c, i * c + t) for i, c, t in zip(index, core, tile, strict=True))
        tensor = torch.from_numpy(np.ascontiguousarray(padded[window]))[None, None].to(device)
        with torch.inference_mode(), torch.autocast(device, dtype=torch.bfloat16, enabled=bfloat16):
            found = torch.cat(network(tensor), dim=1)[0]
        total[(slice(None), *window)] += weights * found.cpu().numpy()
        weight[window] += weights
    inner = tuple(slice(m, m + n) for m, n in zip(MARGIN, image.shape, strict=True))
    return total[(slice(None), *inner)] / weight[inner]


def cropping_window(tile: tuple[int, int, int]) -> NDArray[np.float32]:
    """1 inside the margin of a tile, 0 on it."""
    weights = np.zeros(tile, dtype=np.float32)
    weights[tuple(slice(m, t - m) for m, t in zip(MARGIN, tile, strict=True))] = 1.0
    return weights


def blending_window(tile: tuple[int, int, int], sigma: float) -> NDArray[np.float32]:
    """The weights of the program's `blending`: a Gaussian of the distance from the centre, where half sides are 1."""
    squares = sum(np.meshgrid(*(np.linspace(-1, 1, n) ** 2 for n in tile), indexing="ij"))
    return np.maximum(np.exp(-squares / (2 * sigma**2)), 1e-3).astype(np.float32)


def score_windows(network: nn.Module, config: SegNeuronRunConfig, windows: Sequence[Window]) -> list[dict[str, Any]]:
    """The best VI over thresholds per window, affinities restricted to the foreground; the network gives logits."""
    rows = []
    for window in windows:
        found = quantise(predict_window(Probabilities(network), window, config, config.bfloat16))
        restricted = np.minimum(found[:3], found[3:])
        best = min(sweep(restricted, window.truth, LOWS, HIGHS, GATES, THRESHOLDS, SIZES), key=lambda s: s.scores.total)
        rows.append({"volume": window.name, **best.row()})
    return rows
