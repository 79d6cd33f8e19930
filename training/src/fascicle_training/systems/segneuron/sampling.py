"""Crops from several data sets: the data set is drawn by its weight, then the volume, then the place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor
from torch.utils.data import Dataset

from ...data.volume import require_room
from .tissue import Tissue

ATTEMPTS = 10
Shape = tuple[int, int, int]


@dataclass(frozen=True)
class Crop:
    """Raw in 0..1 and labels, both (z, y, x) float32; labels are None where the volume has none."""

    raw: Tensor
    labels: Tensor | None
    border_in_z: bool = False


class TissueSampler:
    """Draws crops of one shape; data sets without a weight in `weights` weigh 1."""

    def __init__(self, tissues: Sequence[Tissue], shape: Shape, weights: Mapping[str, float] | None = None) -> None:
        if not tissues:
            raise ValueError("there is no volume to draw from")
        self.shape = shape
        self.weights = dict(weights or {})
        self.groups: dict[str, list[Tissue]] = {}
        for tissue in tissues:
            _check_size(tissue, shape)
            self.groups.setdefault(tissue.group, []).append(tissue)
        if unknown := sorted(set(self.weights) - set(self.groups)):
            raise ValueError(f"weights of the groups {unknown}; there are {sorted(self.groups)}")

    def tissue(self, rng: np.random.Generator, other_than: str | None = None) -> Tissue:
        """A volume, of another group than the named one where there is another."""
        names = [name for name in self.groups if name != other_than] or list(self.groups)
        weights = np.array([self.weights.get(name, 1.0) for name in names])
        volumes = self.groups[names[int(rng.choice(len(names), p=weights / weights.sum()))]]
        return volumes[int(rng.integers(len(volumes)))]

    def crop(self, tissue: Tissue, rng: np.random.Generator) -> Crop:
        """A crop of a volume; drawn again, a few times, where little is labelled."""
        depth, height, width = self.shape
        full = tissue.raw.shape
        step = int(rng.choice([s for s in tissue.z_steps if _span(depth, s) <= full[0]]))
        zoom = rng.uniform(*tissue.zoom)
        field = [min(max(round(side * zoom), 1), whole) for side, whole in zip((height, width), full[1:], strict=True)]
        extent = (_span(depth, step), *field)
        for _ in range(ATTEMPTS):
            start = [int(rng.integers(0, whole - part + 1)) for whole, part in zip(full, extent, strict=True)]
            z, y, x = (slice(s, s + part) for s, part in zip(start, extent, strict=True))
            window = (slice(z.start, z.stop, step), y, x)
            labels = None if tissue.labels is None else tissue.labels[window]
            if labels is None or (labels > 0).mean() >= tissue.min_labelled_fraction:
                break
        raw = torch.from_numpy(tissue.raw[window].astype(np.float32) / 255)
        return Crop(
            _to_size(raw, (height, width), smooth=True),
            None if labels is None else _to_size(torch.from_numpy(labels.astype(np.float32)), (height, width), False),
            tissue.border_in_z and step == 1,
        )


def _span(depth: int, step: int) -> int:
    return (depth - 1) * step + 1


def _check_size(tissue: Tissue, shape: Shape) -> None:
    least = [_span(shape[0], min(tissue.z_steps)), *(round(side * min(tissue.zoom)) for side in shape[1:])]
    require_room(f"a volume of group {tissue.group}", tissue.raw.shape, least)


def _to_size(sections: Tensor, size: tuple[int, int], smooth: bool) -> Tensor:
    if tuple(sections.shape[1:]) == size:
        return sections
    if not smooth:
        return F.interpolate(sections[:, None], size=size, mode="nearest-exact")[:, 0]
    return F.interpolate(sections[:, None], size=size, mode="bilinear", antialias=True)[:, 0].clamp_(0.0, 1.0)


class SampledItems(Dataset[tuple[Tensor, ...]]):
    """Item i is a pure function of (seed, first + i), so that a resumed run goes on as it was."""

    def __init__(
        self, make: Callable[[np.random.Generator], tuple[Tensor, ...]], seed: int, first: int, length: int = 1 << 40
    ) -> None:
        self.make = make
        self.seed = seed
        self.first = first
        self.length = length

    def __len__(self) -> int:
        """How many items there are."""
        return self.length

    def __getitem__(self, index: int) -> tuple[Tensor, ...]:
        """The item."""
        if not 0 <= index < self.length:
            raise IndexError(index)
        return self.make(np.random.default_rng([self.seed, self.first + index]))
