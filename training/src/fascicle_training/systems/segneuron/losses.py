"""Losses of both stages, on logits."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from ...targets.affinities import LONG_RANGE, link_slices

RECONSTRUCTION_WEIGHT = 0.2
GRADIENTS_WEIGHT = 1.0


def reconstruction_loss(logits: tuple[Tensor, Tensor], raw: Tensor, gradients: Tensor) -> dict[str, Tensor]:
    """Squared errors of the image and of its picture of oriented gradients, (B, 1, z, y, x) each, weighted."""
    image, picture = (torch.sigmoid(part) for part in logits)
    return {
        "reconstruction": RECONSTRUCTION_WEIGHT * F.mse_loss(image, raw),
        "gradients": GRADIENTS_WEIGHT * F.mse_loss(picture, gradients),
    }


def cross_entropy(logits: tuple[Tensor, Tensor], target: Tensor, weight: Tensor) -> dict[str, Tensor]:
    """Cross-entropy as in the paper: mean over voxels, summed over the affinity channels.

    `target` (B, 4, z, y, x) holds affinities, then foreground; `weight` (B, 1, z, y, x) is 0 where a voxel is ignored.
    """
    found = torch.cat(logits, dim=1)
    errors = F.binary_cross_entropy_with_logits(found, target, reduction="none")
    return _by_head(errors * weight)


def squared_error(logits: tuple[Tensor, Tensor], target: Tensor, weight: Tensor) -> dict[str, Tensor]:
    """Weighted squared error on probabilities, as the released training code computes it; see `cross_entropy`."""
    errors = (torch.sigmoid(torch.cat(logits, dim=1)) - target).square()
    return _by_head(errors * weight)


def long_range_loss(logits: Tensor, ids: Tensor, weight: Tensor) -> Tensor:
    """Cross-entropy of long-range links: mean over the voxels that have both ends in the crop, summed over links.

    `logits` (B, C, z, y, x) are of the links of `LONG_RANGE`, in that order; `ids` (B, 1, z, y, x) are those of the
    neurites that the link's ends lie in, and `weight` (B, 1, z, y, x) is 0 where a voxel is ignored.
    """
    total = logits.new_zeros(())
    for channel, offset in enumerate(LONG_RANGE):
        here, there = link_slices(ids.shape[2:], offset)
        neurites, partners = ids[(slice(None), 0, *here)], ids[(slice(None), 0, *there)]
        counted = weight[(slice(None), 0, *here)] * weight[(slice(None), 0, *there)]
        if counted.numel():
            same = ((neurites == partners) & (neurites > 0)).to(logits.dtype)
            found = logits[(slice(None), channel, *here)]
            total = total + F.binary_cross_entropy_with_logits(found, same, counted)
    return total


def _by_head(errors: Tensor) -> dict[str, Tensor]:
    voxels = errors[:, 0].numel()
    return {"affinities": errors[:, :-1].sum() / voxels, "foreground": errors[:, -1:].sum() / voxels}


LOSSES = {"cross_entropy": cross_entropy, "squared_error": squared_error}
"""By the name that configurations use."""
