"""What a SegNeuron run is made of, read from YAML: one file for both stages."""

from __future__ import annotations

from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any

import yaml

from .network import SegNeuronConfig


@dataclass(frozen=True)
class PhantomConfig:
    """A made-up volume, written by the program's own generator."""

    shape: tuple[int, int, int]
    voxel_size_nm: tuple[float, float, float]
    seed: int


@dataclass(frozen=True)
class StyleConfig:
    """How a volume is made to look before training, so that phantoms differ as microscopes do."""

    gamma: float = 1.0
    blur: float = 0.0
    """Standard deviation in pixels, in plane."""
    noise: float = 0.0
    """Standard deviation in units of the full intensity range."""


@dataclass(frozen=True)
class SourceConfig:
    """A volume and how it is sampled; either `file`, relative to the data folder, or `phantom`."""

    group: str
    """Data set. Groups are drawn uniformly, then volumes within the group, however large they are."""
    file: str | None = None
    phantom: PhantomConfig | None = None
    style: StyleConfig = field(default_factory=StyleConfig)
    labelled: bool = True
    """Without labels it takes part in pretraining only."""
    sections: tuple[int, int] | None = None
    """First and last + 1 section that may be trained on; all where None."""
    z_steps: tuple[int, ...] = (1,)
    """Every n-th section is taken, n drawn uniformly: isotropic volumes at the anisotropies of serial sections."""
    zoom: tuple[float, float] = (1.0, 1.0)
    """Range of the field of view over the side of the crop, in plane."""
    min_labelled_fraction: float = 0.3
    ignored_ids: tuple[int, ...] = ()
    """Ids that were not traced, such as glia: they weigh nothing."""
    border_in_z: bool = False

    def __post_init__(self) -> None:
        """Refuses a source with no volume or two."""
        if (self.file is None) == (self.phantom is None):
            raise ValueError(f"source of group {self.group}: give either `file` or `phantom`")


@dataclass(frozen=True)
class ValidationConfig:
    """Sections that are never trained on; a window of them is scored at every snapshot."""

    name: str
    file: str
    sections: tuple[int, int]
    window: tuple[int, int]
    """Height and width, from the corner."""
    zoom: float = 1.0
    """Pixels of the volume per pixel of the network, at least 1."""
    redistributable: bool = False
    title: str | None = None
    """What people call the sections; the name where None."""
    target: str | None = None
    """The target of the package that its values are chosen for here."""


@dataclass(frozen=True)
class OptimiserConfig:
    """Adam, after a warm-up with a polynomial decay of the rate.

    Published: rate 0.01, final_rate 1e-4, epsilon 0.01, amsgrad, no warm-up. With the customary epsilon, a rate of
    0.001 and AMSGrad bring the loss of a single crop to 0.75 in 80 steps, these values to 0.31.
    """

    rate: float = 3e-3
    warmup_steps: int = 50
    """Over which the rate rises."""
    final_rate: float = 1e-5
    power: float = 1.5
    epsilon: float = 1e-8
    weight_decay: float = 1e-6
    amsgrad: bool = False
    gradient_clip: float | None = 5.0
    average_decay: float = 0.995
    """Of the averaged weights, which are exported."""


@dataclass(frozen=True)
class StageConfig:
    """What both stages have. A stage ends after `steps` or `seconds` of training, whichever comes first."""

    seconds: float | None = None
    steps: int | None = None
    batch: int = 2
    optimiser: OptimiserConfig = field(default_factory=OptimiserConfig)
    checkpoint_seconds: float = 300.0
    snapshot_seconds: float = 1800.0
    log_every: int = 10

    def __post_init__(self) -> None:
        """Refuses a stage without end."""
        if self.seconds is None and self.steps is None:
            raise ValueError(f"{type(self).__name__}: give `seconds`, `steps` or both")


@dataclass(frozen=True)
class PretrainingConfig(StageConfig):
    """Reconstruction of masked crops."""

    gradients: bool = True
    """Whether the picture of oriented gradients is a target beside the image."""


@dataclass(frozen=True)
class FinetuningConfig(StageConfig):
    """Affinities and foreground."""

    pretrained: bool = True
    """Whether the encoder comes from the pretraining of the same folder, which then must be there."""
    loss: str = "cross_entropy"
    """`cross_entropy` as in the paper, `squared_error` as in the released code."""
    long_range: float = 0.0
    """Weight of the auxiliary long-range links, each against a nearest affinity; 0, as published, has none."""
    frequency_mix: float = 0.25
    """Probability per crop."""
    amplitude_square: float = 0.02
    """Half-width of the exchanged frequencies over the shorter side; 0.001, as released, exchanges brightness only."""
    spatial_mix: float = 0.25
    paste_share: float = 70 / 128
    """Side of the pasted window over the shorter side of the crop; 70 of 128 pixels are published."""


@dataclass(frozen=True)
class SegNeuronRunConfig:
    """A whole run."""

    seed: int
    sources: tuple[SourceConfig, ...]
    pretraining: PretrainingConfig
    finetuning: FinetuningConfig
    group_weights: dict[str, float] = field(default_factory=dict)
    """How often data sets are drawn, relative to one another; 1, as published, where nothing is said."""
    system: str = "segneuron"
    validation: tuple[ValidationConfig, ...] = ()
    network: SegNeuronConfig = field(default_factory=SegNeuronConfig)
    crop: tuple[int, int, int] = (20, 128, 128)
    tile: tuple[int, int, int] = (20, 128, 128)
    """Tile of the exported network; its z is that of the crop."""
    device: str = "cpu"
    threads: int = 2
    workers: int = 0
    bfloat16: bool = True

    def __post_init__(self) -> None:
        """Refuses extents that the network cannot halve."""
        step = self.network.in_plane_stride
        if self.crop[0] != self.tile[0] or any(n % step for n in (*self.crop[1:], *self.tile[1:])):
            raise ValueError(f"crop {self.crop}, tile {self.tile}: equal in z, multiples of {step} in y and x")


NESTED = {
    "network": SegNeuronConfig,
    "pretraining": PretrainingConfig,
    "finetuning": FinetuningConfig,
    "optimiser": OptimiserConfig,
    "phantom": PhantomConfig,
    "style": StyleConfig,
}
LISTS = {"sources": SourceConfig, "validation": ValidationConfig}


def read_config(path: Path) -> SegNeuronRunConfig:
    """Reads a run; unknown and missing keys are refused by name."""
    return parse_config(yaml.safe_load(path.read_text()))


def parse_config(values: dict[str, Any]) -> SegNeuronRunConfig:
    """Builds a run from plain values."""
    return _build(SegNeuronRunConfig, values)


def _build(kind: type, values: dict[str, Any]) -> Any:
    known = {f.name: f for f in fields(kind)}
    unknown = sorted(set(values) - set(known))
    if unknown:
        raise ValueError(f"{kind.__name__}: unknown keys {unknown}; accepted are {sorted(known)}")
    missing = [
        name
        for name, f in known.items()
        if name not in values and f.default is MISSING and f.default_factory is MISSING
    ]
    if missing:
        raise ValueError(f"{kind.__name__}: keys {missing} are missing")
    return kind(**{name: _value(name, value) for name, value in values.items()})


def _value(name: str, value: Any) -> Any:
    if name in LISTS:
        return tuple(_build(LISTS[name], item) for item in value)
    if name in NESTED:
        return _build(NESTED[name], value)
    return tuple(value) if isinstance(value, list) else value
