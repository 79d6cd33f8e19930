"""Targets of fine-tuning: three nearest affinities and foreground, with what is to be ignored."""

from __future__ import annotations

import torch
from torch import Tensor

from ...targets.affinities import NEAREST, affinity_targets, widen_borders

IGNORED = -1.0
"""Label of voxels that take no part in the loss, such as glia that was not traced."""


def finetuning_targets(labels: Tensor, border_in_z: bool) -> tuple[Tensor, Tensor, Tensor]:
    """Target (4, z, y, x), weight (1, z, y, x) and ids of neurites (1, z, y, x) of labels (z, y, x) that hold integers.

    All float32; the ids are 0 on membranes.
    On the first plane of an axis, where the voxel before is unknown, the affinity is 1 inside neurites.
    """
    known = labels != IGNORED
    narrowed = widen_borders(labels.clamp_min(0.0), border_in_z)
    inside = narrowed > 0
    affinities = affinity_targets(narrowed, NEAREST)
    for axis in range(3):
        affinities[axis].select(axis, 0).copy_(inside.select(axis, 0))
    return torch.cat((affinities, inside[None])).float(), known[None].float(), narrowed[None]
