"""Augmentations that move voxels: raw and labels go through the same map, raw bilinearly, labels by nearest voxel."""

from __future__ import annotations

import math

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

MAX_ROTATION = math.radians(20.0)
SCALE_RANGE = (0.82, 1.22)
"""Field of view over output side; the network meets voxel sizes from 18 % finer to 22 % coarser."""
ELASTIC_SPACING = 32
"""Voxels between the control points of the elastic field, in plane."""
ELASTIC_AMPLITUDE = 3.0
"""Standard deviation of a control point's displacement, in voxels; drawn up to this."""
SECTION_SHIFT = 2.0
"""Standard deviation of a single section's displacement, in voxels."""
STEP_SHIFT = 6.0
"""Largest displacement, per axis, of all sections from some section on, in voxels."""


def centre(volume: Tensor, shape: tuple[int, int, int]) -> Tensor:
    """The middle of a volume, of the given shape."""
    start = [(full - part) // 2 for full, part in zip(volume.shape, shape, strict=True)]
    if min(start) < 0:
        raise ValueError(f"a crop of {shape} does not fit into {tuple(volume.shape)}")
    return volume[tuple(slice(s, s + part) for s, part in zip(start, shape, strict=True))]


def random_symmetry(raw: Tensor, labels: Tensor, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
    """One of the sixteen symmetries of a square prism: flips of each axis and the transposition of y and x."""
    axes = [axis for axis in range(3) if rng.random() < 0.5]
    transposed = rng.random() < 0.5 and raw.shape[1] == raw.shape[2]
    moved = [v.flip(axes) if axes else v for v in (raw, labels)]
    return tuple(v.transpose(1, 2) if transposed else v for v in moved)  # type: ignore[return-value]


def warp_grid(
    source: tuple[int, ...], shape: tuple[int, int, int], rng: np.random.Generator, jitter_sections: bool
) -> Tensor:
    """Coordinates (z, y, x, 2) at which the sections are sampled, in the units of `grid_sample`, x before y.

    Rotation, scale and a smooth displacement are shared by all sections, as tissue is; with `jitter_sections` each
    section may also lie displaced alone, and all sections from a random one on may be displaced together, as in a stack
    that was aligned imperfectly.
    """
    depth, height, width = shape
    angle = rng.uniform(-MAX_ROTATION, MAX_ROTATION)
    scale = math.exp(rng.uniform(*map(math.log, SCALE_RANGE)))
    y = torch.arange(height, dtype=torch.float32) - (height - 1) / 2
    x = torch.arange(width, dtype=torch.float32) - (width - 1) / 2
    yy, xx = torch.meshgrid(y, x, indexing="ij")
    cosine, sine = scale * math.cos(angle), scale * math.sin(angle)
    plane = torch.stack((cosine * xx - sine * yy, sine * xx + cosine * yy), dim=-1)

    points = (1, 2, height // ELASTIC_SPACING + 3, width // ELASTIC_SPACING + 3)
    amplitude = rng.uniform(0.0, ELASTIC_AMPLITUDE)
    control = torch.from_numpy(rng.normal(0.0, amplitude, points).astype(np.float32))
    field = F.interpolate(control, size=(height, width), mode="bicubic", align_corners=True)[0]
    plane = plane + field.permute(1, 2, 0)

    offsets = np.zeros((depth, 2), dtype=np.float32)
    if jitter_sections:
        moved = rng.random(depth) < 0.25
        offsets[moved] = rng.normal(0.0, SECTION_SHIFT, (int(moved.sum()), 2))
        if rng.random() < 0.5:
            offsets[int(rng.integers(1, max(depth, 2))) :] += rng.uniform(-STEP_SHIFT, STEP_SHIFT, 2)
    grid = plane[None] + torch.from_numpy(offsets)[:, None, None]
    return grid / torch.tensor([source[2] / 2, source[1] / 2], dtype=torch.float32)


def resample(raw: Tensor, labels: Tensor, grid: Tensor) -> tuple[Tensor, Tensor]:
    """Samples every section at its grid; beyond the crop both are mirrored."""
    start = (raw.shape[0] - grid.shape[0]) // 2
    sections = slice(start, start + grid.shape[0])
    sampled = [
        F.grid_sample(v[sections, None], grid, mode=mode, padding_mode="reflection", align_corners=False)[:, 0]
        for v, mode in ((raw, "bilinear"), (labels, "nearest"))
    ]
    return sampled[0], sampled[1]
