"""Second stage: affinities and foreground, on crops of several data sets that are mixed with one another."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from torch import Tensor, nn

from ...augmentation.mixing import mix_amplitudes, paste_window
from .augmentation import augment
from .config import FinetuningConfig, SegNeuronRunConfig
from .losses import LOSSES
from .network import SegNeuronNetwork
from .sampling import TissueSampler
from .targets import finetuning_targets
from .tissue import Tissue

SAME_VOLUME = 0.5
"""Share of the pasted windows that come from the same volume; the others come from another data set."""


@dataclass(frozen=True)
class MixedCrops:
    """Makes items: raw (1, z, y, x), target (4, z, y, x), weight (1, z, y, x)."""

    sampler: TissueSampler
    config: FinetuningConfig

    def __call__(self, rng: np.random.Generator) -> tuple[Tensor, ...]:
        """One item."""
        tissue = self.sampler.tissue(rng)
        own = self._single(tissue, rng)
        if rng.random() >= self.config.spatial_mix:
            return own
        partner = tissue if rng.random() < SAME_VOLUME else self.sampler.tissue(rng, other_than=tissue.group)
        side = round(self.config.paste_share * min(own[0].shape[-2:]))
        return paste_window(own, self._single(partner, rng), side, rng)

    def _single(self, tissue: Tissue, rng: np.random.Generator) -> tuple[Tensor, ...]:
        crop = self.sampler.crop(tissue, rng)
        if rng.random() < self.config.frequency_mix:
            donor = self.sampler.crop(self.sampler.tissue(rng, other_than=tissue.group), rng)
            crop = replace(crop, raw=mix_amplitudes(crop.raw, donor.raw, self.config.amplitude_square))
        crop = augment(crop, rng)
        if crop.labels is None:
            raise ValueError(f"a volume of group {tissue.group} has no labels: it is for pretraining only")
        return (crop.raw[None], *finetuning_targets(crop.labels, crop.border_in_z))


@dataclass(frozen=True)
class Finetuning:
    """What the training loop asks of this stage."""

    config: SegNeuronRunConfig
    name: str = "finetuning"
    parts: tuple[str, ...] = ("affinities", "foreground")
    """Names of the parts of the loss."""

    def network(self) -> nn.Module:
        """The initial network."""
        return SegNeuronNetwork(self.config.network)

    def items(self, sampler: TissueSampler) -> MixedCrops:
        """Where batches come from."""
        return MixedCrops(sampler, self.config.finetuning)

    def losses(self, network: nn.Module, batch: tuple[Tensor, ...]) -> dict[str, Tensor]:
        """Parts of the loss."""
        raw, target, weight = batch
        affinities, foreground = network(raw)
        return LOSSES[self.config.finetuning.loss]((affinities.float(), foreground.float()), target, weight)
