"""How far an output voxel looks, found by changing input voxels and looking how far the output changes."""

from __future__ import annotations

import copy

import torch
from torch import Tensor, nn

Radius = tuple[int, int, int]


def open_paths(network: nn.Module) -> nn.Module:
    """A float64 copy in which every path from input to output is open: positive weights, no biases, no squashing.

    A trained network may hide part of its receptive field behind closed rectifiers for the one input that is probed;
    with positive weights and a positive change nothing cancels and every rectifier passes.
    """
    opened = copy.deepcopy(network).double().eval()
    with torch.no_grad():
        for module in opened.modules():
            if isinstance(module, nn.Conv3d):
                module.weight.fill_(1.0 / module.weight[0].numel())
                if module.bias is not None:
                    module.bias.zero_()
            elif isinstance(module, nn.BatchNorm3d):
                module.reset_running_stats()
                if module.affine:
                    module.weight.fill_(1.0)
                    module.bias.zero_()
    return opened


@torch.no_grad()
def receptive_field_radius(network: nn.Module, stride: Radius, reach: Radius) -> Radius:
    """Largest distance, per axis, at which a change of one input voxel changes an output voxel, over all stride phases.

    `network` maps (1, 1, z, y, x) to (1, C, z, y, x), or several such, without a final sigmoid; `reach` is a guess at
    the radius in voxels, and a guess that is too small is an error, not a wrong answer.
    """
    opened = open_paths(network)
    shape = [-(-(2 * r + s) // s) * s + s for r, s in zip(reach, stride, strict=True)]
    centre = [n // (2 * s) * s for n, s in zip(shape, stride, strict=True)]
    image = torch.ones((1, 1, *shape), dtype=torch.float64)
    before = _outputs(opened, image)
    radius = [0, 0, 0]
    # Convolution, pooling and resizing act on each axis by itself, so how far a change reaches along an axis depends on
    # its phase along that axis alone, and the diagonal meets every phase of every axis.
    for phase in range(max(stride)):
        position = [c + phase % s for c, s in zip(centre, stride, strict=True)]
        image[(0, 0, *position)] += 1e6
        changed = (_outputs(opened, image) != before).any(dim=1)[0]
        image[(0, 0, *position)] -= 1e6
        radius = [max(r, e) for r, e in zip(radius, _extent(changed, position), strict=True)]
    return (radius[0], radius[1], radius[2])


def _outputs(network: nn.Module, image: Tensor) -> Tensor:
    found = network(image)
    return torch.cat(found, dim=1) if isinstance(found, tuple) else found


def _extent(changed: Tensor, position: list[int]) -> list[int]:
    found = changed.nonzero()
    lowest, highest = found.min(dim=0).values.tolist(), found.max(dim=0).values.tolist()
    for axis, (low, high, size) in enumerate(zip(lowest, highest, changed.shape, strict=True)):
        if low == 0 or high == size - 1:
            raise ValueError(f"the change reaches the border of the probe along axis {axis}; give a larger `reach`")
    return [max(p - low, high - p) for p, low, high in zip(position, lowest, highest, strict=True)]


def halo_for(radius: Radius, stride: Radius) -> Radius:
    """The radius rounded up to whole strides: what a tile needs around its core."""
    z, y, x = (-(-r // s) * s for r, s in zip(radius, stride, strict=True))
    return (z, y, x)
