"""Pictures of oriented gradients: per section, every cell shows its histogram of gradient directions as a small star.

Source of the descriptor: Dalal & Triggs, CVPR 2005; as a target of masked pretraining: Wei et al., CVPR 2022. The
picture is the customary visualisation: in each cell, a line per direction, as bright as the mean gradient along it.
"""

from __future__ import annotations

import math
from functools import cache

import torch
import torch.nn.functional as F
from torch import Tensor

CELL = 4
"""Pixels per side."""
ORIENTATIONS = 9
"""Directions over half a turn."""


@cache
def stars() -> Tensor:
    """(ORIENTATIONS, CELL, CELL): which pixels of a cell the line of a direction covers.

    The line of a direction runs along the edge, at right angles to the gradient.
    """
    masks = torch.zeros((ORIENTATIONS, CELL, CELL))
    centre, reach = CELL // 2, CELL // 2 - 1
    for orientation in range(ORIENTATIONS):
        angle = math.pi * (orientation + 0.5) / ORIENTATIONS
        along_y, along_x = reach * math.cos(angle), reach * math.sin(angle)
        ends = [int(centre - along_y), int(centre + along_x), int(centre + along_y), int(centre - along_x)]
        steps = max(abs(ends[2] - ends[0]), abs(ends[3] - ends[1]))
        for step in range(steps + 1):
            share = step / steps if steps else 0.0
            y, x = (ends[axis] + round(share * (ends[axis + 2] - ends[axis])) for axis in (0, 1))
            masks[orientation, y, x] = 1.0
    return masks


def cell_histograms(sections: Tensor) -> Tensor:
    """Mean gradient magnitude by direction, (z, ORIENTATIONS, y / CELL, x / CELL), of (z, y, x) float32.

    Central differences, 0 at the border of a section; y and x are multiples of CELL.
    """
    along_y, along_x = torch.zeros_like(sections), torch.zeros_like(sections)
    along_y[:, 1:-1] = sections[:, 2:] - sections[:, :-2]
    along_x[:, :, 1:-1] = sections[:, :, 2:] - sections[:, :, :-2]
    turn = torch.remainder(torch.atan2(along_y, along_x), math.pi)
    bins = (turn * (ORIENTATIONS / math.pi)).long().clamp_(max=ORIENTATIONS - 1)
    magnitude = torch.hypot(along_y, along_x)
    spread = torch.zeros((sections.shape[0], ORIENTATIONS, *sections.shape[1:]), dtype=sections.dtype)
    spread.scatter_(1, bins[:, None], magnitude[:, None])
    return F.avg_pool2d(spread, CELL)


def gradient_picture(sections: Tensor) -> Tensor:
    """The picture, (z, y, x), of sections (z, y, x) in 0..1."""
    height, width = sections.shape[1:]
    if height % CELL or width % CELL:
        raise ValueError(f"sections of {height} x {width}: cells of {CELL} x {CELL} pixels must cover them whole")
    picture = torch.einsum("zoij,oab->ziajb", cell_histograms(sections), stars())
    return picture.reshape(sections.shape)
