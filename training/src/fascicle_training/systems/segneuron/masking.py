"""Multi-scale Gaussian masks: blocks of a crop are replaced by noise that has the crop's own mean and deviation."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

DEPTHS = (2, 4, 5)
"""Sections per block."""
SIDES = (4, 8, 16)
"""Pixels per side of a block."""
RATIO = (0.5, 0.7)
"""Share of the blocks that is masked."""


def block_mask(
    shape: tuple[int, int, int], block: tuple[int, int, int], ratio: float, rng: np.random.Generator
) -> Tensor:
    """(z, y, x) bool with round(ratio * blocks) whole blocks set; blocks at the end may be cut by the border."""
    grid = tuple(-(-n // b) for n, b in zip(shape, block, strict=True))
    count = int(np.prod(grid))
    chosen = np.zeros(count, dtype=bool)
    chosen[rng.permutation(count)[: round(ratio * count)]] = True
    mask = chosen.reshape(grid)
    for axis, b in enumerate(block):
        mask = mask.repeat(b, axis=axis)
    return torch.from_numpy(np.ascontiguousarray(mask[tuple(slice(0, n) for n in shape)]))


def mask_crop(raw: Tensor, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
    """The masked crop and its mask, of (z, y, x) float32; depth, side and share of the blocks are drawn per crop.

    First-order statistics stay, so that the network cannot tell what is masked by brightness alone.
    """
    side = int(rng.choice(SIDES))
    mask = block_mask(tuple(raw.shape), (int(rng.choice(DEPTHS)), side, side), rng.uniform(*RATIO), rng)
    noise = torch.from_numpy(rng.standard_normal(raw.shape, dtype=np.float32))
    return torch.where(mask, raw.mean() + raw.std() * noise, raw), mask
