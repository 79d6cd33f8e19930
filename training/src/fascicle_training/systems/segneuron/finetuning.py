"""Second stage: affinities and foreground, on crops of several data sets that are mixed with one another."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor, nn

from ...augmentation.mixing import mix_amplitudes, paste_window
from ...targets.affinities import LONG_RANGE
from .augmentation import augment
from .config import FinetuningConfig, SegNeuronRunConfig
from .losses import LOSSES, long_range_loss
from .network import LongRangeNetwork, SegNeuronNetwork
from .sampling import TissueSampler
from .targets import finetuning_targets
from .tissue import Tissue

SAME_VOLUME = 0.5
"""Share of the pasted windows that come from the same volume; the others come from another data set."""


PASTED_IDS = float(1 << 22)
"""What is added to the ids of a pasted window: no neurite goes on across its seam, not even one of the same id."""


@dataclass(frozen=True)
class MixedCrops:
    """Makes items: raw (1, z, y, x), target (4, z, y, x), weight (1, z, y, x), ids of neurites (1, z, y, x)."""

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
        *other, ids = self._single(partner, rng)
        return paste_window(own, (*other, torch.where(ids > 0, ids + PASTED_IDS, ids)), side, rng)

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

    @property
    def parts(self) -> tuple[str, ...]:
        """Names of the parts of the loss."""
        return ("affinities", "foreground", *(("long_range",) if self.config.finetuning.long_range else ()))

    def network(self) -> nn.Module:
        """The initial network."""
        if self.config.finetuning.long_range:
            return LongRangeNetwork(self.config.network, len(LONG_RANGE))
        return SegNeuronNetwork(self.config.network)

    def items(self, sampler: TissueSampler) -> MixedCrops:
        """Where batches come from."""
        return MixedCrops(sampler, self.config.finetuning)

    def losses(self, network: nn.Module, batch: tuple[Tensor, ...]) -> dict[str, Tensor]:
        """Parts of the loss."""
        raw, target, weight, ids = batch
        config = self.config.finetuning
        has_links = isinstance(network, LongRangeNetwork)
        affinities, foreground, *links = network.with_long_range(raw) if has_links else network(raw)
        parts = LOSSES[config.loss]((affinities.float(), foreground.float()), target, weight)
        if links:
            parts["long_range"] = config.long_range * long_range_loss(links[0].float(), ids, weight)
        return parts
