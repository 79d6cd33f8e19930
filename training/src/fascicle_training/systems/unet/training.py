"""The training loop: time-based schedule, averaged weights, checkpoints that resume."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

from ...augmentation.pipeline import Crop, augment
from ...data.sampling import CropDataset, Source
from ...data.volume import load_volume, require_room
from ...losses.balanced import balanced_cross_entropy
from ...optimisation.averaging import MovingAverage
from ...optimisation.checkpoint import load_checkpoint, save_checkpoint
from ...optimisation.data_parallel import CropParallel
from ...optimisation.schedule import TimedCosine
from ...targets.affinities import (
    LONG_RANGE,
    NEAREST,
    affinity_targets,
    foreground_target,
    known_links,
    widen_borders,
)
from .config import SourceConfig, TrainingConfig
from .network import AnisotropicUNet, initialise, parameter_count

OFFSETS = NEAREST + LONG_RANGE
FOREGROUND_CHANNEL = len(OFFSETS)
OUT_CHANNELS = len(OFFSETS) + 1
LOG_EVERY = 20


@dataclass(frozen=True)
class Preparation:
    """Turns a drawn crop into network input and target; a class so that loader processes can receive it."""

    config: TrainingConfig

    def __call__(self, crop: Crop, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
        """Augmented raw (1, z, y, x) float32 and target (C, z, y, x) bool."""
        augmented = augment(crop, self.config.crop, self.config.augmentation, rng)
        labels = widen_borders(augmented.labels, augmented.border_in_z)
        target = torch.cat((affinity_targets(labels, OFFSETS), foreground_target(labels)))
        return augmented.raw[None], target


def load_source(config: SourceConfig, data: Path) -> Source:
    """Reads one volume and keeps the sections that may be trained on."""
    volume = load_volume(data / config.file, config.voxel_size_nm, config.in_plane_factor)
    if config.sections is not None:
        volume = volume.slices(*config.sections)
    return Source(
        volume,
        config.weight,
        config.z_steps,
        config.min_labelled_fraction,
        config.section_defects,
        config.border_in_z,
    )


def build_network(config: TrainingConfig) -> AnisotropicUNet:
    """The initial network with a channel for every training target."""
    network = AnisotropicUNet(replace(config.network, out_channels=OUT_CHANNELS))
    initialise(network, config.seed)
    return network


def freeze_statistics(network: nn.Module) -> None:
    """Batch normalisation uses its running statistics from here on; its scale and shift go on learning."""
    for module in network.modules():
        if isinstance(module, nn.BatchNorm3d):
            module.eval()


class Trainer:
    """A run in a folder.

    `checkpoint.pt` to resume from, `snapshots/` for the curves, `log.jsonl` with one line per LOG_EVERY steps.
    """

    def __init__(self, config: TrainingConfig, sources: list[Source], folder: Path) -> None:
        for source in sources:
            require_room(source.volume.name, source.volume.raw.shape, config.crop)
        torch.set_num_threads(1)
        self.config = config
        self.sources = sources
        self.folder = folder
        self.network = build_network(config).to(memory_format=torch.channels_last_3d)
        optimisation = config.optimisation
        decayed = [p for p in self.network.parameters() if p.ndim > 1]
        others = [p for p in self.network.parameters() if p.ndim <= 1]
        self.optimiser = torch.optim.AdamW(
            [
                {"params": decayed, "weight_decay": optimisation.weight_decay},
                {"params": others, "weight_decay": 0.0},
            ],
            lr=optimisation.peak_rate,
        )
        self.parallel = CropParallel(self.network, min(config.threads, config.batch))
        self.schedule = TimedCosine(optimisation.peak_rate, optimisation.budget_seconds, optimisation.warmup_seconds)
        self.average = MovingAverage(self.network, optimisation.average_decay)
        self.step = 0
        self.elapsed = 0.0
        self.known = torch.cat((known_links(config.crop, OFFSETS), torch.ones((1, *config.crop), dtype=torch.bool)))
        self.channel_weights = torch.ones(OUT_CHANNELS)
        self.channel_weights[len(NEAREST) : FOREGROUND_CHANNEL] = optimisation.auxiliary_weight
        self.channel_weights /= self.channel_weights.sum()

    def resume(self) -> bool:
        """Continues from the folder's checkpoint where there is one; returns whether."""
        path = self.folder / "checkpoint.pt"
        if not path.exists():
            return False
        state = load_checkpoint(path)
        self.network.load_state_dict(state["network"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.average.network.load_state_dict(state["average"])
        self.average.steps = self.step = state["step"]
        self.elapsed = state["elapsed"]
        _forget_after(self.folder / "log.jsonl", self.step)
        return True

    def save(self) -> None:
        """Writes the checkpoint."""
        save_checkpoint(
            self.folder / "checkpoint.pt",
            {
                "network": self.network.state_dict(),
                "optimiser": self.optimiser.state_dict(),
                "average": self.average.network.state_dict(),
                "step": self.step,
                "elapsed": self.elapsed,
            },
        )

    def snapshot(self) -> None:
        """Keeps the averaged weights as they are now."""
        name = f"step-{self.step:06d}.pt"
        state = {"average": self.average.network.state_dict(), "step": self.step, "elapsed": self.elapsed}
        save_checkpoint(self.folder / "snapshots" / name, state)

    def run(self, max_steps: int | None = None) -> None:
        """Trains until the time budget, or `max_steps` in all, is used up; ends with a checkpoint and a snapshot."""
        optimisation = self.config.optimisation
        self.folder.mkdir(parents=True, exist_ok=True)
        loader = iter(self._loader())
        started = time.monotonic() - self.elapsed
        saved = snapped = self.elapsed
        frozen = False
        self.network.train()
        with (self.folder / "log.jsonl").open("a") as log:
            if self.step == 0:
                _write(log, {"parameters": parameter_count(self.network)})
            while self.elapsed < optimisation.budget_seconds and (max_steps is None or self.step < max_steps):
                if not frozen and self.elapsed >= optimisation.freeze_statistics_at * optimisation.budget_seconds:
                    freeze_statistics(self.network)
                    frozen = True
                raw, target = next(loader)
                loss, groups = self._step(raw, target)
                self.step += 1
                self.elapsed = time.monotonic() - started
                if self.step % LOG_EVERY == 0:
                    rate = self.optimiser.param_groups[0]["lr"]
                    _write(log, {"step": self.step, "seconds": self.elapsed, "rate": rate, "loss": loss, **groups})
                if self.elapsed - saved >= optimisation.checkpoint_seconds:
                    saved = self.elapsed
                    self.save()
                if self.elapsed - snapped >= optimisation.snapshot_seconds:
                    snapped = self.elapsed
                    self.snapshot()
        self.save()
        self.snapshot()

    def _step(self, raw: Tensor, target: Tensor) -> tuple[float, dict[str, float]]:
        optimisation = self.config.optimisation
        for group in self.optimiser.param_groups:
            group["lr"] = self.schedule.rate(self.elapsed)
        self.optimiser.zero_grad(set_to_none=True)
        shares = self.parallel.backward((raw, target), self._losses)
        losses, loss = shares / self.channel_weights.clamp_min(1e-12), shares.sum()
        if not torch.isfinite(loss):
            raise FloatingPointError(f"the loss is {loss.item()} at step {self.step}; resume with a lower peak_rate")
        nn.utils.clip_grad_norm_(self.network.parameters(), optimisation.gradient_clip)
        self.optimiser.step()
        self.average.update(self.network)
        return loss.item(), {
            "nearest": losses[: len(NEAREST)].mean().item(),
            "long_range": losses[len(NEAREST) : FOREGROUND_CHANNEL].mean().item(),
            "foreground": losses[FOREGROUND_CHANNEL].item(),
        }

    def _losses(self, network: nn.Module, raw: Tensor, target: Tensor) -> Tensor:
        raw = raw.contiguous(memory_format=torch.channels_last_3d)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.config.bfloat16):
            logits = network(raw)
        return self.channel_weights * balanced_cross_entropy(logits.float(), target, self.known.expand(target.shape))

    def _loader(self) -> DataLoader[tuple[Tensor, Tensor]]:
        config = self.config
        z, y, x = config.crop
        dataset = CropDataset(
            self.sources,
            extent=(z, y + 2 * config.margin, x + 2 * config.margin),
            length=1 << 40,
            seed=config.seed,
            first=self.step * config.batch,
            prepare=Preparation(config),
        )
        return DataLoader(
            dataset,
            batch_size=config.batch,
            sampler=range(dataset.length),
            num_workers=config.workers,
            prefetch_factor=4 if config.workers else None,
        )


def _forget_after(path: Path, step: int) -> None:
    """Drops log lines of steps that came after the checkpoint: they are about to be done again."""
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(line for line in lines if json.loads(line).get("step", 0) <= step))


def _write(log, values: dict[str, float]) -> None:
    log.write(json.dumps({key: round(v, 6) for key, v in values.items()}) + "\n")
    log.flush()
