"""What a training run of the U-Net is made of, read from YAML."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import yaml

from ...augmentation.pipeline import AugmentationConfig
from .network import UNetConfig


@dataclass(frozen=True)
class SourceConfig:
    """A labelled volume and how it is sampled; `file` is relative to the data folder."""

    file: str
    voxel_size_nm: tuple[float, float, float]
    """As stored, (z, y, x)."""
    weight: float
    sections: tuple[int, int] | None = None
    """First and last + 1 section that may be trained on; all where None."""
    in_plane_factor: int = 1
    z_steps: tuple[int, ...] = (1,)
    min_labelled_fraction: float = 0.3
    section_defects: bool = True
    border_in_z: bool = False


@dataclass(frozen=True)
class ValidationConfig:
    """Sections that are never trained on; thresholds and epochs are chosen on them."""

    name: str
    file: str
    voxel_size_nm: tuple[float, float, float]
    sections: tuple[int, int] | None = None
    in_plane_factor: int = 1
    redistributable: bool = False
    """Whether its licence lets a piece of it travel with a model package, as test tensor."""


@dataclass(frozen=True)
class OptimisationConfig:
    """Optimiser, schedule and averaging. Times are seconds of training, summed over resumed runs."""

    budget_seconds: float
    peak_rate: float = 2e-3
    warmup_seconds: float = 60.0
    weight_decay: float = 0.01
    gradient_clip: float = 2.0
    average_decay: float = 0.998
    freeze_statistics_at: float = 0.6
    """Share of the budget after which batch normalisation uses its running statistics. From then on the network is
    trained as it is exported; before, small batches from two tissues each have their own statistics."""
    auxiliary_weight: float = 0.5
    """Weight of a long-range channel in the loss; nearest affinities and foreground weigh 1."""
    checkpoint_seconds: float = 300.0
    snapshot_seconds: float = 600.0
    """Time between weights that are kept for the curves."""


@dataclass(frozen=True)
class TrainingConfig:
    """A whole run."""

    seed: int
    sources: tuple[SourceConfig, ...]
    optimisation: OptimisationConfig
    validation: tuple[ValidationConfig, ...] = ()
    network: UNetConfig = field(default_factory=UNetConfig)
    augmentation: AugmentationConfig = field(default_factory=AugmentationConfig)
    crop: tuple[int, int, int] = (16, 160, 160)
    margin: int = 24
    """Voxels around the crop, in plane, that warps draw from."""
    batch: int = 2
    threads: int = 2
    workers: int = 1
    bfloat16: bool = True


def read_config(path: Path) -> TrainingConfig:
    """Reads a run; unknown keys are refused, so that a misspelt one does not go by unseen."""
    return parse_config(yaml.safe_load(path.read_text()))


def parse_config(values: dict[str, Any]) -> TrainingConfig:
    """Builds a run from plain values."""
    values = dict(values)
    values["sources"] = tuple(_build(SourceConfig, item) for item in values.get("sources", ()))
    values["validation"] = tuple(_build(ValidationConfig, item) for item in values.get("validation", ()))
    for key, kind in (
        ("optimisation", OptimisationConfig),
        ("network", UNetConfig),
        ("augmentation", AugmentationConfig),
    ):
        if key in values:
            values[key] = _build(kind, values[key])
    return _build(TrainingConfig, values)


def _build(kind: type, values: dict[str, Any]) -> Any:
    accepted = {f.name for f in fields(kind)}
    unknown = sorted(set(values) - accepted)
    if unknown:
        raise ValueError(f"{kind.__name__}: unknown keys {unknown}; accepted are {sorted(accepted)}")
    return kind(**{key: tuple(value) if isinstance(value, list) else value for key, value in values.items()})
