"""Anisotropy-aware residual 3D U-Net for neurite affinities and foreground.

Design, and where each choice comes from:

- residual blocks on a U-Net with additive skips: Lee et al. 2017, "Superhuman Accuracy on the SNEMI3D Connectomics
  Challenge", arXiv:1706.00120;
- kernels 1x3x3 at the fine levels and 3x3x3 below, pooling in plane only: sections are further apart than pixels, and
  a plane that is never pooled keeps the network usable on few sections and its stride along z at 1;
- batch normalisation, never instance or group normalisation: with frozen statistics it is an affine map of each voxel,
  folds into the convolution at export, and the output of a voxel depends on its receptive field alone. A statistic over
  the tile would make the result depend on how the volume is cut into tiles;
- upsampling is a 1x1x1 convolution at the coarse level followed by nearest neighbour, which is the same map as the
  convolution after the upsampling at an eighth of the cost, and uses operators that every ONNX runtime has.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

Kernel = tuple[int, int, int]

IN_PLANE: Kernel = (1, 3, 3)
FULL: Kernel = (3, 3, 3)
POOL: Kernel = (1, 2, 2)


@dataclass(frozen=True)
class UNetConfig:
    """Shape of the network; `widths` holds one channel count per level, finest first."""

    widths: tuple[int, ...] = (16, 32, 64, 96)
    in_plane_levels: int = 1
    """Levels, from the finest, whose convolutions do not look along z."""
    mixed_levels: int = 2
    """Levels, from the finest, whose residual blocks have one 1x3x3 and one 3x3x3 convolution, where not in plane."""
    out_channels: int = 12

    @property
    def stride(self) -> Kernel:
        """Voxels by which an input may be shifted so that the output shifts along, (z, y, x)."""
        step = 2 ** (len(self.widths) - 1)
        return (1, step, step)

    def kernels(self, level: int) -> tuple[Kernel, Kernel]:
        """Kernel sizes of the two convolutions in a residual block at `level`."""
        if level < self.in_plane_levels:
            return (IN_PLANE, IN_PLANE)
        if level < self.mixed_levels:
            return (IN_PLANE, FULL)
        return (FULL, FULL)


STATISTICS_MOMENTUM = 0.02
"""Share of a new batch in the running statistics. Batches are a few crops of different tissue: with the customary 0.1
the statistics are those of the last twenty crops, and when they are frozen the loss doubles at that moment."""


def conv_norm(channels_in: int, channels_out: int, kernel: Kernel) -> nn.Sequential:
    """Convolution that keeps the shape (zero padding), then batch normalisation."""
    padding = tuple(k // 2 for k in kernel)
    return nn.Sequential(
        nn.Conv3d(channels_in, channels_out, kernel, padding=padding, bias=False),
        nn.BatchNorm3d(channels_out, momentum=STATISTICS_MOMENTUM),
    )


class ResidualBlock(nn.Module):
    """Two convolutions around which the input is added, through a 1x1x1 convolution where the width changes."""

    def __init__(self, channels_in: int, channels_out: int, kernels: tuple[Kernel, Kernel]) -> None:
        super().__init__()
        self.first = conv_norm(channels_in, channels_out, kernels[0])
        self.second = conv_norm(channels_out, channels_out, kernels[1])
        self.shortcut = (
            nn.Identity() if channels_in == channels_out else conv_norm(channels_in, channels_out, (1, 1, 1))
        )
        self.activation = nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        """Keeps the extent, changes the width."""
        y = self.second(self.activation(self.first(x)))
        return self.activation(y + self.shortcut(x))


class AnisotropicUNet(nn.Module):
    """Maps (B, 1, Z, Y, X) normalised intensities to (B, C, Z, Y, X) logits; Y and X are multiples of the stride."""

    def __init__(self, config: UNetConfig) -> None:
        super().__init__()
        self.config = config
        widths = config.widths
        self.stem = nn.Sequential(conv_norm(1, widths[0], IN_PLANE), nn.ReLU(inplace=True))
        self.encoder = nn.ModuleList(
            ResidualBlock(widths[max(level - 1, 0)], width, config.kernels(level)) for level, width in enumerate(widths)
        )
        self.pool = nn.MaxPool3d(POOL)
        self.upsample = nn.Upsample(scale_factor=tuple(float(k) for k in POOL), mode="nearest")
        upper = range(len(widths) - 1)
        self.lateral = nn.ModuleList(conv_norm(widths[level + 1], widths[level], (1, 1, 1)) for level in upper)
        self.decoder = nn.ModuleList(
            ResidualBlock(widths[level], widths[level], config.kernels(level)) for level in upper
        )
        self.head = nn.Conv3d(widths[0], config.out_channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Logits of the same extent."""
        x = self.stem(x)
        skips: list[Tensor] = []
        for level, block in enumerate(self.encoder):
            if level > 0:
                x = self.pool(x)
            x = block(x)
            skips.append(x)
        for level in reversed(range(len(self.decoder))):
            x = self.decoder[level](skips[level] + self.upsample(self.lateral[level](x)))
        return self.head(x)


def parameter_count(network: nn.Module) -> int:
    """Number of trainable parameters."""
    return sum(p.numel() for p in network.parameters() if p.requires_grad)


def initialise(network: AnisotropicUNet, generator_seed: int) -> None:
    """He initialisation; the last normalisation of a block starts at zero so that each block starts as its shortcut.

    Source: Goyal et al. 2017, arXiv:1706.02677, section 5.1.
    """
    torch.manual_seed(generator_seed)
    for module in network.modules():
        if isinstance(module, nn.Conv3d):
            nn.init.kaiming_normal_(module.weight, mode="fan_in", nonlinearity="relu")
            if module.bias is not None:
                nn.init.zeros_(module.bias)
        if isinstance(module, ResidualBlock):
            nn.init.zeros_(module.second[1].weight)
    nn.init.normal_(network.head.weight, std=0.01)
