"""Scores of trained weights on the held-out windows, segmented by the program itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import torch

from ...evaluation.program_sweep import ProgramRow, Sweep, sweep_with_program
from ...evaluation.segmentation import quantise
from ...optimisation.checkpoint import load_checkpoint
from .config import SegNeuronRunConfig
from .export import load_averaged
from .validation import load_window, predict_tiles


@dataclass(frozen=True)
class ScoredWindow:
    """All rows of one window."""

    volume: str
    step: int
    seconds: float
    """Of training."""
    rows: list[ProgramRow]


def evaluate_weights(
    config: SegNeuronRunConfig, weights: Path, data: Path, sweep: Sweep, only: str | None = None, bfloat16: bool = False
) -> Iterator[ScoredWindow]:
    """Window by window; `only` names one of them."""
    torch.set_num_threads(config.threads)
    state = load_checkpoint(weights)
    network = load_averaged(config, weights).to(config.device)
    entries = [entry for entry in config.validation if only in (None, entry.name)]
    if not entries:
        raise ValueError(f"no validation entry {only}; there are {[entry.name for entry in config.validation]}")
    for entry in entries:
        window = load_window(entry, data)
        probability = quantise(predict_tiles(network, window.image, config.tile, config.device, bfloat16))
        rows = sweep_with_program(probability, window.truth, sweep)
        yield ScoredWindow(entry.name, int(state["step"]), float(state["elapsed"]), rows)
