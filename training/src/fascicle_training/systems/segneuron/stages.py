"""The stages as the command line runs them."""

from __future__ import annotations

import signal
from pathlib import Path

from .config import SegNeuronRunConfig
from .finetuning import Finetuning
from .pretraining import Pretraining
from .tissue import load_tissue
from .trainer import CHECKPOINT, StageRun
from .validation import load_window, score_windows


def phantoms_of(folder: Path) -> Path:
    """Where the phantoms of a run lie: beside its folder, so that runs share them."""
    return folder.parent / "phantoms"


def pretrain(config: SegNeuronRunConfig, data: Path, folder: Path, max_steps: int | None = None) -> StageRun:
    """Pretrains on all sources, or goes on; returns the finished run."""
    tissues = [load_tissue(source, data, phantoms_of(folder)) for source in config.sources]
    return _run(StageRun(Pretraining(config), tissues, folder), max_steps)


def finetune(
    config: SegNeuronRunConfig,
    data: Path,
    folder: Path,
    max_steps: int | None = None,
    pretrained: Path | None = None,
    start: Path | None = None,
) -> StageRun:
    """Fine-tunes on the labelled sources, or goes on.

    The encoder comes from `pretrained`, a checkpoint; from the pretraining in the same folder where that is None. With
    `start`, a checkpoint or snapshot of another run's fine-tuning, all weights come from there.
    """
    pretrained = pretrained or folder / "pretraining" / CHECKPOINT
    if start is None and config.finetuning.pretrained and not pretrained.exists():
        raise ValueError(f"{pretrained} is missing: run `fascicle-train pretrain` first, or set `pretrained: false`")
    sources = [source for source in config.sources if source.labelled]
    tissues = [load_tissue(source, data, phantoms_of(folder)) for source in sources]
    windows = [load_window(entry, data) for entry in config.validation]
    run = StageRun(
        Finetuning(config), tissues, folder, lambda network: score_windows(network, config, windows) if windows else []
    )
    if start is not None:
        run.start_after(start)
    elif config.finetuning.pretrained:
        run.start_from(pretrained)
    return _run(run, max_steps)


def _run(run: StageRun, max_steps: int | None) -> StageRun:
    if run.resume():
        print(f"going on at step {run.step}, after {run.elapsed:.0f} s", flush=True)
    before = signal.signal(signal.SIGTERM, lambda *_: run.stop())
    try:
        run.run(max_steps)
    finally:
        signal.signal(signal.SIGTERM, before)
    return run
