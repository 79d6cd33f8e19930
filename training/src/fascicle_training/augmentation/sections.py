"""Defects of sections and of spots in them. The labels stay: the network learns to look at what lies around."""

from __future__ import annotations

import numpy as np
from torch import Tensor

from .intensity import gaussian_blur


def blank(raw: Tensor, rng: np.random.Generator) -> Tensor:
    """One section is lost: it becomes one grey value, black more often than not, in whole or in half."""
    raw = raw.clone()
    section = int(rng.integers(0, raw.shape[0]))
    value = -2.7 if rng.random() < 0.6 else float(rng.normal())
    if rng.random() < 0.6:
        raw[section] = value
    else:
        cut = int(rng.integers(raw.shape[1] // 4, 3 * raw.shape[1] // 4))
        raw[section, slice(None, cut) if rng.random() < 0.5 else slice(cut, None)] = value
    return raw


def defocus(raw: Tensor, rng: np.random.Generator) -> Tensor:
    """One or two sections are out of focus."""
    raw = raw.clone()
    for _ in range(int(rng.integers(1, 3))):
        section = int(rng.integers(0, raw.shape[0]))
        raw[section] = gaussian_blur(raw[section : section + 1], rng.uniform(1.0, 2.5))[0]
    return raw


def cut_out(raw: Tensor, rng: np.random.Generator) -> Tensor:
    """A few boxes lose their contrast or turn dark: dirt, precipitate, torn spots."""
    raw = raw.clone()
    for _ in range(int(rng.integers(1, 7))):
        size = (int(rng.integers(1, 4)), int(rng.integers(8, 33)), int(rng.integers(8, 33)))
        start = [int(rng.integers(0, max(full - part, 0) + 1)) for full, part in zip(raw.shape, size, strict=True)]
        box = tuple(slice(s, s + n) for s, n in zip(start, size, strict=True))
        value = float(raw[box].mean()) if rng.random() < 0.5 else float(rng.uniform(-2.5, 1.0))
        raw[box] = value
    return raw
