"""Exponential moving average of weights and normalisation statistics (Polyak averaging)."""

from __future__ import annotations

import copy

import torch
from torch import nn


class MovingAverage:
    """Holds an averaged copy of a network; `network` is that copy."""

    def __init__(self, network: nn.Module, decay: float) -> None:
        self.decay = decay
        self.steps = 0
        self.network = copy.deepcopy(network).eval().requires_grad_(False)

    @torch.no_grad()
    def update(self, network: nn.Module) -> None:
        """Moves the copy towards `network`; early on it follows faster, so that it forgets the initialisation."""
        self.steps += 1
        rate = 1.0 - min(self.decay, (1.0 + self.steps) / (10.0 + self.steps))
        for averaged, current in zip(self.network.state_dict().values(), network.state_dict().values(), strict=True):
            if averaged.is_floating_point():
                averaged.lerp_(current, rate)
            else:
                averaged.copy_(current)
