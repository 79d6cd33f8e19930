"""The augmentations in their order, with their probabilities.

Everything that moves voxels comes first and moves raw and labels alike; what follows changes intensities only. Targets
are computed from the labels that come out, never augmented themselves, so that each affinity belongs to its offset.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from torch import Tensor

from . import geometry, intensity, sections


@dataclass
class Crop:
    """A training crop; raw is normalised to zero mean and unit deviation of its volume, both (z, y, x) float32."""

    raw: Tensor
    labels: Tensor
    section_defects: bool = True
    border_in_z: bool = False


@dataclass(frozen=True)
class AugmentationConfig:
    """Probabilities per crop. Amplitudes stand with the functions that use them."""

    warp: float = 0.6
    section_jitter: float = 0.3
    volume_intensity: float = 0.8
    section_intensity: float = 0.5
    shading: float = 0.3
    blur: float = 0.2
    noise: float = 0.35
    missing_section: float = 0.12
    defocused_section: float = 0.2
    cutout: float = 0.2


def augment(crop: Crop, shape: tuple[int, int, int], config: AugmentationConfig, rng: np.random.Generator) -> Crop:
    """An augmented crop of the given shape, taken from the middle of a crop that is at least as large in plane."""
    happens = lambda probability: rng.random() < probability  # noqa: E731
    raw, labels = crop.raw, crop.labels
    jitter = crop.section_defects and happens(config.section_jitter)
    if happens(config.warp) or jitter:
        grid = geometry.warp_grid(raw.shape, shape, rng, jitter_sections=jitter)
        raw, labels = geometry.resample(raw, labels, grid)
    else:
        raw, labels = geometry.centre(raw, shape), geometry.centre(labels, shape)
    raw, labels = geometry.random_symmetry(raw, labels, rng)

    raw = raw.clone()
    if happens(config.blur):
        raw = intensity.blur(raw, rng)
    if happens(config.volume_intensity):
        raw = intensity.change_volume(raw, rng)
    if happens(config.section_intensity):
        raw = intensity.change_sections(raw, rng)
    if happens(config.shading):
        raw = intensity.shade(raw, rng)
    if happens(config.noise):
        raw = intensity.add_noise(raw, rng)
    if happens(config.cutout):
        raw = sections.cut_out(raw, rng)
    if crop.section_defects and happens(config.defocused_section):
        raw = sections.defocus(raw, rng)
    if crop.section_defects and happens(config.missing_section):
        raw = sections.blank(raw, rng)
    return Crop(raw.contiguous(), labels.contiguous(), crop.section_defects, crop.border_in_z)
