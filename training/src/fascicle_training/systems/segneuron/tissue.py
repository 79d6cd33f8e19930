"""Volumes in memory, as SegNeuron samples them: intensities in 0..1 between two percentiles of the whole volume."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from ...data.program_phantom import phantom_file
from .config import SourceConfig, StyleConfig
from .targets import IGNORED

PERCENTILES = (0.5, 99.5)
"""Intensities that become 0 and 1; the package asks the program for the same."""


@dataclass(frozen=True)
class Tissue:
    """A volume with its share of the sampling; arrays are (z, y, x)."""

    group: str
    raw: NDArray[np.uint8]
    """0..255 stands for 0..1."""
    labels: NDArray[np.int32] | None
    """Dense ids, 0 for membrane and unlabelled, -1 for ignored."""
    z_steps: tuple[int, ...] = (1,)
    zoom: tuple[float, float] = (1.0, 1.0)
    min_labelled_fraction: float = 0.3
    border_in_z: bool = False


def rescale(raw: NDArray[np.number]) -> NDArray[np.float32]:
    """Linear between the percentiles of the volume, clipped to 0..1, as `scale_range` and `clip` of a package."""
    low, high = np.percentile(raw, PERCENTILES)
    return ((raw.astype(np.float32) - np.float32(low)) / np.float32(max(high - low, 1e-6))).clip(0.0, 1.0)


def restyle(image: NDArray[np.float32], style: StyleConfig, seed: int) -> NDArray[np.float32]:
    """Blur, gamma, noise, in this order, on 0..1."""
    if style.blur > 0:
        image = gaussian_filter(image, (0.0, style.blur, style.blur))
    if style.gamma != 1.0:
        image = image**style.gamma
    if style.noise > 0:
        image = image + style.noise * np.random.default_rng(seed).standard_normal(image.shape, dtype=np.float32)
    return image.clip(0.0, 1.0)


def dense_labels(labels: NDArray[np.integer], ignored: tuple[int, ...]) -> NDArray[np.int32]:
    """Ids as 0..N, so that float32 holds them, with the ignored ones as -1."""
    ids, dense = np.unique(labels, return_inverse=True)
    values = np.arange(ids.size, dtype=np.int32) + (0 if ids[0] == 0 else 1)
    values[np.isin(ids, ignored)] = int(IGNORED)
    return values[dense.reshape(labels.shape)]


def load_tissue(config: SourceConfig, data: Path, phantoms: Path) -> Tissue:
    """Reads a source, or has its phantom written under `phantoms`; keeps the sections that may be trained on."""
    seed = 0
    if config.phantom is not None:
        seed = config.phantom.seed
        path = phantom_file(phantoms, config.phantom.shape, config.phantom.voxel_size_nm, seed)
    else:
        path = data / str(config.file)
    with h5py.File(path, "r") as file:
        if "raw" not in file or (config.labelled and "labels" not in file):
            raise ValueError(f"{path}: holds {sorted(file)}; expected raw, and labels unless `labelled: false`")
        raw = file["raw"][:]
        labels = dense_labels(file["labels"][:], config.ignored_ids) if config.labelled else None
    image = np.rint(restyle(rescale(raw), config.style, seed) * 255).astype(np.uint8)
    sections = slice(*config.sections) if config.sections else slice(None)
    return Tissue(
        config.group,
        image[sections],
        None if labels is None else labels[sections],
        config.z_steps,
        config.zoom,
        config.min_labelled_fraction,
        config.border_in_z,
    )
