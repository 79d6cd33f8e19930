"""The published augmentations of single crops, on intensities in 0..1."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from ...augmentation.geometry import random_symmetry
from ...augmentation.intensity import gaussian_blur
from .sampling import Crop

SYMMETRY = 0.5
OTHERS = 0.25
"""Probability of each of the other augmentations."""
PER_SECTION = 0.75
"""Share of the intensity changes that differ from section to section."""
CUT_OUT_AREA = 128 * 128
CONTROL_SPACING = (4, 40, 40)
CONTROL_JITTER = 2.0
"""Standard deviation of the displacement of a control point in y and x, pixels."""


def augment(crop: Crop, rng: np.random.Generator) -> Crop:
    """Symmetry, intensity, noise, blur, cutout, elastic deformation, each by its own coin, in this order."""
    raw, labels = crop.raw, crop.labels
    if rng.random() < SYMMETRY:
        raw, moved = random_symmetry(raw, raw if labels is None else labels, rng)
        labels = None if labels is None else moved
    for change in (change_intensity, add_noise, blur, cut_out):
        if rng.random() < OTHERS:
            raw = change(raw, rng)
    if rng.random() < OTHERS:
        raw, labels = deform(raw, labels, rng)
    return replace(crop, raw=raw.contiguous(), labels=None if labels is None else labels.contiguous())


def change_intensity(raw: Tensor, rng: np.random.Generator) -> Tensor:
    """Contrast within 5 %, brightness within 0.05, gamma between a half and two; per section or of the whole crop."""
    count = raw.shape[0] if rng.random() < PER_SECTION else 1
    contrast, brightness, exponent = (
        torch.from_numpy(rng.uniform(-reach, reach, (count, 1, 1)).astype(np.float32)) for reach in (0.05, 0.05, 1.0)
    )
    return ((1 + contrast) * raw + brightness).clamp_(0.0, 1.0).pow(2.0**exponent)


def add_noise(raw: Tensor, rng: np.random.Generator) -> Tensor:
    """White Gaussian noise of a deviation between 0.01 and 0.2."""
    noise = torch.from_numpy(rng.standard_normal(raw.shape, dtype=np.float32))
    return (raw + rng.uniform(0.01, 0.2) * noise).clamp_(0.0, 1.0)


def blur(raw: Tensor, rng: np.random.Generator) -> Tensor:
    """Gaussian blur in plane, of a deviation up to 2 pixels."""
    return gaussian_blur(raw, max(rng.uniform(0.0, 2.0), 0.05))


def cut_out(raw: Tensor, rng: np.random.Generator) -> Tensor:
    """20 to 50 boxes turn black in a crop of the published size, as many per area in others."""
    raw = raw.clone()
    count = rng.integers(20, 51) * raw[0].numel() / CUT_OUT_AREA
    for _ in range(round(count)):
        size = (int(rng.integers(5, 11)), int(rng.integers(15, 26)), int(rng.integers(15, 26)))
        start = [int(rng.integers(0, max(full - part, 0) + 1)) for full, part in zip(raw.shape, size, strict=True)]
        raw[tuple(slice(s, s + n) for s, n in zip(start, size, strict=True))] = 0.0
    return raw


def deform(raw: Tensor, labels: Tensor | None, rng: np.random.Generator) -> tuple[Tensor, Tensor | None]:
    """A smooth displacement within sections, trilinear between jittered control points; ids by nearest pixel."""
    depth, height, width = raw.shape
    points = tuple(full // spacing + 2 for full, spacing in zip(raw.shape, CONTROL_SPACING, strict=True))
    control = torch.from_numpy(rng.normal(0.0, CONTROL_JITTER, (1, 2, *points)).astype(np.float32))
    field = F.interpolate(control, size=(depth, height, width), mode="trilinear", align_corners=True)[0]
    y, x = torch.meshgrid(torch.arange(height) + 0.5, torch.arange(width) + 0.5, indexing="ij")
    # grid_sample wants x before y, from -1 to 1.
    grid = torch.stack(((x + field[1]) * (2 / width) - 1, (y + field[0]) * (2 / height) - 1), dim=-1)

    def sample(sections: Tensor, mode: str) -> Tensor:
        return F.grid_sample(sections[:, None], grid, mode=mode, padding_mode="reflection", align_corners=False)[:, 0]

    return sample(raw, "bilinear").clamp_(0.0, 1.0), None if labels is None else sample(labels, "nearest")
