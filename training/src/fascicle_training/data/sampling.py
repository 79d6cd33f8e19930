"""Random crops from several volumes, each a pure function of (seed, index) so that a resumed run goes on as it was."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset

from ..augmentation.pipeline import Crop
from .volume import Volume


@dataclass(frozen=True)
class Source:
    """A volume with its share of the crops."""

    volume: Volume
    weight: float
    z_steps: tuple[int, ...] = (1,)
    """Section steps drawn from, uniformly. Taking every 2nd or 3rd section of an isotropic volume shows the network
    the same tissue at other anisotropies (SegNeuron, MICCAI 2024)."""
    min_labelled_fraction: float = 0.3
    """Crops with fewer labelled voxels are drawn again."""
    section_defects: bool = True
    """Whether sections may be missing or displaced: serial sections can be, a milled block face cannot."""
    border_in_z: bool = False
    """Whether ids that touch along z are separated too: sections as thin as pixels show that membrane."""


class CropDataset(Dataset[tuple[Tensor, Tensor]]):
    """Augmented crops with their targets; item i depends on (seed, i) only."""

    def __init__(
        self,
        sources: Sequence[Source],
        extent: tuple[int, int, int],
        length: int,
        seed: int,
        first: int,
        prepare: Callable[[Crop, np.random.Generator], tuple[Tensor, Tensor]],
    ) -> None:
        self.sources = list(sources)
        weights = np.array([source.weight for source in sources], dtype=np.float64)
        self.shares = weights / weights.sum()
        self.extent = extent
        self.length = length
        self.seed = seed
        self.first = first
        self.prepare = prepare

    def __len__(self) -> int:
        """How many crops there are."""
        return self.length

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        """Crop `first + index` of the seed."""
        if not 0 <= index < self.length:
            raise IndexError(index)
        rng = np.random.default_rng([self.seed, self.first + index])
        return self.prepare(draw_crop(self.sources, self.shares, self.extent, rng), rng)


def draw_crop(
    sources: Sequence[Source], shares: np.ndarray, extent: tuple[int, int, int], rng: np.random.Generator
) -> Crop:
    """A crop of at most `extent` voxels; an axis that is shorter than the extent is taken whole."""
    source = sources[int(rng.choice(len(sources), p=shares))]
    volume = source.volume
    step = int(rng.choice([s for s in source.z_steps if extent[0] * s <= volume.raw.shape[0]] or [1]))
    span = np.minimum((extent[0] * step, extent[1], extent[2]), volume.raw.shape)
    for _ in range(10):
        start = [int(rng.integers(0, full - part + 1)) for full, part in zip(volume.raw.shape, span, strict=True)]
        window = tuple(slice(s, s + int(n)) for s, n in zip(start, span, strict=True))
        labels = volume.labels[window][::step]
        if (labels > 0).mean() >= source.min_labelled_fraction:
            break
    raw = volume.raw[window][::step].astype(np.float32)
    return Crop(
        raw=torch.from_numpy((raw - volume.mean) / volume.std),
        labels=torch.from_numpy(labels.astype(np.float32)),
        section_defects=source.section_defects,
        border_in_z=source.border_in_z and step == 1,
    )
