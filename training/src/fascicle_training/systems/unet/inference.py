"""The network as it runs in the program: statistics folded, training-only channels dropped, probabilities out."""

from __future__ import annotations

import copy

import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from ...targets.affinities import NEAREST
from .network import AnisotropicUNet
from .training import FOREGROUND_CHANNEL


def fold_normalisation(network: nn.Module) -> nn.Module:
    """A copy in which every convolution with its batch normalisation became one convolution with a bias."""
    folded = copy.deepcopy(network).eval()
    for module in folded.modules():
        for name, child in module.named_children():
            if isinstance(child, nn.Sequential) and len(child) >= 2 and isinstance(child[1], nn.BatchNorm3d):
                setattr(module, name, fuse_conv_bn_eval(child[0], child[1]))
    return folded


class LogitPair(nn.Module):
    """The first three channels and the last one of a network, as they are: what a probe looks through."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        """Logits of affinities and foreground."""
        logits = self.network(image)
        return logits[:, : len(NEAREST)], logits[:, -1:]


class InferenceNetwork(nn.Module):
    """Maps (1, 1, z, y, x) normalised intensities to affinities (1, 3, z, y, x) and foreground (1, 1, z, y, x)."""

    def __init__(self, network: AnisotropicUNet) -> None:
        super().__init__()
        self.network = fold_normalisation(network)
        head = self.network.head
        kept = [*range(len(NEAREST)), FOREGROUND_CHANNEL]
        small = nn.Conv3d(head.in_channels, len(kept), 1)
        with torch.no_grad():
            small.weight.copy_(head.weight[kept])
            small.bias.copy_(head.bias[kept])
        self.network.head = small
        self.requires_grad_(False)
        self.eval()

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        """Probabilities of a normalised image."""
        probability = torch.sigmoid(self.network(image))
        return probability[:, : len(NEAREST)], probability[:, len(NEAREST) :]
