"""Scores of trained weights on the held-out sections, segmented by the program itself."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import torch

from ...evaluation.program_sweep import ProgramRow, Sweep, sweep_with_program
from ...evaluation.segmentation import quantise
from ...export.symmetry import SYMMETRIES, SymmetricNetwork
from ...optimisation.checkpoint import load_checkpoint
from .config import SegNeuronRunConfig, ValidationConfig
from .export import load_averaged
from .network import Probabilities
from .validation import load_window, predict_window


@dataclass(frozen=True)
class Scope:
    """What is scored, and how it is predicted."""

    only: str | None = None
    """Name of one validation entry; all where None."""
    whole: bool = False
    """The whole of the held-out sections instead of the windows that are scored at snapshots."""
    bfloat16: bool = False
    blending: float | None = None
    """Sigma of the weights of tiles that overlap; None cuts their margins off."""
    symmetries: str = "none"
    """Name of the symmetries of the section plane that are averaged, see `SYMMETRIES`."""


@dataclass(frozen=True)
class ScoredWindow:
    """All rows of one window."""

    volume: str
    shape: tuple[int, int, int]
    """z, y, x."""
    step: int
    seconds: float
    """Of training."""
    prediction_seconds: float
    rows: list[ProgramRow]


def entries_of(config: SegNeuronRunConfig, scope: Scope) -> list[ValidationConfig]:
    """The validation entries that are scored; refuses a name that there is none of."""
    entries = [entry for entry in config.validation if scope.only in (None, entry.name)]
    if not entries:
        raise ValueError(f"no validation entry {scope.only}; there are {[entry.name for entry in config.validation]}")
    return entries


def evaluate_weights(
    config: SegNeuronRunConfig, weights: Path, data: Path, sweep: Sweep, scope: Scope
) -> Iterator[ScoredWindow]:
    """Window by window."""
    entries = entries_of(config, scope)
    torch.set_num_threads(config.threads)
    state = load_checkpoint(weights)
    network = Probabilities(load_averaged(config, weights).to(config.device))
    network = SymmetricNetwork(network, SYMMETRIES[scope.symmetries])
    for entry in entries:
        window = load_window(entry, data, scope.whole)
        began = time.monotonic()
        probability = quantise(predict_window(network, window, config, scope.bfloat16, scope.blending))
        took = time.monotonic() - began
        rows = sweep_with_program(probability, window.truth, sweep)
        yield ScoredWindow(entry.name, window.truth.shape, int(state["step"]), float(state["elapsed"]), took, rows)
