"""Mixing of two crops, of raw alone or of raw and targets, so that a network meets styles that no volume has.

Sources: Yang & Soatto, CVPR 2020 (amplitudes of low frequencies carry the style, phases the content); Yun et al., ICCV
2019 (pasted windows).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor


def mix_amplitudes(raw: Tensor, other: Tensor, square: float) -> Tensor:
    """Gives every section of `raw` the low-frequency amplitudes of the same section of `other`; (z, y, x) in 0..1.

    Phases stay. `square` is the half-width of the exchanged square of frequencies, as a share of the shorter side;
    below one pixel only the mean brightness is exchanged. The result is clipped to 0..1.
    """
    if raw.shape != other.shape:
        raise ValueError(f"crops of {tuple(raw.shape)} and {tuple(other.shape)} cannot be mixed")
    half = int(min(raw.shape[1:]) * square)
    spectrum = torch.fft.fftshift(torch.fft.fft2(raw), dim=(1, 2))
    donor = torch.fft.fftshift(torch.fft.fft2(other), dim=(1, 2)).abs()
    amplitude, phase = spectrum.abs(), spectrum.angle()
    y, x = raw.shape[1] // 2, raw.shape[2] // 2
    window = (slice(None), slice(y - half, y + half + 1), slice(x - half, x + half + 1))
    amplitude[window] = donor[window]
    mixed = torch.fft.ifft2(torch.fft.ifftshift(torch.polar(amplitude, phase), dim=(1, 2))).real
    return mixed.clamp_(0.0, 1.0)


def paste_window(
    own: Sequence[Tensor], other: Sequence[Tensor], side: int, rng: np.random.Generator
) -> tuple[Tensor, ...]:
    """Replaces one square window, through all sections, in raw and targets alike; tensors end in (z, y, x).

    Targets are computed before, so the seam is no border between neurites.
    """
    height, width = own[0].shape[-2:]
    tall, wide = min(side, height), min(side, width)
    y, x = int(rng.integers(0, height - tall + 1)), int(rng.integers(0, width - wide + 1))
    window = (..., slice(y, y + tall), slice(x, x + wide))
    mixed = tuple(tensor.clone() for tensor in own)
    for target, source in zip(mixed, other, strict=True):
        target[window] = source[window]
    return mixed
