"""First stage: rebuild masked crops and their pictures of oriented gradients from what is left of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from torch import Tensor, nn

from ...augmentation.geometry import random_symmetry
from ...targets.oriented_gradients import gradient_picture
from .config import SegNeuronRunConfig
from .losses import reconstruction_loss
from .masking import mask_crop
from .network import ReconstructionNetwork
from .sampling import TissueSampler


@dataclass(frozen=True)
class MaskedCrops:
    """Makes items: masked crop, crop, picture of its gradients, (1, z, y, x) each; volumes are drawn uniformly."""

    sampler: TissueSampler

    def __call__(self, rng: np.random.Generator) -> tuple[Tensor, ...]:
        """One item."""
        tissues = [tissue for group in self.sampler.groups.values() for tissue in group]
        crop = self.sampler.crop(tissues[int(rng.integers(len(tissues)))], rng)
        raw, _ = random_symmetry(crop.raw, crop.raw, rng)
        raw = raw.contiguous()
        masked, _ = mask_crop(raw, rng)
        return masked[None], raw[None], gradient_picture(raw)[None]


@dataclass(frozen=True)
class Pretraining:
    """What the training loop asks of this stage."""

    config: SegNeuronRunConfig
    name: str = "pretraining"
    parts: tuple[str, ...] = ("reconstruction", "gradients")
    """Names of the parts of the loss."""

    def network(self) -> nn.Module:
        """The initial network."""
        return ReconstructionNetwork(self.config.network)

    def items(self, sampler: TissueSampler) -> MaskedCrops:
        """Where batches come from."""
        return MaskedCrops(sampler)

    def losses(self, network: nn.Module, batch: tuple[Tensor, ...]) -> dict[str, Tensor]:
        """Weighted parts of the loss."""
        masked, raw, gradients = batch
        first, second = network(masked)
        parts = reconstruction_loss((first.float(), second.float()), raw, gradients)
        if not self.config.pretraining.gradients:
            parts["gradients"] = parts["gradients"] * 0.0
        return parts
