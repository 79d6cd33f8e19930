"""Building blocks of the 2D/3D mesh network: a module looks within sections, across them, or both."""

from __future__ import annotations

from dataclasses import dataclass

import torch.nn.functional as F
from torch import Tensor, nn

Kernel = tuple[int, int, int]

FLAT: Kernel = (1, 3, 3)
FULL: Kernel = (3, 3, 3)
NEGATIVE_SLOPE = 0.01
MIN_POOLED_DEPTH = 8
"""The 3D stream halves its sections only while it has at least this many."""


@dataclass(frozen=True)
class Streams:
    """What a module returns: features of its 2D and of its 3D stream, (B, C, z, y, x), as far as it has them."""

    flat: Tensor | None = None
    full: Tensor | None = None


class InstanceNorm(nn.InstanceNorm3d):
    """Instance normalisation that keeps `channels_last_3d` where the batch is one crop.

    PyTorch's own copies its input to channels first and its output back. Over one crop the statistics of a batch are
    those of the instance, and batch normalisation has a kernel for either layout.
    """

    def forward(self, x: Tensor) -> Tensor:
        """Keeps (B, C, z, y, x)."""
        if x.shape[0] > 1:
            return super().forward(x)
        return F.batch_norm(x, None, None, self.weight, self.bias, training=True, eps=self.eps)


def conv_norm_activation(channels_in: int, channels_out: int, kernel: Kernel) -> nn.Sequential:
    """Convolution with bias that keeps the shape, instance normalisation, leaky rectifier."""
    return nn.Sequential(
        nn.Conv3d(channels_in, channels_out, kernel, padding=tuple(k // 2 for k in kernel)),
        InstanceNorm(channels_out, affine=True),
        nn.LeakyReLU(NEGATIVE_SLOPE, inplace=True),
    )


def double_block(channels_in: int, channels_out: int, kernel: Kernel) -> nn.Sequential:
    """Two units of one kernel."""
    return nn.Sequential(
        conv_norm_activation(channels_in, channels_out, kernel),
        conv_norm_activation(channels_out, channels_out, kernel),
    )


class StreamBlock(nn.Module):
    """A 2D block, a 3D block, or both side by side on the same input."""

    def __init__(self, channels_in: int, channels_out: int, flat: bool, full: bool) -> None:
        super().__init__()
        self.flat = double_block(channels_in, channels_out, FLAT) if flat else None
        self.full = double_block(channels_in, channels_out, FULL) if full else None

    def forward(self, x: Tensor) -> Streams:
        """Keeps the extent."""
        return Streams(
            None if self.flat is None else self.flat(x),
            None if self.full is None else self.full(x),
        )


def merge(flat: Tensor, full: Tensor) -> Tensor:
    """Feature merging unit: the absolute difference of the two streams, which adds no channels."""
    return (flat - full).abs()


def pool_flat(x: Tensor) -> Tensor:
    """Halves y and x."""
    return F.max_pool3d(x, (1, 2, 2))


def pool_full(x: Tensor) -> Tensor:
    """Halves y, x and, where there are sections enough, z."""
    return F.max_pool3d(x, (2 if x.shape[2] >= MIN_POOLED_DEPTH else 1, 2, 2))


def resize(x: Tensor, like: Tensor) -> Tensor:
    """Trilinear, to the extent of another tensor."""
    return F.interpolate(x, size=tuple(int(n) for n in like.shape[2:]), mode="trilinear", align_corners=False)
