"""Augmentations of grey values. Input and output are normalised: mean 0, deviation 1 over the volume."""

from __future__ import annotations

import math

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

HALF_RANGE = 3.0
"""Gamma is applied to intensities that are mapped from +-HALF_RANGE deviations to 0..1."""


def change_volume(raw: Tensor, rng: np.random.Generator) -> Tensor:
    """Contrast, brightness and gamma of the whole crop."""
    raw = raw * math.exp(rng.uniform(-0.4, 0.35)) + rng.normal(0.0, 0.25)
    unit = ((raw + HALF_RANGE) / (2 * HALF_RANGE)).clamp(0.0, 1.0)
    return unit.pow(2.0 ** rng.uniform(-0.6, 0.6)) * (2 * HALF_RANGE) - HALF_RANGE


def change_sections(raw: Tensor, rng: np.random.Generator) -> Tensor:
    """Contrast and brightness of every section by itself, as staining and imaging vary."""
    depth = raw.shape[0]
    gain = np.exp(rng.normal(0.0, 0.12, (depth, 1, 1))).astype(np.float32)
    bias = rng.normal(0.0, 0.2, (depth, 1, 1)).astype(np.float32)
    return raw * torch.from_numpy(gain) + torch.from_numpy(bias)


def shade(raw: Tensor, rng: np.random.Generator) -> Tensor:
    """A smooth brightness field, other in every section: uneven staining, folds, charging."""
    control = rng.normal(0.0, rng.uniform(0.1, 0.5), (raw.shape[0], 1, 4, 4)).astype(np.float32)
    field = F.interpolate(torch.from_numpy(control), size=raw.shape[1:], mode="bilinear", align_corners=True)
    return raw + field[:, 0]


def add_noise(raw: Tensor, rng: np.random.Generator) -> Tensor:
    """White Gaussian noise of a random deviation."""
    noise = rng.standard_normal(raw.shape, dtype=np.float32)
    return raw + torch.from_numpy(noise).mul_(rng.uniform(0.05, 0.45))


def gaussian_blur(raw: Tensor, sigma: float) -> Tensor:
    """In-plane Gaussian blur, sigma in voxels, mirrored at the border."""
    radius = max(1, math.ceil(3 * sigma))
    taps = torch.arange(-radius, radius + 1, dtype=torch.float32)
    kernel = torch.exp(-0.5 * (taps / sigma) ** 2)
    kernel = kernel / kernel.sum()
    padded = F.pad(raw[:, None], (radius,) * 4, mode="reflect")
    rows = F.conv2d(padded, kernel.view(1, 1, 1, -1))
    return F.conv2d(rows, kernel.view(1, 1, -1, 1))[:, 0]


def blur(raw: Tensor, rng: np.random.Generator) -> Tensor:
    """Blurs the crop, or sharpens it by taking its blur away (unsharp masking)."""
    sigma = rng.uniform(0.4, 1.2)
    if rng.random() < 0.3:
        return raw + rng.uniform(0.2, 0.7) * (raw - gaussian_blur(raw, sigma))
    return gaussian_blur(raw, sigma)
