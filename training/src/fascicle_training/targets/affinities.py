"""Training targets, from labels as they are after augmentation.

Conventions: offset (-1, 0, 0) links voxel p to p - (1, 0, 0). The affinity is 1 where both voxels carry the same id and
the id is not 0, else 0; where the partner lies outside the crop the link is unknown and takes no part in the loss.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

Offset = tuple[int, int, int]

NEAREST: tuple[Offset, ...] = ((-1, 0, 0), (0, -1, 0), (0, 0, -1))
LONG_RANGE: tuple[Offset, ...] = (
    (-2, 0, 0),
    (-3, 0, 0),
    (0, -3, 0),
    (0, 0, -3),
    (0, -9, 0),
    (0, 0, -9),
    (0, -27, 0),
    (0, 0, -27),
)
"""Auxiliary links in the spirit of Lee et al. 2017 (arXiv:1706.00120): they make the network look for objects rather
than for edges, and are dropped at export."""


def widen_borders(labels: Tensor, in_z: bool = False) -> Tensor:
    """Sets to 0 what lies where two neurites touch: voxels whose 3x3 window (3x3x3 with `in_z`) holds two positive ids.

    Tracings differ in how much membrane they leave between neurites. Afterwards every border is at least two voxels.
    Takes and returns (z, y, x) float32 that holds integers below 2^24.
    """
    window = (3, 3, 3) if in_z else (1, 3, 3)
    padding = (1, 1, 1) if in_z else (0, 1, 1)
    beyond = float(labels.max()) + 1.0
    largest = F.max_pool3d(labels[None, None], window, stride=1, padding=padding)
    smallest = -F.max_pool3d(torch.where(labels > 0, -labels, -beyond)[None, None], window, stride=1, padding=padding)
    two_ids = (largest > smallest) & (smallest < beyond)
    return torch.where(two_ids[0, 0], torch.zeros_like(labels), labels)


def link_slices(shape: Sequence[int], offset: Offset) -> tuple[tuple[slice, ...], tuple[slice, ...]]:
    """Where the links of an offset start, and where they end, as far as both ends lie in the crop."""
    if max(offset) > 0:
        raise ValueError(f"offset {offset}: links point to voxels that come before, so no part may be positive")
    here = tuple(slice(min(-o, n), None) for o, n in zip(offset, shape, strict=True))
    there = tuple(slice(None, max(n + o, 0)) for o, n in zip(offset, shape, strict=True))
    return here, there


def affinity_targets(labels: Tensor, offsets: Sequence[Offset]) -> Tensor:
    """Affinities (C, z, y, x) bool of labels (z, y, x); unknown links are False."""
    affinities = torch.zeros((len(offsets), *labels.shape), dtype=torch.bool)
    for channel, offset in enumerate(offsets):
        here, there = link_slices(labels.shape, offset)
        affinities[channel][here] = (labels[here] == labels[there]) & (labels[here] > 0)
    return affinities


def known_links(shape: Sequence[int], offsets: Sequence[Offset]) -> Tensor:
    """Where both ends of a link lie in a crop of this shape, (C, z, y, x) bool."""
    known = torch.zeros((len(offsets), *shape), dtype=torch.bool)
    for channel, offset in enumerate(offsets):
        known[channel][link_slices(shape, offset)[0]] = True
    return known


def foreground_target(labels: Tensor) -> Tensor:
    """1 inside neurites, 0 on membranes and what is not labelled; (1, z, y, x) bool."""
    return (labels > 0)[None]
