"""Averages a network over symmetries of the section plane, inside the exported graph.

What a network says of a mirrored image, mirrored back, is a second opinion on the same tissue; the mean of several is
steadier (test-time augmentation). Inside the graph it costs time and nothing else: a runtime that tiles needs to know
no more than the radius, which grows by the one voxel that a mirrored link is moved.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

AXES = {"z": 2, "y": 3, "x": 4}
"""Axes of a (B, C, z, y, x) tensor that may be mirrored; the affinity channel of an axis is its number - 2."""


@dataclass(frozen=True)
class Symmetry:
    """Mirror the axes in `mirrored` (letters of zyx), then exchange y and x where `transposed`."""

    mirrored: str = ""
    transposed: bool = False


IN_PLANE = tuple(Symmetry(mirrored, transposed) for mirrored in ("", "y", "x", "yx") for transposed in (False, True))
"""The eight symmetries of a square section."""
ROTATIONS = (Symmetry(), Symmetry("yx"), Symmetry("y", True), Symmetry("x", True))
"""Rotations by quarter turns."""


SYMMETRIES: dict[str, tuple[Symmetry, ...]] = {"none": (Symmetry(),), "rotations": ROTATIONS, "all": IN_PLANE}
"""What the command line offers."""


class SymmetricNetwork(nn.Module):
    """Mean over symmetries of a network from image to affinities (B, 3, z, y, x) and foreground (B, 1, z, y, x)."""

    def __init__(self, network: nn.Module, symmetries: Sequence[Symmetry]) -> None:
        super().__init__()
        if not symmetries:
            raise ValueError("name at least one symmetry; Symmetry() is the image as it is")
        self.network = network
        self.symmetries = tuple(symmetries)

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        """Mean affinities and foreground. Sides along mirrored axes are multiples of the network's stride."""
        affinities, foregrounds = zip(*(self._under(image, symmetry) for symmetry in self.symmetries), strict=True)
        share = 1.0 / len(self.symmetries)
        return sum(affinities[1:], affinities[0]) * share, sum(foregrounds[1:], foregrounds[0]) * share

    def _under(self, image: Tensor, symmetry: Symmetry) -> tuple[Tensor, Tensor]:
        axes = [AXES[letter] for letter in symmetry.mirrored]
        if axes:
            image = image.flip(axes)
        if symmetry.transposed:
            image = image.transpose(3, 4)
        affinities, foreground = self.network(image)
        if symmetry.transposed:
            affinities, foreground = affinities.transpose(3, 4), foreground.transpose(3, 4)
            affinities = torch.cat((affinities[:, :1], affinities[:, 2:], affinities[:, 1:2]), dim=1)
        if axes:
            affinities, foreground = affinities.flip(axes), foreground.flip(axes)
            channels = [
                _move_on(affinities[:, axis - 2 : axis - 1], axis)
                if axis in axes
                else affinities[:, axis - 2 : axis - 1]
                for axis in AXES.values()
            ]
            affinities = torch.cat(channels, dim=1)
        return affinities, foreground


def _move_on(links: Tensor, axis: int) -> Tensor:
    """Mirroring turns the link to the voxel before into the one to the voxel after; by one voxel it is right again.

    The first plane has no voxel before it and keeps its value, which any use with a halo crops away.
    """
    first = links.narrow(axis, 0, 1)
    rest = links[(slice(None),) * axis + (slice(None, -1),)]
    return torch.cat((first, rest), dim=axis)
