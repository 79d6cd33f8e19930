"""Binary cross-entropy in which the rare class of every channel weighs as much as the frequent one."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

MIN_CLASS_SHARE = 0.05
"""Classes rarer than this in a batch are weighed as if they had this share, so that a few voxels cannot dominate."""


def balanced_cross_entropy(logits: Tensor, target: Tensor, known: Tensor) -> Tensor:
    """Class-balanced cross-entropy of each channel, (C,).

    `logits`, `target` and `known` are (B, C, z, y, x); voxels that are not known do not count. With p the share of
    positives among the known voxels of a channel, positives weigh 1 / (2 p) and negatives 1 / (2 (1 - p)).
    """
    truth = target.to(logits.dtype)
    counted = known.to(logits.dtype)
    dims = (0, 2, 3, 4)
    total = counted.sum(dims).clamp_min(1.0)
    share = ((truth * counted).sum(dims) / total).clamp(MIN_CLASS_SHARE, 1.0 - MIN_CLASS_SHARE)
    shape = (1, -1, 1, 1, 1)
    negative = (0.5 / (1.0 - share)).view(shape)
    positive = (0.5 / share).view(shape)
    weights = counted * torch.lerp(negative.expand_as(truth), positive.expand_as(truth), truth)
    voxels = F.binary_cross_entropy_with_logits(logits, truth, weight=weights, reduction="none")
    return voxels.sum(dims) / total
